"""Transactions aside from the bot's loop: what people wait for does not wait for whatever else the loop has to do.

On SQLite a thread takes a whole transaction, without a hop to it for every statement. On PostgreSQL a thread has a loop
of its own, and a connection that no worker can have taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

_T = TypeVar("_T")
_NOTIFY = sa.text("SELECT pg_notify('policybot', '')")


class Aside(Protocol):
    """Where groups are written."""

    async def run(self, work: Callable[[sa.Connection], _T]) -> _T:
        """What `work` gives, committed."""
        ...

    async def close(self) -> None:
        """End the thread and its connection."""
        ...


class InThread:
    """Transactions of a synchronous engine, in one thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="group commit")

    async def run(self, work: Callable[[sa.Connection], _T]) -> _T:
        def transaction() -> _T:
            with self._engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)

    async def close(self) -> None:
        self._thread.submit(self._engine.dispose).result()
        self._thread.shutdown()


class InLoop:
    """Transactions of an asynchronous engine in one thread's loop; the workers of all replicas are told of each."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="group commit", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sa.Connection], _T]) -> _T:
        async def transaction() -> _T:
            async with self._engine.begin() as connection:
                found = await connection.run_sync(work)
                await connection.execute(_NOTIFY)
                return found

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(transaction(), self._loop))

    async def close(self) -> None:
        ending = asyncio.run_coroutine_threadsafe(self._engine.dispose(), self._loop)
        await asyncio.wrap_future(ending)
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()
