"""`/healthz`, `/readyz` and `/metrics`: on a port of their own, or on the one that Slack calls."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import web

from bot.errors import StoreError
from bot.slack.http import HttpTransport
from bot.wiring import Bot

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[bool]]


def add_health(server: web.Application, bot: Bot, connected: Check | None = None) -> None:
    """Let `server` say whether the process lives, whether it can work, and what it counted.

    It can work while the database answers, and `connected` (whether Slack's requests come in) says so.
    """

    async def healthy(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(_request: web.Request) -> web.Response:
        try:
            await bot.store.ping()
        except StoreError as error:
            return web.Response(status=503, text=error.sentence)
        if connected is not None and not await connected():
            return web.Response(status=503, text="Slack's socket does not stand.")
        return web.Response(text="ok")

    async def metrics(_request: web.Request) -> web.Response:
        body = await bot.metrics.everything(bot.store)
        return web.Response(body=body, headers={"Content-Type": bot.metrics.content_type})

    server.router.add_get("/healthz", healthy)
    server.router.add_get("/readyz", ready)
    server.router.add_get("/metrics", metrics)


@contextlib.asynccontextmanager
async def health_port(bot: Bot, connected: Check | None = None) -> AsyncIterator[int | None]:
    """Serve them on a port of their own while the block runs, if one is set. Raises SettingsError for a taken one."""
    settings = bot.settings
    if settings.metrics_port is None:
        yield None
        return
    server = web.Application()
    add_health(server, bot, connected)
    transport = HttpTransport(server, settings.metrics_host, settings.metrics_port, setting="POLICYBOT_METRICS_PORT")
    await transport.start()
    log.info("health", url=f"http://{settings.metrics_host}:{transport.port}")
    try:
        yield transport.port
    finally:
        await transport.close()
