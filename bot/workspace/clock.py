"""Time for the embedded workspace: the system's, or one that tests move by hand."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch, waiting by the same measure, and moving on."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...

    async def advance(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own time, and further on by what it was moved."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        return time.time() + self._ahead

    async def sleep(self, seconds: float) -> None:
        due = self.now() + seconds
        while (left := due - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    async def advance(self, seconds: float) -> None:
        """Move time on by `seconds`; whoever sleeps until a moment before that wakes."""
        self._ahead += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        await _settle()


class ManualClock:
    """Time that stands still until `advance` moves it; sleepers wake in order."""

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
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
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not woken.done():
                woken.set_result(None)
                await _settle()
        self._now = target


async def _settle() -> None:
    """Let everyone who can run go on until they sleep again."""
    for _ in range(5):
        await asyncio.sleep(0)
