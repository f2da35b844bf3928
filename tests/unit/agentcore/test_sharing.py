"""One load serves everybody who waits for it."""

from __future__ import annotations

import asyncio

import pytest

from bot.agentcore.sharing import Shared
from bot.errors import ServiceUnavailable


class Loads:
    """Loads that end when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.begun = 0
        self.go = asyncio.Event()
        self.failing = False
        self.shared = Shared(self.load, lambda: self.now)

    async def load(self) -> int:
        self.begun += 1
        number = self.begun
        await self.go.wait()
        if self.failing:
            raise ServiceUnavailable("Down.")
        return number


async def _waiting(count: int, loads: Loads) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(loads.shared.get(since=loads.now)) for _ in range(count)]
    while not loads.begun:  # noqa: ASYNC110 - one turn of the loop starts them all
        await asyncio.sleep(0)
    return tasks


async def test_callers_at_the_same_time_share_one_load() -> None:
    loads = Loads()
    tasks = await _waiting(100, loads)
    loads.go.set()
    assert set(await asyncio.gather(*tasks)) == {1}


async def test_a_value_is_kept_only_for_those_who_accept_its_age() -> None:
    loads = Loads()
    loads.go.set()
    assert await loads.shared.get(since=0.0) == 1
    loads.now = 5.0
    assert await loads.shared.get(since=0.0) == 1
    assert await loads.shared.get(since=5.0) == 2


async def test_a_failure_is_shared_by_those_who_waited_and_nobody_later() -> None:
    loads = Loads()
    loads.failing = True
    tasks = await _waiting(100, loads)
    loads.go.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, ServiceUnavailable) for result in results)
    assert loads.begun == 1
    loads.failing = False
    assert await loads.shared.get(since=0.0) == 2


async def test_when_the_loading_caller_is_cancelled_the_next_one_loads() -> None:
    loads = Loads()
    first, second = await _waiting(2, loads)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    loads.go.set()
    assert await second == 2
