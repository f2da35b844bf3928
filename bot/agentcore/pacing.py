"""Calls spaced out so that policybot stays within the rates that AgentCore documents for an account.

A slot is handed out to each call as it asks, so calls of one operation go in order and never closer together than the
rate allows. Written out rather than taken from a limiter library because tests must own the clock, and because a
limiter that lets a burst through first goes over a rate of one a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

RATES: Mapping[str, float] = {"StartPolicyGeneration": 1.0, "GetGateway": 10.0}
"""Calls a second that an account may make, where it is not the usual rate."""
USUAL_RATE = 5.0
MARGIN = 1.05
"""Requests reach the service less evenly than they leave."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Pace:
    """Holds each call back until its turn. `scale` multiplies the documented rates; 0 turns pacing off."""

    def __init__(self, scale: float = 1.0, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._scale = scale
        self._clock = clock
        self._sleep = sleep
        self._free: dict[str, float] = {}

    async def turn(self, operation: str) -> None:
        """Return when the operation may be called. A caller that is cancelled while it waits leaves its slot unused."""
        if not self._scale:
            return
        now = self._clock()
        slot = max(now, self._free.get(operation, now))
        self._free[operation] = slot + MARGIN / (RATES.get(operation, USUAL_RATE) * self._scale)
        if slot > now:
            await self._sleep(slot - now)
