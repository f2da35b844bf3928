"""Opening the database: one URL, the settings that durability needs, the schema of today."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.elements import ColumnElement

from bot.errors import SettingsError, StoreError
from bot.private import private_file
from bot.review.clock import SystemClock
from bot.review.ports import Clock
from bot.review.record import Entry
from bot.review.work import NOBODY_WAITS
from bot.storage.aside import Aside, InLoop, InThread
from bot.storage.groups import Groups, Step
from bot.storage.turnstile import Turnstile
from bot.storage.urls import as_a_dsn, read_url

_T = TypeVar("_T")
_BUSY_MS = 5000
_CONNECT_SECONDS = 3
_COMMAND_SECONDS = 10
_CALM_SECONDS = 1.0
_END_SECONDS = 2.0
_WORKERS, _PEOPLES = 10, 6
"""Connections to PostgreSQL at most; one more is for what people do."""
_SERVER_SETTINGS = {
    "application_name": "policybot",
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}
"""PostgreSQL gives up as well: what a process that is gone, or asleep, has locked is free after that."""


class Database:
    """An open database. Transactions of it raise StoreError when the database fails them."""

    def __init__(self, engine: AsyncEngine, clock: Clock, lock: FileLock | None) -> None:
        self.engine = engine
        self._peoples = engine if engine.dialect.name == "sqlite" else _postgresql_engine(engine.url, _PEOPLES)
        self.clock = clock
        self._lock = lock
        self._turns = Turnstile()
        self._aside: Aside | None = None
        self._groups = Groups(self._transaction, self._append, self.wake)
        self._wakers: list[Callable[[], None]] = []
        self._under_way = 0
        self._ended = asyncio.Event()
        self._closed = False

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def _mine(self) -> AsyncEngine:
        """Whoever a person waits for has connections that no worker can have taken, all at once, for long."""
        return self.engine if NOBODY_WAITS.get() else self._peoples

    def now(self) -> datetime:
        """The time of the application: what due times are compared with."""
        return self.clock.now()

    def database_now(self) -> ColumnElement[float]:
        """The database's own time in seconds: what leases are compared with."""
        if self.is_sqlite:
            return sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Float)
        return sa.literal_column("extract(epoch from clock_timestamp())::float8", sa.Float)

    def text_of(self, statement: sa.ClauseElement) -> str:
        """A statement as this database reads it, its values written out."""
        return str(statement.compile(dialect=self._mine.dialect, compile_kwargs={"literal_binds": True}))

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call `wake` after commits that made work."""
        self._wakers.append(wake)

    def wake(self) -> None:
        """Tell the workers of this process that there may be work."""
        for waker in self._wakers:
            waker()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        await self._let_people_first()
        async with drivers_errors(), self._while_open(), self._mine.connect() as plain:
            connection = await plain.execution_options(policybot_reads=True)
            async with connection.begin():
                yield connection

    @contextlib.asynccontextmanager
    async def write(self, *, wakes: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes what nobody waits for; one at a time on SQLite. With `wakes`, workers everywhere
        are told after it."""
        await self._let_people_first()
        turn = self._turns.turn() if self.is_sqlite else contextlib.nullcontext()
        async with turn, drivers_errors(), self._while_open(), self._mine.begin() as connection:
            yield connection
            if wakes and not self.is_sqlite:
                await connection.execute(sa.text("SELECT pg_notify('policybot', '')"))
        if wakes:
            self.wake()

    async def together(self, work: Callable[[Step], _T], *order: str) -> _T:
        """Write what a person waits for, in one transaction with what others do at this moment; workers are told.

        `work` gets a connection and what is recorded with it; it is committed when this returns. Units that lock the
        same rows name them in the same `order`.
        """
        async with drivers_errors(), self._while_open():
            return await self._groups.run(work, *order)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits for an answer while the block runs: work that nobody waits for holds still, for a moment."""
        with contextlib.nullcontext() if NOBODY_WAITS.get() else self._groups.present():
            yield

    async def _let_people_first(self) -> None:
        if NOBODY_WAITS.get():
            await self._groups.calm(_CALM_SECONDS)

    @contextlib.asynccontextmanager
    async def _while_open(self) -> AsyncIterator[None]:
        """A transaction that `close` waits for. After it none begins: its connection would stay open."""
        if self._closed:
            raise StoreError("The database is closed.")
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._ended.set()

    async def _transaction(self, work: Callable[[sa.Connection], _T]) -> _T:
        if self._aside is None:
            url = self.engine.url
            self._aside = InThread(_thread_engine(url)) if self.is_sqlite else InLoop(_postgresql_engine(url, 1))
        async with self._turns.turn(ahead=True) if self.is_sqlite else contextlib.nullcontext():
            return await self._aside.run(work)

    def _append(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        from bot.storage.journal import append  # which knows this module

        append(self, connection, entries)

    async def close(self) -> None:
        """Close every connection and let another process have the file. What is under way has a moment to end."""
        self._closed = True
        self._ended.clear()
        if self._under_way:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await self._ended.wait()
        await self._groups.close()
        aside, self._aside = self._aside, None
        if aside:
            await aside.close()
        await self.engine.dispose()
        await self._peoples.dispose()
        if self._lock:
            self._lock.release()


@contextlib.asynccontextmanager
async def drivers_errors() -> AsyncIterator[None]:
    """The errors of drivers become StoreError. asyncpg's own derive from none of SQLAlchemy's while it connects."""
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise StoreError(f"The database did not answer as it should: {_first_line(error)}.") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "asyncpg":
            raise
        raise StoreError(f"The database did not answer as it should: {_first_line(error)}.") from error


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")


async def open_database(url: str, clock: Clock) -> Database:
    """Open the database at a URL and bring its schema up to date.

    `sqlite:///FILE`, `sqlite+aiosqlite:///FILE`, `postgresql://…` and `postgresql+asyncpg://…` are understood. Raises
    SettingsError when the URL cannot be used or the file is another process's, StoreError when the database fails.
    """
    from bot.storage.schema import upgrade  # Alembic is only needed here

    parsed = read_url(url)
    lock = None
    if parsed.drivername == "sqlite+aiosqlite":
        lock = _lock_file(parsed.database or "")
        engine = create_async_engine(parsed, connect_args={"timeout": _BUSY_MS / 1000}, pool_size=5)
        _prepare_sqlite(engine.sync_engine)
    else:
        engine = _postgresql_engine(parsed, _WORKERS)
    database = Database(engine, clock, lock)
    try:
        if lock is not None:
            async with database.write() as connection:
                await connection.run_sync(upgrade)
        else:
            await _migrated(parsed, upgrade)
    except BaseException:
        await database.close()
        raise
    return database


async def _migrated(url: sa.URL, upgrade: Callable[[sa.Connection], None]) -> None:
    """Migrations take what time they need, and wait for another replica's: on a connection that gives no command up."""
    engine = _postgresql_engine(url, 1, patient=True)
    try:
        async with drivers_errors(), engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


def open_to_read(url: str) -> Database:
    """Open a database that another process may be using, as it is. Raises SettingsError when there is none."""
    parsed = read_url(url)
    if parsed.drivername == "sqlite+aiosqlite":
        path = Path(parsed.database or "")
        if not path.is_file():
            raise SettingsError(f"There is no database {path}. POLICYBOT_DATABASE_URL names the one to read.")
        parsed = parsed.set(database=f"file:{path.resolve()}").update_query_dict({"mode": "ro", "uri": "true"})
        return Database(create_async_engine(parsed), SystemClock(), None)
    return Database(_postgresql_engine(parsed, _PEOPLES), SystemClock(), None)


def _lock_file(name: str) -> FileLock:
    path = Path(name)
    folder = path.parent
    if not folder.is_dir():
        raise SettingsError(f"The database cannot be kept in {folder}: there is no such folder.", folder=str(folder))
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise SettingsError(f"The database cannot be kept in {folder}: it is not writable.", folder=str(folder))
    locked = Path(f"{path.resolve()}.lock")  # beside the file itself, whatever links lead to it
    lock = FileLock(locked, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        if not locked.exists():
            raise SettingsError(f"The database cannot be kept in {folder}: no file can be made there.") from error
        raise SettingsError(
            f"Another policybot is using the database {path}. Stop it, or use PostgreSQL for several.", path=str(path)
        ) from error
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        private_file(path)
    except OSError as error:
        lock.release()
        raise _unusable(folder, error) from error
    return lock


def _unusable(folder: Path, error: OSError) -> SettingsError:
    return SettingsError(f"The database cannot be kept in {folder}: {error.strerror}.", folder=str(folder))


def _postgresql_engine(url: sa.URL, connections: int, *, patient: bool = False) -> AsyncEngine:
    """At most so many connections to a server, half of them kept; a `patient` one gives no command up."""
    kept = (connections + 1) // 2
    engine = create_async_engine(
        url,
        pool_pre_ping=True,
        pool_size=kept,
        max_overflow=connections - kept,
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": None if patient else _COMMAND_SECONDS,
            "server_settings": dict(_SERVER_SETTINGS),
        },
    )

    sa.event.listen(engine.sync_engine, "do_connect", as_a_dsn)
    return engine


def _thread_engine(url: sa.URL) -> sa.Engine:
    """The same SQLite file for one thread."""
    plain = url.set(drivername="sqlite")
    connect_args = {"timeout": _BUSY_MS / 1000, "check_same_thread": False}
    engine = sa.create_engine(plain, connect_args=connect_args, poolclass=sa.StaticPool)
    _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin as said below, not as the driver guesses
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("policybot_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
