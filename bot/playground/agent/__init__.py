"""The panel of an agent's call: somebody calls a tool of the embedded gateway, and sees what Cedar decides and why."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.agentcore import AgentCore, Pace, connect
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER
from bot.dataplane.callers import CALLER_ARN
from bot.dataplane.jsonrpc import DENIED
from bot.dataplane.record.deliveries import SPANS_GROUP
from bot.embedded import Embedded
from bot.errors import BadInput
from bot.review.engine import EngineState
from bot.workspace import Plugin
from bot.workspace.wire import Json

_SPAN = "AgentCore.Policy.AuthorizeAction"
_ATTRIBUTE = "aws.agentcore.policy."
_SIGNATURE = "AWS4-HMAC-SHA256 Credential=PLAYGROUND/20260101/us-east-1/bedrock-agentcore/aws4_request"
"""What a request to an IAM gateway is signed like; the embedded gateway looks at no more of it."""
_MINUTE = 60_000


@contextlib.asynccontextmanager
async def agent_panel(running: Embedded) -> AsyncIterator[Plugin]:
    """The panel of what runs, while the block lasts. It calls the gateway as any agent would, over MCP."""
    client = connect(endpoint_url=running.plane.url, pace=Pace(scale=0.0))
    try:
        async with aiohttp.ClientSession() as session:
            agent = _Agent(running, AgentCore(client, fresh=0.0, gateway_fresh=0.0), session)
            calls = {"tools": agent.tools, "call": agent.call}
            yield Plugin("agent", "An agent's call", Path(__file__).parent, calls)
    finally:
        await client.aclose()


@dataclass(frozen=True)
class _Agent:
    """What the panel asks for. Raises PolicybotError with a sentence."""

    running: Embedded
    service: AgentCore
    session: aiohttp.ClientSession

    async def _state(self) -> EngineState:
        route = self.running.route
        return await self.service.engine_state(route.policy_engine_id, route.gateway_arn)

    async def tools(self, _arguments: Json) -> Json:
        """How callers of the gateway are known, and its tools with the JSON schemas of their inputs."""
        gateway = (await self._state()).gateway
        tools = [
            {"action": tool.action, "description": tool.description, "schema": tool.input_schema}
            for tool in gateway.tools
        ]
        known_by = {OAUTH_USER: "claims", IAM_ENTITY: "arn"}.get(gateway.principal_type, "nothing")
        return {"gateway": gateway.gateway_id, "callers": known_by, "tools": tools}

    async def call(self, arguments: Json) -> Json:
        """Call a tool as somebody: what was answered, and what the gateway recorded of its decision."""
        tool, inputs = arguments.get("tool"), arguments.get("inputs", {})
        if not isinstance(tool, str) or not isinstance(inputs, dict):
            raise BadInput("A call names a tool, and its inputs as an object.")
        message = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": tool, "arguments": inputs},
        }
        headers = self._caller(arguments)
        url = self.running.plane.gateway_url(self.running.route.gateway_arn.rsplit("/", 1)[1])
        async with self.session.post(url, json=message, headers=headers) as response:
            answer = await response.json()
            recorded = self._recorded(response.headers.get("x-amzn-RequestId", ""))
        names = {record.policy_id: record.name for record in (await self._state()).policies}
        return {"request": message, "answer": answer, **_told(answer), **_decided(recorded, names)}

    def _caller(self, arguments: Json) -> dict[str, str]:
        """The headers that say who calls: a token with the claims, or an ARN."""
        claims, arn = arguments.get("claims", {}), arguments.get("arn", "")
        if not isinstance(claims, dict) or not isinstance(arn, str):
            raise BadInput("Whoever calls is known by claims, each with a name, or by an ARN.")
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


def _told(answer: Json) -> Json:
    """An answer in a word and a sentence: allowed, denied, or refused before anything was decided."""
    error = answer.get("error")
    if error:
        return {"outcome": "denied" if error["code"] == DENIED else "refused", "sentence": error["message"]}
    result = answer["result"]
    said = " ".join(part["text"] for part in result.get("content", []) if part.get("type") == "text")
    return {"outcome": "refused" if result.get("isError") else "allowed", "sentence": said}


def _decided(recorded: Mapping[str, Any], names: Mapping[str, str]) -> Json:
    """The policies that decided, and the log-only ones that matched, by name; `flips` would have decided otherwise."""

    def named(attribute: str) -> list[str]:
        return [names.get(each, each) for each in recorded.get(_ATTRIBUTE + attribute, [])]

    flipping = named("log_only_decision_flipping_policies")
    log_only = [{"name": name, "flips": name in flipping} for name in named("log_only_matched_policies")]
    return {"decided_by": named("determining_policies"), "log_only": log_only}
