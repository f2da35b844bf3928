"""One writer at a time, and whoever a person waits for before whoever nobody waits for."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator


class Turnstile:
    """A lock with two queues: `ahead` goes before all others that wait."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._then: deque[asyncio.Future[None]] = deque()

    @contextlib.asynccontextmanager
    async def turn(self, *, ahead: bool = False) -> AsyncIterator[None]:
        """Hold the lock while the block runs."""
        if self._taken:
            await self._wait(self._first if ahead else self._then)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():  # it was handed over at this very moment
                self._pass_on()
            else:
                queue.remove(waiting)
            raise

    def _pass_on(self) -> None:
        """Hand the lock to the next; it stays taken, so that nobody comes between."""
        for queue in (self._first, self._then):
            while queue:
                waiting = queue.popleft()
                if not waiting.done():
                    waiting.set_result(None)
                    return
        self._taken = False
