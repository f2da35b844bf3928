"""The way into the Web API: token, scopes, faults, rates, then the method; every call ends in the journal."""

from __future__ import annotations

import secrets
import time

from aiohttp import web

from bot.workspace import blockkit
from bot.workspace.faults import CALL_KINDS, Fault
from bot.workspace.webapi.call import Call, read_arguments
from bot.workspace.webapi.methods import ALL_SCOPES, METHODS, Method
from bot.workspace.wire import Json, SlackError
from bot.workspace.workspace import Workspace

RESPONSE_URL = "response_url"
_HTML = (
    "<!DOCTYPE html><html><head><title>Server Error</title></head><body>This page could not be loaded.</body></html>"
)


class RateLimited(Exception):
    """The caller has to stay away for this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


async def handle(request: web.Request, workspace: Workspace) -> web.Response:
    """Handle `/api/METHOD`, and `POST /hooks/KIND/TOKEN`, a response URL, in the journal as `response_url`."""
    name = request.match_info.get("method", RESPONSE_URL)
    started, at = time.perf_counter(), workspace.clock.now()
    arguments: Json = {}
    try:
        arguments = await read_arguments(request)
        response, body = await _faulty(request, workspace, name, arguments)
    except SlackError as error:
        body = error.body()
        response = _refused(error, name, workspace)
    except RateLimited as limited:
        response, body = _rate_limited(limited.seconds)
    workspace.journal.call(
        {
            "method": name,
            "ok": bool(body.get("ok")),
            "error": body.get("error", ""),
            "status": response.status,
            "at": at,
            "milliseconds": round((time.perf_counter() - started) * 1000, 3),
            "channel": str(arguments.get("channel", "")),
            "ts": str(body.get("ts", "")),
        }
    )
    return response


async def _faulty(request: web.Request, workspace: Workspace, name: str, arguments: Json) -> tuple[web.Response, Json]:
    """Do the call, unless a fault was asked for."""
    fault = workspace.faults.take(name, CALL_KINDS)
    if fault is not None and fault.kind not in ("slow", "lost_answer"):
        return _failed(fault)
    if fault is not None and fault.kind == "slow":
        await workspace.clock.sleep(fault.seconds)
    if name == RESPONSE_URL:
        _respond(request.match_info["token"], workspace, arguments)
        response, body = web.Response(text="ok"), {"ok": True}
    else:
        body = {"ok": True, **await _done(request, workspace, name, arguments)}
        response = web.json_response(body, headers=_headers(workspace))
    return _server_error() if fault is not None and fault.kind == "lost_answer" else (response, body)


def _failed(fault: Fault) -> tuple[web.Response, Json]:
    if fault.kind == "ratelimited":
        return _rate_limited(max(1, round(fault.seconds)))
    if fault.kind == "server_error":
        return _server_error()
    if fault.kind == "html":
        return web.Response(text=_HTML, content_type="text/html"), {"error": "html"}
    raise SlackError(fault.code)


def _rate_limited(seconds: int) -> tuple[web.Response, Json]:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)}), body


def _server_error() -> tuple[web.Response, Json]:
    body = {"ok": False, "error": "internal_error"}
    return web.json_response(body, status=500), body


async def _done(request: web.Request, workspace: Workspace, name: str, arguments: Json) -> Json:
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    call = Call(workspace, name, arguments)
    _authorize(request, call, method)
    seconds = workspace.rates.wait(name, method.tier)
    if not seconds and name == "chat.postMessage":
        seconds = workspace.rates.wait_to_post(call.text("channel"))
    if seconds:
        raise RateLimited(seconds)
    return await method.handle(call)


def _authorize(request: web.Request, call: Call, method: Method) -> None:
    """`not_authed` without a token, `invalid_auth` with an unknown one, then the kind of token, then the scope."""
    if method.bearer == "nobody":
        return
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else call.text("token")
    if not token:
        raise SlackError("not_authed")
    workspace = call.workspace
    known = {"bot": workspace.bot_token, "app": workspace.app_token}
    kind = next((kind for kind, own in known.items() if secrets.compare_digest(own.encode(), token.encode())), None)
    if kind is None:
        raise SlackError("invalid_auth")
    if kind != method.bearer:
        raise SlackError("not_allowed_token_type")
    granted = workspace.config.scopes
    if granted is not None and kind == "bot" and method.scopes and not granted.intersection(method.scopes):
        raise SlackError("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(granted)))


def _headers(workspace: Workspace) -> dict[str, str]:
    granted = workspace.config.scopes
    scopes = ALL_SCOPES if granted is None else tuple(sorted(granted))
    return {"x-oauth-scopes": ",".join(scopes), "x-slack-req-id": secrets.token_hex(16)}


def _respond(token: str, workspace: Workspace, content: Json) -> None:
    """Do what a response URL was asked for."""
    issued = workspace.response_urls.use(token)
    content["channel"] = issued["channel"]  # for the journal
    if content.get("blocks"):
        blockkit.check_message(content["blocks"], None)
    if not any(content.get(part) for part in ("text", "blocks", "attachments", "delete_original")):
        raise SlackError("no_text")
    workspace.response_urls.answer(token, content)


def _refused(error: SlackError, name: str, workspace: Workspace) -> web.Response:
    """An error of a method is a 200 with `ok` false, one of a response URL a 404 when it is spent, else a 400."""
    if name != RESPONSE_URL:
        return web.json_response(error.body(), headers=_headers(workspace))
    spent = error.error in ("invalid_url", "expired_url", "used_url")
    return web.json_response(error.body(), status=404 if spent else 400)
