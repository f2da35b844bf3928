"""What is published of each call and listing: which metrics under which sets of dimensions, and which records where."""

from __future__ import annotations

from bot.dataplane.deciding import GatewayState
from bot.dataplane.record.deliveries import Deliveries
from bot.dataplane.record.entries import Call, Listing, call_spans, listing_spans, log_records
from bot.dataplane.record.store import Dimensions, RecordStore

SPANS = "aws/spans"
CALL, LIST = "AuthorizeAction", "PartiallyAuthorizeActions"


class Record:
    """Publishes. Metrics always; spans and application logs where a delivery takes the gateway's."""

    def __init__(self, store: RecordStore, deliveries: Deliveries) -> None:
        self.store = store
        self.deliveries = deliveries

    def call(self, call: Call) -> None:
        """Publish a tool call."""
        arn = call.state.schema.gateway.arn
        if group := self.deliveries.log_group(arn):
            for entry in log_records(call):
                self.store.write(group, call.trace.at, entry)
        if self.deliveries.traced(arn):
            for entry in call_spans(call):
                self.store.write(SPANS, call.trace.at, entry)
        if call.verdict is not None:
            self._count_call(call)

    def listing(self, listing: Listing) -> None:
        """Publish a list of tools that policies were asked about."""
        if self.deliveries.traced(listing.state.schema.gateway.arn):
            for entry in listing_spans(listing):
                self.store.write(SPANS, listing.trace.at, entry)
        count = _Counter(self.store, listing.state, LIST, listing.trace.at)
        count.in_total("Invocations", 1)
        count.in_total("Latency", listing.latency)
        for name, tools in (("AllowDecisions", listing.allowed), ("DenyDecisions", listing.denied)):
            for tool in tools:
                count.decision(name, tool)

    def _count_call(self, call: Call) -> None:
        verdict = call.verdict
        assert verdict is not None
        count = _Counter(self.store, call.state, CALL, call.trace.at)
        name = "AllowDecisions" if verdict.allowed else "DenyDecisions"
        count.in_total("Invocations", 1)
        count.in_total("Latency", call.latency)
        count.decision(name, call.tool)
        for policy in verdict.determining:
            count.of_policy(name, policy)
        count.in_total("DeterminingPolicies", len(verdict.determining))
        if not verdict.allowed and not verdict.determining:
            count.in_total("NoDeterminingPolicies", 1)
        for metric, policies in (("LogOnlyMatches", verdict.matched), ("LogOnlyDecisionFlips", verdict.flipping)):
            count.in_total(metric, len(policies))
            for policy in policies:
                count.of_policy(metric, policy)
        self._count_mismatches(count, verdict.failed, "ACTIVE")
        self._count_mismatches(count, verdict.log_only_failed, "LOG_ONLY")

    def _count_mismatches(self, count: _Counter, failed: tuple[str, ...], mode: str) -> None:
        """MismatchErrors says of which enforcement mode the policies are; its two siblings count active ones only."""
        if not failed:
            return
        count.in_total("MismatchErrors", 1, PolicyEnforcementMode=mode)
        for policy in failed:
            count.of_mismatch("MismatchErrors", policy, PolicyEnforcementMode=mode)
        if mode == "ACTIVE":
            count.in_total("TotalMismatchedPolicies", len(failed))
            for policy in failed:
                count.of_mismatch("PolicyMismatch", policy)


class _Counter:
    """Publishes values of one operation on one gateway, each under every set of dimensions that it is found by."""

    def __init__(self, store: RecordStore, state: GatewayState, operation: str, at: object) -> None:
        self._store, self._at = store, at
        self._operation = {"OperationName": operation}
        self._engine = {"PolicyEngine": str(state.engine_arn).rsplit("/", 1)[1]}
        self._gateway = {"TargetResource": state.schema.gateway.gateway_id}
        self._mode = {"Mode": state.mode}

    def in_total(self, name: str, value: float, **more: str) -> None:
        """Four sets: everywhere, by engine, by gateway, and by both."""
        for part in ({}, self._engine, self._gateway, {**self._engine, **self._gateway}):
            self._put(name, value, {**part, **more})

    def decision(self, name: str, tool: str) -> None:
        self.in_total(name, 1)
        by_tool = {**self._gateway, "ToolName": tool}
        for part in ({**self._gateway, **self._mode}, by_tool, {**by_tool, **self._mode}):
            self._put(name, 1, part)

    def of_policy(self, name: str, policy: str) -> None:
        self.of_mismatch(name, policy)
        self._put(name, 1, {**self._gateway, "Policy": policy})

    def of_mismatch(self, name: str, policy: str, **more: str) -> None:
        for part in (self._engine, {**self._engine, **self._gateway}):
            self._put(name, 1, {**part, "Policy": policy, **more})

    def _put(self, name: str, value: float, dimensions: dict[str, str]) -> None:
        whole: Dimensions = tuple(sorted({**self._operation, **dimensions}.items()))
        self._store.count(name, whole, self._at, value)  # type: ignore[arg-type]
