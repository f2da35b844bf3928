"""Who is told of what happens: the metrics, the log, and OpenTelemetry's traces where its environment asks for them.

Everything that is done for a proposal is one trace, whose id follows from the proposal's: the command that made it,
each step of the worker, and within that each call of AWS and Slack, in whichever process.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from bot.agentcore import Call
from bot.errors import SettingsError
from bot.logs import trace_id
from bot.metrics import Metrics
from bot.review.work import Claim
from bot.slack.timed import Answered
from bot.slack.tracing import SlackCall

_PROPOSAL = re.compile(r"\bP-[0-9A-Z]{6,}\b")
_WANTED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_SPAN = 0x5EED_5EED_5EED_5EED
"""The span that every trace of a proposal hangs from; nobody sends it."""


@dataclass(frozen=True)
class Told:
    """Whoever is told. `tracer` is OpenTelemetry's, or None."""

    metrics: Metrics
    tracer: Any = None

    @classmethod
    @contextmanager
    def to(cls, metrics: Metrics, environ: Mapping[str, str] = os.environ) -> Iterator[Told]:
        """The metrics, and a collector if the environment names one; what it has not got yet is sent at the end.

        Raises SettingsError where OpenTelemetry is asked for and not installed.
        """
        if not any(environ.get(name) for name in _WANTED) or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
            yield cls(metrics)
            return
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            said = f"{_WANTED[0]} is set, and OpenTelemetry is not installed: install policybot[otel], or unset it."
            raise SettingsError(said) from error
        named = {} if "OTEL_SERVICE_NAME" in environ else {"service.name": "policybot"}
        provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=2)))
        try:
            yield cls(metrics, provider.get_tracer("policybot"))
        finally:
            provider.shutdown()

    @contextmanager
    def working(self, claim: Claim) -> Iterator[None]:
        """Around a step of the worker: its log lines and its calls say of what they are."""
        span = self._of(claim.id, f"work {claim.kind}") if self.tracer else contextlib.nullcontext()
        with structlog.contextvars.bound_contextvars(work=claim.id), span:
            yield

    def called(self, call: Call) -> None:
        """A call of AWS has ended."""
        self.metrics.called(call)
        self._ended(f"aws {call.operation}", call.seconds, {"rpc.method": call.operation, "error.type": call.code})

    def slack_called(self, call: SlackCall) -> None:
        """A call of Slack has ended."""
        self.metrics.slack_called(call)
        self._ended(f"slack {call.method}", call.seconds, {"rpc.method": call.method, "error.type": call.code})

    def acknowledged(self, answered: Answered) -> None:
        """A request of Slack's was acknowledged."""
        self.metrics.acknowledged(answered)
        if self.tracer and answered.proposal:
            context = _context(answered.proposal)
            self._ended(f"acknowledge {answered.kind}", answered.seconds, {"proposal": answered.proposal}, context)

    def _of(self, work: str, name: str) -> Any:
        found = _PROPOSAL.search(work)
        context = _context(found.group()) if found else None
        return self.tracer.start_as_current_span(name, context=context, attributes={"work": work})

    def _ended(self, name: str, seconds: float, about: Mapping[str, str], context: Any = None) -> None:
        """A span of what has ended just now, within what is being worked on."""
        if self.tracer is None:
            return
        now = time.time_ns()
        attributes = {key: value for key, value in about.items() if value}
        span = self.tracer.start_span(name, context=context, start_time=now - int(seconds * 1e9), attributes=attributes)
        span.end(now)


def _context(proposal_id: str) -> Any:
    """The trace of a proposal, as the parent of whatever comes in it."""
    from opentelemetry import trace

    parent = trace.SpanContext(int(trace_id(proposal_id), 16), _SPAN, True, trace.TraceFlags(trace.TraceFlags.SAMPLED))
    return trace.set_span_in_context(trace.NonRecordingSpan(parent))
