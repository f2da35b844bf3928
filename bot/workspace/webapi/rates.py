"""Slack's request rates: calls a minute for each method by tier, and posts a second for each channel."""

from __future__ import annotations

import math

from bot.clock import MovableClock
from bot.workspace.config import Rates


class RateLimits:
    """Token buckets by key. `wait` answers how many whole seconds to stay away, 0 when the call may pass."""

    def __init__(self, rates: Rates, clock: MovableClock) -> None:
        self._rates = rates
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, method: str, tier: int) -> int:
        """For a method of this tier."""
        a_minute = self._rates.tiers[tier]
        return self._take(method, float(a_minute), a_minute / 60.0)

    def wait_to_post(self, channel_id: str) -> int:
        """For one more message in this channel."""
        return self._take(f"post {channel_id}", float(self._rates.post_burst), self._rates.posts_per_second)

    def _take(self, key: str, capacity: float, per_second: float) -> int:
        if not self._rates.enforced:
            return 0
        now = self._clock.seconds()
        left, at = self._buckets.get(key, (capacity, now))
        left = min(capacity, left + (now - at) * per_second)
        if left < 1.0:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1.0 - left) / per_second))
        self._buckets[key] = (left - 1.0, now)
        return 0
