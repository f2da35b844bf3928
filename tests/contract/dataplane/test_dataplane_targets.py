"""Who answers a call that is let through: a real MCP server of MCP's own SDK, an example, or an echo."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from mcp.server import MCPServer

from bot.dataplane import DataplaneConfig
from tests.contract.dataplane.conftest import ROLE, Starter, World
from tests.support.serving_gateway import GATEWAY, REFUND

AGENT: dict[str, Any] = {"role": "support-agent"}


@asynccontextmanager
async def mcp_server(*, json_response: bool, stateless_http: bool) -> AsyncIterator[str]:
    """A server with the refund tool, at its URL."""
    server = MCPServer("refunds")

    @server.tool()
    def process_refund(orderId: str, amount: int) -> str:  # noqa: N803  # the tool's own name for it
        if amount == 13:
            raise ValueError("unlucky")
        return f"paid {amount} for {orderId}"

    app = server.streamable_http_app(json_response=json_response, stateless_http=stateless_http)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        task = asyncio.create_task(running.serve([bound]))
        while not running.started:  # noqa: ASYNC110  # uvicorn tells nobody
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/mcp"
        running.should_exit = True
        await task


@pytest.mark.parametrize(("json_response", "stateless_http"), [(True, True), (False, False)])
async def test_calls_are_forwarded_to_a_real_server(start: Starter, json_response: bool, stateless_http: bool) -> None:
    async with mcp_server(json_response=json_response, stateless_http=stateless_http) as url:
        world: World = await start(dataplane=DataplaneConfig(targets={"RefundTool": url}))
        await world.policy("refunds", "permit", ROLE.format("support-agent") + " && context.input.amount < 500")
        async with world.client(**AGENT) as client:
            answers = await asyncio.gather(
                *(client.call_tool(REFUND, {"orderId": "A", "amount": amount}) for amount in (20, 21, 22))
            )
            assert [answer.content[0].text for answer in answers] == [  # type: ignore[union-attr]
                "paid 20 for A",
                "paid 21 for A",
                "paid 22 for A",
            ]
            failed = await client.call_tool(REFUND, {"orderId": "A", "amount": 13})
            assert failed.is_error
        assert "denied by default" in await world.decided(600, **AGENT)  # and the server never hears of it


async def test_a_server_that_forgot_its_session_is_greeted_again(start: Starter) -> None:
    async with mcp_server(json_response=True, stateless_http=False) as url:
        world: World = await start(dataplane=DataplaneConfig(targets={"RefundTool": url}))
        await world.attach("NONE")
        assert await world.decided() == "allowed"
        upstream = world.serving.plane.dataplane._targets._servers["RefundTool"]
        assert upstream._session is not None
        upstream._session["Mcp-Session-Id"] = "lost"
        assert await world.decided() == "allowed"


async def test_a_server_that_is_not_there_is_said_and_the_decision_stands(start: Starter) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/mcp"
    world: World = await start(dataplane=DataplaneConfig(targets={"RefundTool": url}))
    await world.policy("refunds", "permit", ROLE.format("support-agent"))
    answer = await world.call({"orderId": "A", "amount": 1}, **AGENT)
    assert answer["error"]["code"] == -32603
    assert answer["error"]["message"].startswith("The target RefundTool did not answer the call: ")
    (span,) = await world.query("fields name | filter name like /AuthorizeAction/")
    assert span["name"] == "AgentCore.Policy.AuthorizeAction"


async def test_a_tools_own_example_answers_else_the_call_is_echoed(start: Starter, tmp_path: Path) -> None:
    operation = {
        "operationId": "get_weather",
        "responses": {"200": {"content": {"application/json": {"example": {"sky": "clear"}}}}},
    }
    document = {"openapi": "3.0.0", "paths": {"/w": {"get": operation, "put": {"operationId": "set_weather"}}}}
    schema = {"mcp": {"openApiSchema": {"inlinePayload": json.dumps(document)}}}
    target = {"targetId": "WEATHER001", "name": "Weather", "targetConfiguration": schema}
    file = tmp_path / "gateway.json"
    gateway = {"gatewayArn": GATEWAY.arn, "gatewayId": GATEWAY.gateway_id, "name": "weather", "authorizerType": "NONE"}
    file.write_text(json.dumps({**gateway, "targets": [target]}))
    world: World = await start(gateways=(file,))
    for name, text in (
        ("get_weather", '{"sky": "clear"}'),
        ("set_weather", '{"tool": "Weather___set_weather", "arguments": {}}'),
    ):
        answer = await world.call({}, f"Weather___{name}")
        assert answer["result"] == {"content": [{"type": "text", "text": text}], "isError": False}
