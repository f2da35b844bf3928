"""One vote of a person on one version, whoever clicks how often, and on whichever replica it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from bot.review.model import Draft, DraftState
from bot.review.votes import CastVote, Vote
from bot.storage.store import SqlStore
from tests.contract.store.test_store import a_draft, a_vote, reviewed

Opening = Callable[[str], Awaitable[SqlStore]]


@pytest.fixture
async def replicas(store: SqlStore, opening: Opening, database_url: str) -> Sequence[SqlStore]:
    """Two replicas of one database; on SQLite, which is one process's alone, the one."""
    return store, store if database_url.startswith("sqlite") else await opening(database_url)


async def recorded(store: SqlStore) -> list[tuple[str, str, str]]:
    """What the record has of votes: the event, whose it is, and how they voted."""
    rows = [row async for row in store.recorded() if row.event.startswith("vote")]
    return [(row.event, row.actor, row.data.partition('"vote":')[2].split('"')[1]) for row in rows]


async def cast(replicas: Sequence[SqlStore], draft: Draft, *votes: CastVote) -> list[bool]:
    """Votes that come at one moment, to one replica and the other in turn."""
    places = (replicas[at % 2] for at in range(len(votes)))
    return await asyncio.gather(*(each.cast(vote, draft, draft) for each, vote in zip(places, votes, strict=False)))


async def test_the_same_vote_again_is_recorded_once(replicas: Sequence[SqlStore]) -> None:
    """At one moment on two replicas, and later: everybody is told that it is taken, and one is in the record."""
    store, other = replicas
    draft = a_draft(await reviewed(store))
    assert await cast(replicas, draft, *[a_vote(draft, "U1")] * 4) == [True] * 4
    assert await other.cast(a_vote(draft, "U1"), draft, draft)
    assert await recorded(store) == [("vote", "U1", "approve")]
    assert [vote.user_id for vote in await other.votes(draft.id)] == ["U1"]


async def test_a_vote_anew_after_it_was_taken_back_is_recorded_anew(replicas: Sequence[SqlStore]) -> None:
    store, other = replicas
    draft = a_draft(await reviewed(store))
    assert await store.cast(a_vote(draft, "U1"), draft, draft)
    assert await other.take_back(draft, "U1")
    assert await cast(replicas, draft, *[a_vote(draft, "U1")] * 2) == [True, True]
    assert [event for event, _, _ in await recorded(store)] == ["vote", "vote.taken_back", "vote"]


async def test_another_vote_of_a_person_takes_the_place_of_theirs(replicas: Sequence[SqlStore]) -> None:
    """Approve and then Reject before anybody counts: the no is the one that stands, and both were said."""
    store, other = replicas
    draft = a_draft(await reviewed(store))
    no = a_vote(draft, "U1", vote=Vote.REJECT, reason="Not this one.")
    assert await store.cast(a_vote(draft, "U1"), draft, draft)
    assert await other.cast(no, draft, replace(draft, state=DraftState.REJECTED, deciders=("U1",)))
    assert [(vote.vote, vote.reason) for vote in await store.votes(draft.id)] == [(Vote.REJECT, "Not this one.")]
    assert await recorded(store) == [("vote", "U1", "approve"), ("vote", "U1", "reject")]
    assert not await store.cast(a_vote(draft, "U1"), draft, draft), "it is decided"
    assert not await store.counted(draft, replace(draft, state=DraftState.APPROVED), [a_vote(draft, "U1")])
