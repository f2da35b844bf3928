"""The gateway judged by MCP's own client for Python."""

from __future__ import annotations

from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from tests.contract.dataplane.conftest import ROLE, World
from tests.support.serving_gateway import REFUND

SUPPORT: dict[str, Any] = {"role": "support-agent"}


async def test_a_client_sees_and_calls_what_its_caller_may_use(world: World) -> None:
    await world.policy("refunds", "permit", ROLE.format("support-agent") + " && context.input.amount < 500")
    async with world.client(**SUPPORT) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [REFUND]
        answer = await client.call_tool(REFUND, {"orderId": "A-1", "amount": 20})
        assert not answer.is_error
        assert '"orderId": "A-1"' in answer.content[0].text  # type: ignore[union-attr]
    async with world.client(role="intern") as client:
        assert (await client.list_tools()).tools == []


async def test_a_denied_call_is_the_services_error(world: World) -> None:
    forbids = await world.policy("cap", "forbid", "context.input.amount > 100")
    await world.policy("refunds", "permit", ROLE.format("support-agent"))
    async with world.client(**SUPPORT) as client:
        with pytest.raises(MCPError) as denied:
            await client.call_tool(REFUND, {"orderId": "A-1", "amount": 600})
        assert denied.value.error.code == -32002
        assert denied.value.error.message == (
            "Tool Execution Denied: Tool call not allowed due to policy enforcement "
            f"[Policy evaluation denied due to {forbids}]"
        )
    async with world.client(role="intern") as client:
        with pytest.raises(MCPError) as denied:
            await client.call_tool(REFUND, {"orderId": "A-1", "amount": 6})
        assert denied.value.error.message.endswith("[No policy applies to the request (denied by default).]")


async def test_inputs_that_do_not_fit_are_the_tools_error_in_the_services_words(world: World) -> None:
    await world.policy("refunds", "permit", ROLE.format("support-agent"))
    async with world.client(**SUPPORT) as client:
        answer = await client.call_tool(REFUND, {"amount": "much"})
        assert answer.is_error
        assert answer.content[0].text.splitlines() == [  # type: ignore[union-attr]
            "ValidationException - Parameter validation failed: Invalid request parameters:",
            "- Field '/amount' has invalid type: string found, integer expected",
            "- Missing required field(s): 'orderId'",
        ]
        with pytest.raises(MCPError, match="Unknown tool: RefundTool___nothing"):
            await client.call_tool("RefundTool___nothing", {})
