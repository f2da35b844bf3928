"""Slack's requests over HTTP: one route, and Bolt's request built so that no command is lost."""

from __future__ import annotations

import asyncio
import logging
import re
from urllib.parse import parse_qsl

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_internals import build_async_context
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.errors import SettingsError
from bot.slack.timed import TimedApp

log = logging.getLogger(__name__)

PATH = "/slack/events"
_BODY_BYTES = 1024 * 1024
_IDLE_SECONDS = 15.0
_BODY_SECONDS = 5.0
"""Slack sends a request in one piece, and waits three seconds for all of it."""
_STOP_SECONDS = 2.0
"""So long a stop waits for requests under way: all of it takes ten seconds at most, whatever somebody keeps open."""
_SHAPES = {
    "X-Slack-Request-Timestamp": re.compile(r"[0-9]{1,12}"),
    "X-Slack-Signature": re.compile(r"v0=[0-9a-f]{64}"),
}
"""Headers that the signature's check cannot take in another form."""
_UNREADABLE = (ValueError, RecursionError, TypeError, AttributeError, LookupError)
"""What Bolt raises on a body that is no JSON, nests without end, or is JSON of another shape than Slack's."""


def web_app(app: TimedApp, signing_secret: str) -> web.Application:
    """The aiohttp application that Slack calls."""
    found = web.Application(client_max_size=_BODY_BYTES)
    add_routes(found, app, signing_secret)
    return found


def add_routes(server: web.Application, app: TimedApp, signing_secret: str) -> None:
    """Let `server` take Slack's requests at `/slack/events`. What Slack cannot have sent is answered 4xx and logged."""
    verifier = SignatureVerifier(signing_secret)

    async def slack_events(request: web.Request) -> web.Response:
        try:
            bolt_request = await to_bolt_request(request, verifier)
        except NotSlacks as error:
            log.warning("request refused", extra={"why": str(error), "status": error.status})
            return web.Response(status=error.status, text="not a request of Slack's")
        async with app.answering(bolt_request) as response:
            return await to_aiohttp_response(response)

    server.router.add_post(PATH, slack_events)


class NotSlacks(Exception):
    """A request that Slack never sends, and the status to answer."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


async def to_bolt_request(request: web.Request, verifier: SignatureVerifier) -> AsyncBoltRequest:
    """Bolt's request, of bytes that Slack signed: nothing reads them before. Bolt takes any form with the word
    "payload" in it for an interaction, and finds no body in a command like `/policy deny requests whose payload is
    large`; such a form is read here. Raises NotSlacks."""
    body = await _signed(request, verifier)
    try:
        found = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers.items()))
    except _UNREADABLE as error:
        raise NotSlacks(f"the body cannot be read ({type(error).__name__})") from None
    if not found.body and found.raw_body:
        found.body = dict(parse_qsl(found.raw_body, keep_blank_values=True))
        found.context = build_async_context(found.context, found.body)
    if not isinstance(found.body, dict):
        raise NotSlacks("the body is no object")
    return found


async def _signed(request: web.Request, verifier: SignatureVerifier) -> str:
    """The body as it was signed. Raises NotSlacks."""
    for name, pattern in _SHAPES.items():
        if not pattern.fullmatch(request.headers.get(name, "")):
            raise NotSlacks(f"{name} is missing or malformed", 401)
    if hdrs.CONTENT_ENCODING in request.headers:
        raise NotSlacks("the body is compressed", 415)
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            body = (await request.read()).decode()
    except TimeoutError:
        raise NotSlacks("the body did not come in time", 408) from None
    except UnicodeDecodeError:
        raise NotSlacks("the body is no UTF-8") from None
    if not verifier.is_valid_request(body, request.headers):
        raise NotSlacks("the signature is another, or old", 401)
    return body


def _in_one_line(record: logging.LogRecord) -> bool:
    """A request that is no HTTP, or that breaks off, is its sender's fault: no trace of our code belongs to it."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError | RequestPayloadError | ConnectionError):
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
        record.msg = f"{record.getMessage()}: {type(error).__name__}"
        record.args = ()
    return True


_server_log = logging.getLogger("aiohttp.server.policybot")
_server_log.addFilter(_in_one_line)


class HttpTransport:
    """A server that Slack calls. Port 0 is a free one; `port` tells which after the start. A connection on which no
    request came for `idle` seconds is closed."""

    def __init__(
        self,
        server: web.Application,
        host: str = "127.0.0.1",
        port: int = 3000,
        idle: float = _IDLE_SECONDS,
        setting: str = "POLICYBOT_HTTP_PORT",
    ) -> None:
        self._setting = setting
        self._server = server
        self._host = host
        self._idle = idle
        self.port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises SettingsError when the port cannot be had."""
        runner = web.AppRunner(
            self._server,
            access_log=None,
            shutdown_timeout=_STOP_SECONDS,
            auto_decompress=False,
            keepalive_timeout=self._idle,
            logger=_server_log,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise SettingsError(
                f"Port {self.port} on {self._host} cannot be used: {getattr(error, 'strerror', None) or error}. Set "
                f"{self._setting} to another."
            ) from error
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Take no more requests."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
