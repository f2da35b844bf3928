"""Who answers a call that was let through: a real MCP server, the tool's own example, or an echo."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.cedar import Tool
from bot.dataplane.jsonrpc import VERSIONS, RpcError
from bot.errors import BadInput

log = logging.getLogger(__name__)

_SESSION, _VERSION = "Mcp-Session-Id", "MCP-Protocol-Version"
_PATIENCE = aiohttp.ClientTimeout(total=60)
_ACCEPT = {"Accept": "application/json, text/event-stream"}
_PAGES = 50
_UNANSWERED = "The target {name} did not answer the call: {why}"


class Targets:
    """The targets of gateways. `servers` maps the names of targets to the URLs of MCP servers."""

    def __init__(self, servers: Mapping[str, str]) -> None:
        self._servers = {name: Upstream(name, url) for name, url in servers.items()}

    async def answer(self, tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A tools/call result. Raises RpcError with the error of the server that was asked."""
        if server := self._servers.get(tool.target):
            return await server.call(tool.name, arguments)
        shown = {"tool": tool.action, "arguments": arguments} if tool.example is None else tool.example
        text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
        return {"content": [{"type": "text", "text": text}], "isError": False}

    async def tools(self) -> dict[str, list[dict[str, Any]]]:
        """What each server lists, by target; a server that does not is left out, with a line in the log."""
        found = {}
        for name, server in self._servers.items():
            try:
                found[name] = await server.tools()
            except RpcError as error:
                log.warning("the tools of the target %s are not known: %s", name, error)
        return found

    async def close(self) -> None:
        for server in self._servers.values():
            await server.close()


def read_targets(given: list[str]) -> dict[str, str]:
    """Targets typed as NAME=URL. Raises BadInput with a sentence."""
    found = {}
    for text in given:
        name, equals, url = text.partition("=")
        if not equals or not name or not url.startswith(("http://", "https://")):
            raise BadInput(f"--target takes NAME=URL, such as RefundTool=http://127.0.0.1:9000/mcp, not {text}.")
        found[name] = url
    return found


@dataclass
class Upstream:
    """One MCP server over streamable HTTP; its session is opened when it is first called, and again when it is lost."""

    name: str
    url: str
    _http: aiohttp.ClientSession | None = None
    _session: dict[str, str] | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last: int = 0

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What the server answers to a tools/call. Raises RpcError."""
        return await self._request("tools/call", {"name": tool, "arguments": arguments})

    async def tools(self) -> list[dict[str, Any]]:
        """Every tool that the server lists. Raises RpcError."""
        found: list[dict[str, Any]] = []
        params: dict[str, Any] = {}
        for _ in range(_PAGES):
            page = await self._request("tools/list", params)
            found += page.get("tools", [])
            if not page.get("nextCursor"):
                return found
            params = {"cursor": page["nextCursor"]}
        raise self._failed("its list of tools does not end")

    async def _request(self, method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        for again in (False, True):
            session = await self._opened(again)
            answer, _ = await self._ask(method, asked, session)
            if answer is not None:
                break
        else:
            raise self._failed("it does not keep its session")
        if "error" in answer:
            error = answer["error"]
            raise RpcError(int(error.get("code", -32603)), str(error.get("message", "")))
        result: dict[str, Any] = answer.get("result", {})
        return result

    async def close(self) -> None:
        if self._http:
            await self._http.close()

    async def _opened(self, anew: bool) -> dict[str, str]:
        """The headers of the session with the server."""
        async with self._opening:
            if self._session is None or anew:
                hello = {"protocolVersion": VERSIONS[-1], "capabilities": {}}
                hello["clientInfo"] = {"name": "policybot-gateway", "version": "1"}
                answer, headers = await self._ask("initialize", hello, {})
                if answer is None or "result" not in answer:
                    raise self._failed("it does not take initialize")
                self._session = {_VERSION: str(answer["result"].get("protocolVersion", VERSIONS[0]))}
                if _SESSION in headers:
                    self._session[_SESSION] = headers[_SESSION]
                await self._ask("notifications/initialized", None, self._session)
            return self._session

    async def _ask(
        self, method: str, params: Any, headers: Mapping[str, str]
    ) -> tuple[dict[str, Any] | None, Mapping[str, str]]:
        """A message and its answer, None when the session is unknown (404), with the answer's headers."""
        self._http = self._http or aiohttp.ClientSession(timeout=_PATIENCE)
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            self._last += 1
            message |= {"id": self._last, "params": params}
        asked = message.get("id")
        try:
            async with self._http.post(self.url, json=message, headers={**_ACCEPT, **headers}) as answer:
                if answer.status == 404:
                    return None, answer.headers
                if params is None:
                    return {}, answer.headers
                if answer.content_type == "text/event-stream":
                    return await _answer_in_events(answer, asked), answer.headers
                return dict(await answer.json(content_type=None)), answer.headers
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError) as error:
            raise self._failed(type(error).__name__) from error

    def _failed(self, why: str) -> RpcError:
        return RpcError(-32603, _UNANSWERED.format(name=self.name, why=why))


async def _answer_in_events(answer: aiohttp.ClientResponse, asked: object) -> dict[str, Any]:
    """The one message of an event stream that answers the one that was asked."""
    data: list[str] = []
    async for raw in answer.content:
        line = raw.decode().rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line[5:].strip())
        elif not line and data:
            message = json.loads("\n".join(data))
            data = []
            if isinstance(message, dict) and message.get("id") == asked and message.keys() & {"result", "error"}:
                return message
    raise ValueError("the stream ended without an answer")
