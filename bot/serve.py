"""`policybot serve`: the bot for a real workspace, over Socket Mode or HTTP, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import web

from bot.errors import ChatUnavailable, SettingsError, StoreError
from bot.logs import configure
from bot.settings import read_routing, read_settings
from bot.slack.http import HttpTransport, web_app
from bot.slack.socket import SocketTransport
from bot.wiring import Bot, assemble

log = structlog.get_logger(__name__)


async def serve() -> None:
    """Run until SIGINT or SIGTERM. Raises PolicybotError with a sentence when it cannot start."""
    settings = read_settings()
    configure(settings.log_level)
    if not settings.slack_app_token and not settings.slack_signing_secret:
        raise SettingsError(
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for Slack's HTTP requests to /slack/events."
        )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(sign, ended.set)
    async with assemble(settings, read_routing(settings)) as bot:
        transport = over_socket_mode(bot) if settings.slack_app_token else over_http(bot)
        spare_pauses()
        async with transport as where:
            log.info("ready", team=bot.installation.team_id, transport=where)
            checking = asyncio.create_task(_say_doubts(bot), name="governance check")
            await ended.wait()
            checking.cancel()
            await asyncio.gather(checking, return_exceptions=True)
        log.info("stopping")


def spare_pauses() -> None:
    """Have the garbage collector leave alone what lives as long as the process: looking through all of it stops
    everything for up to a second, in which nobody is answered."""
    gc.collect()
    gc.freeze()


async def _say_doubts(bot: Bot) -> None:
    """Say at start what nobody can do, rather than when somebody has to."""
    try:
        for said in await bot.doubts():
            log.warning("governance", finding=said)
    except ChatUnavailable as error:
        log.warning("governance not checked", error=error.sentence)


@contextlib.asynccontextmanager
async def over_socket_mode(bot: Bot) -> AsyncIterator[str]:
    """Slack's requests over a WebSocket while the block runs."""
    token = bot.settings.slack_app_token
    socket = SocketTransport(bot.app, bot.client, token.get_secret_value() if token else "")
    await socket.start()
    try:
        yield "socket mode"
    finally:
        await socket.close()


@contextlib.asynccontextmanager
async def over_http(bot: Bot) -> AsyncIterator[str]:
    """Slack's requests over HTTP while the block runs, with `/healthz`, `/readyz` and `/metrics`; gives the URL."""
    secret = bot.settings.slack_signing_secret
    server = web_app(bot.app, secret.get_secret_value() if secret else "")
    server.router.add_get("/healthz", _healthy)
    server.router.add_get("/readyz", _ready(bot))
    server.router.add_get("/metrics", _metrics(bot))
    transport = HttpTransport(server, bot.settings.http_host, bot.settings.http_port)
    await transport.start()
    try:
        yield f"http://{bot.settings.http_host}:{transport.port}"
    finally:
        await transport.close()


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


def _ready(bot: Bot) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_request: web.Request) -> web.Response:
        try:
            await bot.store.ping()
        except StoreError as error:
            return web.Response(status=503, text=error.sentence)
        return web.Response(text="ok")

    return ready


def _metrics(bot: Bot) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=bot.metrics.text(), headers={"Content-Type": bot.metrics.content_type})

    return metrics
