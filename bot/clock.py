"""The time of the embedded servers: the machine's, moved on by hand. One for all that stand beside each other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class MovableClock:
    """Another clock, moved on, and waiting by it. Pass one instance to all whose time is the same."""

    def __init__(self, reads: Callable[[], datetime] = utc_now) -> None:
        self._reads = reads
        self._ahead = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._reads() + self._ahead

    def __call__(self) -> datetime:
        return self.now()

    def seconds(self) -> float:
        """The time as seconds since the epoch."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        due = self.seconds() + seconds
        while (left := due - self.seconds()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    async def advance(self, seconds: float) -> None:
        """Move on by some seconds, and wake whoever sleeps until a moment before that; time never goes back."""
        self._ahead += timedelta(seconds=seconds)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        await settled()


async def settled() -> None:
    """Let everyone who can run go on until they sleep again."""
    for _ in range(5):
        await asyncio.sleep(0)
