"""The control plane over HTTP: one handler for every request, the application, and the process around it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.cedar.policies import digest
from bot.controlplane import clock, identity
from bot.controlplane.config import ControlPlaneConfig
from bot.controlplane.local import check_body, check_caller
from bot.controlplane.operations import FINISHERS, HANDLERS
from bot.controlplane.plane import ControlPlane
from bot.controlplane.wire.answers import shaped
from bot.controlplane.wire.faults import Fault, refused
from bot.controlplane.wire.model import find_route, input_of, operation, output_of
from bot.controlplane.wire.requests import read_request
from bot.dataplane.record import CloudWatch
from bot.hosting import listening, told_to_end

log = logging.getLogger(__name__)
PLANE = web.AppKey("plane", ControlPlane)
_MCP = re.compile(r"/gateways/([^/]+)/mcp/?")


def build_app(config: ControlPlaneConfig) -> web.Application:
    """The application of a control plane. Raises bot.errors.BadInput when its files or its folder cannot be used."""
    app = web.Application(client_max_size=1024 * 1024)
    app[PLANE] = ControlPlane(config, FINISHERS)
    app.router.add_route("*", "/{path:.*}", _handle)
    app.cleanup_ctx.append(_running)
    return app


async def _running(app: web.Application) -> AsyncIterator[None]:
    await app[PLANE].learn_tools()
    app[PLANE].resume()
    flushing = asyncio.get_running_loop().create_task(app[PLANE].dataplane.flush_now_and_then())
    yield
    flushing.cancel()
    with suppress(asyncio.CancelledError):
        await flushing
    await app[PLANE].close()


async def _handle(request: web.Request) -> web.Response:
    """Any request. Every answer carries a request id, every error its type in a header, as the SDKs read it."""
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id}
    try:
        check_caller(request.headers)
        if gateway := _MCP.fullmatch(request.path):
            told = await request.app[PLANE].dataplane.handle(request, gateway[1], request_id)
            told.headers.update(headers)
            return told
        body = await request.read()
        if request.method == "POST" and CloudWatch.is_meant(request.path, request.headers):
            found = request.app[PLANE].dataplane.cloudwatch.answer(request.path, request.headers, body)
            return web.Response(status=found.status, body=found.body, headers={**headers, **found.headers})
        if request.method == "POST" and request.path == "/":
            status, text = identity.answer(body, request.app[PLANE].account, request_id)
            return web.Response(status=status, text=text, content_type="text/xml", headers=headers)
        status, answer = await _answer(request.app[PLANE], request, body)
    except Fault as fault:
        status, answer = fault.status, fault.body
        headers["x-amzn-ErrorType"] = fault.code
    except web.HTTPRequestEntityTooLarge:
        status, answer = 413, {"message": "The request body is larger than the service takes"}
        headers["x-amzn-ErrorType"] = "RequestEntityTooLargeException"
    except Exception:  # the boundary of the process: the caller gets the service's own error, the log the cause
        log.exception("%s %s", request.method, request.rel_url)
        status, answer = 500, {"message": "An internal error occurred"}
        headers["x-amzn-ErrorType"] = "InternalServerException"
    if status == 204:
        return web.Response(status=status, headers=headers)
    return web.Response(status=status, body=json.dumps(answer), content_type="application/json", headers=headers)


async def _answer(plane: ControlPlane, request: web.Request, body: bytes) -> tuple[int, dict[str, Any]]:
    if body:
        check_body(request.content_type)
    path = request.raw_path.split("?", 1)[0]
    if path == clock.PATH:
        return 200, await clock.answer(plane.config.clock, body)
    route = find_route(request.method, path)
    if route is None or route[0] not in HANDLERS:
        what = route[0] if route else f"{request.method} {path}"
        raise Fault("UnknownOperationException", f"This control plane does not serve {what}", status=404)
    name, labels = route
    plane.limits.request(name)
    parameters = read_request(input_of(name), labels, request.query, body)
    with plane.store.transaction():
        answer = shaped(output_of(name), _once(plane, name, parameters))
    plane.standing.note()
    return int(operation(name).http["responseCode"]), answer


def _once(plane: ControlPlane, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Call an operation, or answer again what it answered to the same client token."""
    token = parameters.pop("clientToken", None)
    if token is None:
        return HANDLERS[name](plane, parameters)
    asked = digest(json.dumps(parameters, sort_keys=True))
    known = plane.store.answered(name, token)
    if known is None:
        answer = HANDLERS[name](plane, parameters)
        plane.store.remember(name, token, asked, answer)
        return answer
    if known[0] != asked:
        message = "The client token was used before with other parameters"
        raise refused(message, "/clientToken", reason="IdempotentParameterMismatchException")
    return known[1]


@dataclass(frozen=True)
class Serving:
    """A control plane that answers at `url`, and its gateways at URLs of their own."""

    url: str
    plane: ControlPlane

    def gateway_url(self, gateway_id: str = "") -> str:
        """Where a gateway serves MCP; without an id, the first one."""
        return f"{self.url}/gateways/{gateway_id or self.plane.store.every('gateway')[0].id}/mcp"

    def token(self, claims: Mapping[str, Any], seconds: float = 3600) -> str:
        """A caller's token with these claims, for a gateway whose callers have tokens; send it as `Bearer`.

        `sub` says who calls, `local-user` when it is left out; it holds for so many seconds of the control plane's own
        clock.
        """
        return self.plane.dataplane.key.sign(claims, self.plane.moment, seconds)


@asynccontextmanager
async def serve(config: ControlPlaneConfig, port: int = 0) -> AsyncIterator[Serving]:
    """A control plane on 127.0.0.1 while the block runs. Raises bot.errors.BadInput when it cannot start."""
    app = build_app(config)
    async with listening(app, port) as url:
        app[PLANE].url = url
        yield Serving(url, app[PLANE])


async def run(config: ControlPlaneConfig, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Prints `listening on http://127.0.0.1:PORT` once it answers, and then what a bot
    has to be told, as lines for a shell."""
    ended = told_to_end()
    async with serve(config, port) as server:
        sys.stdout.write(f"{_welcome(server)}\n")
        sys.stdout.flush()
        await ended.wait()


def _welcome(server: Serving) -> str:
    """Where it listens, then the environment of a bot for its first gateway, and what is said of the others."""
    lines = [f"listening on {server.url}", f"AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL={server.url}"]
    lines.append(f"AWS_REGION={server.plane.region}")
    for number, gateway in enumerate(server.plane.store.every("gateway")):
        mark = "# " if number else ""
        lines.append(f"{mark}POLICYBOT_GATEWAY_ARN={gateway.arn}")
        attached = gateway.body.get("policyEngineConfiguration", {}).get("arn", "")
        if attached:
            lines.append(f"{mark}POLICYBOT_POLICY_ENGINE_ID={attached.rsplit('/', 1)[1]}")
        else:
            lines.append(f"# no policy engine is attached to {gateway.name}: CreatePolicyEngine, then UpdateGateway")
    return "\n".join(lines)
