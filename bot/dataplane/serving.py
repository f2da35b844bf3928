"""Gateways over streamable HTTP: one handler for their `/mcp`, and everything that it works on."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.dataplane.callers import Unknown, caller_of
from bot.dataplane.calls import CallsFile
from bot.dataplane.deciding import GatewayState
from bot.dataplane.gateway import Asker, Gateways, Prepared, versions
from bot.dataplane.jsonrpc import (
    INTERNAL,
    INVALID_REQUEST,
    UNAUTHORIZED,
    RpcError,
    failure,
    read_message,
    result,
    wants_answer,
)
from bot.dataplane.record import CloudWatch, Record, RecordLimits, RecordStore
from bot.dataplane.record.deliveries import Deliveries
from bot.dataplane.targets import Targets
from bot.dataplane.tokens import TokenKey

log = logging.getLogger(__name__)
_FLUSH_SECONDS = 0.5
_EVENTS, _JSON = "text/event-stream", "application/json"


@dataclass(frozen=True)
class DataplaneConfig:
    """Settings of the embedded gateway.

    `targets` maps target names to URLs of real MCP servers that answer in their stead; `calls` is a file that decided
    calls are added to; `key` signs and checks callers' tokens; `limits` bound the record.
    """

    targets: Mapping[str, str] = field(default_factory=dict)
    calls: Path | None = None
    key: TokenKey = field(default_factory=TokenKey)
    limits: RecordLimits = field(default_factory=RecordLimits)


class Dataplane:
    """The embedded gateways of one account, their record kept in `folder` or in memory.

    `state_of` gives a gateway's state by its id, the same object while nothing changes; None when there is no such
    gateway. Raises bot.errors.BadInput when its files cannot be used.
    """

    def __init__(
        self,
        config: DataplaneConfig,
        folder: Path | None,
        state_of: Callable[[str], GatewayState | None],
        clock: Callable[[], datetime],
        region: str,
        account: str,
    ) -> None:
        self.key = config.key
        self._state_of = state_of
        self._clock = clock
        self._prepared: dict[str, Prepared] = {}
        self._calls = CallsFile(config.calls) if config.calls else None
        try:
            self.store = RecordStore(folder, clock, config.limits)
        except BaseException:
            if self._calls:
                self._calls.close()
            raise
        self.deliveries = Deliveries(self.store, region, account, clock)
        self.cloudwatch = CloudWatch(self.store, self.deliveries)
        self._targets = Targets(config.targets)
        self._gateways = Gateways(Record(self.store, self.deliveries), self._targets, self._calls)

    async def listed(self) -> dict[str, list[dict[str, Any]]]:
        """The tools of the real MCP servers behind targets, by target."""
        return await self._targets.tools()

    async def flush_now_and_then(self) -> None:
        """Put what is recorded where it survives, until cancelled."""
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            self.store.flush()

    async def close(self) -> None:
        await self._targets.close()
        self.store.close()
        if self._calls:
            self._calls.close()

    async def handle(self, request: web.Request, gateway_id: str, request_id: str) -> web.Response:
        """Answer one HTTP request to a gateway's `/mcp`."""
        message: Mapping[str, Any] = {}
        prepared = self._current(gateway_id)
        if prepared is None:
            return _answer(failure({}, RpcError(INVALID_REQUEST, f"Gateway {gateway_id} does not exist")), 404)
        if request.method != "POST":  # no stream of the server's own to GET, no session to DELETE
            return web.Response(status=405, headers={"Allow": "POST"})
        now = self._clock()
        try:
            caller = caller_of(request.headers, prepared.state.schema.gateway, prepared.state.body, self.key, now)
            message = read_message(await request.read())
            _check_version(request.headers, message, prepared.state)
            if not wants_answer(message):
                return web.Response(status=202)
            found = await self._gateways.answer(prepared, Asker(caller, request_id, now), message)
            return _answer(result(message, found), 200, request.headers.get("Accept", ""))
        except Unknown as unknown:
            challenge = {"WWW-Authenticate": "Bearer"} if unknown.status == 401 else {}
            return _answer(failure({"id": 0}, RpcError(UNAUTHORIZED, unknown.said)), unknown.status, more=challenge)
        except RpcError as error:
            return _answer(failure(message, error), error.status, request.headers.get("Accept", ""))
        except web.HTTPException:
            raise
        except Exception:  # the boundary: the caller gets MCP's own error, the log the cause
            log.exception("gateway %s", gateway_id)
            failed = RpcError(INTERNAL, "Internal error")
            return _answer(failure(message, failed), 200, request.headers.get("Accept", ""))

    def _current(self, gateway_id: str) -> Prepared | None:
        """A gateway as it decides now, derived anew when its state changed."""
        state = self._state_of(gateway_id)
        if state is None:
            return None
        found = self._prepared.get(gateway_id)
        if found is None or found.state is not state:
            found = self._prepared[gateway_id] = Prepared(state)
        return found


def _check_version(headers: Mapping[str, str], message: Mapping[str, Any], state: GatewayState) -> None:
    """Refuse a version of MCP that the gateway does not speak; `initialize` is where one is agreed on."""
    named = headers.get("MCP-Protocol-Version")
    if named is not None and message.get("method") != "initialize" and named not in versions(state):
        spoken = ", ".join(versions(state))
        raise RpcError(INVALID_REQUEST, f"Unsupported protocol version: {named}. Supported versions: {spoken}", 400)


def _answer(
    body: Mapping[str, Any], status: int, accept: str = "", more: Mapping[str, str] | None = None
) -> web.Response:
    """A message as JSON, or as the one event of a stream for a client that takes nothing else."""
    text = json.dumps(body, ensure_ascii=False)
    if status == 200 and _EVENTS in accept and _JSON not in accept and "*/*" not in accept:
        return web.Response(text=f"event: message\ndata: {text}\n\n", content_type=_EVENTS)
    return web.Response(status=status, text=text, content_type=_JSON, headers=more)
