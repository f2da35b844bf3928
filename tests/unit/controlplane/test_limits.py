"""Quotas and rates, by the numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.controlplane.limits import Limits, Quotas
from bot.controlplane.operations import HANDLERS
from bot.controlplane.wire.faults import Fault


def test_the_quotas_are_the_documented_ones() -> None:
    assert Quotas() == Quotas(1000, 1000, 50_000, 10_240, 204_800, 409_600)


def test_a_quota_may_be_reached_and_not_passed() -> None:
    limits = Limits(enforced=True, clock=lambda: datetime.now(UTC))
    limits.quota("things", 3, 3)
    with pytest.raises(Fault, match="The quota for things is 3; this would make it 4") as error:
        limits.quota("things", 4, 3)
    assert (error.value.code, error.value.status) == ("ServiceQuotaExceededException", 402)


def spent(limits: Limits, operation: str) -> int:
    """How many requests pass before the first that does not."""
    count = 0
    while True:
        try:
            limits.request(operation)
        except Fault:
            return count
        count += 1


def test_every_policy_operation_has_a_rate_and_each_is_counted_by_itself() -> None:
    limits = Limits(enforced=True, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    allowed = {name: spent(limits, name) for name in HANDLERS if "Polic" in name}
    slow = {name for name, count in allowed.items() if count == 1}
    assert slow == {"StartPolicyGeneration", "CreatePolicyEngine", "UpdatePolicyEngine", "DeletePolicyEngine"}
    assert {count for name, count in allowed.items() if name not in slow} == {5}


def test_a_bucket_fills_evenly_never_above_one_second_and_not_when_the_clock_goes_back() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    limits = Limits(enforced=True, clock=lambda: now)
    assert spent(limits, "GetPolicy") == 5
    now += timedelta(seconds=0.4)
    assert spent(limits, "GetPolicy") == 2
    now += timedelta(hours=1)
    assert spent(limits, "GetPolicy") == 5
    now -= timedelta(hours=2)
    assert spent(limits, "GetPolicy") == 0
