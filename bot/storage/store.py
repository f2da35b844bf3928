"""The store: one class over the parts that read, queue and move."""

from __future__ import annotations

import sqlalchemy as sa

from bot.review.ports import Clock
from bot.storage import tables
from bot.storage.bindings import BindingStore
from bot.storage.counting import CountingStore
from bot.storage.decisions import DecisionStore
from bot.storage.engine import Database, open_database
from bot.storage.examples import ExampleStore
from bot.storage.histories import HistoryStore
from bot.storage.installations import InstallationStore
from bot.storage.journal import JournalStore
from bot.storage.keeping import KeepingStore
from bot.storage.listen import Listener
from bot.storage.moves import MoveStore
from bot.storage.postings import PostingStore
from bot.storage.queue import TABLES, QueueStore
from bot.storage.records import RecordStore
from bot.storage.turns import TurnStore
from bot.storage.watches import WatchStore


class SqlStore(
    RecordStore,
    DecisionStore,
    QueueStore,
    MoveStore,
    TurnStore,
    PostingStore,
    JournalStore,
    HistoryStore,
    ExampleStore,
    WatchStore,
    BindingStore,
    KeepingStore,
    InstallationStore,
    CountingStore,
):
    """`bot.review.stores.Store` and `bot.installed.Installations` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, listener: Listener | None = None) -> None:
        super().__init__(database)
        self._listener = listener

    async def ping(self) -> None:
        """Ask the database for nothing. Raises StoreError when it does not answer."""
        async with self.database.read() as connection:
            await connection.execute(sa.select(1))

    async def close(self) -> None:
        """Close every connection and let another process have the file."""
        try:
            if self._listener:
                await self._listener.stop()
        finally:
            await self.database.close()


async def open_store(url: str, clock: Clock) -> SqlStore:
    """Open the store at a URL (`sqlite:///FILE` or `postgresql://…`) with its schema up to date.

    On SQLite the file is this process's alone, so leases of a process that died are dropped. Raises SettingsError when
    the URL cannot be used, StoreError when the database fails.
    """
    database = await open_database(url, clock)
    if not database.is_sqlite:
        listener = Listener(database)
        listener.start()
        return SqlStore(database, listener)
    async with database.write() as connection:
        held = sa.update(tables.messages).where(tables.messages.c.lease.is_not(None))
        await connection.execute(held.values(fingerprint=""))  # whoever held it may have shown something else
        for table in dict.fromkeys(TABLES.values()):
            await connection.execute(sa.update(table).values(lease=None, lease_until=None))
    return SqlStore(database)
