"""Posts to one channel spaced out: Slack takes about one a second, and a few at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_FORGET_ABOVE = 1_000


class Pacer:
    """Holds a post back until its channel has room: `burst` at once, then one every `interval` seconds."""

    def __init__(
        self,
        interval: float = 1.0,
        burst: int = 3,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._interval = interval
        self._allowance = interval * (burst - 1)
        self._clock = clock
        self._sleep = sleep
        self._due: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Wait for the channel's next place in line."""
        now = self._clock()
        due = max(self._due.get(channel, now), now)
        self._due[channel] = due + self._interval
        if len(self._due) > _FORGET_ABOVE:
            self._due = {name: at for name, at in self._due.items() if at > now}
        wait = due - self._allowance - now
        if wait > 0:
            await self._sleep(wait)
