"""The database user may be denied UPDATE and DELETE on the record: nothing that the store does needs either."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.cedar import Request
from bot.errors import StoreError
from bot.review.record import Chain, Entry
from bot.review.tested import Example
from bot.storage.store import SqlStore
from tests.support.bot import Bot
from tests.support.world import PATIENT, MovableClock, World

_SQLITE = [
    f"CREATE TRIGGER no_{verb.lower()} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    "CREATE FUNCTION append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION append_only()",
]


async def test_a_whole_life_only_adds_rows(store: SqlStore, clock: MovableClock, database_url: str) -> None:
    """Proposed, voted, created, a test kept and given up, a refusal: all recorded in one chain."""
    async with store.database.write() as connection:
        for statement in _SQLITE if database_url.startswith("sqlite") else _POSTGRESQL:
            await connection.execute(sa.text(statement))
    await store.note(Entry("refused", actor="U1"))
    with pytest.raises(StoreError):
        async with store.database.write() as connection:
            await connection.execute(sa.text("UPDATE audit SET actor = 'U2'"))
    world = World()
    try:
        bot = Bot(store, world, clock, PATIENT)
        proposal = await bot.propose()
        await bot.pass_time()
        await bot.decide(f"{proposal}.1")
        await bot.pass_time()
    finally:
        world.close()
    request = Request("AgentCore::OAuthUser", "ana", "Desk___pay", "g", {}, {})
    example = Example("T-1", "T1", "e", "g", "small", request, True, "U1", datetime(2026, 11, 26, tzinfo=UTC))
    await store.add_example(example, most=9)
    assert await store.remove_example(example, "U1")
    chain, events = Chain(), []
    async for row in store.recorded():
        assert not list(chain.faults(row))
        events.append(row.event)
    assert {"draft.shown", "vote", "draft.approved", "draft.in_effect", "test.added", "test.removed"} <= set(events)
