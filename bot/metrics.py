"""What operators count: AgentCore's calls, by operation and outcome. Served at `/metrics`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.agentcore import Call


class Metrics:
    """The counts of one bot, in a registry of its own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Histogram(
            "policybot_agentcore_call_seconds",
            "Calls of AgentCore; code is empty for those that succeeded.",
            ["operation", "code"],
            registry=self._registry,
        )

    def called(self, call: Call) -> None:
        """Count a call."""
        self._calls.labels(call.operation, call.code).observe(call.seconds)

    def text(self) -> bytes:
        """Everything counted, in Prometheus's text format."""
        return generate_latest(self._registry)
