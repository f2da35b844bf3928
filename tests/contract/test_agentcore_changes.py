"""Updating, deleting and watching policies through the adapter, against the embedded control plane."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.controlplane import ControlPlaneConfig
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.reported import PolicyRecord
from tests.support.adapter import ENGINE, GATEWAY, PERMIT, Plane, an_hour_ago, plane_for

GATEWAY_ID = GATEWAY.rsplit("/", 1)[-1]
STANDS = PERMIT.replace("issue_refund", "process_refund")
SMALL = STANDS.replace(");", ") when { context.input.amount < 50 };")
DOGWOOD = SMALL.removesuffix(";") + ' when temporal { count(within duration("1h")) < 3 };'


@pytest.fixture
async def plane() -> AsyncIterator[Plane]:
    async with plane_for(ControlPlaneConfig(latency=0, clock=an_hour_ago)) as (plane, _):
        yield plane


async def _update(plane: Plane, record: PolicyRecord, **changed: str) -> PolicyRecord:
    asked = {
        "engine_id": ENGINE,
        "policy_id": record.policy_id,
        "statement": record.statement,
        "description": record.description,
        "enforcement_mode": record.enforcement_mode,
        "validation_mode": "IGNORE_ALL_FINDINGS",
    }
    return await plane.service.update_policy(**{**asked, **changed})


async def _standing(plane: Plane, **changed: str) -> PolicyRecord:
    return await plane.settled((await plane.create(**{"statement": STANDS, **changed})).policy_id)


async def test_a_promotion_keeps_all_else_and_is_not_sent_twice(plane: Plane) -> None:
    record = await _standing(plane)
    assert (await _update(plane, record, enforcement_mode="ACTIVE")).status == "UPDATING"
    promoted = await plane.settled(record.policy_id)
    assert (promoted.enforcement_mode, promoted.statement, promoted.description) == (
        "ACTIVE",
        record.statement,
        record.description,
    )
    spaced = {"statement": "// the same\n" + record.statement, "enforcement_mode": "ACTIVE"}
    assert await _update(plane, record, **spaced) == promoted
    assert plane.counted()["UpdatePolicy"] == 1


async def test_a_replacement_is_taken_whole_and_a_description_can_be_taken_away(plane: Plane) -> None:
    record = await _standing(plane)
    await _update(plane, record, statement=SMALL, description="")
    found = await plane.settled(record.policy_id)
    assert (found.status, found.statement, found.description) == ("ACTIVE", SMALL, "")


async def test_a_policy_becomes_dogwood_and_stays_under_the_member_that_reads_both(plane: Plane) -> None:
    record = await _standing(plane)
    for statement in (DOGWOOD, SMALL):
        await _update(plane, record, statement=statement)
        assert (await plane.settled(record.policy_id)).statement == statement
        answer = await plane.client.call("GetPolicy", policyEngineId=ENGINE, policyId=record.policy_id)
        assert answer["definition"] == {"policy": {"statement": statement}}


async def test_ignored_findings_count_again_unless_they_are_ignored_again(plane: Plane) -> None:
    record = await _standing(plane)
    promotion = {"enforcement_mode": "ACTIVE", "validation_mode": "FAIL_ON_ANY_FINDINGS"}
    await _update(plane, record, **promotion)
    failed = await plane.settled(record.policy_id)
    assert (failed.status, failed.enforcement_mode) == ("UPDATE_FAILED", "LOG_ONLY")
    assert failed.status_reasons[0].startswith("Overly Permissive: ")
    await _update(plane, record, enforcement_mode="ACTIVE")
    assert (await plane.settled(record.policy_id)).status == "ACTIVE"


async def test_what_failed_is_sent_again_though_it_reads_as_wanted(plane: Plane) -> None:
    record = await _standing(plane)
    await _update(plane, record, enforcement_mode="ACTIVE", validation_mode="FAIL_ON_ANY_FINDINGS")
    await plane.settled(record.policy_id)
    assert (await _update(plane, record)).status == "UPDATING"
    assert plane.counted()["UpdatePolicy"] == 2


async def test_a_policy_on_its_way_is_updated_later() -> None:
    async with plane_for(ControlPlaneConfig(latency=3600)) as (plane, control):
        record = await plane.create()
        for status in ("CREATING", "UPDATING", "DELETING"):
            kept = control.store.get("policy", record.policy_id)
            assert kept is not None
            control.store.put(kept.with_body(status=status))
            with pytest.raises(ServiceUnavailable, match=status):
                await _update(plane, record, enforcement_mode="ACTIVE")
    assert plane.counted()["UpdatePolicy"] == 0


async def test_a_policy_that_is_gone_is_not_updated_and_a_deletion_says_whether_there_was_one(plane: Plane) -> None:
    record = await _standing(plane)
    assert await plane.service.delete_policy(ENGINE, record.policy_id) is True
    assert (await plane.settled_state()).policies == ()
    assert await plane.service.policy(ENGINE, record.policy_id) is None
    assert await plane.service.delete_policy(ENGINE, record.policy_id) is False
    with pytest.raises(ServiceError) as caught:
        await _update(plane, record)
    assert caught.value.code == "PolicyGone"
    assert not isinstance(caught.value, ServiceUnavailable)


async def test_a_statement_that_is_none_is_refused_and_what_stands_stays(plane: Plane) -> None:
    record = await _standing(plane)
    with pytest.raises(ServiceError, match="wildcard resource") as caught:
        await _update(plane, record, statement="permit(principal, action, resource);")
    assert caught.value.code == "ValidationException"
    assert await plane.settled(record.policy_id) == record


async def test_summaries_are_one_call_and_show_each_change(plane: Plane) -> None:
    record = await _standing(plane)
    plane.calls.clear()
    (before,) = await plane.service.policies_summary(ENGINE)
    assert plane.counted() == {"ListPolicySummaries": 1}
    assert (before.policy_id, before.name, before.status, before.enforcement_mode) == (
        record.policy_id,
        "refunds",
        "ACTIVE",
        "LOG_ONLY",
    )
    await _update(plane, record, statement=SMALL)
    await plane.settled(record.policy_id)
    (after,) = await plane.service.policies_summary(ENGINE)
    assert after.updated_at > before.updated_at


async def _change_target(plane: Plane, **changes: Any) -> None:
    """Give every refund tool's target another description, or its amount another type."""
    items = (await plane.client.call("ListGatewayTargets", gatewayIdentifier=GATEWAY_ID))["items"]
    ids = {
        "gatewayIdentifier": GATEWAY_ID,
        "targetId": next(each["targetId"] for each in items if each["name"] == "RefundTool"),
    }
    target = await plane.client.call("GetGatewayTarget", **ids)
    tools = target["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]
    for tool in tools:
        if tool["name"] == "process_refund":
            tool["description"] = changes.get("description", tool["description"])
            tool["inputSchema"]["properties"]["amount"]["type"] = changes.get("type", "integer")
    await plane.client.call("UpdateGatewayTarget", **ids, targetConfiguration=target["targetConfiguration"])
    while (await plane.client.call("GetGatewayTarget", **ids))["status"] == "UPDATING":
        pass
    plane.calls.clear()
    plane.now += 1


async def test_an_attachment_names_the_engine_the_mode_and_the_tools_that_changed(plane: Plane) -> None:
    before = await plane.service.attachment(GATEWAY)
    assert (before.engine_id, before.mode) == (ENGINE, "ENFORCE")
    assert len(before.tools) == 11
    await _change_target(plane, description="Other words")
    assert await plane.service.attachment(GATEWAY) == before
    assert plane.counted() == {"GetGateway": 1, "ListGatewayTargets": 1, "GetGatewayTarget": 1}
    plane.now += 1
    plane.calls.clear()
    assert (await plane.service.attachment(GATEWAY)).tools_digest == before.tools_digest
    assert plane.counted() == {"GetGateway": 1, "ListGatewayTargets": 1}
    await _change_target(plane, type="string")
    after = await plane.service.attachment(GATEWAY)
    assert after.tools_digest != before.tools_digest
    assert [name for name, _ in set(after.tools) - set(before.tools)] == ["RefundTool___process_refund"]
