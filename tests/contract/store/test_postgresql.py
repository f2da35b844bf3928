"""What only a database beside the bot brings: connections that end, replicas of two versions, locks of the dead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
import sqlalchemy as sa

from bot.errors import StoreError
from bot.review.clock import SystemClock
from bot.review.work import NOBODY_WAITS
from bot.storage.looking import look_at
from bot.storage.store import SqlStore, open_store
from bot.storage.tables import audit, messages, proposals
from tests.contract.store.test_store import a_proposal
from tests.support.postgres import Cluster

Opening = Callable[[str], Awaitable[SqlStore]]
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :name"


async def _cut(store: SqlStore) -> None:
    """End every other connection to the database, as a failover does."""
    async with store.database.engine.connect() as connection:
        await connection.execute(sa.text(_CUT), {"name": store.database.engine.url.database})


async def test_a_connection_that_is_cut_in_the_middle_leaves_nothing_half_done(
    opening: Opening, postgres: Cluster
) -> None:
    """Many propose while all connections are cut again and again: each is stored with its record, or refused."""
    url = postgres.url()
    store, cutter = await opening(url), await open_store(url, SystemClock())
    outcomes: list[object] = []
    try:
        for number in range(0, 120, 12):
            together = [store.add_proposal(a_proposal(each)) for each in range(number, number + 12)]
            cutting = asyncio.ensure_future(_cut(cutter))
            outcomes += await asyncio.gather(*together, return_exceptions=True)
            await asyncio.gather(cutting, return_exceptions=True)
    finally:
        await cutter.close()
    refused = [each for each in outcomes if isinstance(each, BaseException)]
    assert all(isinstance(each, StoreError) for each in refused)
    async with asyncio.timeout(20):
        while True:
            try:
                assert await store.add_proposal(a_proposal(999)) is not None
                break
            except StoreError:
                continue
    async with store.database.read() as connection:
        stored = set(await connection.scalars(sa.select(proposals.c.id)))
        recorded = list(await connection.scalars(sa.select(audit.c.proposal_id)))
    taken = {f"P-{number:06}" for number, each in enumerate(outcomes) if not isinstance(each, BaseException)}
    assert taken <= stored
    assert sorted(recorded) == sorted(stored)


async def test_who_listens_listens_again_after_a_cut_between_two_steps_of_the_driver(
    opening: Opening, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """asyncpg then raises what is an error of neither its interface nor of PostgreSQL."""
    heard, listens = asyncio.Event(), asyncio.Event()
    cut = [asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress")]
    add = asyncpg.Connection.add_listener

    async def add_listener(connection: Any, *wanted: Any) -> None:
        if cut:
            raise cut.pop()
        await add(connection, *wanted)
        listens.set()

    monkeypatch.setattr(asyncpg.Connection, "add_listener", add_listener)
    url = postgres.url()
    here = await opening(url)
    here.database.subscribe(heard.set)
    async with asyncio.timeout(60):
        await listens.wait()
        elsewhere = await opening(url)
        await elsewhere.add_proposal(a_proposal(1))
        await heard.wait()


async def test_whoever_waits_for_an_answer_has_a_connection_whatever_workers_hold(
    opening: Opening, postgres: Cluster
) -> None:
    """Workers, and who listens for work, have every connection that they may have, and give none back."""
    store = await opening(postgres.url())
    await store.add_proposal(a_proposal(1))
    held = asyncio.Semaphore(0)
    done = asyncio.Event()

    async def work() -> None:
        NOBODY_WAITS.set(True)
        async with store.database.read() as connection:
            await connection.execute(sa.text("SELECT 1"))
            held.release()
            await done.wait()

    working = [asyncio.create_task(work()) for _ in range(9)]
    try:
        async with asyncio.timeout(60):
            for _ in working:
                await held.acquire()
            while "Checked out connections: 10" not in store.database.engine.pool.status():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert await store.proposal("P-000001") is not None
        assert await store.add_proposal(a_proposal(2)) is not None
    finally:
        done.set()
        await asyncio.gather(*working)


async def test_an_older_version_starts_beside_a_newer_one(
    opening: Opening, postgres: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    """While replicas are replaced one by one, the schema may be ahead of one that starts again."""
    caplog.set_level(logging.INFO, logger="bot.storage")
    url = postgres.url()
    newer = await opening(url)
    async with newer.database.write() as connection:
        await connection.execute(sa.text("ALTER TABLE proposals ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT ''"))
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    older = await opening(url)
    assert "of a newer policybot" in caplog.text
    assert await older.add_proposal(a_proposal(1)) is not None
    assert (await newer.proposal("P-000001")) is not None


async def test_what_an_older_version_writes_is_whole(opening: Opening, postgres: Cluster) -> None:
    """It does not know the newest columns: each has a default, so that its rows are rows."""
    store = await opening(postgres.url())
    await store.add_proposal(a_proposal(1))
    async with store.database.write() as connection:
        row = (
            "INSERT INTO messages (id, proposal_id, kind, position, since) VALUES (:id, 'P-000001', 'parent', 0, now())"
        )
        await connection.execute(sa.text(row), {"id": "P-000001/parent"})
        found = (await connection.execute(sa.select(messages))).mappings().one()
    assert (found["looks"], found["tried_at"], found["look_at"]) == (0, None, None)


async def test_locks_of_one_that_sleeps_are_free_after_a_while(opening: Opening, postgres: Cluster) -> None:
    """A statement waits for a lock for seconds and not for ever; a transaction that nobody ends is ended."""
    store = await opening(postgres.url())
    async with store.database.read() as connection:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert await connection.scalar(sa.text(f"SHOW {name}")) != "0"


async def test_a_url_asks_for_tls_as_every_other_client_of_postgresql_reads_it(
    opening: Opening, postgres: Cluster
) -> None:
    """As providers hand it out. This server has none: whoever insists on it is not connected without it."""
    url = postgres.url()
    store = await opening(f"{url}?sslmode=prefer&target_session_attrs=any")
    assert await store.add_proposal(a_proposal(1)) is not None
    with pytest.raises(StoreError, match="rejected SSL"):
        await opening(f"{url}?sslmode=require")
    with pytest.raises(StoreError, match="rejected SSL"):
        await look_at(f"{url}?sslmode=require")
    with pytest.raises(StoreError, match="No such file"):
        await opening(f"{url}?sslmode=verify-full&sslrootcert=/nowhere.pem")
