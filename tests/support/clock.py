"""Time that stands still until a test moves it on."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime

from bot.clock import MovableClock, settled


class ManualClock(MovableClock):
    """Time that stands still until `advance` moves it; sleepers wake in order, each at their moment."""

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._now, UTC)

    def seconds(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move time on by `seconds`, waking everyone whose moment has come, each at their moment."""
        target = self._now + seconds
        await settled()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not woken.done():
                woken.set_result(None)
                await settled()
        self._now = target
