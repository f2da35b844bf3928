"""The service's documented quotas and request rates, for who wants to meet them before AWS does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.controlplane.wire.faults import Fault


@dataclass(frozen=True)
class Quotas:
    """Documented quotas, per account and Region. Sizes are bytes."""

    engines: int = 1000
    policies_per_engine: int = 1000
    generated_policies_per_engine: int = 50_000
    policy_bytes: int = 10 * 1024
    policies_bytes_per_resource: int = 200 * 1024
    schema_bytes_per_engine: int = 400 * 1024


def _per_second() -> dict[str, float]:
    """Requests a second for each operation. Reads of gateways and tags have no documented rate."""
    slow = ("StartPolicyGeneration", "CreatePolicyEngine", "UpdatePolicyEngine", "DeletePolicyEngine")
    quick = (
        *(f"{verb}Policy" for verb in ("Create", "Get", "Update", "Delete")),
        *("ListPolicies", "GetPolicyEngine", "ListPolicyEngines"),
        *("GetPolicyGeneration", "ListPolicyGenerations", "ListPolicyGenerationAssets"),
        *("GetPolicySummary", "ListPolicySummaries", "GetPolicyEngineSummary", "ListPolicyEngineSummaries"),
        *("GetPolicyGenerationSummary", "ListPolicyGenerationSummaries"),
    )
    return {**dict.fromkeys(slow, 1.0), **dict.fromkeys(quick, 5.0)}


class Limits:
    """Enforces quotas and rates, or lets everything pass when they are off.

    A rate is a bucket that holds one second's requests and fills evenly.
    """

    def __init__(self, *, enforced: bool, clock: Callable[[], datetime], quotas: Quotas | None = None) -> None:
        self.quotas = quotas or Quotas()
        self.enforced = enforced
        self._clock = clock
        self._rates = _per_second()
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def request(self, operation: str) -> None:
        """Count a request. Raises ThrottlingException when the operation's rate is used up."""
        rate = self._rates.get(operation)
        if not self.enforced or rate is None:
            return
        now = self._clock()
        left, since = self._buckets.get(operation, (rate, now))
        left = min(rate, left + rate * max(0.0, (now - since).total_seconds()))
        if left < 1:
            self._buckets[operation] = (left, now)
            raise Fault("ThrottlingException", "Rate exceeded")
        self._buckets[operation] = (left - 1, now)

    def quota(self, what: str, used: int, allowed: int) -> None:
        """Raises ServiceQuotaExceededException when `used`, with what is being added, is more than is allowed."""
        if self.enforced and used > allowed:
            raise Fault(
                "ServiceQuotaExceededException", f"The quota for {what} is {allowed}; this would make it {used}"
            )
