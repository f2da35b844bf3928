"""The record in the database: rows are only ever added, in one chain whoever writes, and read beside a running bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from bot.review.record import Chain, Entry, Row
from bot.storage.journal import opened_record
from bot.storage.store import SqlStore
from tests.support.world import MovableClock

OpenStore = Callable[[str], Awaitable[SqlStore]]


async def rows_of(store: SqlStore, since: str = "") -> list[Row]:
    return [row async for row in store.recorded(since)]


def holds(rows: list[Row]) -> bool:
    chain = Chain()
    return not [said for row in rows for said in chain.faults(row)]


async def test_replicas_that_write_at_once_make_one_chain(
    store: SqlStore, opening: OpenStore, database_url: str
) -> None:
    """SQLite has one process only; there the tasks of one store write."""
    stores = [store, store] if database_url.startswith("sqlite") else [store, await opening(database_url)]
    notes = [
        each.note(Entry("refused", data={"replica": number, "note": note}))
        for note in range(30)
        for number, each in enumerate(stores)
    ]
    await asyncio.gather(*notes)
    rows = await rows_of(store)
    assert len(rows) == 60
    assert holds(rows)


async def test_a_row_that_the_database_changed_is_found(store: SqlStore) -> None:
    for number in range(5):
        await store.note(Entry("refused", actor="U1", data={"number": number}))
    async with store.database.write() as connection:
        await connection.execute(sa.text("UPDATE audit SET actor = 'U2' WHERE seq = 3"))
    assert not holds(await rows_of(store))


async def test_the_record_is_read_from_an_instant_on_and_beside_a_running_bot(
    store: SqlStore, clock: MovableClock, database_url: str
) -> None:
    await store.note(Entry("first"))
    clock.advance(3600)
    since = clock.now().isoformat(timespec="microseconds")
    await store.note(Entry("second"))
    async with opened_record(database_url) as record:
        assert [row.event async for row in record.recorded()] == ["first", "second"]
        assert [row.event async for row in record.recorded(since)] == ["second"]
