"""The panel of an agent's call: somebody calls a tool of the embedded gateway, and sees what Cedar decides and why."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.calling import AgentCalls, agent_calls
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER
from bot.embedded import Embedded
from bot.errors import BadInput
from bot.workspace import Plugin
from bot.workspace.wire import Json


@contextlib.asynccontextmanager
async def agent_panel(running: Embedded) -> AsyncIterator[Plugin]:
    """The panel of what runs, while the block lasts. It calls the gateway as any agent would, over MCP."""
    async with agent_calls(running) as calls:
        agent = _Agent(calls)
        yield Plugin("agent", "An agent's call", Path(__file__).parent, {"tools": agent.tools, "call": agent.call})


@dataclass(frozen=True)
class _Agent:
    """What the panel asks for. Raises PolicybotError with a sentence."""

    calls: AgentCalls

    async def tools(self, _arguments: Json) -> Json:
        """How callers of the gateway are known, and its tools with the JSON schemas of their inputs."""
        gateway = (await self.calls.state()).gateway
        tools = [
            {"action": tool.action, "description": tool.description, "schema": tool.input_schema}
            for tool in gateway.tools
        ]
        known_by = {OAUTH_USER: "claims", IAM_ENTITY: "arn"}.get(gateway.principal_type, "nothing")
        return {"gateway": gateway.gateway_id, "callers": known_by, "tools": tools}

    async def call(self, arguments: Json) -> Json:
        """Call a tool as somebody: what was answered, and what the gateway recorded of its decision."""
        tool, inputs = arguments.get("tool"), arguments.get("inputs", {})
        claims, arn = arguments.get("claims", {}), arguments.get("arn", "")
        if not isinstance(tool, str) or not isinstance(inputs, dict):
            raise BadInput("A call names a tool, and its inputs as an object.")
        if not isinstance(claims, dict) or not isinstance(arn, str):
            raise BadInput("Whoever calls is known by claims, each with a name, or by an ARN.")
        found = await self.calls.call(tool, inputs, claims, arn)
        return {
            "request": found.request,
            "answer": found.answer,
            "outcome": found.outcome,
            "sentence": found.sentence,
            "decided_by": list(found.decided_by),
            "log_only": [{"name": name, "flips": flips} for name, flips in found.log_only],
        }
