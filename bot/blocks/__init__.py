"""The model as Block Kit, and submitted forms back as values. Pure: nothing here calls Slack."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.approving import approve_error, approve_form, findings_reason, ticked
from bot.blocks.asked import question
from bot.blocks.card import card
from bot.blocks.drift import drift_message
from bot.blocks.guide import help_message, status_message
from bot.blocks.ids import CardRef, card_ref
from bot.blocks.kit import Block, call, escape, line, rich, section, speech, spoken, text_length
from bot.blocks.modals import (
    FormOrigin,
    all_changes,
    form_origin,
    full_policy,
    notice,
    reject_error,
    reject_form,
    reject_reason,
)
from bot.blocks.proposal import parent, progress
from bot.blocks.try_request import FormErrors, chosen_tool, parse_request, tools_of, trial_blocks, try_form
from bot.review.drift import Drift
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Draft, Proposal


class SlackCards:
    """The messages of a proposal for Slack: the `Cards` port of the review."""

    def message(
        self,
        kind: MessageKind,
        proposal: Proposal,
        drafts: Sequence[Draft],
        draft: Draft | None,
        beside: Sequence[Draft] = (),
        rule: Sequence[Draft] = (),
    ) -> SlackMessage:
        """The message of a kind as it should stand now; `draft` is the card's own, `beside` what is in effect of the
        other proposals of its thread, `rule` the pieces of its rule where some are reviewed elsewhere."""
        if kind is MessageKind.PARENT:
            return parent(proposal, drafts, beside)
        if kind is MessageKind.PROGRESS:
            return progress(proposal, drafts)
        if draft is None:
            raise ValueError("a card is of a draft")
        return card(proposal, draft, drafts, beside, rule)

    def question(self, proposal: Proposal, said: str) -> SlackMessage:
        """What the requester is asked in private of a text in which our reader finds no rule."""
        return question(proposal, said)

    def withheld(self, proposal_id: str) -> SlackMessage:
        """What stands in the place of a message that others than the team could read."""
        said = (
            f"{proposal_id} is not shown here any more: people of another company are in this channel, or may come in. "
            "It is kept; whoever proposed it was told."
        )
        return SlackMessage(escape(said), (section(said),))

    def drift(self, found: Drift, gateway_arn: str, *, closed: bool) -> SlackMessage:
        """What others changed; `closed` once everything is again as it was."""
        return drift_message(found, gateway_arn, closed=closed)

    def said(self, text: str) -> SlackMessage:
        """A sentence for the thread; `<@U…>` and `<!subteam^S…>` in it mention, everything else is plain text."""
        return SlackMessage(call(text), (rich(line(*spoken(text))),))


__all__ = [
    "Block",
    "CardRef",
    "FormErrors",
    "FormOrigin",
    "SlackCards",
    "all_changes",
    "approve_error",
    "approve_form",
    "card_ref",
    "chosen_tool",
    "escape",
    "findings_reason",
    "form_origin",
    "full_policy",
    "help_message",
    "notice",
    "parse_request",
    "reject_error",
    "reject_form",
    "reject_reason",
    "speech",
    "status_message",
    "text_length",
    "ticked",
    "tools_of",
    "trial_blocks",
    "try_form",
]
