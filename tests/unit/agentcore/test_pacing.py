"""Calls keep the service's rates."""

from __future__ import annotations

import pytest

from bot.agentcore import Pace


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("operation", "gap"), [("StartPolicyGeneration", 1.05), ("ListPolicyGenerations", 0.21), ("GetGateway", 0.105)]
)
async def test_calls_of_one_operation_are_spaced_by_its_rate(operation: str, gap: float) -> None:
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    made = []
    for _ in range(5):
        await pace.turn(operation)
        made.append(time.now)
    assert made == pytest.approx([100.0 + gap * number for number in range(5)])


async def test_operations_do_not_wait_for_each_other() -> None:
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for operation in ("StartPolicyGeneration", "CreatePolicy", "GetPolicy"):
        await pace.turn(operation)
    assert time.now == 100.0


async def test_a_pause_earns_no_burst() -> None:
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    await pace.turn("StartPolicyGeneration")
    time.now += 60
    await pace.turn("StartPolicyGeneration")
    await pace.turn("StartPolicyGeneration")
    assert time.now == pytest.approx(161.05)


async def test_the_rates_can_be_scaled_or_turned_off() -> None:
    time = Time()
    for scale, after in ((2.0, 100.525), (0.0, 100.525)):
        pace = Pace(scale, clock=time.clock, sleep=time.sleep)
        await pace.turn("StartPolicyGeneration")
        await pace.turn("StartPolicyGeneration")
        assert time.now == pytest.approx(after)
