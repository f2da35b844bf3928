"""A call found in the gateway's application log by its request's id, as boto3 reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.agentcore import CloudWatchCallLog, Pace, connect
from bot.review.asked import LoggedCall
from tests.contract.dataplane.conftest import World, start, world
from tests.contract.test_agentcore_evidence import denying
from tests.support.serving_gateway import GATEWAY, REFUND

__all__ = ["start", "world"]  # fixtures


def log_at(url: str, world: World) -> CloudWatchCallLog:
    return CloudWatchCallLog(connect(endpoint_url=url, service="logs", pace=Pace(scale=0.0)), world.clock)


@pytest.fixture
async def log(world: World) -> AsyncIterator[CloudWatchCallLog]:
    found = log_at(world.serving.url, world)
    yield found
    await found.aclose()


async def test_a_denied_call_has_its_tool_inputs_and_policies_and_no_claims(
    world: World, log: CloudWatchCallLog
) -> None:
    await world.policy("everyone", "permit")
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100")
    params = {"name": REFUND, "arguments": {"orderId": "A-1", "amount": 200}}
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
    _, headers, answer = await world.post(message, role="agent")
    assert answer["error"]["code"] == -32002
    request_id = headers["x-amzn-RequestId"]
    found = await log.call(GATEWAY, request_id)
    assert isinstance(found, LoggedCall)
    assert found.action == "RefundTool___process_refund"
    assert found.arguments["amount"] == 200
    assert (found.decision, found.policies) == ("DENY", (policy,))
    assert "agent" not in str(found.arguments)


async def test_an_unknown_request_and_what_may_not_be_seen_are_said(world: World, log: CloudWatchCallLog) -> None:
    unknown = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    assert "has no request" in str(await log.call(GATEWAY, unknown))
    async with denying(world.serving.url, "Logs") as url:
        refused = log_at(url, world)
        try:
            assert "its role needs logs:StartQuery" in str(await refused.call(GATEWAY, unknown))
        finally:
            await refused.aclose()
