"""`policybot serve`: the bot for a real workspace, over Socket Mode or HTTP, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from bot.doctor import Routes, examine_quickly
from bot.errors import ChatUnavailable, SettingsError
from bot.glossaries import Glossaries
from bot.governing import Governances
from bot.health import add_health, health_port
from bot.logs import configure
from bot.routing import Routing, read_routing
from bot.settings import Settings, read_settings
from bot.slack.http import HttpTransport, web_app
from bot.slack.oauth import INSTALL_PATH
from bot.slack.socket import SocketTransport
from bot.wiring import Bot, assemble

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 3.0
"""So long a start waits for what AWS says of the engines and gateways; what it says later is logged then."""


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
    routing = read_routing(settings)
    Governances.read(settings, routing)  # what a file says is refused before anything is opened or asked
    Glossaries.read(settings, routing)
    async with (
        _looking(settings, routing) as looked,
        assemble(settings, routing) as bot,
        contextlib.AsyncExitStack() as stack,
    ):
        if at_once := looked.done():
            _say(looked.result())
        if settings.slack_app_token and bot.connected.installing:
            log.info("installations", url=await stack.enter_async_context(installations(bot)))
        transport = over_socket_mode(bot) if settings.slack_app_token else over_http(bot)
        spare_pauses()
        async with transport as where:
            only = bot.connected.installation
            log.info("ready", team=only.team_id if only else "all that install it", transport=where)
            checking = asyncio.create_task(_say_doubts(bot, None if at_once else looked), name="governance check")
            await ended.wait()
            checking.cancel()
            await asyncio.gather(checking, return_exceptions=True)
        log.info("stopping")


def spare_pauses() -> None:
    """Have the garbage collector leave alone what lives as long as the process: looking through all of it stops
    everything for up to a second, in which nobody is answered."""
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def _looking(settings: Settings, routing: Routing) -> AsyncIterator[asyncio.Task[Routes]]:
    """A look at the engines and gateways, which has ended unless AWS takes long to answer.

    Raises SettingsError for what no waiting mends, where no route is without it.
    """
    looking = asyncio.create_task(examine_quickly(settings, routing), name="quick check")
    try:
        await asyncio.wait({looking}, timeout=_LOOK_SECONDS)
        if looking.done() and (hopeless := looking.result().hopeless):
            raise SettingsError(hopeless.line)
        yield looking
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def _say(routes: Routes) -> None:
    for each in routes.found:
        if each.level != "ok":
            log.warning("check", about=each.area, finding=each.line)


async def _say_doubts(bot: Bot, looked: asyncio.Task[Routes] | None) -> None:
    """Say at start what nobody can do, rather than when somebody has to; and what was not known at the start."""
    if looked is not None:
        _say(await looked)
    try:
        for said in await bot.doubts():
            log.warning("governance", finding=said)
    except ChatUnavailable as error:
        log.warning("governance not checked", error=error.sentence)


@contextlib.asynccontextmanager
async def over_socket_mode(bot: Bot) -> AsyncIterator[str]:
    """Slack's requests over a WebSocket while the block runs."""
    token = bot.settings.slack_app_token
    socket = SocketTransport(bot.app, bot.connected.client, token.get_secret_value() if token else "")
    async with health_port(bot, socket.connected):
        await socket.start()
        try:
            yield "socket mode"
        finally:
            await socket.close()


@contextlib.asynccontextmanager
async def over_http(bot: Bot) -> AsyncIterator[str]:
    """Slack's requests over HTTP while the block runs; gives the URL. Without a port of their own, `/healthz`,
    `/readyz` and `/metrics` are there as well."""
    secret = bot.settings.slack_signing_secret
    server = web_app(bot.app, secret.get_secret_value() if secret else "")
    if bot.connected.installing:
        bot.connected.installing.routes(server)
    if bot.settings.metrics_port is None:
        add_health(server, bot)
    transport = HttpTransport(server, bot.settings.http_host, bot.settings.http_port)
    async with health_port(bot):
        await transport.start()
        try:
            yield f"http://{bot.settings.http_host}:{transport.port}"
        finally:
            await transport.close()


@contextlib.asynccontextmanager
async def installations(bot: Bot) -> AsyncIterator[str]:
    """Where workspaces install the app while the block runs, beside Socket Mode; gives the URL."""
    server = web.Application()
    if bot.connected.installing:
        bot.connected.installing.routes(server)
    transport = HttpTransport(server, bot.settings.http_host, bot.settings.http_port)
    await transport.start()
    try:
        yield f"http://{bot.settings.http_host}:{transport.port}{INSTALL_PATH}"
    finally:
        await transport.close()
