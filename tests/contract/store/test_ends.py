"""What is taken back by itself on a route, as the database has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import StaleWrite
from bot.review.model import Act, Draft, DraftState, ProposalState
from bot.review.work import WorkKind
from bot.storage.store import SqlStore
from tests.contract.store.test_store import NOON, a_draft, a_proposal, reviewed, take


def an_end(number: int, ordinal: int, days: int, state: DraftState = DraftState.SCHEDULED) -> Draft:
    """One that takes back what the first draft of a proposal did."""
    proposal, until = a_proposal(number), NOON + timedelta(days=days)
    undoes = f"{proposal.id}.1"
    return a_draft(proposal, ordinal, state=state, act=Act.REVOKE, until=until, undoes=undoes, policy_id=f"p-{number}")


async def test_the_ends_of_a_route_are_those_of_its_engine_and_its_gateway(store: SqlStore) -> None:
    """In an order that lasts, as they were written, whoever proposed them; what was done or given up is none."""
    places = [("e1", "g1"), ("e1", "g1"), ("e1", "g2"), ("e2", "g1")]
    made = {}
    for number, (engine, gateway) in enumerate(places, 1):
        first = a_draft(a_proposal(number), until=NOON + timedelta(days=number), policy_id=f"p-{number}")
        made[number] = an_end(number, 2, 9 - number)
        other = an_end(number, 3, 1, DraftState.REPLACED if number % 2 else DraftState.IN_EFFECT)
        where = a_proposal(number, state=ProposalState.IN_REVIEW, engine_id=engine, gateway_arn=gateway)
        await store.add_proposal(where)
        drafts = (first, made[number], other)
        await store.move_proposal(await take(store, WorkKind.PROPOSAL), where, where, due=False, drafts=drafts)
    assert await store.ends("e1", "g1") == (made[1], made[2])
    assert await store.ends("e1", "g2") == (made[3],)
    assert await store.ends("e2", "g1") == (made[4],)
    assert await store.ends("e2", "g2") == ()
    assert await store.scheduled("e1", "p-3") == (made[3],)


async def test_an_end_is_one_until_it_begins(store: SqlStore) -> None:
    """From then on what it does stands on the engine, and a card beside it reads that there."""
    await reviewed(store, an_end(1, 2, 1))
    (end,) = await store.ends("e1", "g1")
    claim = await take(store, WorkKind.DRAFT)
    await store.move_draft(claim, end, replace(end, state=DraftState.SENDING), due=True)
    assert await store.ends("e1", "g1") == ()


async def test_of_an_end_that_others_write_meanwhile_nothing_is_overwritten(store: SqlStore) -> None:
    """Put off by two at once: one of them is told, and the other stands."""
    draft = a_draft(a_proposal(), state=DraftState.APPROVED)
    await reviewed(store, draft, an_end(1, 2, 1))
    (end,) = await store.ends("e1", "g1")
    later = replace(end, until=NOON + timedelta(days=5), digest="d2")
    claims = {claim.id: claim for claim in await store.claim(WorkKind.DRAFT, limit=9, lease=15.0)}
    done = replace(draft, state=DraftState.SENDING)
    await store.move_draft(claims[draft.id], draft, done, due=True, others=((end, later),))
    assert await store.ends("e1", "g1") == (later,)
    again = {claim.id: claim for claim in await store.claim(WorkKind.DRAFT, limit=9, lease=15.0)}[draft.id]
    settling = replace(done, state=DraftState.SETTLING)
    with pytest.raises(StaleWrite):
        await store.move_draft(again, done, settling, due=True, others=((end, replace(later, until=NOON)),))
    assert await store.ends("e1", "g1") == (later,)
