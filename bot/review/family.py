"""The pieces of one rule wherever they are reviewed: one whose Cedar somebody edited is a proposal of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.review import together
from bot.review.model import Draft, Proposal
from bot.review.stores import Records


async def pieces_of(store: Records, proposal: Proposal) -> tuple[Draft, ...]:
    """The drafts of a proposal, then the other pieces of its rule; none in whose place another is reviewed."""
    own = await store.drafts(proposal.id)
    if not _edited(proposal) and all(map(together.holds, own)):
        return own
    others = _kin(proposal, await store.thread(proposal.thread_of or proposal.id))
    drafts, gone = list(own), {proposal.wanted.instead_of if proposal.wanted else ""}
    for each in others:
        found = await store.drafts(each.id)
        drafts += found
        gone |= {each.wanted.instead_of} if each.wanted and found else set()  # until then nothing is in its place
    return tuple(draft for draft in drafts if draft.id not in gone)


def _edited(proposal: Proposal) -> bool:
    return bool(proposal.wanted and proposal.wanted.instead_of)


def _kin(proposal: Proposal, thread: Sequence[Proposal]) -> list[Proposal]:
    """Those of a thread that review pieces of the same rule as a proposal does."""
    known = {proposal.id}
    links = [(each.id, each.revises) for each in thread if _edited(each)]
    while more := {end for link in links if known & {*link} for end in link} - known:
        known |= more
    return [each for each in thread if each.id in known - {proposal.id}]
