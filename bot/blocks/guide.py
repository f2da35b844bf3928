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
from bot.review.messages import SlackMessage
from bot.review.service import ProposalStatus

_LISTED = 10


def help_message(command: str = "/policy") -> SlackMessage:
    """How to use the bot, with a rule to copy."""
    lines = [
        (f"{command} RULE", "proposes a rule: the policies that come of it are reviewed in a thread of this channel"),
        (f"{command} status", "shows your open proposals and those of this channel"),
        (f"{command} status ID", "shows one proposal"),
        (f"{command} who", "shows who may do what here, and what an approval takes"),
        (f"{command} list", "shows the policies that stand, to look at, promote, demote or revoke"),
        (f"{command} list TEXT", "shows those that have TEXT in them"),
        (f"{command} show NAME", "shows one policy: its Cedar, what it says, and who made it"),
        (f"{command} explain NAME", "says what a policy does, who made it, and what falls if it goes"),
        (f"{command} history NAME", "shows what was recorded of a policy, or of a proposal by its ID"),
        (
            f"{command} why role=VALUE TOOL INPUT=VALUE",
            "says whether that call is allowed today and by which policies; or paste a denial that an agent got",
        ),
        (f"{command} can TOOL when CONDITION", "says who can call a tool, and that nobody else can where it is proved"),
        (f"{command} ask QUESTION", "answers who can, whether somebody can, or what they can"),
        (
            f"{command} test list",
            "shows the requests that must stay allowed, or denied; test add and test remove change them",
        ),
        (f"{command} RULE --for 7 days", "is taken back by itself then; --until 2026-12-31 18:00 UTC as well"),
        (f"{command} RULE --test NAME allow CALL", "brings a request that must stay allowed, or denied: deny CALL"),
        (f"{command} help", "shows this"),
    ]
    blocks: list[Block] = [
        section("Say in one sentence who may, or may not, call which tool, and on which condition. For example:"),
        rich(code(f"{command} allow support agents to call refund tool if the amount is below 500")),
        rich(bullets([[words(typed, code=True), words(f" {does}")] for typed, does in lines])),
        section(
            "Nothing takes effect until it is approved, and then log-only: AgentCore records what the policy "
            f"decides and blocks nothing. {command} who says who may approve."
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
