"""What operators count, in Prometheus's text format. What stands in the database is read when it is asked for."""

from __future__ import annotations

from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.agentcore import Call
from bot.errors import StoreError
from bot.review.found import SecondReading, Verdict
from bot.review.work import Claim, WorkKind
from bot.slack.timed import Answered
from bot.slack.tracing import SlackCall
from bot.storage.counting import Counted

_ACKNOWLEDGED = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Slack gives up after three seconds."""
_LOOSER = "differ, looser"
_SOLVED = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0)


class Countable(Protocol):
    """A store that says what stands in it."""

    async def totals(self) -> Counted:
        """What stands now. Raises StoreError."""
        ...


class Metrics:
    """The counts of one bot, in a registry of its own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._calls = Histogram(
            "policybot_agentcore_call_seconds",
            "Calls of AWS; code is empty for those that succeeded.",
            ["operation", "code"],
            registry=registry,
        )
        self._slack = Histogram(
            "policybot_slack_call_seconds",
            "Calls of Slack, each attempt; code is empty for those that succeeded, 429 where Slack asked to wait.",
            ["method", "code"],
            registry=registry,
        )
        self._acknowledged = Histogram(
            "policybot_acknowledgement_seconds",
            "From a request of Slack's to its acknowledgement, by what was done.",
            ["kind", "status"],
            buckets=_ACKNOWLEDGED,
            registry=registry,
        )
        self._solver = Histogram(
            "policybot_solver_seconds",
            "Questions to the solver; outcome is answered, partly (something was not analysed), or unanswered in time.",
            ["question", "outcome"],
            buckets=_SOLVED,
            registry=registry,
        )
        self._readings = Counter(
            "policybot_second_readings",
            "Generated policies held against our own reading of the rule, by verdict.",
            ["verdict"],
            registry=registry,
        )
        self._lost = Counter(
            "policybot_leases_lost",
            "Work that another replica took over, or whose lease could not be renewed in time.",
            ["kind"],
            registry=registry,
        )
        # Prometheus sees no increase in a series that begins with its first event: an alert for one would never come.
        for verdict in (*Verdict, _LOOSER):
            self._readings.labels(str(verdict))
        for kind in WorkKind:
            self._lost.labels(str(kind))
        self._database = Gauge("policybot_database_up", "Whether the database answered this scrape.", registry=registry)
        self._proposals = Gauge("policybot_proposals", "Proposals by state.", ["state"], registry=registry)
        self._age = Gauge(
            "policybot_proposal_oldest_seconds",
            "Since when the proposal that is longest in a state that is no end is in it.",
            ["state"],
            registry=registry,
        )
        self._due = Gauge("policybot_queue_due", "Work that is due and not done.", ["queue"], registry=registry)
        self._waits = Gauge(
            "policybot_queue_oldest_seconds", "How long the oldest work is due.", ["queue"], registry=registry
        )
        self._lapsed = Gauge(
            "policybot_leases_lapsed", "Work whose worker is gone and nobody took over.", ["queue"], registry=registry
        )
        self._drift = Gauge(
            "policybot_drift_open", "Changes by others that stand, by engine.", ["engine"], registry=registry
        )

    def called(self, call: Call) -> None:
        """Count a call of AWS."""
        self._calls.labels(call.operation, call.code).observe(call.seconds)

    def slack_called(self, call: SlackCall) -> None:
        """Count a call of Slack."""
        self._slack.labels(call.method, call.code).observe(call.seconds)

    def acknowledged(self, answered: Answered) -> None:
        """Count a request of Slack's."""
        self._acknowledged.labels(answered.kind, str(answered.status)).observe(answered.seconds)

    def solved(self, question: str, outcome: str, seconds: float) -> None:
        """Count a question to the solver."""
        self._solver.labels(question, outcome).observe(seconds)

    def read(self, second: SecondReading) -> None:
        """Count a second reading."""
        looser = second.looser and second.verdict == "differ"
        self._readings.labels(_LOOSER if looser else str(second.verdict)).inc()

    def lost(self, claim: Claim) -> None:
        """Count work that is another's now."""
        self._lost.labels(str(claim.kind)).inc()

    def text(self) -> bytes:
        """What was counted, in Prometheus's text format."""
        return generate_latest(self._registry)

    async def everything(self, store: Countable) -> bytes:
        """The same, with what stands in the database now; without its answer, that is left out."""
        for gauge in (self._proposals, self._age, self._due, self._waits, self._lapsed, self._drift):
            gauge.clear()
        try:
            self._stands(await store.totals())
            self._database.set(1)
        except StoreError:
            self._database.set(0)
        return self.text()

    def _stands(self, counted: Counted) -> None:
        for state, number in counted.proposals.items():
            self._proposals.labels(state).set(number)
        for state, seconds in counted.oldest.items():
            self._age.labels(state).set(seconds)
        for queue, waiting in counted.queues.items():
            self._due.labels(queue).set(waiting.due)
            self._waits.labels(queue).set(waiting.oldest)
            self._lapsed.labels(queue).set(waiting.lapsed)
        for engine, number in counted.drift.items():
            self._drift.labels(engine).set(number)
