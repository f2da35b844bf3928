"""What decides a call: the engine's policies as they stand, its attachment, the modes, and when a change arrives."""

from __future__ import annotations

import pytest

from tests.contract.dataplane.conftest import ROLE, START, Starter, World
from tests.support.serving_gateway import GATEWAY, REFUND

AGENT = ROLE.format("support-agent")
BY_DEFAULT = (
    "Tool Execution Denied: Tool call not allowed due to policy enforcement "
    "[No policy applies to the request (denied by default).]"
)


def denied_by(policy: str) -> str:
    return (
        "Tool Execution Denied: Tool call not allowed due to policy enforcement "
        f"[Policy evaluation denied due to {policy}]"
    )


async def test_nothing_is_allowed_without_a_permit_and_a_forbid_wins(world: World) -> None:
    assert await world.decided(role="support-agent") == BY_DEFAULT
    await world.policy("refunds", "permit", AGENT)
    assert await world.decided(role="support-agent") == "allowed"
    assert await world.decided(role="intern") == BY_DEFAULT
    cap = await world.policy("cap", "forbid", "context.input.amount > 100")
    assert await world.decided(amount=101, role="support-agent") == denied_by(cap)
    assert await world.decided(amount=100, role="support-agent") == "allowed"
    await world.aws("delete_policy", policyEngineId=world.engine, policyId=cap)
    await world.settled(cap)
    assert await world.decided(amount=101, role="support-agent") == "allowed"


async def test_a_log_only_policy_never_decides(world: World) -> None:
    permit = await world.policy("refunds", "permit", AGENT, enforcementMode="LOG_ONLY")
    assert await world.decided(role="support-agent") == BY_DEFAULT
    await world.update(permit, enforcementMode="ACTIVE")
    forbid = await world.policy("stop", "forbid", "", enforcementMode="LOG_ONLY")
    assert await world.decided(role="support-agent") == "allowed"
    await world.update(forbid, enforcementMode="ACTIVE")
    assert await world.decided(role="support-agent") == denied_by(forbid)


async def test_a_gateway_that_does_not_enforce_lets_every_call_through_and_lists_every_tool(world: World) -> None:
    everything = [tool.action for tool in GATEWAY.tools]
    assert await world.listed(role="intern") == []
    await world.attach("LOG_ONLY")
    assert await world.decided(role="intern") == "allowed"
    assert await world.listed(role="intern") == everything
    await world.attach("NONE")
    assert await world.decided(role="intern") == "allowed"
    assert await world.listed(role="intern") == everything
    await world.attach("ENFORCE")
    assert await world.decided(role="intern") == BY_DEFAULT


async def test_a_list_has_what_is_not_certain_to_be_denied(world: World) -> None:
    target = 'action in AgentCore::Action::"OrderTool"'
    await world.policy("capped", "permit", AGENT + " && context.input.amount < 500")
    await world.statement(
        "orders",
        f'permit(principal is AgentCore::OAuthUser, {target}, resource == AgentCore::Gateway::"{GATEWAY.arn}") '
        f'when {{ {ROLE.format("clerk")} && context.system.now < datetime("2020-01-01T00:00:00Z") }};',
    )
    await world.policy("never", "forbid", "", tool="OrderTool___cancel_order")
    assert await world.listed(role="support-agent") == [REFUND]
    # A time that has passed is not looked at; a forbid without a condition is.
    assert await world.listed(role="clerk") == ["OrderTool___get_order", "OrderTool___change_delivery_date"]
    assert await world.listed(role="intern") == []


async def test_an_erring_policy_is_left_out_and_the_others_decide(world: World) -> None:
    await world.policy("refunds", "permit", AGENT)
    broken = await world.policy("broken", "forbid", "context.input.amount * 4611686018427387904 > 0")
    assert await world.decided(amount=3, role="support-agent") == "allowed"
    failed = "attributes.aws.agentcore.policy.mismatched_policies.0"
    (span,) = await world.query(f"fields {failed} | filter name like /AuthorizeAction/")
    assert span[failed] == broken
    assert await world.decided(amount=1, role="support-agent") == denied_by(broken)


@pytest.mark.parametrize(("effect", "expected"), [("permit", "default"), ("forbid", "it")])
async def test_conditions_that_are_not_cedar_let_no_call_through(world: World, effect: str, expected: str) -> None:
    await world.policy("refunds", "permit", ROLE.format("clerk") if effect == "permit" else AGENT)
    dogwood = "} when temporal { since within 10 minutes"
    opaque = await world.policy("opaque", effect, AGENT + " " + dogwood)
    wanted = BY_DEFAULT if expected == "default" else denied_by(opaque)
    assert await world.decided(role="support-agent") == wanted


async def test_a_change_arrives_when_it_has_spread_each_in_its_own_time(start: Starter) -> None:
    world: World = await start(propagation=10)
    await world.policy("refunds", "permit", AGENT)
    await world.clock.advance(6)
    stop = await world.policy("stop", "forbid", "")
    assert await world.decided(role="support-agent") == BY_DEFAULT
    await world.clock.advance(5)  # 11 seconds after the permit, 5 after the forbid
    assert await world.decided(role="support-agent") == "allowed"
    await world.clock.advance(5)
    assert await world.decided(role="support-agent") == denied_by(stop)
    await world.attach("LOG_ONLY")
    assert await world.decided(role="support-agent") == denied_by(stop)
    await world.clock.advance(10)
    assert await world.decided(role="support-agent") == "allowed"


async def test_a_failed_update_leaves_the_policy_in_force_as_it_was(world: World) -> None:
    permit = await world.policy("refunds", "permit", AGENT)
    unknown = (
        f'permit(principal, action == AgentCore::Action::"RefundTool___gone", '
        f'resource == AgentCore::Gateway::"{GATEWAY.arn}");'
    )
    with pytest.raises(AssertionError, match="RefundTool___gone"):
        await world.update(permit, definition={"cedar": {"statement": unknown}})
    assert await world.decided(role="support-agent") == "allowed"


async def test_tools_that_change_are_checked_by_their_new_schema(world: World) -> None:
    await world.policy("refunds", "permit", AGENT)
    target = GATEWAY.targets[0]
    found = await world.aws("get_gateway_target", gatewayIdentifier=GATEWAY.gateway_id, targetId=target.target_id)
    tool = found["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"][0]
    tool["inputSchema"]["required"].append("reason")
    await world.aws(
        "update_gateway_target",
        gatewayIdentifier=GATEWAY.gateway_id,
        targetId=target.target_id,
        name=target.name,
        targetConfiguration=found["targetConfiguration"],
    )
    answer = await world.call({"orderId": "A-1", "amount": 20}, role="support-agent")
    assert "Missing required field(s): 'reason'" in answer["result"]["content"][0]["text"]


async def test_time_is_the_control_planes(world: World) -> None:
    await world.policy("evening", "permit", f'{AGENT} && context.system.now > datetime("2026-11-22T18:00:00Z")')
    assert START.hour == 12
    assert await world.decided(role="support-agent") == BY_DEFAULT
    await world.clock.advance(7 * 3600)
    assert await world.decided(role="support-agent") == "allowed"
