"""The gateway's HTTP: what MCP's transport asks for, and everything that can be wrong with a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from bot.dataplane import TokenKey
from tests.contract.dataplane.conftest import START, Starter, World
from tests.support.serving_gateway import GATEWAY, REFUND

PING = {"jsonrpc": "2.0", "id": "a", "method": "ping"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": REFUND, "arguments": {}}}


async def recorded(world: World) -> list[str]:
    """The metrics that were published, and the spans."""
    metrics = (await world.aws("list_metrics", "cloudwatch"))["Metrics"]
    return [each["MetricName"] for each in metrics] + [row["name"] for row in await world.query("fields name")]


async def test_initialize_agrees_on_a_version_and_ping_answers(world: World) -> None:
    for wanted, agreed in (("2025-06-18", "2025-06-18"), ("2099-01-01", "2025-06-18")):
        hello = {"protocolVersion": wanted, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}
        status, _, body = await world.post(message)
        assert status == 200
        assert body["result"]["protocolVersion"] == agreed  # the sample gateway speaks one version
        assert body["result"]["capabilities"] == {"tools": {"listChanged": False}}
    assert (await world.post(PING))[2] == {"jsonrpc": "2.0", "id": "a", "result": {}}
    assert await recorded(world) == []


async def test_notifications_and_answers_are_taken_in_silence(world: World) -> None:
    for message in (
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "id": 4, "result": {}},
    ):
        assert [*(await world.post(message))][0::2] == [202, ""]


async def test_a_client_that_takes_events_only_gets_one(world: World) -> None:
    status, headers, text = await world.post(PING, {"Accept": "text/event-stream"})
    assert (status, headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    event, data, end, _ = text.split("\n")
    assert (event, json.loads(data.removeprefix("data: ")), end) == (
        "event: message",
        {"jsonrpc": "2.0", "id": "a", "result": {}},
        "",
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"", 400, -32700),
        (b"\xff\xfe", 400, -32700),
        (b"[" * 100_000, 400, -32700),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": NaN}}', 400, -32700),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": "\\ud800"}}', 400, -32700),
        ([PING, PING], 400, -32600),
        ([], 400, -32600),
        ("text", 400, -32600),
        ({**PING, "jsonrpc": "1.0"}, 400, -32600),
        ({**PING, "method": 4}, 400, -32600),
        ({**PING, "params": [1]}, 400, -32600),
        ({**PING, "id": None}, 400, -32600),
        ({**PING, "id": True}, 400, -32600),
        ({**PING, "method": "tools/sing"}, 200, -32601),
        ({**PING, "method": "server/discover"}, 200, -32601),
        ({**PING, "method": "tools/list", "params": {"cursor": "x"}}, 200, -32602),
        ({**PING, "method": "tools/call"}, 200, -32602),
        ({**PING, "method": "tools/call", "params": {"name": 5}}, 200, -32602),
        ({**PING, "method": "tools/call", "params": {"name": REFUND, "arguments": [1]}}, 200, -32602),
        ({**PING, "method": "tools/call", "params": {"name": "RefundTool__process_refund"}}, 200, -32602),
    ],
)
async def test_what_cannot_be_answered_is_an_error_and_leaves_no_trace(
    world: World, body: Any, status: int, code: int
) -> None:
    found, _, answer = await world.post(body)
    assert (found, answer["error"]["code"]) == (status, code)
    assert await recorded(world) == []


async def test_an_unspoken_version_is_refused_with_those_that_are(world: World) -> None:
    status, _, body = await world.post(PING, {"MCP-Protocol-Version": "2026-07-28"})
    assert status == 400
    assert body["error"]["message"] == "Unsupported protocol version: 2026-07-28. Supported versions: 2025-06-18"


async def test_only_post_is_served_and_only_for_gateways_that_are(world: World) -> None:
    for method in ("get", "delete", "put"):
        async with getattr(world.http, method)(world.serving.gateway_url(), headers=world.bearer()) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    async with world.http.post(f"{world.serving.url}/gateways/none-0123456789/mcp", json=PING) as answer:
        assert answer.status == 404


async def test_get_gateway_says_where_the_gateway_is_served(world: World) -> None:
    found = await world.aws("get_gateway", gatewayIdentifier=GATEWAY.gateway_id)
    assert found["gatewayUrl"] == world.serving.gateway_url() == world.serving.gateway_url(GATEWAY.gateway_id)


async def test_a_body_of_ten_megabytes_is_refused(world: World) -> None:
    message = json.dumps({**CALL, "params": {"name": REFUND, "arguments": {"orderId": "x" * 10_000_000}}}).encode()
    status, _, body = await world.post(message)
    assert (status, body) == (413, {"message": "The request body is larger than the service takes"})
    assert await recorded(world) == []


def foreign(claims: dict[str, Any]) -> str:
    return TokenKey().sign(claims, START)


def unsigned(_: dict[str, Any]) -> str:
    return jwt.encode({"sub": "x", "exp": 4_000_000_000, "role": "support-agent"}, "", algorithm="none")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer " + foreign({"role": "support-agent"}),
        "Bearer " + unsigned({}),
        "Bearer not.a.token",
        "Bearer",
        "Basic dXNlcjpwYXNz",
        "AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/bedrock-agentcore/aws4_request, Signature=0",
        "",
    ],
)
async def test_a_caller_who_proves_nothing_is_unauthorized(world: World, authorization: str) -> None:
    status, headers, body = await world.post(CALL, {"Authorization": authorization})
    assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    said = "Invalid" if authorization.startswith("Bearer ") else "Missing"
    assert body["error"] == {"code": -32001, "message": f"{said} Bearer token"}
    assert await recorded(world) == []


async def test_a_token_holds_for_its_time_and_for_whom_it_is(world: World) -> None:
    token = {"Authorization": f"Bearer {world.serving.token({}, 60)}"}
    assert (await world.post(PING, token))[0] == 200
    await world.clock.advance(60)
    assert (await world.post(PING, token))[0] == 401
    for claims, status in (({"aud": "support-desk"}, 200), ({"aud": ["x", "support-desk"]}, 200), ({"aud": "x"}, 401)):
        assert (await world.post(PING, **claims))[0] == status
    assert (await world.post(PING, nbf=START.timestamp() + 3600))[0] == 401
    assert (await world.post(PING, exp="soon"))[0] == 401


async def test_pages_of_other_origins_are_not_answered(world: World) -> None:
    assert (await world.post(PING, {"Origin": "https://evil.example"}))[0] == 403
    assert (await world.post(PING, {"Host": "evil.example"}))[0] == 403


async def test_what_only_cedar_finds_wrong_is_the_tools_error(start: Starter, tmp_path: Path) -> None:
    properties = {"from": {"type": "string", "format": "ipv4"}}
    tool = {"name": "trace", "inputSchema": {"type": "object", "properties": properties}}
    listed = {"inlinePayload": json.dumps({"tools": [tool]})}
    schema = {"mcp": {"mcpServer": {"endpoint": "https://x.example/mcp", "mcpToolSchema": listed}}}
    target = {"targetId": "NETWORK001", "name": "Net", "targetConfiguration": schema}
    engine = {"arn": GATEWAY.arn.replace(f"gateway/{GATEWAY.gateway_id}", "policy-engine/e-0123456789")}
    gateway = {"gatewayArn": GATEWAY.arn, "gatewayId": GATEWAY.gateway_id, "name": "net", "authorizerType": "NONE"}
    attached = {"policyEngineConfiguration": {**engine, "mode": "ENFORCE"}}
    file = tmp_path / "gateway.json"
    file.write_text(json.dumps({**gateway, **attached, "targets": [target]}))
    world: World = await start(gateways=(file,))
    answer = await world.call({"from": "10.0.0.300"}, "Net___trace")
    assert answer["result"]["isError"]
    assert "10.0.0.300" in answer["result"]["content"][0]["text"]
    assert await recorded(world) == []
    assert (await world.call({"from": "10.0.0.30"}, "Net___trace"))["error"]["code"] == -32002
