"""Posts to one channel keep Slack's rate; channels do not wait for each other."""

from __future__ import annotations

import asyncio

from bot.slack.pacing import Pacer
from tests.support.clock import ManualClock


class Watch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def test_a_few_at_once_then_one_a_second() -> None:
    watch = Watch()
    pacer = Pacer(1.0, 3, watch, watch.sleep)
    for _ in range(6):
        await pacer.turn("C1")
    assert watch.slept == [1.0, 1.0, 1.0]


async def test_another_channel_does_not_wait() -> None:
    watch = Watch()
    pacer = Pacer(1.0, 1, watch, watch.sleep)
    await pacer.turn("C1")
    await pacer.turn("C2")
    assert watch.slept == []


async def test_a_pause_gives_the_burst_back() -> None:
    watch = Watch()
    pacer = Pacer(1.0, 2, watch, watch.sleep)
    for _ in range(3):
        await pacer.turn("C1")
    watch.now += 60
    watch.slept.clear()
    await pacer.turn("C1")
    await pacer.turn("C1")
    assert watch.slept == []


async def test_many_channels_are_forgotten_once_they_are_quiet() -> None:
    watch = Watch()
    pacer = Pacer(1.0, 1, watch, watch.sleep)
    for number in range(1_000):
        await pacer.turn(f"C{number}")
    watch.now += 60
    await pacer.turn("C-new")
    assert len(pacer._due) == 1


async def test_when_slack_asks_to_wait_all_of_its_key_wait_so_long_and_no_longer() -> None:
    """Nobody else knocks meanwhile, and the wait does not grow by itself."""
    watch = Watch()
    pacer = Pacer(1.0, 3, watch, watch.sleep)
    await pacer.turn("C1")
    pacer.hold("C1", 7.0)
    await pacer.turn("C2")
    assert watch.slept == []
    await pacer.turn("C1")
    assert watch.slept == [7.0]
    watch.now += 60.0
    for _ in range(3):
        await pacer.turn("C1")
    assert watch.slept == [7.0]


async def test_whoever_stood_in_line_when_slack_asked_to_wait_waits_as_well() -> None:
    """They line up anew, in their order, at the pace that there was: nobody knocks, and nobody waits for longer."""
    clock = ManualClock(100.0)
    pacer = Pacer(1.0, 3, clock.seconds, clock.sleep)
    passed: list[tuple[int, float]] = []

    async def call(number: int) -> None:
        await pacer.turn("C1")
        passed.append((number, clock.seconds()))

    calls = [asyncio.create_task(call(number)) for number in range(6)]
    await clock.advance(0.5)
    pacer.hold("C1", 7.0)
    await clock.advance(60.0)
    assert all(each.done() for each in calls)
    assert passed == [(0, 100.0), (1, 100.0), (2, 100.0), (3, 107.5), (4, 108.5), (5, 109.5)]
