"""The model as Block Kit, and submitted forms back as values. Pure: nothing here calls Slack."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.card import card
from bot.blocks.guide import help_message, status_message
from bot.blocks.ids import CardRef, card_ref
from bot.blocks.kit import Block, escape, speech, text_length
from bot.blocks.modals import (
    FormOrigin,
    all_changes,
    form_origin,
    full_policy,
    looser_error,
    looser_form,
    looser_seen,
    notice,
    reject_error,
    reject_form,
    reject_reason,
)
from bot.blocks.proposal import parent, progress
from bot.blocks.try_request import FormErrors, Trial, chosen_tool, parse_request, tools_of, trial_blocks, try_form
from bot.review.model import Draft, MessageKind, Proposal, SlackMessage


class SlackCards:
    """The messages of a proposal for Slack: the `Cards` port of the review."""

    def message(
        self, kind: MessageKind, proposal: Proposal, drafts: Sequence[Draft], draft: Draft | None
    ) -> SlackMessage:
        """The message of a kind as it should stand now; `draft` is the card's own."""
        if kind is MessageKind.PARENT:
            return parent(proposal, drafts)
        if kind is MessageKind.PROGRESS:
            return progress(proposal, drafts)
        if draft is None:
            raise ValueError("a card is of a draft")
        return card(proposal, draft, len(drafts))

    def said(self, text: str) -> SlackMessage:
        """A sentence for the thread; `<@U…>` in it mentions a person, everything else is plain text."""
        return SlackMessage(speech(text))


__all__ = [
    "Block",
    "CardRef",
    "FormErrors",
    "FormOrigin",
    "SlackCards",
    "Trial",
    "all_changes",
    "card_ref",
    "chosen_tool",
    "escape",
    "form_origin",
    "full_policy",
    "help_message",
    "looser_error",
    "looser_form",
    "looser_seen",
    "notice",
    "parse_request",
    "reject_error",
    "reject_form",
    "reject_reason",
    "speech",
    "status_message",
    "text_length",
    "tools_of",
    "trial_blocks",
    "try_form",
]
