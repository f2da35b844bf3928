"""Gateways, targets and tags over boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.cedar import gateway_from_api, schema_for
from bot.controlplane.config import SAMPLE_GATEWAY

QUICK = {"Delay": 0.01, "MaxAttempts": 500}
ECHOED = ("name", "description", "roleArn", "protocolType", "protocolConfiguration", "authorizerType")


def test_the_sample_gateway_is_served_with_the_demo_engine_attached(client: Any, demo: Any) -> None:
    found = client.get_gateway(gatewayIdentifier=demo.gateway)
    assert found["status"] == "READY"
    assert found["policyEngineConfiguration"]["arn"].endswith(demo.engine)
    engine = client.get_policy_engine(policyEngineId=demo.engine)
    assert (engine["name"], engine["status"]) == ("policybot_demo", "ACTIVE")


def test_what_clients_read_of_a_gateway_makes_a_schema_for_every_tool(client: Any, demo: Any) -> None:
    pages = client.get_paginator("list_gateway_targets").paginate(
        gatewayIdentifier=demo.gateway, PaginationConfig={"PageSize": 2}
    )
    targets = [
        client.get_gateway_target(gatewayIdentifier=demo.gateway, targetId=item["targetId"])
        for page in pages
        for item in page["items"]
    ]
    schema = schema_for(gateway_from_api(client.get_gateway(gatewayIdentifier=demo.gateway), targets))
    assert not schema.skipped
    assert "RefundTool___process_refund" in {tool.action for tool in schema.tools}
    assert len(schema.tools) == 11


def test_updating_a_gateway_resets_what_is_left_out(client: Any, demo: Any) -> None:
    before = client.get_gateway(gatewayIdentifier=demo.gateway)
    echoed = {name: before[name] for name in ECHOED}
    answer = client.update_gateway(gatewayIdentifier=demo.gateway, **echoed)
    assert answer["status"] == "UPDATING"
    after = client.get_gateway(gatewayIdentifier=demo.gateway)
    assert not after.keys() & {"policyEngineConfiguration", "authorizerConfiguration"}
    assert {name: after[name] for name in ECHOED} == echoed
    assert (after["gatewayUrl"], after["createdAt"]) == (before["gatewayUrl"], before["createdAt"])


def test_attaching_another_engine_counts_for_its_policies(client: Any, demo: Any) -> None:
    made = client.create_policy_engine(name="second")
    client.get_waiter("policy_engine_active").wait(policyEngineId=made["policyEngineId"], WaiterConfig=QUICK)
    before = client.get_gateway(gatewayIdentifier=demo.gateway)
    configuration = {"arn": made["policyEngineArn"], "mode": "LOG_ONLY"}
    client.update_gateway(
        gatewayIdentifier=demo.gateway,
        **{name: before[name] for name in (*ECHOED, "authorizerConfiguration")},
        policyEngineConfiguration=configuration,
    )
    for _ in range(500):
        found = client.get_gateway(gatewayIdentifier=demo.gateway)
        if found["status"] == "READY":
            break
    assert (found["status"], found["policyEngineConfiguration"]) == ("READY", configuration)


def test_a_policy_for_every_gateway_is_taken_once_the_gateway_is_detached(client: Any, demo: Any) -> None:
    """Detaching leaves no trace that would trip the search for the engine's gateways."""
    before = client.get_gateway(gatewayIdentifier=demo.gateway)
    client.update_gateway(gatewayIdentifier=demo.gateway, **{name: before[name] for name in ECHOED})
    statement = "permit(principal, action, resource is AgentCore::Gateway);"
    assert demo.create(statement=statement, validationMode="IGNORE_ALL_FINDINGS")["status"] == "ACTIVE"


def test_a_gateway_is_not_attached_to_an_engine_that_does_not_exist(client: Any, demo: Any) -> None:
    before = client.get_gateway(gatewayIdentifier=demo.gateway)
    arn = before["policyEngineConfiguration"]["arn"].replace("policybot_demo", "nobody")
    with pytest.raises(ClientError) as error:
        client.update_gateway(
            gatewayIdentifier=demo.gateway,
            **{name: before[name] for name in ECHOED},
            policyEngineConfiguration={"arn": arn, "mode": "ENFORCE"},
        )
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert client.get_gateway(gatewayIdentifier=demo.gateway)["status"] == "READY"


@pytest.mark.parametrize("missing", ["GetPolicyEngine", "AuthorizeAction"])
def test_an_engine_is_not_attached_while_the_gateways_role_may_not_ask_it(
    start: Any, tmp_path: Path, missing: str
) -> None:
    """The gateway file says what the role may do; the answer names what it may not, and on what."""
    document = json.loads(SAMPLE_GATEWAY.read_text())
    document["gatewayRoleMay"] = [
        f"bedrock-agentcore:{action}" for action in ("GetPolicyEngine", "AuthorizeAction") if action != missing
    ]
    path = tmp_path / "gateway.json"
    path.write_text(json.dumps(document))
    client = start(gateways=(path,)).client()
    before = client.get_gateway(gatewayIdentifier=document["gatewayId"])
    assert "gatewayRoleMay" not in before
    gateway = {"gatewayIdentifier": document["gatewayId"]}
    gateway |= {name: before[name] for name in (*ECHOED, "authorizerConfiguration")}
    client.update_gateway(**gateway)
    while client.get_gateway(gatewayIdentifier=document["gatewayId"])["status"] == "UPDATING":
        pass
    with pytest.raises(ClientError) as error:
        client.update_gateway(**gateway, policyEngineConfiguration=before["policyEngineConfiguration"])
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    assert f"is not authorized to perform: bedrock-agentcore:{missing} on resource: arn:" in str(error.value)
    assert "policyEngineConfiguration" not in client.get_gateway(gatewayIdentifier=document["gatewayId"])


def test_unknown_gateways_and_targets_are_not_found(client: Any, demo: Any) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: client.get_gateway(gatewayIdentifier="other-gateway-0000000000"),
        lambda: client.list_gateway_targets(gatewayIdentifier="other-gateway-0000000000"),
        lambda: client.get_gateway_target(gatewayIdentifier=demo.gateway, targetId="0000000000"),
    ]
    for call in calls:
        with pytest.raises(ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_several_files_are_several_gateways_and_one_bad_tool_spoils_only_itself(start: Any, tmp_path: Path) -> None:
    tools = [
        {
            "name": "fine",
            "description": "d",
            "inputSchema": {"type": "object", "properties": {"a": {"type": "string"}}},
        },
        {
            "name": "odd",
            "description": "d",
            "inputSchema": {"type": "object", "properties": {"a-b": {"type": "string"}}},
        },
    ]
    paths = []
    for name, number in (("one", "1"), ("two", "2")):
        target = {
            "name": "Desk",
            "targetConfiguration": {
                "mcp": {
                    "lambda": {
                        "lambdaArn": "arn:aws:lambda:eu-west-1:210987654321:function:desk",
                        "toolSchema": {"inlinePayload": tools},
                    }
                }
            },
        }
        document = {
            "name": name,
            "gatewayArn": f"arn:aws:bedrock-agentcore:eu-west-1:210987654321:gateway/{name}-{number * 10}",
            "gatewayId": f"{name}-{number * 10}",
            "authorizerType": "AWS_IAM",
            "targets": [target],
        }
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(document))
    server = start(gateways=tuple(paths))
    client = server.client()
    assert [item["name"] for item in client.list_gateways()["items"]] == ["one", "two"]
    assert client.list_policy_engines()["policyEngines"] == []
    target_id = client.list_gateway_targets(gatewayIdentifier="two-2222222222")["items"][0]["targetId"]
    target = client.get_gateway_target(gatewayIdentifier="two-2222222222", targetId=target_id)
    assert len(target["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]) == 2
    (reason,) = target["statusReasons"]
    assert reason.startswith("Tool Desk___odd cannot be governed by policies: ")

    engine = client.create_policy_engine(name="iam")
    assert engine["policyEngineArn"].startswith("arn:aws:bedrock-agentcore:eu-west-1:210987654321:policy-engine/iam-")
    client.get_waiter("policy_engine_active").wait(policyEngineId=engine["policyEngineId"], WaiterConfig=QUICK)
    for tool, outcome in (("fine", "ACTIVE"), ("odd", "CREATE_FAILED")):
        statement = (
            f'permit(principal is AgentCore::IamEntity, action == AgentCore::Action::"Desk___{tool}", resource == '
            'AgentCore::Gateway::"arn:aws:bedrock-agentcore:eu-west-1:210987654321:gateway/two-2222222222");'
        )
        ids = {"policyEngineId": engine["policyEngineId"]}
        policy = client.create_policy(
            **ids, name=tool, definition={"cedar": {"statement": statement}}, validationMode="IGNORE_ALL_FINDINGS"
        )
        ids["policyId"] = policy["policyId"]
        found = client.get_policy(**ids)
        while found["status"] == "CREATING":
            found = client.get_policy(**ids)
        assert found["status"] == outcome

    sts = server.client("sts")
    assert sts.get_caller_identity()["Account"] == "210987654321"


def test_tags_are_set_replaced_listed_and_removed(client: Any, demo: Any) -> None:
    engine = client.create_policy_engine(name="tagged", tags={"team": "support", "stage": "test"})
    arn = engine["policyEngineArn"]
    client.tag_resource(resourceArn=arn, tags={"stage": "live", "owner": "ana"})
    client.untag_resource(resourceArn=arn, tagKeys=["team", "absent"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "live", "owner": "ana"}
    assert client.list_tags_for_resource(resourceArn=demo.arn)["tags"] == {}
    with pytest.raises(ClientError) as error:
        client.list_tags_for_resource(resourceArn=arn.replace("tagged", "other"))
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_policies_have_no_tags(client: Any, demo: Any) -> None:
    """Engines and gateways take tags; an ARN of a policy is refused, whatever is asked."""
    arn = demo.create()["policyArn"]
    for call, more in (("tag_resource", {"tags": {"a": "b"}}), ("untag_resource", {"tagKeys": ["a"]})):
        with pytest.raises(client.exceptions.ValidationException, match="does not support tagging"):
            getattr(client, call)(resourceArn=arn, **more)
    with pytest.raises(client.exceptions.ValidationException, match="does not support tagging"):
        client.list_tags_for_resource(resourceArn=arn)


def test_more_than_fifty_tags_are_refused(client: Any, demo: Any) -> None:
    client.tag_resource(resourceArn=demo.arn, tags={f"k{number}": "" for number in range(50)})
    with pytest.raises(ClientError) as error:
        client.tag_resource(resourceArn=demo.arn, tags={"one_more": ""})
    assert error.value.response["Error"]["Code"] == "ServiceQuotaExceededException"


def served(start: Any, folder: Path, configuration: dict[str, Any]) -> Any:
    """A client of a control plane whose one gateway has one target, and an engine."""
    document = {
        "name": "shop",
        "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-0123456789",
        "gatewayId": "shop-0123456789",
        "authorizerType": "CUSTOM_JWT",
        "policyEngineConfiguration": {
            "arn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:policy-engine/shop-0123456789",
            "mode": "LOG_ONLY",
        },
        "targets": [{"name": "Shop", "targetConfiguration": {"mcp": configuration}}],
    }
    (folder / "shop.json").write_text(json.dumps(document))
    return start(gateways=(folder / "shop.json",)).client()


def generated(client: Any, rule: str) -> list[dict[str, Any]]:
    (engine,) = client.list_policy_engines()["policyEngines"]
    (gateway,) = client.list_gateways()["items"]
    arn = client.get_gateway(gatewayIdentifier=gateway["gatewayId"])["gatewayArn"]
    ids = {"policyEngineId": engine["policyEngineId"]}
    made = client.start_policy_generation(**ids, name="g", resource={"arn": arn}, content={"rawText": rule})
    ids["policyGenerationId"] = made["policyGenerationId"]
    client.get_waiter("policy_generation_completed").wait(**ids, WaiterConfig=QUICK)
    assets: list[dict[str, Any]] = client.list_policy_generation_assets(**ids)["policyGenerationAssets"]
    return assets


def test_operations_of_an_openapi_target_are_tools_that_a_rule_can_name(start: Any, tmp_path: Path) -> None:
    parameter = {"name": "id", "in": "query", "schema": {"type": "string"}}
    path = {"get": {"operationId": "find_parcel", "parameters": [parameter]}}
    text = json.dumps({"openapi": "3.0.3", "paths": {"/parcels": path}})
    client = served(start, tmp_path, {"openApiSchema": {"inlinePayload": text}})
    (item,) = client.list_gateway_targets(gatewayIdentifier="shop-0123456789")["items"]
    assert item["targetType"] == "OPEN_API_SCHEMA"
    (asset,) = generated(client, "allow support agents to call find_parcel")
    assert 'AgentCore::Action::"Shop___find_parcel"' in asset["definition"]["policy"]["statement"]


def test_a_gateway_whose_tools_cannot_be_seen_refuses_rules_and_still_serves(start: Any, tmp_path: Path) -> None:
    client = served(start, tmp_path, {"mcpServer": {"endpoint": "https://tools.example.com/mcp"}})
    (asset,) = generated(client, "allow support agents to call find_parcel")
    assert "definition" not in asset
    assert asset["findings"][0]["description"]
