"""What `/policy help` and `/policy status` answer, in private."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.kit import (
    Block,
    bullets,
    code,
    context,
    cut,
    escape,
    header,
    line,
    markup,
    person,
    quote,
    rich,
    section,
    when,
    words,
)
from bot.blocks.proposal import state_sentence
from bot.review.model import SlackMessage
from bot.review.service import ProposalStatus

_LISTED = 10


def help_message(command: str = "/policy") -> SlackMessage:
    """How to use the bot, with a rule to copy."""
    lines = [
        (f"{command} RULE", "proposes a rule: the policies that come of it are reviewed in a thread of this channel"),
        (f"{command} status", "shows your open proposals and those of this channel"),
        (f"{command} status ID", "shows one proposal"),
        (f"{command} help", "shows this"),
    ]
    blocks: list[Block] = [
        section("Say in one sentence who may, or may not, call which tool, and on which condition. For example:"),
        rich(code(f"{command} allow support agents to call refund tool if the amount is below 500")),
        rich(bullets([[words(typed, code=True), words(f" {does}")] for typed, does in lines])),
        section(
            "Nothing takes effect until an approver approves it, and then log-only: AgentCore records what the policy "
            "decides and blocks nothing. You cannot approve your own proposal."
        ),
    ]
    return SlackMessage(f"Type {command} and a rule, such as: {lines[0][0]}.", tuple(blocks))


def status_message(proposals: Sequence[ProposalStatus]) -> SlackMessage:
    """Proposals with where they stand, the newest first."""
    if not proposals:
        sentence = "There is no open proposal of yours or in this channel. Type /policy and a rule to make one."
        return SlackMessage(sentence, (section(sentence),))
    count = len(proposals)
    blocks: list[Block] = [header(f"{count} proposal{'' if count == 1 else 's'}")]
    for found in proposals[:_LISTED]:
        proposal, drafts = found.proposal, found.drafts
        blocks.append(
            rich(
                line(words(proposal.id, bold=True), words(", by "), person(proposal.requester_id)),
                quote(cut(proposal.rule, 300, keep="\n")),
            )
        )
        blocks.append(section(cut(state_sentence(proposal, drafts), 400)))
        blocks.append(markup(f"Proposed {when(proposal.created_at)}"))
    if count > _LISTED:
        blocks.append(context(f"… and {count - _LISTED} more. Name one: /policy status ID."))
    lines = [f"{found.proposal.id}: {cut(state_sentence(found.proposal, found.drafts), 200)}" for found in proposals]
    return SlackMessage(escape("\n".join(lines[:_LISTED])), tuple(blocks))
