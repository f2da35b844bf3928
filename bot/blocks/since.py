"""What an earlier revision said, and what is decided otherwise now: in words, in Cedar and in effect."""

from __future__ import annotations

from bot.blocks.difference import read_difference
from bot.blocks.kit import Block, cut, line, rich, words
from bot.review.found import Since
from bot.review.model import Draft

_RULE = 300


def since_blocks(draft: Draft) -> list[Block]:
    """A paragraph that compares a draft with what it comes instead of; nothing for one that comes instead of none."""
    since = draft.analysis.since
    if since is None:
        return []
    what = f"revision {since.revision}" if since.revision else "the policy as it stands"
    said = [line(words(f"Compared with {what}: ", bold=True), words(_effect(since, draft)))]
    if since.rule and since.rule != draft.fragment:
        said.append(line(words("The rule was: "), words(f"“{cut(since.rule, _RULE)}”")))
    return [rich(*said, *_detail(since, draft))]


def _effect(since: Since, draft: Draft) -> str:
    if since.statements == (draft.statement,):
        return "the Cedar is the same."
    # What another piece was, or is not any more, is told on every card: it may have no card of its own.
    this = "this Cedar is the same" if draft.statement in since.statements else "the Cedar is another"
    if since.difference is None:
        return f"{this}; what changes with all pieces in force is not analysed."
    if read_difference(since.difference).nothing:
        return f"{this}, and with all pieces in force every request is decided alike: proved."
    return f"{this}, and with all pieces in force it decides otherwise:"


def _detail(since: Since, draft: Draft) -> list[Block]:
    if since.difference is None or since.statements == (draft.statement,):
        return []
    timed = "system.now" in (draft.statement or "")
    found = read_difference(since.difference).lines(timed=timed)
    return [line(words(label, bold=True), words(said)) for label, said in found]
