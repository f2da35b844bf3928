"""The one point that every change of state passes: it is written together with its row in the audit chain."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, fields

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review.record import FIRST, Entry, Row, chained
from bot.storage.base import Part
from bot.storage.engine import Database, open_to_read
from bot.storage.tables import audit

_CHAIN_LOCK = 7_052_913_381
_PAGE = 1000


@dataclass
class Change:
    """A transaction that changes a state, and what of it is recorded when it ends."""

    connection: AsyncConnection
    entries: list[Entry] = field(default_factory=list)

    def note(self, *entries: Entry) -> None:
        """Record something, if the transaction is committed."""
        self.entries += entries


@contextlib.asynccontextmanager
async def changing(database: Database, *, wakes: bool = True) -> AsyncIterator[Change]:
    """A transaction that writes and is recorded."""
    async with database.write(wakes=wakes) as connection:
        change = Change(connection)
        yield change
        if change.entries:
            await connection.run_sync(lambda plain: append(database, plain, change.entries))


def append(database: Database, connection: sa.Connection, entries: Iterable[Entry]) -> None:
    """Add rows at the end of the chain. The lock, where replicas write at once, is held until the commit."""
    if not database.is_sqlite:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    newest = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    rows = chained(entries, database.now(), (found.seq, found.hash) if found else (0, FIRST))
    connection.execute(sa.insert(audit), [asdict(row) for row in rows])


class JournalStore(Part):
    """The part of the store that keeps the record, and gives it out."""

    def answering(self) -> AbstractContextManager[None]:
        """Somebody waits for an answer while the block runs."""
        return self.database.answering()

    async def note(self, entry: Entry) -> None:
        """Record something that changes no state, such as a refusal. Raises StoreError."""
        await self.database.together(lambda step: step.note(entry))

    async def recorded(self, since: str = "") -> AsyncIterator[Row]:
        """The record in its order, from an ISO 8601 instant on; all of it when empty."""
        members = [member.name for member in fields(Row)]
        after = 0
        while True:
            query = sa.select(*(audit.c[name] for name in members)).where(audit.c.seq > after, audit.c.at >= since)
            async with self.database.read() as connection:
                found = (await connection.execute(query.order_by(audit.c.seq).limit(_PAGE))).all()
            for row in found:
                yield Row(*row)
            if len(found) < _PAGE:
                return
            after = found[-1].seq


@contextlib.asynccontextmanager
async def opened_record(url: str) -> AsyncIterator[JournalStore]:
    """The record of a database, to be read beside a running bot. Raises SettingsError, StoreError."""
    database = open_to_read(url)
    try:
        yield JournalStore(database)
    finally:
        await database.close()
