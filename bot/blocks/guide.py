"""What `/policy help` and `/policy status` answer, in private."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.kit import (
    Block,
    bullets,
    code,
    cut,
    escape,
    header,
    line,
    markup,
    person,
    quote,
    rich,
    section,
    turns,
    when,
    words,
)
from bot.blocks.proposal import state_sentence
from bot.blocks.refusing import SHAPE
from bot.review.messages import SlackMessage
from bot.review.reading import Hint
from bot.review.service import Statuses


def help_message(command: str = "/policy", here: Hint | None = None) -> SlackMessage:
    """How to use the bot, with a rule to copy that works `here`, as far as that is known."""
    lines = [
        (command, "opens a form to write a rule in, which says how it is read"),
        (f"{command} RULE", "proposes a rule: the policies that come of it are reviewed in a thread of this channel"),
        (f"{command} status", "shows your open proposals and those of this channel"),
        (f"{command} status ID", "shows one proposal"),
        (f"{command} who", "shows who may do what here, and what an approval takes"),
        (f"{command} list", "shows the policies that stand, to look at, promote, demote or revoke"),
        (f"{command} list TEXT", "shows those that have TEXT in them"),
        (f"{command} show NAME", "shows one policy: its Cedar, what it says, and who made it"),
        (f"{command} tools", "shows the tools of this channel's gateway, and what each takes; tools TEXT some of them"),
        (f"{command} use", "shows which gateways this channel's rules may go to; use NAME sends them to one of them"),
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
    example = here.example if here and here.example else SHAPE.removeprefix("/policy ")
    blocks: list[Block] = [
        section("Say in one sentence who may, or may not, call which tool, and on which condition. For example:"),
        rich(code(f"{command} {example}")),
        rich(bullets([[words(typed, code=True), words(f" {does}")] for typed, does in lines])),
        section(f"Nothing takes effect until it is approved{_then(here)}. {command} who says who may approve."),
    ]
    return SlackMessage(f"Type {command} and a rule, such as: {command} {escape(example)}.", tuple(blocks))


def _then(here: Hint | None) -> str:
    """What an approval makes of a policy first."""
    if here is None:
        return ""
    if here.enforcement_mode == "LOG_ONLY":
        return ", and then log-only: AgentCore records what the policy decides and blocks nothing until it is promoted"
    return ", and then at once: AgentCore enforces the policy where the gateway asks this engine"


def status_message(found: Statuses) -> SlackMessage:
    """A page of proposals with where they stand, the newest first."""
    if not found.proposals:
        sentence = "There is no open proposal of yours or in this channel. Type /policy and a rule to make one."
        return SlackMessage(sentence, (section(sentence),))
    pages = f", page {found.page} of {found.pages}" if found.pages > 1 else ""
    blocks: list[Block] = [header(f"{found.total} proposal{'' if found.total == 1 else 's'}{pages}")]
    for proposal, drafts in found.proposals:
        blocks.append(
            rich(
                line(words(proposal.id, bold=True), words(", by "), person(proposal.requester_id)),
                quote(cut(proposal.rule, 300, keep="\n")),
            )
        )
        blocks.append(section(cut(state_sentence(proposal, drafts), 400)))
        blocks.append(markup(f"Proposed {when(proposal.created_at)}"))
    blocks += turns(ids.STATUS_BACK, ids.STATUS_ON, found.page, found.pages, labels=("Newer", "Older"))
    lines = [f"{proposal.id}: {cut(state_sentence(proposal, drafts), 200)}" for proposal, drafts in found.proposals]
    return SlackMessage(escape("\n".join(lines)), tuple(blocks))
