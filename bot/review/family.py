"""The pieces of one rule wherever they are reviewed: one whose Cedar somebody edited is a proposal of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.review import timed, together
from bot.review.model import Act, Draft, DraftState, Origin, Proposal
from bot.review.stores import Records, Store

_BRINGS = frozenset({Act.CREATE, Act.REPLACE})
_MOST_TIMES = 20


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


async def rule_behind(store: Store, proposal: Proposal) -> tuple[Draft, ...]:
    """The pieces of the rule that the policy came of which a proposal enforces, or brings back; none for others."""
    wanted = proposal.wanted
    if wanted is None or not (wanted.act is Act.PROMOTE or wanted.undoes):
        return ()
    policy_id = wanted.policy_id
    for _ in range(_MOST_TIMES):
        past = await store.past(proposal.engine_id, [policy_id])
        made = [each for each in past if each.draft.act in _BRINGS and each.draft.state is DraftState.IN_EFFECT]
        ruled = [each for each in made if each.proposal.origin is Origin.RULE or each.draft.act is Act.CREATE]
        if not ruled:
            return ()
        undoes = ruled[-1].draft.undoes
        gone = await store.draft(undoes) if undoes else None
        if gone is None:
            return timed.pieces(await pieces_of(store, ruled[-1].proposal))
        policy_id = gone.policy_id  # brought back, it has another id than before
    return ()


def _edited(proposal: Proposal) -> bool:
    return bool(proposal.wanted and proposal.wanted.instead_of)


def _kin(proposal: Proposal, thread: Sequence[Proposal]) -> list[Proposal]:
    """Those of a thread that review pieces of the same rule as a proposal does."""
    known = {proposal.id}
    links = [(each.id, each.revises) for each in thread if _edited(each)]
    while more := {end for link in links if known & {*link} for end in link} - known:
        known |= more
    return [each for each in thread if each.id in known - {proposal.id}]
