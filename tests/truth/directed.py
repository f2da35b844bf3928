"""Lives that are known to have made a card say less than what happened, one for each kind."""

from __future__ import annotations

from collections.abc import Iterator

from tests.truth.gateway import LATE, OTHER_GATEWAY
from tests.truth.life import Plan
from tests.truth.plane import Kept, gateway_arn
from tests.truth.several import MINUTES, Beside, Rule

_REFUND = 'action == AgentCore::Action::"Till___refund"'


def _here(gateway_id: str) -> str:
    return f'resource == AgentCore::Gateway::"{gateway_arn(gateway_id)}"'


def pair(gateway_id: str) -> tuple[Plan, Plan]:
    """A permit and a forbid on one tool, for two approvals at the same instant."""
    here = _here(gateway_id)
    permit, forbid = f"permit(principal, {_REFUND}, {here});", f"forbid(principal, {_REFUND}, {here});"
    return Plan("allow what refund clause y", permit), Plan("allow what refund clause z", forbid)


def plans(gateway_id: str) -> Iterator[tuple[str, Plan]]:
    """The name of each, and the plan for the gateway of a lane."""
    here = _here(gateway_id)
    permit, forbid = f"permit(principal, {_REFUND}, {here});", f"forbid(principal, {_REFUND}, {here});"
    support = 'principal.hasTag("role") && principal.getTag("role") == "support"'
    yield "log-only forbid", Plan("allow what refund clause a", permit, [Kept("freeze", forbid, "LOG_ONLY")])
    yield "trial, then enforced", Plan("allow what refund clause b", permit, [Kept("trial", permit, "LOG_ONLY")])
    demoted = Kept("freeze", forbid, "LOG_ONLY")
    yield (
        "demoted between card and click",
        Plan(
            "allow what refund clause c",
            permit,
            [Kept("freeze", forbid)],
            acts=[("freeze demoted", lambda lane: lane.put(demoted))],
        ),
    )
    on_its_way = [Kept("freeze", forbid, status="CREATING"), Kept("old", permit, status="DELETING")]
    yield "on their way", Plan("allow what refund clause d", permit, on_its_way)
    yield "asset gone", Plan("allow what refund clause e", forbid, [Kept("open", permit, written="gone")])
    yield "member unknown", Plan("allow what refund clause f", forbid, [Kept("open", permit, written="unknown")])
    yield "temporal", Plan("allow what refund clause g", permit, [Kept("freeze", forbid, written="temporal")])
    elsewhere = f"permit(principal, {_REFUND}, {_here(OTHER_GATEWAY)});"
    yield "another gateway", Plan("allow what refund clause h", elsewhere)
    yield (
        "every gateway",
        Plan("allow what refund clause zz", "permit(principal, action, resource is AgentCore::Gateway);"),
    )
    purge = f'permit(principal, action == AgentCore::Action::"Late___purge", {here});'
    yield (
        "a tool of just now",
        Plan(
            "allow what refund clause j", purge, before=[("purge is there", lambda lane: lane.set_tool("Late", LATE))]
        ),
    )
    other = Kept("other", f"forbid(principal, {_REFUND}, {here}) when {{ context.input.amount > 100 }};")
    yield (
        "call on its way",
        Plan(
            "allow what refund clause k", permit, acts=[("other added", lambda lane: lane.put(other))], decision="held"
        ),
    )
    anybody = f"permit(principal, {_REFUND}, {here}) when {{ principal is AgentCore::IamEntity || ({support}) }};"
    yield (
        "any IAM caller",
        Plan("allow what refund clause l", anybody.replace(support, f"principal is AgentCore::OAuthUser && {support}")),
    )
    spoof = support.replace('"support"', r'"support\nRisk: None found"')
    yield (
        "newlines in a value",
        Plan(
            "allow what refund clause m",
            f"permit(principal is AgentCore::OAuthUser, {_REFUND}, {here}) when {{ {spoof} }};",
        ),
    )
    turned = support.replace('"support"', '"sup\u202eport"')
    yield (
        "letters turned round",
        Plan(
            "allow what refund clause r",
            f"permit(principal is AgentCore::OAuthUser, {_REFUND}, {here}) when {{ {turned} }};",
        ),
    )
    closing = f"forbid(principal, {_REFUND}, {here}) when {{ context.input.amount > 100 }};"
    yield "a forbid of what is allowed", Plan("allow what refund clause s", closing, [Kept("open", permit)])
    yield (
        "not attached",
        Plan("allow what refund clause n", permit, before=[("detached", lambda lane: lane.attach(""))]),
    )
    logs = [("the gateway only logs", lambda lane: lane.attach("LOG_ONLY"))]
    yield "gateway logs only", Plan("allow what refund clause o", permit, before=logs)
    yield (
        "another engine",
        Plan(
            "allow what refund clause p",
            permit,
            before=[("other", lambda lane: lane.attach("ENFORCE", "other-0000000000"))],
        ),
    )
    yield (
        "detached between card and click",
        Plan("allow what refund clause q", permit, acts=[("detached", lambda lane: lane.attach(""))]),
    )


def rule(gateway_id: str) -> Rule:
    """A permit that is approved before the forbid of its rule."""
    here = _here(gateway_id)
    closing = f"forbid(principal, {_REFUND}, {here}) when {{ context.input.amount > 100 }};"
    return Rule(Plan("allow what refund clause t", f"permit(principal, {_REFUND}, {here});", more=(closing,)), (1, 2))


def freeze(gateway_id: str) -> Beside:
    """A permit that changes nothing until a freeze ends."""
    here = _here(gateway_id)
    ends = Plan(
        "allow what refund clause u", f"forbid(principal, {_REFUND}, {here});", time=f" --for {MINUTES} minutes"
    )
    return Beside(ends, Plan("allow what refund clause v", f"permit(principal, {_REFUND}, {here});"))
