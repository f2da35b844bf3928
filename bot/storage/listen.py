"""PostgreSQL's NOTIFY as a hint that another replica made work. Losing it costs a second: workers poll anyway."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from bot.errors import StoreError
from bot.storage.engine import Database, drivers_errors

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
        while True:
            try:
                async with drivers_errors():
                    await self._until_lost()
            except StoreError:
                await asyncio.sleep(_AGAIN_AFTER)

    async def _until_lost(self) -> None:
        lost = asyncio.Event()
        async with self._database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_termination_listener(lambda _connection: lost.set())
            try:
                await driver.add_listener("policybot", self._heard)
                await lost.wait()
            finally:
                await connection.invalidate()  # what listens must not go back to the pool

    def _heard(self, *_: Any) -> None:
        self._database.wake()
