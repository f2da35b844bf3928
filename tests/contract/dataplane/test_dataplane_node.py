"""The gateway judged by MCP's SDK for Node."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.contract.dataplane.conftest import ROLE, World
from tests.support.serving_gateway import GATEWAY, REFUND

HERE = Path(__file__).parents[1] / "mcp_node"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "@modelcontextprotocol" / "sdk").is_dir(),
        reason="MCP's Node client is not installed: run `npm ci` in tests/contract/mcp_node",
    ),
]


async def said(world: World, token: str) -> Any:
    """What the client saw."""
    environ = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    process = await asyncio.create_subprocess_exec(
        *("node", "client.mjs", world.serving.gateway_url(), token, REFUND),
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
        env=environ,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return json.loads(output)


async def test_the_node_client_lists_calls_and_is_denied(world: World) -> None:
    await world.policy("refunds", "permit", ROLE.format("support-agent") + " && context.input.amount < 500")
    found = await said(world, world.serving.token({"role": "support-agent"}))
    assert found["server"] == GATEWAY.name
    assert found["tools"] == [REFUND]
    echo = {"tool": REFUND, "arguments": {"orderId": "A-1", "amount": 20}}
    assert json.loads(found["allowed"]["content"][0]["text"]) == echo
    assert found["unfit"]["isError"]
    assert found["error"]["code"] == -32002
    assert found["error"]["message"].endswith(
        "Tool Execution Denied: Tool call not allowed due to policy enforcement "
        "[No policy applies to the request (denied by default).]"
    )


async def test_the_node_client_is_told_that_it_is_unauthorized(world: World) -> None:
    assert "401" in json.dumps((await said(world, ""))["error"])
