"""What is left of each call, read with boto3 as it is read on AWS: metrics, spans, application logs, deliveries."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.dataplane import DataplaneConfig, RecordLimits
from tests.contract.dataplane.conftest import ROLE, START, Starter, World
from tests.support.serving_gateway import GATEWAY, REFUND

AGENT = ROLE.format("support-agent")
GROUP = f"/aws/vendedlogs/bedrock-agentcore/gateway/APPLICATION_LOGS/{GATEWAY.gateway_id}"
ENGINE_ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:policy-engine/policybot_demo-0d3m0p0l1c"
ENGINE = ENGINE_ARN.rsplit("/", 1)[1]


async def sums(world: World, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """The sum of a metric under each set of dimensions that it is published under."""
    listed = await world.aws("list_metrics", "cloudwatch", Namespace="AWS/Bedrock-AgentCore", MetricName=name)
    queries = [
        {"Id": f"m{place}", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}}
        for place, metric in enumerate(listed["Metrics"])
    ]
    if not queries:
        return {}
    data = await world.aws(
        "get_metric_data",
        "cloudwatch",
        MetricDataQueries=queries,
        StartTime=START - timedelta(hours=1),
        EndTime=START + timedelta(hours=1),
    )
    found = {}
    for metric, result in zip(listed["Metrics"], data["MetricDataResults"], strict=True):
        key = tuple(
            sorted((each["Name"], each["Value"]) for each in metric["Dimensions"] if each["Name"] != "OperationName")
        )
        found[key] = sum(result["Values"])
    return found


def totals(value: float, **more: str) -> dict[tuple[tuple[str, str], ...], float]:
    """What a metric is when it is published by engine and gateway."""
    engine, gateway = {"PolicyEngine": ENGINE}, {"TargetResource": GATEWAY.gateway_id}
    return {tuple(sorted({**part, **more}.items())): value for part in ({}, engine, gateway, {**engine, **gateway})}


def by_policy(policy: str, value: float) -> dict[tuple[tuple[str, str], ...], float]:
    engine, gateway = {"PolicyEngine": ENGINE}, {"TargetResource": GATEWAY.gateway_id}
    parts: list[dict[str, str]] = [engine, gateway, {**engine, **gateway}]
    return {tuple(sorted({**part, "Policy": policy}.items())): value for part in parts}


async def spans(world: World, name: str) -> list[dict[str, Any]]:
    rows = await world.query(f"fields @message | filter name = '{name}' | sort startTimeUnixNano asc")
    return [json.loads(row["@message"]) for row in rows]


async def test_metrics_have_exactly_the_services_sets_of_dimensions(world: World) -> None:
    permit = await world.policy("refunds", "permit", AGENT)
    cap = await world.policy("cap", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    for amount in (20, 60, 600):
        assert await world.decided(amount, role="support-agent") == "allowed"
    await world.decided(role="intern")
    gateway = ("TargetResource", GATEWAY.gateway_id)
    mode, tool = ("Mode", "ENFORCE"), ("ToolName", REFUND)
    by_tool = {(mode, gateway): 3.0, (gateway, tool): 3.0, (mode, gateway, tool): 3.0}
    assert await sums(world, "AllowDecisions") == totals(3) | by_tool | by_policy(permit, 3)
    assert await sums(world, "DenyDecisions") == totals(1) | dict.fromkeys(by_tool, 1.0)
    assert await sums(world, "NoDeterminingPolicies") == totals(1)
    assert await sums(world, "DeterminingPolicies") == totals(3)
    assert await sums(world, "Invocations") == totals(4)
    assert await sums(world, "LogOnlyMatches") == totals(1) | by_policy(cap, 1)
    assert await sums(world, "LogOnlyDecisionFlips") == totals(1) | by_policy(cap, 1)
    for none in ("MismatchErrors", "TotalMismatchedPolicies", "PolicyMismatch", "LogOnlyEvalIncomplete"):
        assert await sums(world, none) == {}


async def test_a_log_only_policy_that_errs_matches_nothing_flips_nothing_and_is_told_apart(world: World) -> None:
    await world.policy("refunds", "permit", AGENT)
    overflow = "context.input.amount * 4611686018427387904 > 0"
    broken = await world.policy("broken", "forbid", overflow, enforcementMode="LOG_ONLY")
    assert await world.decided(3, role="support-agent") == "allowed"
    assert await sums(world, "LogOnlyMatches") == totals(0)
    assert await sums(world, "LogOnlyDecisionFlips") == totals(0)
    mode = {"PolicyEnforcementMode": "LOG_ONLY"}
    errors = await sums(world, "MismatchErrors")
    assert errors.items() >= totals(1, **mode).items()
    assert {dict(key).get("Policy") for key in errors} == {None, broken}
    assert len(errors) == 6
    assert await sums(world, "TotalMismatchedPolicies") == {}
    (span,) = await spans(world, "AgentCore.Policy.AuthorizeAction")
    assert span["attributes"]["aws.agentcore.policy.log_only_mismatched_policies"] == [broken]
    assert span["attributes"]["aws.agentcore.policy.mismatched_policies"] == []


async def test_an_active_policy_that_errs_is_counted_by_policy(world: World) -> None:
    broken = await world.policy("broken", "permit", "context.input.amount * 4611686018427387904 > 0")
    await world.decided(3)
    errors = await sums(world, "MismatchErrors")
    assert len(errors) == 6
    assert errors.items() >= totals(1, PolicyEnforcementMode="ACTIVE").items()
    assert await sums(world, "TotalMismatchedPolicies") == totals(1)
    assert {dict(key)["Policy"] for key in await sums(world, "PolicyMismatch")} == {broken}


async def test_a_log_only_policy_with_conditions_that_are_not_cedar_is_incomplete(world: World) -> None:
    await world.policy("refunds", "permit", AGENT)
    dogwood = AGENT + " } when guardrails { anything at all"
    await world.policy("opaque", "forbid", dogwood, enforcementMode="LOG_ONLY")
    assert await world.decided(role="support-agent") == "allowed"
    assert await sums(world, "LogOnlyMatches") == totals(0)
    (span,) = await spans(world, "AgentCore.Policy.AuthorizeAction")
    assert span["attributes"]["aws.agentcore.policy.log_only_eval_incomplete"] == "true"


@pytest.mark.parametrize(
    ("active", "log_only", "flips"),
    [
        ((), ("permit",), True),
        (("permit",), ("permit",), False),
        (("permit",), ("forbid",), True),
        (("permit", "forbid"), ("forbid",), False),
        (("permit", "forbid"), ("permit",), False),
        ((), ("forbid",), False),
    ],
)
async def test_a_flip_is_what_one_policy_would_change_beside_all_active_ones(
    world: World, active: tuple[str, ...], log_only: tuple[str, ...], flips: bool
) -> None:
    for effect in active:
        await world.policy(f"active_{effect}", effect, AGENT)
    (tested,) = [
        await world.policy(f"tested_{effect}", effect, AGENT, enforcementMode="LOG_ONLY") for effect in log_only
    ]
    before = await world.decided(role="support-agent")
    (span,) = await spans(world, "AgentCore.Policy.AuthorizeAction")
    attributes = span["attributes"]
    assert attributes["aws.agentcore.policy.log_only_matched_policies"] == [tested]
    named = attributes.get("aws.agentcore.policy.log_only_decision_flipping_policies", [])
    assert named == ([tested] if flips else [])
    await world.update(tested, enforcementMode="ACTIVE")
    after = await world.decided(role="support-agent")
    assert ((before == "allowed") != (after == "allowed")) == flips  # the promotion does what was foretold


async def test_each_decision_is_a_span_below_the_calls(world: World) -> None:
    cap = await world.policy("cap", "forbid", "context.input.amount > 100")
    await world.policy("refunds", "permit", AGENT)
    await world.decided(600, role="support-agent")
    (call,) = await spans(world, "AgentCore.Gateway.InvokeTool")
    (decision,) = await spans(world, "AgentCore.Policy.AuthorizeAction")
    assert decision["parentSpanId"] == call["spanId"]
    assert decision["traceId"] == call["traceId"]
    assert (call["kind"], decision["kind"]) == ("SERVER", "CLIENT")
    assert call["attributes"]["tool.name"] == REFUND
    assert call["attributes"]["jsonrpc.error.code"] == -32002
    assert call["status"]["code"] == "ERROR"
    assert call["startTimeUnixNano"] == int(START.timestamp()) * 10**9
    found = {
        name.removeprefix("aws.agentcore."): value
        for name, value in decision["attributes"].items()
        if name.startswith("aws.agentcore.")
    }
    assert found == {
        "gateway.policy.arn": ENGINE_ARN,
        "gateway.policy.mode": "ENFORCE",
        "policy.target_resource.id": GATEWAY.gateway_id,
        "policy.authorization_decision": "DENY",
        "policy.authorization_reason": f"Policy evaluation denied due to {cap}",
        "policy.determining_policies": [cap],
        "policy.mismatched_policies": [],
        "policy.types": [[cap, "Cedar"]],
        "policy.effects": [[cap, "FORBID"]],
    }
    assert decision["attributes"]["aws.request.id"] == call["attributes"]["aws.request.id"]


async def test_a_list_is_a_span_and_counts_by_tool(world: World) -> None:
    await world.policy("refunds", "permit", AGENT)
    assert await world.listed(role="support-agent") == [REFUND]
    (span,) = await spans(world, "AgentCore.Policy.PartiallyAuthorizeActions")
    others = [tool.action for tool in GATEWAY.tools if tool.action != REFUND]
    assert span["attributes"]["aws.agentcore.policy.allowed_tools"] == [REFUND]
    assert span["attributes"]["aws.agentcore.policy.denied_tools"] == others
    listed = await world.aws("list_metrics", "cloudwatch", MetricName="DenyDecisions")
    assert {
        each["Value"]
        for metric in listed["Metrics"]
        for each in metric["Dimensions"]
        if each["Name"] == "OperationName"
    } == {"PartiallyAuthorizeActions"}


async def log_of(world: World) -> list[dict[str, Any]]:
    rows = await world.query("fields @message | sort event_timestamp asc", GROUP)
    return [json.loads(row["@message"]) for row in rows]


async def test_the_application_log_of_a_denied_call(world: World) -> None:
    cap = await world.policy("cap", "forbid", "context.input.amount > 100")
    params = {"name": REFUND, "arguments": {"orderId": "A, 1}", "amount": 600, "express": True}}
    await world.post({"jsonrpc": "2.0", "id": 13, "method": "tools/call", "params": params}, sub="ana", role="clerk")
    log = await log_of(world)
    assert len({(each["request_id"], each["trace_id"], each["span_id"]) for each in log}) == 1
    assert {each["event_timestamp"] for each in log} == {int(START.timestamp() * 1000)}
    assert {each["resource_arn"] for each in log} == {GATEWAY.arn}
    policy = {
        "decision": "DENY",
        "policyEngineArn": ENGINE_ARN,
        "reason": f"Policy evaluation denied due to {cap}",
        "determiningPolicies": [cap],
        "principal": {"entityType": "AgentCore::OAuthUser", "entityId": "ana"},
    }
    bodies = {each["body"].pop("log"): each["body"] for each in log}
    assert bodies["Policy evaluation denied request"]["policy"].pop("latencyMs") >= 0
    assert bodies == {
        "Started processing request": {
            "isError": False,
            "id": "13",
            "requestBody": "{id=13, jsonrpc=2.0, method=tools/call, params={name=RefundTool___process_refund, "
            "arguments={orderId=A, 1}, amount=600, express=true}}}",
        },
        "Policy evaluation denied request": {"isError": True, "id": "13", "policy": policy},
        "Tool Execution Denied: Tool call not allowed due to policy enforcement "
        f"[Policy evaluation denied due to {cap}]": {"isError": True, "id": "13"},
    }


async def test_the_application_log_tells_a_call_that_ran_from_one_that_did_not(world: World) -> None:
    executing = f"Executing tool {REFUND} from target {GATEWAY.targets[0].target_id}"
    await world.attach("LOG_ONLY")
    assert await world.decided(role="clerk") == "allowed"
    assert {each["body"]["log"] for each in await log_of(world)} == {
        "Started processing request",
        executing,
        "Policy evaluation denied request",
    }
    (span,) = await spans(world, "AgentCore.Policy.AuthorizeAction")
    assert span["attributes"]["aws.agentcore.gateway.policy.mode"] == "LOG_ONLY"
    assert span["attributes"]["aws.agentcore.policy.authorization_decision"] == "DENY"


async def test_without_an_engine_nothing_is_decided_and_nothing_counted(world: World) -> None:
    await world.attach("NONE")
    assert await world.decided(role="clerk") == "allowed"
    assert (await world.aws("list_metrics", "cloudwatch"))["Metrics"] == []
    assert [each["body"]["log"] for each in await log_of(world) if "policy" in each["body"]] == []
    assert await spans(world, "AgentCore.Policy.AuthorizeAction") == []


async def test_inputs_that_do_not_fit_are_not_counted(world: World) -> None:
    await world.policy("refunds", "permit", AGENT)
    answer = await world.call({"orderId": "A-1", "amount": 2**70}, role="support-agent")
    assert "does not fit 64 bits" in answer["result"]["content"][0]["text"]
    assert (await world.aws("list_metrics", "cloudwatch"))["Metrics"] == []
    assert await log_of(world) == []


async def test_a_gateway_whose_deliveries_are_deleted_leaves_metrics_only(world: World) -> None:
    sources = (await world.aws("describe_delivery_sources", "logs", resourceArns=[GATEWAY.arn]))["deliverySources"]
    assert {source["logType"] for source in sources} == {"APPLICATION_LOGS", "TRACES"}
    for delivery in (await world.aws("describe_deliveries", "logs"))["deliveries"]:
        await world.aws("delete_delivery", "logs", id=delivery["id"])
    await world.decided(role="clerk")
    assert await log_of(world) == []
    assert await world.query("fields name") == []
    assert (await sums(world, "DenyDecisions")).items() >= totals(1).items()
    name = next(source["name"] for source in sources if source["logType"] == "APPLICATION_LOGS")
    where = await world.aws(
        "put_delivery_destination",
        "logs",
        name="elsewhere",
        deliveryDestinationConfiguration={
            "destinationResourceArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/mine"
        },
    )
    await world.aws(
        "create_delivery",
        "logs",
        deliverySourceName=name,
        deliveryDestinationArn=where["deliveryDestination"]["arn"],
    )
    await world.decided(role="clerk")
    assert len(await world.query("fields @message", "/aws/vendedlogs/mine")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "stats count(*) by name",
        "fields",
        "filter name == 'x'",
        "filter name like /(/",
        "limit many",
        "fields @message | parse @message '*' as x",
        "fields @message | filter (name = 'x'",
        "",
    ],
)
async def test_a_query_that_is_not_understood_is_malformed(world: World, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        await world.query(text or " ")
    assert refused.value.response["Error"]["Code"] == "MalformedQueryException"


async def test_queries_select_by_field_order_limit_and_time(world: World) -> None:
    for amount in (1, 2, 3):
        await world.decided(amount, role="clerk")
        await world.clock.advance(60)
    started = "body.log = 'Started processing request'"
    requests = f"fields body.requestBody | filter {started}"
    found = await world.query(requests + " | sort @timestamp desc | limit 2", GROUP)
    assert [row["body.requestBody"].rpartition("amount=")[2] for row in found] == ["3}}}", "2}}}"]
    assert found[0].keys() == {"body.requestBody", "@ptr"}
    for condition, count in (
        ("body.requestBody like /amount=[13]}/", 2),
        ("body.requestBody not like 'amount=1}'", 2),
        ("event_timestamp > 0 and not ispresent(body.policy.decision)", 3),
        ("severityText in ['ERROR', 'FATAL'] or event_timestamp < 0", 0),
        ("ispresent(body.nothing)", 0),
        ("(body.isError = 0 or body.isError = true) and body.id != '8'", 3),
    ):
        assert len(await world.query(f"{requests} | filter {condition} # why", GROUP)) == count, condition
    began = await world.aws(
        "start_query",
        "logs",
        logGroupNames=[GROUP],
        startTime=int(START.timestamp()) + 30,
        endTime=int(START.timestamp()) + 90,
        queryString=requests,
    )
    assert len((await world.aws("get_query_results", "logs", queryId=began["queryId"]))["results"]) == 1


def querying(**query: Any) -> dict[str, Any]:
    whole = {
        "Metric": {"Namespace": "AWS/Bedrock-AgentCore", "MetricName": "AllowDecisions"},
        "Period": 60,
        "Stat": "Sum",
    }
    asked = query if "Expression" in query else {"MetricStat": {**whole, **query}}
    return {"StartTime": START, "EndTime": START + timedelta(hours=1), "MetricDataQueries": [{"Id": "a", **asked}]}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        (
            *("logs", "start_query"),
            {"logGroupName": "/none", "startTime": 0, "endTime": 1, "queryString": "limit 1"},
            "ResourceNotFoundException",
        ),
        ("logs", "get_query_results", {"queryId": "00000000"}, "ResourceNotFoundException"),
        ("logs", "delete_delivery", {"id": "none"}, "ResourceNotFoundException"),
        ("logs", "create_log_group", {"logGroupName": "aws/spans"}, "ResourceAlreadyExistsException"),
        ("logs", "describe_log_streams", {"logGroupName": "aws/spans"}, "UnknownOperationException"),
        ("cloudwatch", "get_metric_data", querying(Expression="1"), "ValidationError"),
        ("cloudwatch", "get_metric_data", querying(Stat="p99"), "ValidationError"),
        ("cloudwatch", "get_metric_data", querying(Period=7), "ValidationError"),
        ("cloudwatch", "get_metric_data", {**querying(), "EndTime": START}, "ValidationError"),
        ("cloudwatch", "list_metrics", {"NextToken": "x"}, "InvalidParameterValue"),
    ],
)
async def test_what_the_apis_do_not_have_is_their_own_error(
    world: World, service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        await world.aws(operation, service, **parameters)
    assert refused.value.response["Error"]["Code"] == code


async def test_cloudwatch_answers_in_json_too(world: World) -> None:
    await world.decided(role="clerk")
    headers = {
        "X-Amz-Target": "GraniteServiceVersion20100801.GetMetricData",
        "Content-Type": "application/x-amz-json-1.0",
    }
    asked = querying() | {"StartTime": START.timestamp() - 3600, "EndTime": START.timestamp() + 3600}
    asked["MetricDataQueries"][0]["MetricStat"]["Metric"] = {
        "Namespace": "AWS/Bedrock-AgentCore",
        "MetricName": "DenyDecisions",
        "Dimensions": [{"Name": "OperationName", "Value": "AuthorizeAction"}],
    }
    async with world.http.post(world.serving.url, data=json.dumps(asked), headers=headers) as answer:
        (found,) = json.loads(await answer.text())["MetricDataResults"]
    assert (found["Values"], found["Timestamps"]) == ([1.0], [START.timestamp()])
    async with world.http.post(world.serving.url, data=b"[", headers=headers) as answer:
        assert answer.status == 400
        assert json.loads(await answer.text())["__type"] == "SerializationException"


async def test_the_record_survives_in_the_data_folder(start: Starter, tmp_path: Path) -> None:
    first: World = await start(data_dir=tmp_path / "a")
    await first.decided(role="clerk")
    assert len(await log_of(first)) == 3
    await first.serving.plane.close()
    again = await start(data_dir=tmp_path / "a")
    assert len(await log_of(again)) == 3
    assert (await sums(again, "DenyDecisions")).items() >= totals(1).items()
    deliveries = (await again.aws("describe_deliveries", "logs"))["deliveries"]
    assert len(deliveries) == 2  # those that are there already are not made again


async def test_the_record_is_bounded_by_age_and_by_size(start: Starter) -> None:
    world: World = await start(dataplane=DataplaneConfig(limits=RecordLimits(days=1, size=20_000)))
    await world.decided(role="clerk")
    assert len(await log_of(world)) == 3
    await world.clock.advance(25 * 3600)
    await world.decided(role="clerk")
    assert len(await log_of(world)) == 3
    assert set((await sums(world, "DenyDecisions")).values()) == {0.0}  # those of the day before are gone
    for _ in range(50):
        await world.call({"orderId": "x" * 3000, "amount": 1}, role="clerk")
    kept = await log_of(world)
    assert sum(len(json.dumps(each)) for each in kept) < 20_000
    assert kept


async def test_decided_calls_are_written_for_replay(start: Starter, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    world: World = await start(dataplane=DataplaneConfig(calls=path))
    permit = await world.policy("refunds", "permit", AGENT)
    await world.decided(20, role="support-agent", sub="ana")
    await world.decided(20, role="intern", level=3)
    await world.call({"amount": "none"}, role="support-agent")
    first, second = map(json.loads, path.read_text().splitlines())
    assert first["claims"]["role"] == "support-agent"
    first["claims"] = {}
    assert first == {
        "time": "2026-11-22T12:00:00.000Z",
        "gateway": GATEWAY.arn,
        "principal": {"type": "AgentCore::OAuthUser", "id": "ana"},
        "claims": {},
        "tool": REFUND,
        "input": {"orderId": "A-1", "amount": 20},
        "decision": "ALLOW",
        "policies": [permit],
        "enforced": True,
    }
    assert (second["decision"], second["claims"]["level"]) == ("DENY", 3)
