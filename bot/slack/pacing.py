"""Calls spaced out by what Slack counts: posts to one channel, about one a second, and changes of messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_FORGET_ABOVE = 1_000


class Pacer:
    """Holds a call back until its key, such as a channel, has room: `burst` at once, then one every `interval`
    seconds; and none while Slack asks to wait."""

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
        self._held: dict[str, float] = {}

    def hold(self, key: str, seconds: float) -> None:
        """Let nothing of this key pass for so long: whoever stands in line already lines up anew after it."""
        until = self._clock() + seconds + self._allowance
        if until > self._held.get(key, 0.0):
            self._held[key] = self._due[key] = until

    async def turn(self, key: str) -> None:
        """Wait for the key's next place in line."""
        while True:
            held = self._held.get(key)
            now = self._clock()
            due = max(self._due.get(key, now), now)
            self._due[key] = due + self._interval
            if len(self._due) > _FORGET_ABOVE:
                self._due = {name: at for name, at in self._due.items() if at > now}
                self._held = {name: at for name, at in self._held.items() if at > now}
            wait = due - self._allowance - now
            if wait <= 0:
                return
            await self._sleep(wait)
            if self._held.get(key) in (held, None):
                return
