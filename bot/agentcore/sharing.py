"""Work done once for many callers, and work done side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Generic, TypeVar

from bot.agentcore.pacing import Clock
from bot.errors import ServiceError

T = TypeVar("T")


class Shared(Generic[T]):
    """Loads a value on demand, one load at a time. A load that fails, fails for everybody who waited for it."""

    def __init__(self, load: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._lock = asyncio.Lock()
        self._loaded: tuple[float, T] | None = None
        self._failure: ServiceError | None = None

    async def get(self, since: float) -> T:
        """The value, from a load that began at `since` (clock time) or later. Raises what the load raises."""
        earlier = self._failure
        async with self._lock:
            if self._failure is not None and self._failure is not earlier:
                raise self._failure
            if self._loaded is not None and self._loaded[0] >= since:
                return self._loaded[1]
            begun = self._clock()
            try:
                value = await self._load()
            except ServiceError as error:
                self._failure = error
                raise
            self._loaded = (begun, value)
            return value


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What all the work comes to, in order. When one fails, or the caller is cancelled, the rest is given up."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
