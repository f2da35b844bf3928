"""boto3's own paginator of every list that is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore import xform_name

from bot.controlplane.config import SAMPLE_GATEWAY
from bot.controlplane.operations import HANDLERS

QUICK = {"Delay": 0.01, "MaxAttempts": 500}
RULE = "allow support agents to call refund tool. interns may not call refund tool. allow managers to cancel orders"


def test_every_lists_paginator_gives_each_item_once_in_order(start: Any, tmp_path: Path) -> None:
    """One item a page, three and more of each kind: the same items as in one page, and none twice."""
    sample = json.loads(SAMPLE_GATEWAY.read_text())
    paths = []
    for number in range(3):
        identifier = f"desk-{number}123456789"
        arn = sample["gatewayArn"].replace(sample["gatewayId"], identifier)
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(
            json.dumps({**sample, "gatewayId": identifier, "gatewayArn": arn, "name": f"desk{number}"})
        )
    client = start(gateways=tuple(paths)).client()
    gateway = client.get_gateway(gatewayIdentifier=identifier)
    engine = gateway["policyEngineConfiguration"]["arn"].rsplit("/", 1)[1]
    for number in range(3):
        client.create_policy_engine(name=f"engine{number}")
        statement = f'forbid(principal, action, resource == AgentCore::Gateway::"{arn}");'
        client.create_policy(policyEngineId=engine, name=f"p{number}", definition={"cedar": {"statement": statement}})
        made = client.start_policy_generation(
            policyEngineId=engine, name=f"g{number}", resource={"arn": arn}, content={"rawText": RULE}
        )
        dimensions = ["targetName", "toolName", "$.context.jwt.sub"][: number + 1]
        client.create_gateway_rate_limit(
            gatewayIdentifier=identifier,
            dimensionKeys=dimensions,
            entries=[{"dimensions": dict.fromkeys(dimensions, "*"), "requests": [{"rate": 1, "period": "second"}]}],
        )
    generation = {"policyEngineId": engine, "policyGenerationId": made["policyGenerationId"]}
    client.get_waiter("policy_generation_completed").wait(**generation, WaiterConfig=QUICK)
    of_engine, of_gateway = {"policyEngineId": engine}, {"gatewayIdentifier": identifier}
    asked: dict[str, dict[str, str]] = {
        "ListPolicyEngines": {},
        "ListPolicyEngineSummaries": {},
        "ListPolicies": of_engine,
        "ListPolicySummaries": of_engine,
        "ListPolicyGenerations": of_engine,
        "ListPolicyGenerationSummaries": of_engine,
        "ListPolicyGenerationAssets": generation,
        "ListGateways": {},
        "ListGatewayTargets": of_gateway,
        "ListGatewayRateLimits": of_gateway,
    }
    assert asked.keys() == {name for name in HANDLERS if client.can_paginate(xform_name(name))}
    for operation, parameters in asked.items():
        method = xform_name(operation)
        paginator = client.get_paginator(method)
        key = paginator.result_keys[0].parsed["value"]
        pages = list(paginator.paginate(**parameters, PaginationConfig={"PageSize": 1}))
        found = [_name(item) for page in pages for item in page[key]]
        assert found == [_name(item) for item in getattr(client, method)(**parameters)[key]], operation
        assert len(set(found)) == len(found) == len(pages) >= 3, operation


def _name(item: dict[str, Any]) -> str:
    ids = (
        "policyGenerationAssetId",
        "policyGenerationId",
        "policyId",
        "policyEngineId",
        "targetId",
        "gatewayId",
        "rateLimitId",
    )
    return str(next(item[name] for name in ids if name in item))
