"""Watched routes in the database: one replica looks, and nothing known is lost or written by whoever lost its lease."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.errors import StaleWrite
from bot.review.drift import Drift, Look, Watch
from bot.review.evidence import Flips, Seen
from bot.review.model import DraftState
from bot.review.record import Entry
from bot.review.reported import PolicyRecord
from bot.review.work import Claim, WorkKind
from bot.storage import tables
from bot.storage.store import SqlStore
from tests.contract.store.test_store import a_draft, a_proposal
from tests.support.world import MovableClock

OpenStore = Callable[[str], Awaitable[SqlStore]]
ROUTES = [("C1", "e1", "g1"), ("C2", "e1", "g1"), ("", "e2", "g2")]


async def take(store: SqlStore, lease: float = 15.0) -> list[Claim]:
    return list(await store.claim(WorkKind.WATCH, limit=9, lease=lease))


async def watches(store: SqlStore, claims: list[Claim]) -> dict[str, Watch]:
    found = [await store.watch(each.id) for each in claims]
    return {each.engine_id: each for each in found if each is not None}


async def test_a_route_is_watched_once_and_its_first_channel_counts(store: SqlStore) -> None:
    await store.watch_routes("T1", ROUTES)
    await store.watch_routes("T1", ROUTES)
    claims = await take(store)
    found = await watches(store, claims)
    assert {engine: (each.channel_id, each.gateway_arn, each.team_id) for engine, each in found.items()} == {
        "e1": ("C1", "g1", "T1"),
        "e2": ("", "g2", "T1"),
    }
    assert all(each.seen is None for each in found.values())
    assert await take(store) == [], "one replica looks"


async def test_replicas_that_start_at_the_same_moment_watch_the_same(
    store: SqlStore, opening: OpenStore, database_url: str
) -> None:
    alone = database_url.startswith("sqlite")
    stores = [store, *[store if alone else await opening(database_url) for _ in range(3)]]
    await asyncio.gather(*(each.watch_routes("T1", ROUTES) for each in stores))
    assert len(await take(store)) == 2


async def test_a_route_that_is_gone_rests_and_keeps_what_is_known(store: SqlStore) -> None:
    await store.watch_routes("T1", ROUTES)
    claims = await take(store)
    known = (await watches(store, claims))["e1"]
    for each in claims:
        watch = await store.watch(each.id)
        assert watch is not None
        await store.watched(each, replace(watch, glance="seen"), after=0.0)
    await store.watch_routes("T1", ROUTES[2:])
    assert [each.id for each in await take(store)] != [known.id]
    await store.watch_routes("T1", [("C9", "e1", "g1")])
    again = await store.watch(known.id)
    assert again is not None
    assert (again.channel_id, again.glance) == ("C9", "seen")
    assert [each.id for each in await take(store)] == [known.id]
    await store.watch_routes("T1", ())
    assert await take(store, lease=0.0) == []


def in_json(watch: Watch) -> str:
    return json.dumps(asdict(watch), sort_keys=True)


async def test_what_is_known_comes_back_and_is_due_again(store: SqlStore, clock: MovableClock) -> None:
    await store.watch_routes("T1", ROUTES[:1])
    [claim] = await take(store)
    watch = await store.watch(claim.id)
    assert watch is not None
    policy = PolicyRecord("p-1", "one", "ACTIVE", "permit(principal, action, resource);", "LOG_ONLY", ("a", "b"))
    target = {"name": "Desk", "unreadable": "", "tools": [{"name": "pay", "input": {"type": "object"}, "spoiled": ""}]}
    look = Look("e1", "ENFORCE", {"p-1": policy}, {"Desk___pay": "x"}, (target,), {"p-1": "P-000001.1"})
    drift = Drift(1, ("It was.",), look.as_json(), {"tools": [1]}, place=True, channel="C1", key="k")
    after = replace(watch, glance="g", seen=look.as_json(), count=2, open=(drift, drift), waits=3)
    await store.watched(claim, after, after=300.0, entry=Entry("drift", "T1", data={"said": ["It was."]}))
    back = await store.watch(claim.id)
    assert back is not None
    assert in_json(back) == in_json(after)
    assert back.seen is not None
    assert Look.from_json(back.seen) == look
    assert back.policy_ids == {"p-1"}
    assert [(row.event, row.team_id) async for row in store.recorded()] == [("drift", "T1")]
    assert await take(store) == []
    clock.advance(300)
    assert [each.id for each in await take(store)] == [claim.id]


async def test_looks_are_kept_once_and_only_as_long_as_they_are_named(store: SqlStore) -> None:
    """A thousand policies do not lie in the row twenty times."""
    await store.watch_routes("T1", ROUTES[:1])
    [claim] = await take(store)
    watch = await store.watch(claim.id)
    assert watch is not None
    text = "permit(principal, action, resource);"
    many = {f"p-{at}": PolicyRecord(f"p-{at}", f"policy_{at}", "ACTIVE", text) for at in range(1000)}
    one, other = (Look("e1", mode, many).as_json() for mode in ("ENFORCE", "LOG_ONLY"))
    open_ = tuple(Drift(number, ("It was.",), one) for number in range(20))

    async def kept() -> list[int]:
        async with store.database.read() as connection:
            sizes = sa.select(sa.func.length(tables.looks.c.body))
            return list(await connection.scalars(sizes))

    await store.watched(claim, replace(watch, seen=other, open=open_), after=0.0)
    assert len(await kept()) == 2
    assert sum(await kept()) < 100_000
    back = await store.watch(claim.id)
    assert back is not None
    assert in_json(back) == in_json(replace(watch, seen=other, open=open_))
    [claim] = await take(store)
    await store.watched(claim, replace(watch, seen=other), after=0.0)
    assert len(await kept()) == 1


async def test_whoever_lost_its_lease_neither_writes_nor_records(store: SqlStore) -> None:
    await store.watch_routes("T1", ROUTES[:1])
    [late] = await take(store, lease=-1.0)
    [claim] = await take(store)
    watch = await store.watch(claim.id)
    assert watch is not None
    with pytest.raises(StaleWrite):
        await store.watched(late, replace(watch, glance="late"), after=0.0, entry=Entry("drift"))
    assert await store.watch(claim.id) == watch
    assert [row async for row in store.recorded()] == []
    await store.watched(claim, replace(watch, glance="held"), after=0.0)


async def put(
    store: SqlStore, number: int, state: DraftState, policy_id: str, engine: str = "e1", gateway: str = "g1"
) -> str:
    """A draft of a proposal of its own that came to a state now."""
    where = {"engine_id": engine, "gateway_arn": gateway}
    proposal = a_proposal(number, **where, channel_id=f"C{number}", thread_ts=str(number))
    added = await store.add_proposal(proposal)
    assert added is not None
    (claim,) = await store.claim(WorkKind.PROPOSAL, limit=1, lease=15.0)
    draft = a_draft(proposal, state=state, policy_id=policy_id)
    await store.move_proposal(claim, added[0], added[0], due=False, drafts=[draft])
    return draft.id


async def test_the_drafts_that_were_sent_come_in_their_order(store: SqlStore, clock: MovableClock) -> None:
    """As they came to their states, not as they were decided: what takes a change back was approved with it."""
    wanted = []
    for number, state in ((3, DraftState.IN_EFFECT), (1, DraftState.NOT_ENACTED), (2, DraftState.SETTLING)):
        wanted.append(await put(store, number, state, "p-1"))
        clock.advance(1)
    await put(store, 4, DraftState.IN_REVIEW, "p-1")
    await put(store, 5, DraftState.IN_EFFECT, "p-2")
    await put(store, 6, DraftState.IN_EFFECT, "p-1", "e2")
    assert [each.id for each in await store.sent("e1", ["p-1"])] == wanted
    assert await store.sent("e1", []) == ()
    assert not await store.busy("e1")
    newer = await put(store, 7, DraftState.IN_EFFECT, "p-1")
    enacted = await store.enacted("e1", "p-1")
    assert enacted is not None
    assert enacted.id == newer


async def test_an_engine_is_busy_while_something_is_sent_there(store: SqlStore, clock: MovableClock) -> None:
    await put(store, 1, DraftState.SENDING, "")
    assert await store.busy("e1")
    assert not await store.busy("e2")
    draft_id = await put(store, 2, DraftState.APPROVED, "p-1", "e2")
    clock.advance(timedelta(days=1).total_seconds())
    claims = await store.claim(WorkKind.DRAFT, limit=9, lease=15.0)
    mine = next((each for each in claims if each.id == draft_id), None)
    assert mine is not None
    assert await store.take_turn(mine, "e2")
    assert await store.busy("e2")
    await store.end_turn(mine)
    assert not await store.busy("e2")


async def test_the_newest_proposal_names_the_channel(store: SqlStore) -> None:
    assert await store.channel_of("T1", "e1") == ""
    await store.add_proposal(a_proposal(1, channel_id="C1", thread_ts="1"))
    later = a_proposal(2).created_at + timedelta(hours=1)
    await store.add_proposal(a_proposal(2, channel_id="C2", thread_ts="2", created_at=later))
    assert await store.channel_of("T1", "e1") == "C2"
    assert await store.channel_of("T1", "e2") == ""


async def test_what_was_recorded_is_kept_with_the_drafts_that_show_it(store: SqlStore) -> None:
    """Of those in effect and log-only, and of open promotions; messages are marked where a count is another."""
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    seen = Seen(at, at + timedelta(hours=1), calls=3, matches=2, flips=1, errors=0, by_tool=(Flips("Desk___pay", 1),))
    shown = await put(store, 1, DraftState.IN_EFFECT, "p-1")
    other = await put(store, 2, DraftState.IN_EFFECT, "p-2")
    gone = await put(store, 3, DraftState.NOT_ENACTED, "p-1")
    elsewhere = await put(store, 4, DraftState.IN_EFFECT, "p-1", engine="e2")
    beside = await put(store, 5, DraftState.IN_EFFECT, "p-1", gateway="g2")

    async def kept(draft_id: str) -> Seen | None:
        draft = await store.draft(draft_id)
        assert draft is not None
        return draft.evidence

    async def marked() -> int:
        async with store.database.read() as connection:
            return int(await connection.scalar(sa.select(sa.func.sum(tables.messages.c.wanted))) or 0)

    before = await marked()
    await store.observed("e1", "g1", {"p-1": seen})
    assert [await kept(each) for each in (shown, other, gone, elsewhere)] == [seen, None, None, None]
    assert await kept(beside) is None, "another gateway of the same engine records other calls"
    after = await marked()
    assert after > before
    later = replace(seen, until=seen.until + timedelta(hours=1))
    await store.observed("e1", "g1", {"p-1": later})
    assert await kept(shown) == later
    assert await marked() == after, "nothing that a card shows is another"
    await store.observed("e1", "g1", {"p-1": replace(later, matches=3)})
    assert await marked() > after
    await store.observed("e1", "g1", {})
