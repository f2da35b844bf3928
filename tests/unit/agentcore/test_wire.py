"""Answers become values of the model, also when AgentCore has grown."""

from __future__ import annotations

from typing import Any

import pytest

from bot.agentcore import wire
from bot.cedar import same_statement
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.found import Finding

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-0123456789"
OTHER = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-0123456789"
PERMIT = f'permit(principal, action == AgentCore::Action::"A___b", resource == AgentCore::Gateway::"{ARN}");'
TEMPORAL = "permit(principal, action, resource is AgentCore::Gateway) when temporal { count(1) };"


def _asset(**members: Any) -> dict[str, Any]:
    return {"policyGenerationAssetId": "a-0123456789", "rawTextFragment": "text", "findings": [], **members}


@pytest.mark.parametrize("name", ["cedar", "policy"])
def test_a_statement_is_read_under_both_members(name: str) -> None:
    assert wire.asset(_asset(definition={name: {"statement": PERMIT}})).statement == PERMIT


def test_an_asset_without_a_definition_has_no_statement() -> None:
    assert wire.asset(_asset()).statement is None


def test_a_finding_of_a_new_type_or_without_one_survives() -> None:
    found = wire.asset(_asset(findings=[{"type": "SURPRISING", "description": "New."}, {}])).findings
    assert found == (Finding("SURPRISING", "New."), Finding("UNKNOWN", ""))


def test_a_definition_of_a_new_kind_is_said_to_be_unreadable() -> None:
    asset = wire.asset(_asset(definition={"SDK_UNKNOWN_MEMBER": {"name": "rego"}}))
    assert asset.statement is None
    assert [(finding.source, finding.type) for finding in asset.findings] == [("policybot", "not_analysed")]
    assert "rego" in asset.findings[0].description


def test_new_statuses_and_modes_pass_through() -> None:
    answer = {"policyId": "p-0123456789", "name": "p", "status": "PAUSED", "enforcementMode": "SHADOW"}
    record = wire.policy(answer, "", "why")
    assert (record.status, record.enforcement_mode, record.statement, record.unreadable) == (
        "PAUSED",
        "SHADOW",
        "",
        "why",
    )


def test_a_policy_without_a_mode_enforces() -> None:
    record = wire.policy({"policyId": "p", "name": "p", "status": "ACTIVE"}, PERMIT, "why")
    assert (record.enforcement_mode, record.statement, record.unreadable) == ("ACTIVE", PERMIT, "")


def test_an_answer_without_what_was_promised_is_worth_another_try() -> None:
    with pytest.raises(ServiceUnavailable, match="cannot be read"):
        wire.generation({"name": "x"})


@pytest.mark.parametrize(("text", "member"), [(PERMIT, "cedar"), (TEMPORAL, "policy")])
def test_plain_cedar_is_created_as_cedar_and_the_rest_as_the_services_own_language(text: str, member: str) -> None:
    assert wire.definition(text) == {member: {"statement": text}}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PERMIT, PERMIT.replace(", ", ",\n  "), True),
        (PERMIT, "// a comment\n" + PERMIT, True),
        (PERMIT, PERMIT.replace("permit", "forbid"), False),
        (PERMIT, "", False),
        (PERMIT, '@origin("other")' + PERMIT, False),
        (TEMPORAL, TEMPORAL + "\n", True),
        (TEMPORAL, TEMPORAL.replace("1", "1 "), False),
        (TEMPORAL, PERMIT, False),
    ],
)
def test_statements_are_compared_by_what_they_say(one: str, other: str, same: bool) -> None:
    assert same_statement(one, other) is same


@pytest.mark.parametrize(
    ("text", "gateway", "applies"),
    [
        (PERMIT, ARN, True),
        (PERMIT, OTHER, False),
        (PERMIT.replace("resource ==", "resource in"), OTHER, True),
        (PERMIT.replace("resource ==", "resource is AgentCore::Gateway in"), OTHER, True),
        ("forbid(principal, action, resource is AgentCore::Gateway);", OTHER, True),
        (TEMPORAL, OTHER, True),
        (PERMIT.replace(";", " when temporal { count(1) };"), ARN, True),
        (PERMIT.replace(";", " when temporal { count(1) };"), OTHER, False),
        (PERMIT.replace(";", " when temporal { count(1) ;"), OTHER, True),
        ("", OTHER, True),
    ],
)
def test_a_policy_applies_unless_its_scope_is_exactly_another_gateway(text: str, gateway: str, applies: bool) -> None:
    assert wire.applies_to(text, gateway) is applies


def _target(name: str, configuration: dict[str, Any]) -> dict[str, Any]:
    return {"targetId": "AAAAAAAAAA", "name": name, "targetConfiguration": configuration}


def test_one_unreadable_target_does_not_hide_the_others() -> None:
    tool = {"name": "b", "description": "b", "inputSchema": {"type": "object"}}
    broken = {"mcp": {"openApiSchema": {"inlinePayload": "no json"}, "mcpServer": {}}}
    bad_json = {"mcp": {"mcpServer": {"mcpToolSchema": {"inlinePayload": "{"}}}}
    good = {"mcp": {"lambda": {"toolSchema": {"inlinePayload": [tool]}}}}
    found = wire.gateway(
        {"gatewayArn": ARN, "name": "desk", "authorizerType": "AWS_IAM"},
        [_target("Broken", bad_json), _target("Good", good), _target("OpenApi", broken)],
    )
    assert [tool.action for tool in found.tools] == ["Good___b"]
    assert [bool(target.unreadable) for target in found.targets] == [True, False, True]
    assert "not JSON" in found.targets[0].unreadable


def test_a_gateway_that_policies_cannot_name_is_an_error_of_the_service() -> None:
    with pytest.raises(ServiceError, match="gatewayArn"):
        wire.gateway({"gatewayArn": "nonsense", "name": "desk", "authorizerType": "AWS_IAM"}, [])
