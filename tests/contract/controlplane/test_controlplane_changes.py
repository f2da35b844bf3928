"""What changes under policies that stand, over boto3: updates and their races, tools, gateways, time."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

IGNORE = "IGNORE_ALL_FINDINGS"
ECHOED = ("name", "roleArn", "protocolType", "protocolConfiguration", "authorizerType", "authorizerConfiguration")


def code_of(call: Any, **params: Any) -> str:
    """The error code that a call ends with."""
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def change_tool(client: Any, demo: Any, kind: str) -> None:
    """The amount of a refund has another type from now on."""
    items = client.list_gateway_targets(gatewayIdentifier=demo.gateway)["items"]
    (target_id,) = [item["targetId"] for item in items if item["name"] == "RefundTool"]
    ids = {"gatewayIdentifier": demo.gateway, "targetId": target_id}
    target = client.get_gateway_target(**ids)
    for tool in target["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]:
        if tool["name"] == "process_refund":
            tool["inputSchema"]["properties"]["amount"]["type"] = kind
    assert (
        client.update_gateway_target(**ids, targetConfiguration=target["targetConfiguration"])["status"] == "UPDATING"
    )
    while (found := client.get_gateway_target(**ids))["status"] == "UPDATING":
        pass
    assert (found["status"], found["name"]) == ("READY", "RefundTool")


def test_a_policy_that_is_updating_takes_neither_another_update_nor_its_end(start: Any) -> None:
    server = start(latency=0.5)
    client = server.client()
    engine = client.list_policy_engines()["policyEngines"][0]["policyEngineId"]
    statement = "permit(principal, action, resource is AgentCore::Gateway);"
    made = client.create_policy(
        policyEngineId=engine, name="all", definition={"cedar": {"statement": statement}}, validationMode=IGNORE
    )
    ids = {"policyEngineId": engine, "policyId": made["policyId"]}
    while client.get_policy(**ids)["status"] == "CREATING":
        pass
    client.update_policy(**ids, enforcementMode="LOG_ONLY", validationMode=IGNORE)
    assert code_of(client.update_policy, **ids, enforcementMode="ACTIVE") == "ConflictException"
    assert code_of(client.delete_policy, **ids) == "ConflictException"
    while client.get_policy(**ids)["status"] == "UPDATING":
        pass
    found = client.get_policy(**ids)
    assert (found["status"], found["enforcementMode"]) == ("ACTIVE", "LOG_ONLY")
    assert client.delete_policy(**ids)["status"] == "DELETING"
    assert code_of(client.update_policy, **ids) == "ConflictException"
    assert client.delete_policy(**ids)["status"] == "DELETING"


def test_a_policy_that_is_gone_is_not_found_by_an_update(client: Any, demo: Any) -> None:
    ids = {"policyEngineId": demo.engine, "policyId": demo.create()["policyId"]}
    client.delete_policy(**ids)
    client.get_waiter("policy_deleted").wait(**ids, WaiterConfig={"Delay": 0.01, "MaxAttempts": 500})
    assert code_of(client.update_policy, **ids, enforcementMode="LOG_ONLY") == "ResourceNotFoundException"


def test_a_tool_that_changes_under_a_policy_leaves_it_until_its_next_update(client: Any, demo: Any) -> None:
    """Not even ignored findings carry a promotion over a schema that the stored text does not fit any more."""
    policy = demo.create(enforcementMode="LOG_ONLY")
    ids = {"policyEngineId": demo.engine, "policyId": policy["policyId"]}
    change_tool(client, demo, "string")
    assert client.get_policy(**ids)["status"] == "ACTIVE"
    client.update_policy(**ids, enforcementMode="ACTIVE", validationMode=IGNORE)
    failed = demo.settled(policy["policyId"])
    assert (failed["status"], failed["enforcementMode"]) == ("UPDATE_FAILED", "LOG_ONLY")
    assert failed["statusReasons"]
    definition = {"cedar": {"statement": demo.refund('context.input.amount == "5"')}}
    client.update_policy(**ids, definition=definition, enforcementMode="ACTIVE")
    mended = demo.settled(policy["policyId"])
    assert (mended["status"], mended["enforcementMode"], mended["definition"]) == ("ACTIVE", "ACTIVE", definition)


def test_a_policy_beside_one_that_fits_its_tool_no_more_comes_to_an_outcome(client: Any, demo: Any) -> None:
    demo.create(name="stale")
    change_tool(client, demo, "string")
    fresh = demo.create(name="fresh", statement=demo.refund('context.input.amount == "5"'))
    assert "An internal error occurred" not in fresh["statusReasons"]


def test_a_target_is_not_changed_to_what_is_none(client: Any, demo: Any) -> None:
    first, second = client.list_gateway_targets(gatewayIdentifier=demo.gateway)["items"][:2]
    ids = {"gatewayIdentifier": demo.gateway, "targetId": first["targetId"]}
    whole = client.get_gateway_target(**ids)["targetConfiguration"]
    taken = {**ids, "targetConfiguration": whole, "name": second["name"]}
    assert code_of(client.update_gateway_target, **taken) == "ConflictException"
    unknown = {**ids, "targetId": "0000000000", "targetConfiguration": whole}
    assert code_of(client.update_gateway_target, **unknown) == "ResourceNotFoundException"
    assert client.get_gateway_target(**ids)["status"] == "READY"


def test_a_gateway_is_set_to_log_only_detached_and_attached_again(client: Any, demo: Any) -> None:
    before = client.get_gateway(gatewayIdentifier=demo.gateway)
    same = {name: before[name] for name in ECHOED if name in before}
    arn = before["policyEngineConfiguration"]["arn"]
    for configuration in ({"arn": arn, "mode": "LOG_ONLY"}, None, {"arn": arn, "mode": "ENFORCE"}):
        more = {"policyEngineConfiguration": configuration} if configuration else {}
        client.update_gateway(gatewayIdentifier=demo.gateway, **same, **more)
        while (found := client.get_gateway(gatewayIdentifier=demo.gateway))["status"] == "UPDATING":
            pass
        assert found.get("policyEngineConfiguration") == configuration
