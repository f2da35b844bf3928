"""PostgreSQL's NOTIFY as a hint that another replica made work. Losing it costs a second: workers poll anyway."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.storage.engine import Database

_AGAIN_AFTER = 2.0


class Listener:
    """One connection that listens, opened anew when it breaks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Listen from now on, in the running loop."""
        self._task = asyncio.create_task(self._listen(), name="policybot-listen")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                connection = await asyncpg.connect(url, timeout=3)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_AGAIN_AFTER)
                continue
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
            try:
                await connection.add_listener("policybot", self._heard)
                await lost.wait()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_AGAIN_AFTER)
            finally:
                connection.terminate()

    def _heard(self, *_: Any) -> None:
        self._database.wake()
