"""Time in the test's hand: sleepers wake in order, each at its own moment."""

from __future__ import annotations

import asyncio

from tests.support.clock import ManualClock


async def test_sleepers_wake_in_order_at_their_moment() -> None:
    clock, woken = ManualClock(start=100.0), list[tuple[str, float]]()

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.seconds()))

    tasks = [asyncio.ensure_future(sleeper("slow", 5)), asyncio.ensure_future(sleeper("fast", 2, 1, 0))]
    await clock.advance(2.5)
    assert woken == [("fast", 102.0)]
    await clock.advance(10)
    assert woken == [("fast", 102.0), ("fast", 103.0), ("fast", 103.0), ("slow", 105.0)]
    assert clock.seconds() == 112.5
    await asyncio.gather(*tasks)


async def test_a_sleeper_that_gave_up_does_not_stop_the_clock() -> None:
    clock = ManualClock()
    task = asyncio.ensure_future(clock.sleep(1))
    await asyncio.sleep(0)
    task.cancel()
    before = clock.seconds()
    await clock.advance(2)
    assert clock.seconds() == before + 2
