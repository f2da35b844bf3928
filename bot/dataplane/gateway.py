"""MCP's methods as an AgentCore gateway answers them: tools listed and called by what the policies allow."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.cedar import Asked, Request, Tool
from bot.dataplane.callers import Caller
from bot.dataplane.calls import CallsFile
from bot.dataplane.deciding import GatewayState, Rules, Verdict
from bot.dataplane.inputs import Inputs, Unfit
from bot.dataplane.jsonrpc import DENIED, INVALID_PARAMS, METHOD_NOT_FOUND, VERSIONS, RpcError
from bot.dataplane.record.entries import DENIED as DENIED_SENTENCE
from bot.dataplane.record.entries import Call, Listing, Trace
from bot.dataplane.record.publishing import Record
from bot.dataplane.targets import Targets
from bot.errors import PolicyError

_EMPTY: Mapping[str, Any] = {"type": "object", "properties": {}}


@dataclass
class Prepared:
    """A gateway's state with all that is derived from it once."""

    state: GatewayState
    rules: Rules | None = field(init=False)
    inputs: Inputs = field(init=False)
    tools: Mapping[str, Tool] = field(init=False)

    def __post_init__(self) -> None:
        schema = self.state.schema
        self.rules = Rules(self.state.policies, schema) if self.state.engine_arn else None
        self.inputs = Inputs(schema)
        self.tools = {tool.action: tool for tool in schema.gateway.tools}

    def governs(self, tool: Tool) -> bool:
        """Whether policies can speak of a tool: Cedar can express it."""
        return tool.action not in self.state.schema.skipped


@dataclass(frozen=True)
class Asker:
    """One request to a gateway: who sends it, and under which id it is found again."""

    caller: Caller
    request_id: str
    now: datetime


@dataclass(frozen=True)
class Gateways:
    """Answers for every gateway. Raises RpcError for what MCP answers with an error."""

    record: Record
    targets: Targets
    calls: CallsFile | None = None

    async def answer(self, prepared: Prepared, asker: Asker, message: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a request."""
        methods: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
            "initialize": self._initialize,
            "ping": self._ping,
            "tools/list": self._list,
            "tools/call": self._call,
        }
        method = methods.get(message["method"])
        if method is None:
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {message['method']}")
        return await method(prepared, asker, message)

    async def _initialize(self, prepared: Prepared, _: Asker, message: Mapping[str, Any]) -> dict[str, Any]:
        spoken = versions(prepared.state)
        wanted = message.get("params", {}).get("protocolVersion")
        return {
            "protocolVersion": wanted if wanted in spoken else spoken[-1],
            "capabilities": {"tools": {"listChanged": False}},
            "serverInfo": {"name": prepared.state.schema.gateway.name, "version": "1.0.0"},
        }

    async def _ping(self, *_: object) -> dict[str, Any]:
        return {}

    async def _list(self, prepared: Prepared, asker: Asker, message: Mapping[str, Any]) -> dict[str, Any]:
        if message.get("params", {}).get("cursor") is not None:
            raise RpcError(INVALID_PARAMS, "Invalid cursor: this list has one page")
        tools = list(prepared.tools.values())
        if prepared.rules is not None and prepared.state.enforces:
            tools = self._listed(prepared, prepared.rules, asker)
        return {
            "tools": [
                {
                    "name": tool.action,
                    "description": tool.description,
                    "inputSchema": {**_EMPTY, **tool.input_schema},
                }
                for tool in tools
            ]
        }

    def _listed(self, prepared: Prepared, rules: Rules, asker: Asker) -> list[Tool]:
        """The tools that the caller may be allowed to use."""
        started = time.monotonic()
        listed, allowed, denied = [], [], []
        for action, tool in prepared.tools.items():
            if not prepared.governs(tool) or rules.never_allows(Asked(_request(prepared, asker, action, {}))):
                denied.append(action)
            else:
                allowed.append(action)
                listed.append(tool)
        trace = Trace.of(asker.request_id, asker.now)
        self.record.listing(Listing(prepared.state, trace, tuple(allowed), tuple(denied), _since(started)))
        return listed

    async def _call(self, prepared: Prepared, asker: Asker, message: Mapping[str, Any]) -> dict[str, Any]:
        params = message.get("params", {})
        name, arguments = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise RpcError(INVALID_PARAMS, "Invalid params: tools/call takes name, a text, and arguments, an object")
        tool = prepared.tools.get(name)
        if tool is None:
            raise RpcError(INVALID_PARAMS, f"Unknown tool: {name}")
        try:
            prepared.inputs.check(tool, arguments)
            inputs = prepared.inputs.in_cedar(tool, arguments) if prepared.governs(tool) else {}
            call = self._decided(prepared, asker, tool, _request(prepared, asker, name, inputs), message)
        except Unfit as unfit:
            return {"content": [{"type": "text", "text": unfit.sentence}], "isError": True}
        if call.blocked:
            assert call.verdict is not None
            raise RpcError(DENIED, DENIED_SENTENCE.format(call.verdict.reason))
        return await self.targets.answer(tool, arguments)

    def _decided(
        self, prepared: Prepared, asker: Asker, tool: Tool, request: Request, message: Mapping[str, Any]
    ) -> Call:
        """Decide a call and publish it. Raises Unfit when Cedar does not take its inputs."""
        started = time.monotonic()
        verdict = None
        if prepared.rules is not None:
            try:
                # No policy can name a tool that Cedar cannot express, so none permits it.
                verdict = prepared.rules.decide(Asked(request)) if prepared.governs(tool) else Verdict(allowed=False)
            except PolicyError as error:
                raise Unfit((error.sentence,)) from error
        target = next(each for each in prepared.state.schema.gateway.targets if each.name == tool.target)
        trace = Trace.of(asker.request_id, asker.now)
        call = Call(prepared.state, asker.caller, trace, message, target.target_id, verdict, _since(started))
        self.record.call(call)
        if self.calls and verdict is not None:
            self.calls.add(call, request)
        return call


def versions(state: GatewayState) -> tuple[str, ...]:
    """MCP's versions that a gateway speaks: the ones its configuration lists, when it does."""
    protocol: Any = state.body.get("protocolConfiguration", {})
    listed = protocol.get("mcp", {}).get("supportedVersions") or VERSIONS
    return tuple(version for version in VERSIONS if version in listed) or VERSIONS


def _request(prepared: Prepared, asker: Asker, action: str, inputs: Mapping[str, Any]) -> Request:
    now = asker.now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    caller = asker.caller
    arn = prepared.state.schema.gateway.arn
    return Request(caller.principal_type, caller.principal_id, action, arn, inputs, caller.tags, now)


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
