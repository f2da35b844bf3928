"""An agent's call of a tool of the embedded gateway, over MCP as any agent makes it, and what was decided on it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.agentcore import AgentCore, Pace, connect
from bot.dataplane.callers import CALLER_ARN
from bot.dataplane.jsonrpc import DENIED
from bot.dataplane.record.deliveries import SPANS_GROUP
from bot.embedded import Embedded
from bot.review.engine import EngineState

_SPAN = "AgentCore.Policy.AuthorizeAction"
_ATTRIBUTE = "aws.agentcore.policy."
_SIGNATURE = "AWS4-HMAC-SHA256 Credential=PLAYGROUND/20260101/us-east-1/bedrock-agentcore/aws4_request"
"""What a request to an IAM gateway is signed like; the embedded gateway looks at no more of it."""
_MINUTE = 60_000


@dataclass(frozen=True)
class Called:
    """A call and what came of it: MCP's request and answer, the `outcome` in a word (allowed, denied, or refused before
    anything was decided) and a sentence, the names of the policies that decided, and of the log-only ones that
    matched, each with whether it would have decided otherwise."""

    request: Mapping[str, Any]
    answer: Mapping[str, Any]
    outcome: str
    sentence: str
    decided_by: tuple[str, ...]
    log_only: tuple[tuple[str, bool], ...]


@contextlib.asynccontextmanager
async def agent_calls(running: Embedded) -> AsyncIterator[AgentCalls]:
    """The gateway of what runs, to be called while the block lasts."""
    client = connect(endpoint_url=running.plane.url, pace=Pace(scale=0.0))
    try:
        async with aiohttp.ClientSession() as session:
            yield AgentCalls(running, AgentCore(client, fresh=0.0, gateway_fresh=0.0), session)
    finally:
        await client.aclose()


@dataclass(frozen=True)
class AgentCalls:
    """Calls a gateway as an agent does. Raises ServiceError where its policies cannot be read."""

    running: Embedded
    service: AgentCore
    session: aiohttp.ClientSession

    async def state(self) -> EngineState:
        """The engine and the gateway as they stand."""
        route = self.running.route
        return await self.service.engine_state(route.policy_engine_id, route.gateway_arn)

    async def call(self, tool: str, inputs: Mapping[str, Any], claims: Mapping[str, Any], arn: str = "") -> Called:
        """Call a tool as somebody known by claims, or by an ARN."""
        params = {"name": tool, "arguments": dict(inputs)}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        url = self.running.plane.gateway_url(self.running.route.gateway_arn.rsplit("/", 1)[1])
        async with self.session.post(url, json=message, headers=self._caller(claims, arn)) as response:
            answer = await response.json()
            recorded = self._recorded(response.headers.get("x-amzn-RequestId", ""))
        names = {record.policy_id: record.name for record in (await self.state()).policies}
        return Called(message, answer, *_told(answer), *_decided(recorded, names))

    def _caller(self, claims: Mapping[str, Any], arn: str) -> dict[str, str]:
        """The headers that say who calls: a token with the claims, or an ARN."""
        if arn:
            return {"Authorization": _SIGNATURE, CALLER_ARN: arn}
        return {"Authorization": f"Bearer {self.running.plane.token(claims)}"}

    def _recorded(self, request_id: str) -> Mapping[str, Any]:
        """The attributes of the decision's span, as CloudWatch would show them; none when nothing was decided."""
        plane = self.running.plane.plane
        now = int(plane.moment.timestamp() * 1000)
        for event in plane.dataplane.store.events([SPANS_GROUP], now - _MINUTE, now + _MINUTE):
            span = json.loads(event.message)
            attributes: Mapping[str, Any] = span["attributes"]
            if span["name"] == _SPAN and attributes.get("aws.request.id") == request_id:
                return attributes
        return {}


def _told(answer: Mapping[str, Any]) -> tuple[str, str]:
    """An answer in a word and a sentence."""
    error = answer.get("error")
    if error:
        return "denied" if error["code"] == DENIED else "refused", str(error["message"])
    result = answer["result"]
    said = " ".join(part["text"] for part in result.get("content", []) if part.get("type") == "text")
    return "refused" if result.get("isError") else "allowed", said


def _decided(
    recorded: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[tuple[str, bool], ...]]:
    """The policies that decided, and the log-only ones that matched, by name."""

    def named(attribute: str) -> tuple[str, ...]:
        return tuple(names.get(each, each) for each in recorded.get(_ATTRIBUTE + attribute, []))

    flipping = named("log_only_decision_flipping_policies")
    matched = named("log_only_matched_policies")
    return named("determining_policies"), tuple((name, name in flipping) for name in matched)
