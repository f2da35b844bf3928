"""One call and one listing as the service writes them down: application log records and spans, member by member."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.dataplane.callers import Caller
from bot.dataplane.deciding import GatewayState, Verdict

DENIED = "Tool Execution Denied: Tool call not allowed due to policy enforcement [{}]"
Entry = dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """The ids under which the records of one request are found together."""

    request_id: str
    at: datetime
    trace_id: str = ""
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    decision_id: str = field(default_factory=lambda: secrets.token_hex(8))

    @classmethod
    def of(cls, request_id: str, at: datetime) -> Trace:
        return cls(request_id, at, f"{int(at.timestamp()):08x}{secrets.token_hex(12)}")


@dataclass(frozen=True)
class Call:
    """A tool call that came to a decision, or needed none. `message` is its JSON-RPC request, `latency` in ms."""

    state: GatewayState
    caller: Caller
    trace: Trace
    message: Mapping[str, Any]
    target_id: str
    verdict: Verdict | None
    latency: int

    @property
    def tool(self) -> str:
        return str(self.message["params"]["name"])

    @property
    def blocked(self) -> bool:
        """Whether the call was not let through: denied, on a gateway that enforces."""
        return self.verdict is not None and not self.verdict.allowed and self.state.enforces


@dataclass(frozen=True)
class Listing:
    """A list of tools that policies were asked about."""

    state: GatewayState
    trace: Trace
    allowed: tuple[str, ...]
    denied: tuple[str, ...]
    latency: int


def log_records(call: Call) -> Iterator[Entry]:
    """The application log of a call, in the order in which the service writes it."""
    message = call.message
    ordered = {name: message.get(name) for name in ("id", "jsonrpc", "method", "params")}
    yield _record(call, "Started processing request", requestBody=java(ordered))
    if not call.blocked:
        yield _record(call, f"Executing tool {call.tool} from target {call.target_id}")
    verdict = call.verdict
    if verdict is None:
        return
    policy: Entry = {"decision": verdict.decision, "policyEngineArn": call.state.engine_arn}
    if verdict.reason:
        policy["reason"] = verdict.reason
    policy |= {
        "determiningPolicies": list(verdict.determining),
        "principal": {"entityType": call.caller.principal_type, "entityId": call.caller.principal_id},
        "latencyMs": call.latency,
    }
    said = "Policy evaluation completed" if verdict.allowed else "Policy evaluation denied request"
    yield _record(call, said, not verdict.allowed, policy=policy)
    if call.blocked:
        yield _record(call, DENIED.format(verdict.reason), True)


def _record(call: Call, log: str, is_error: bool = False, **more: Any) -> Entry:
    return {
        "resource_arn": call.state.schema.gateway.arn,
        "event_timestamp": int(call.trace.at.timestamp() * 1000),
        "severityText": "ERROR" if is_error else "INFO",
        "body": {"isError": is_error, "log": log, **more, "id": str(call.message.get("id"))},
        "account_id": call.state.schema.gateway.arn.split(":")[4],
        "request_id": call.trace.request_id,
        "trace_id": call.trace.trace_id,
        "span_id": call.trace.span_id,
    }


def call_spans(call: Call) -> Iterator[Entry]:
    """The span of a call and, below it, the one of its decision."""
    state, verdict = call.state, call.verdict
    attributes: Entry = {"tool.name": call.tool, "url.path": "tools/call", "latency_ms": call.latency}
    attributes |= {"gateway.id": state.schema.gateway.gateway_id, "gateway.name": state.schema.gateway.name}
    if verdict is not None:
        attributes["aws.agentcore.policy.authorization_decision"] = verdict.decision
        attributes["aws.agentcore.gateway.policy.mode"] = state.mode
    if call.blocked:
        attributes["jsonrpc.error.code"] = -32002
    yield _span(state, call.trace, "AgentCore.Gateway.InvokeTool", call.latency, attributes, error=call.blocked)
    if verdict is not None:
        decided = _decided(verdict)
        yield _span(state, call.trace, "AgentCore.Policy.AuthorizeAction", call.latency, decided, below=True)


def listing_spans(listing: Listing) -> Iterator[Entry]:
    """The span of a list and, below it, the one of the decisions on its tools."""
    state, trace = listing.state, listing.trace
    yield _span(state, trace, "AgentCore.Gateway.ListTools", listing.latency, {"url.path": "tools/list"})
    found: Entry = {
        "aws.agentcore.policy.allowed_tools": list(listing.allowed),
        "aws.agentcore.policy.denied_tools": list(listing.denied),
    }
    yield _span(state, trace, "AgentCore.Policy.PartiallyAuthorizeActions", listing.latency, found, below=True)


def _decided(verdict: Verdict) -> Entry:
    """A decision's attributes. What has nothing to say is left out, as the service leaves it out."""
    policy = "aws.agentcore.policy"
    found: Entry = {
        f"{policy}.authorization_decision": verdict.decision,
        f"{policy}.determining_policies": list(verdict.determining),
        f"{policy}.mismatched_policies": list(verdict.failed),
        f"{policy}.types": [[name, "Cedar"] for name in verdict.determining],
        f"{policy}.effects": [list(pair) for pair in verdict.effects],
    }
    if verdict.reason:
        found[f"{policy}.authorization_reason"] = verdict.reason
    for name, ids in (
        ("log_only_matched_policies", verdict.matched),
        ("log_only_decision_flipping_policies", verdict.flipping),
        ("log_only_mismatched_policies", verdict.log_only_failed),
    ):
        if ids:
            found[f"{policy}.{name}"] = list(ids)
    if verdict.incomplete:
        found[f"{policy}.log_only_eval_incomplete"] = "true"
    return found


def _span(
    state: GatewayState,
    trace: Trace,
    name: str,
    latency: int,
    attributes: Entry,
    *,
    below: bool = False,
    error: bool = False,
) -> Entry:
    gateway = state.schema.gateway
    start = int(trace.at.timestamp() * 1000) * 1_000_000
    common: Entry = {
        "PlatformType": "AWS::BedrockAgentCore",
        "aws.request.id": trace.request_id,
        "aws.resource.arn": gateway.arn,
        "aws.resource.type": "AWS::BedrockAgentCore::Gateway",
        "aws.local.service": gateway.gateway_id,
        "http.response.status_code": 200,
    }
    if below:
        common |= {
            "aws.agentcore.gateway.policy.arn": state.engine_arn,
            "aws.agentcore.gateway.policy.mode": state.mode,
            "aws.agentcore.policy.target_resource.id": gateway.gateway_id,
            "aws.remote.operation": name.rsplit(".", 1)[1],
            "aws.span.kind": "CLIENT",
        }
    return {
        "resource": {
            "attributes": {
                "cloud.provider": "aws",
                "cloud.platform": "aws_bedrock_agentcore",
                "cloud.resource_id": gateway.arn,
                "service.name": gateway.gateway_id,
            }
        },
        "traceId": trace.trace_id,
        "spanId": trace.decision_id if below else trace.span_id,
        **({"parentSpanId": trace.span_id} if below else {}),
        "name": name,
        "kind": "CLIENT" if below else "SERVER",
        "startTimeUnixNano": start,
        "endTimeUnixNano": start + latency * 1_000_000,
        "durationNano": latency * 1_000_000,
        "status": {"code": "ERROR" if error else "OK"},
        "attributes": {**common, **attributes},
    }


def java(value: Any) -> str:
    """A value as Java prints its maps: no quotes, no types, `{a=1, b=[x, y]}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}={java(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(java, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
