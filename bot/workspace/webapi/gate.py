"""The way into the Web API: token, scopes, faults, rates, then the method; every call ends in the journal."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from aiohttp import web

from bot.workspace import blockkit
from bot.workspace.faults import CALL_KINDS, Fault
from bot.workspace.slack import Slack
from bot.workspace.webapi.call import Call, read_arguments
from bot.workspace.webapi.methods import ALL_SCOPES, METHODS, Method
from bot.workspace.wire import Json, SlackError

RESPONSE_URL = "response_url"
_HTML = (
    "<!DOCTYPE html><html><head><title>Server Error</title></head><body>This page could not be loaded.</body></html>"
)


class RateLimited(Exception):
    """The caller has to stay away for this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class _Asked:
    """One request: the method, its arguments, and whose token it was once that is known."""

    name: str
    arguments: Json = field(default_factory=dict)
    grant: Json = field(default_factory=dict)


async def handle(request: web.Request, slack: Slack) -> web.Response:
    """Handle `/api/METHOD`, and `POST /hooks/KIND/TOKEN`, a response URL, in the journal as `response_url`."""
    asked = _Asked(request.match_info.get("method", RESPONSE_URL))
    started, at = time.perf_counter(), slack.clock.seconds()
    try:
        asked.arguments = await read_arguments(request)
        response, body = await _faulty(request, slack, asked)
    except SlackError as error:
        body = error.body()
        response = _refused(error, asked)
    except RateLimited as limited:
        response, body = _rate_limited(limited.seconds)
    slack.journal.call(
        {
            "method": asked.name,
            "team": str(asked.grant.get("team", "")),
            "ok": bool(body.get("ok")),
            "error": body.get("error", ""),
            "status": response.status,
            "at": at,
            "milliseconds": round((time.perf_counter() - started) * 1000, 3),
            "channel": str(asked.arguments.get("channel", "")),
            "ts": str(body.get("ts", "")),
        }
    )
    return response


async def _faulty(request: web.Request, slack: Slack, asked: _Asked) -> tuple[web.Response, Json]:
    """Do the call, unless a fault was asked for."""
    fault = slack.faults.take(asked.name, CALL_KINDS)
    if fault is not None and fault.kind not in ("slow", "lost_answer"):
        return _failed(fault)
    if fault is not None and fault.kind == "slow":
        await slack.clock.sleep(fault.seconds)
    if asked.name == RESPONSE_URL:
        _respond(request.match_info["token"], slack, asked.arguments)
        response, body = web.Response(text="ok"), {"ok": True}
    else:
        body = {"ok": True, **await _done(request, slack, asked)}
        response = web.json_response(body, headers=_headers(asked))
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


async def _done(request: web.Request, slack: Slack, asked: _Asked) -> Json:
    method = METHODS.get(asked.name)
    if method is None:
        raise SlackError("unknown_method", req_method=asked.name)
    workspace = slack.first
    if method.bearer != "nobody":
        asked.grant = _authorize(request, slack, asked, method)
        if method.bearer == "bot":
            workspace = slack.reached(asked.grant, asked.arguments)
    call = Call(workspace, asked.name, asked.arguments, asked.grant, request.headers.get("Authorization", ""))
    call.needs(*method.scopes)
    team = workspace.here.team_id
    seconds = slack.rates.wait(f"{asked.name} {team}", method.tier)
    if not seconds and asked.name == "chat.postMessage":
        seconds = slack.rates.wait_to_post(f"{team} {call.text('channel')}")
    if seconds:
        raise RateLimited(seconds)
    return await method.handle(call)


def _authorize(request: web.Request, slack: Slack, asked: _Asked, method: Method) -> Json:
    """The grant of the token: `not_authed` without one, `invalid_auth` with an unknown one, then the kind of token."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else str(asked.arguments.get("token") or "")
    if not token:
        raise SlackError("not_authed")
    is_app = secrets.compare_digest(slack.app_token.encode(), token.encode())
    grant = {"team": "", "scopes": None} if is_app else slack.grants.find(token)
    if is_app != (method.bearer == "app"):
        raise SlackError("not_allowed_token_type")
    return grant


def _headers(asked: _Asked) -> dict[str, str]:
    granted = asked.grant.get("scopes")
    scopes = ALL_SCOPES if granted is None else tuple(granted)
    return {"x-oauth-scopes": ",".join(scopes), "x-slack-req-id": secrets.token_hex(16)}


def _respond(token: str, slack: Slack, content: Json) -> None:
    """Do what a response URL was asked for."""
    workspace = next((each for each in slack.workspaces.values() if each.response_urls.knows(token)), None)
    if workspace is None:
        raise SlackError("invalid_url")
    urls = workspace.response_urls
    issued = urls.use(token)
    content["channel"] = issued["channel"]  # for the journal
    if content.get("blocks"):
        blockkit.check_message(content["blocks"], None, workspace.refused_blocks)
    if not any(content.get(part) for part in ("text", "blocks", "attachments", "delete_original")):
        raise SlackError("no_text")
    urls.answer(token, content)


def _refused(error: SlackError, asked: _Asked) -> web.Response:
    """An error of a method is a 200 with `ok` false, one of a response URL a 404 when it is spent, else a 400."""
    if asked.name != RESPONSE_URL:
        return web.json_response(error.body(), headers=_headers(asked))
    spent = error.error in ("invalid_url", "expired_url", "used_url")
    return web.json_response(error.body(), status=404 if spent else 400)
