"""The state of an engine as it is read from the embedded control plane: nothing old, nothing missing, few calls."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.controlplane import ControlPlaneConfig, serve
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.controlplane.plane import ControlPlane
from tests.support.adapter import ENGINE, FORBID_ALL, GATEWAY, PERMIT, Plane, an_hour_ago, multiply, plane_for

Both = tuple[Plane, ControlPlane]
GATEWAY_ID = GATEWAY.rsplit("/", 1)[-1]
OTHER = GATEWAY.replace("support-desk-5up9or7d3s", "shop-0th3r0th3r")
ECHOED = ("name", "roleArn", "protocolType", "authorizerType", "authorizerConfiguration")


def _gateway_file(folder: Path, **members: Any) -> Path:
    """The sample gateway with other members, as a file."""
    file = folder / "gateway.json"
    described = json.loads(SAMPLE_GATEWAY.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**described, **members}), encoding="utf-8")
    return file


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    async with plane_for(ControlPlaneConfig(latency=0, clock=an_hour_ago)) as both:
        yield both


async def _update(plane: Plane, policy_id: str, **changes: Any) -> None:
    await plane.client.call(
        "UpdatePolicy", policyEngineId=ENGINE, policyId=policy_id, validationMode="IGNORE_ALL_FINDINGS", **changes
    )


async def _counted(plane: Plane) -> Counter[str]:
    """The calls that one reading takes."""
    plane.calls.clear()
    await plane.state()
    return plane.counted()


async def test_modes_and_statuses_are_those_of_agentcore() -> None:
    async with plane_for(ControlPlaneConfig(latency=3600)) as (plane, control):
        await plane.create(name="creating", enforcement_mode="ACTIVE")
        for name in ("deleting", "log_only"):
            made = control.store.get("policy", (await plane.create(name=name)).policy_id)
            assert made is not None
            control.store.put(made.with_body(status="ACTIVE"))
            if name == "deleting":
                await plane.service.delete_policy(ENGINE, made.id)
        found = {policy.name: (policy.status, policy.enforcement_mode) for policy in (await plane.state()).policies}
    assert found == {
        "creating": ("CREATING", "ACTIVE"),
        "deleting": ("DELETING", "LOG_ONLY"),
        "log_only": ("ACTIVE", "LOG_ONLY"),
    }


async def test_only_policies_whose_scope_is_exactly_another_gateway_are_left_out(tmp_path: Path) -> None:
    other = _gateway_file(tmp_path, gatewayArn=OTHER, gatewayId=OTHER.rsplit("/", 1)[-1], name="shop")
    config = ControlPlaneConfig(latency=0, gateways=(SAMPLE_GATEWAY, other))
    inside = PERMIT.replace("resource ==", "resource in").replace("RefundTool___issue", "RefundTool___process")
    async with plane_for(config) as (plane, _):
        await plane.create(name="refunds")
        await plane.create(name="refunds_there", statement=PERMIT.replace(GATEWAY, OTHER))
        await plane.create(name="inside_there", statement=inside.replace(GATEWAY, OTHER))
        await plane.create(name="all_off", statement=FORBID_ALL)
        here, there = await plane.state(GATEWAY), await plane.state(OTHER)
    assert [policy.name for policy in here.policies] == ["all_off", "inside_there", "refunds"]
    assert [policy.name for policy in there.policies] == ["all_off", "inside_there", "refunds_there"]


async def test_the_attached_engine_and_the_gateways_mode_are_read_each_time(both: Both) -> None:
    plane, _ = both
    gateway = await plane.client.call("GetGateway", gatewayIdentifier=GATEWAY_ID)
    echoed = {name: gateway[name] for name in ECHOED if name in gateway}
    arn = gateway["policyEngineConfiguration"]["arn"]
    another = await plane.another_engine()
    found = []
    for configuration in (
        {"policyEngineConfiguration": {"arn": arn, "mode": "ENFORCE"}},
        {"policyEngineConfiguration": {"arn": arn, "mode": "LOG_ONLY"}},
        {"policyEngineConfiguration": {"arn": arn.replace(ENGINE, another), "mode": "ENFORCE"}},
        {},
    ):
        await plane.client.call("UpdateGateway", gatewayIdentifier=GATEWAY_ID, **echoed, **configuration)
        while (await plane.client.call("GetGateway", gatewayIdentifier=GATEWAY_ID))["status"] == "UPDATING":
            pass
        state = await plane.state()
        found.append((state.attached_engine_id, state.gateway_mode, state.enforcing))
    assert found == [
        (ENGINE, "ENFORCE", True),
        (ENGINE, "LOG_ONLY", False),
        (another, "ENFORCE", False),
        ("", "", False),
    ]


async def test_a_tool_added_between_two_readings_is_seen_and_only_its_target_is_read(both: Both) -> None:
    plane, control = both
    before = await plane.state()
    target = next(iter(control.store.under("target", GATEWAY_ID)))
    configuration = json.loads(json.dumps(target.body["targetConfiguration"]))
    tools = configuration["mcp"]["lambda"]["toolSchema"]["inlinePayload"]
    tools.append({**tools[0], "name": "brand_new"})
    control.store.put(target.with_body(targetConfiguration=configuration, updatedAt=control.now))
    plane.calls.clear()
    after = await plane.state()
    added = {tool.action for tool in after.gateway.tools} - {tool.action for tool in before.gateway.tools}
    assert added == {f"{target.name}___brand_new"}
    assert plane.counted()["GetGatewayTarget"] == 1


async def test_tools_edited_in_a_gateway_file_show_in_its_targets_times(tmp_path: Path) -> None:
    targets = json.loads(SAMPLE_GATEWAY.read_text(encoding="utf-8"))["targets"]
    pulled = [{**target, "updatedAt": "2026-01-01T00:00:00.000Z"} for target in targets]
    times = []
    for clock in (an_hour_ago, None):
        if clock is None:
            tools = pulled[0]["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]
            tools[0]["description"] = "Edited."
        file = _gateway_file(tmp_path, targets=pulled)
        config = ControlPlaneConfig(gateways=(file,), data_dir=tmp_path / "data")
        async with serve(replace(config, clock=clock) if clock else config) as server:
            listed = await Plane(server.url).client.call("ListGatewayTargets", gatewayIdentifier=GATEWAY_ID)
        times.append(listed["items"][0]["updatedAt"])
    assert times[0] < times[1]


async def test_what_was_changed_since_the_last_reading_is_read_and_nothing_else(both: Both) -> None:
    plane, control = both
    made = await plane.create()
    await plane.settled(made.policy_id)
    multiply(control, made.policy_id, 250)
    await plane.state()
    await _update(plane, made.policy_id, definition={"cedar": {"statement": FORBID_ALL}})
    await plane.settled_state()
    await _update(plane, made.policy_id, enforcementMode="ACTIVE")
    await plane.settled_state()
    await _update(plane, made.policy_id, description={"optionalValue": "Somebody else's"})
    state = await plane.settled_state()
    record = next(policy for policy in state.policies if policy.policy_id == made.policy_id)
    assert (record.statement, record.enforcement_mode) == (FORBID_ALL, "ACTIVE")
    assert record.description == "Somebody else's"
    assert len(state.policies) == 250
    assert plane.counted()["ListPolicies"] == 3


@pytest.mark.parametrize(("policies", "pages"), [(10, 1), (100, 1), (1000, 10)])
async def test_a_first_reading_takes_a_call_for_a_hundred_policies_and_the_next_reads_summaries_only(
    both: Both, policies: int, pages: int
) -> None:
    plane, control = both
    made = await plane.create()
    await plane.settled(made.policy_id)
    multiply(control, made.policy_id, policies)
    gateway = {"GetGateway": 1, "ListGatewayTargets": 1}
    assert await _counted(plane) == {**gateway, "GetGatewayTarget": 4, "ListPolicies": pages}
    assert await _counted(plane) == {**gateway, "ListPolicySummaries": pages}
    await _update(plane, made.policy_id, description={"optionalValue": "Changed"})
    await plane.settled(made.policy_id)
    assert await _counted(plane) == {**gateway, "ListPolicySummaries": pages, "GetPolicy": 1}


async def test_a_policy_on_its_way_is_read_at_every_reading() -> None:
    async with plane_for(ControlPlaneConfig(latency=3600, clock=an_hour_ago)) as (plane, control):
        made = control.store.get("policy", (await plane.create(name="stands")).policy_id)
        assert made is not None
        control.store.put(made.with_body(status="ACTIVE"))
        await plane.create(name="creating")
        await plane.state()
        for _ in range(2):
            assert (await _counted(plane))["GetPolicy"] == 1


async def test_callers_at_the_same_time_share_one_reading_and_a_later_one_gets_its_own(both: Both) -> None:
    plane, _ = both
    await plane.create()
    plane.calls.clear()
    states = await asyncio.gather(*(plane.service.engine_state(ENGINE, GATEWAY) for _ in range(20)))
    assert plane.counted() == {"GetGateway": 1, "ListGatewayTargets": 1, "GetGatewayTarget": 4, "ListPolicies": 1}
    assert len(set(map(id, (state.policies[0] for state in states)))) == 1
    await plane.state()
    assert plane.counted()["GetGateway"] == 2
