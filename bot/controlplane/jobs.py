"""Work that finishes later, as AWS finishes it: after a delay, and again after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Jobs:
    """Runs `finish(kind, id)` for a resource once the delay has passed; with no delay, at the loop's next turn.

    What is pending is in the store, so the process that follows a killed one resumes it.
    """

    def __init__(self, latency: float, finish: Callable[[str, str], Awaitable[None]]) -> None:
        self._latency = latency
        self._finish = finish
        self._tasks: set[asyncio.Task[None]] = set()
        self._locks: dict[str, asyncio.Lock] = {}

    def later(self, kind: str, resource_id: str) -> None:
        task = asyncio.get_running_loop().create_task(self._run(kind, resource_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def one_at_a_time(self, engine_id: str) -> asyncio.Lock:
        """The lock of an engine: its policies are validated one after the other, each against those before it."""
        return self._locks.setdefault(engine_id, asyncio.Lock())

    async def close(self) -> None:
        """Stop everything that is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, kind: str, resource_id: str) -> None:
        await asyncio.sleep(self._latency)
        await self._finish(kind, resource_id)
