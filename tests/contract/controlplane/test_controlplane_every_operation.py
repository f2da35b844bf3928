"""Every operation that is served, once, with its answer held to the service model."""

from __future__ import annotations

from typing import Any

from bot.controlplane.operations import HANDLERS

QUICK = {"Delay": 0.01, "MaxAttempts": 500}


def test_every_operation_answers_in_its_shape(server: Any, client: Any, demo: Any) -> None:
    """The client of the fixture checks each answer's bytes: no unknown member, none missing, types, enums, zones."""
    policy = demo.create(validationMode="IGNORE_ALL_FINDINGS", description="d")
    generation = client.start_policy_generation(
        policyEngineId=demo.engine, name="g", resource={"arn": demo.arn}, content={"rawText": "allow refunds"}
    )
    engine = {"policyEngineId": demo.engine}
    of_policy = {**engine, "policyId": policy["policyId"]}
    of_generation = {**engine, "policyGenerationId": generation["policyGenerationId"]}
    client.get_waiter("policy_generation_completed").wait(**of_generation, WaiterConfig=QUICK)

    client.get_policy_summary(**of_policy)
    client.list_policies(**engine)
    client.list_policy_summaries(**engine)
    client.get_policy_generation_summary(**of_generation)
    client.list_policy_generations(**engine)
    client.list_policy_generation_summaries(**engine)
    client.list_policy_generation_assets(**of_generation)
    client.get_policy_engine(**engine)
    client.get_policy_engine_summary(**engine)
    client.list_policy_engine_summaries()
    client.update_policy(**of_policy, description={})
    client.delete_policy(policyEngineId=demo.engine, policyId=demo.settled(policy["policyId"])["policyId"])

    gateway = client.get_gateway(gatewayIdentifier=demo.gateway)
    targets = client.list_gateway_targets(gatewayIdentifier=demo.gateway)["items"]
    of_target = {"gatewayIdentifier": demo.gateway, "targetId": targets[0]["targetId"]}
    target = client.get_gateway_target(**of_target)
    client.update_gateway_target(**of_target, targetConfiguration=target["targetConfiguration"])
    client.update_gateway(
        gatewayIdentifier=demo.gateway, **{name: gateway[name] for name in ("name", "roleArn", "authorizerType")}
    )
    client.tag_resource(resourceArn=demo.arn, tags={"a": "b"})
    client.list_tags_for_resource(resourceArn=demo.arn)
    client.untag_resource(resourceArn=demo.arn, tagKeys=["a"])

    entries = [{"dimensions": {"toolName": "*"}, "requests": [{"rate": 1, "period": "second"}]}]
    limit: dict[str, Any] = {"dimensionKeys": ["toolName"], "entries": entries}
    of_limit = {"gatewayIdentifier": demo.gateway, "rateLimitId": "tools"}
    client.create_gateway_rate_limit(**of_limit, **limit)
    while client.get_gateway_rate_limit(**of_limit)["status"] != "ACTIVE":
        pass
    client.batch_put_gateway_rate_limits(gatewayIdentifier=demo.gateway, rateLimits=[limit])
    while client.list_gateway_rate_limits(gatewayIdentifier=demo.gateway)["rateLimits"][0]["status"] != "ACTIVE":
        pass
    client.update_gateway_rate_limit(**of_limit, entries=limit["entries"])
    while client.get_gateway_rate_limit(**of_limit)["status"] != "ACTIVE":
        pass
    client.delete_gateway_rate_limit(**of_limit)

    other = client.create_policy_engine(name="other")["policyEngineId"]
    client.get_waiter("policy_engine_active").wait(policyEngineId=other, WaiterConfig=QUICK)
    client.update_policy_engine(policyEngineId=other, description={"optionalValue": "d"})
    client.get_waiter("policy_engine_active").wait(policyEngineId=other, WaiterConfig=QUICK)
    client.delete_policy_engine(policyEngineId=other)
    assert set(server.answers) == set(HANDLERS)
