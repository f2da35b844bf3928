"""The embedded workspace as a server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from bot.workspace import admin as admin_api
from bot.workspace.admin import Admin
from bot.workspace.config import WorkspaceConfig, refuse_beside_real_tokens
from bot.workspace.page import Page
from bot.workspace.people import InProcess
from bot.workspace.webapi import files, gate
from bot.workspace.wire import WorkspaceFault
from bot.workspace.workspace import Workspace

HOST = "127.0.0.1"
WORKSPACE = web.AppKey("workspace", Workspace)
ADMIN = web.AppKey("admin", Admin)
PAGE = web.AppKey("page", Page)
_NAMES = ("127.0.0.1", "localhost")
_BODY_BYTES = 32 * 1024 * 1024

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _local_only(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Only requests that were addressed to this machine: a page elsewhere cannot reach it under another name."""
    host = request.host.rpartition(":")[0] or request.host
    if host not in _NAMES:
        raise web.HTTPForbidden(text=f"this server answers as {' and '.join(_NAMES)} only")
    workspace = request.app[WORKSPACE]
    if not workspace.url:
        workspace.url = f"http://{request.host}"
    return await handler(request)


def build_app(config: WorkspaceConfig) -> web.Application:
    """The aiohttp application of one workspace; its Workspace is at `app[WORKSPACE]`, its acts at `app[ADMIN]`."""
    workspace = Workspace(config)
    admin = Admin(workspace)
    app = web.Application(middlewares=[_local_only], client_max_size=_BODY_BYTES)
    app[WORKSPACE] = workspace
    app[ADMIN] = admin

    async def api(request: web.Request) -> web.StreamResponse:
        return await gate.handle(request, workspace)

    async def upload(request: web.Request) -> web.StreamResponse:
        return await files.upload(request, workspace)

    async def download(request: web.Request) -> web.StreamResponse:
        return await files.download(request, workspace)

    async def perform(request: web.Request) -> web.StreamResponse:
        return await admin_api.handle(request, admin)

    app.router.add_route("*", "/api/{method}", api)
    app.router.add_post("/hooks/{kind}/{token}", api)
    app.router.add_post("/upload/v1/{file}/{key}", upload)
    app.router.add_get("/files/{file}/{name}", download)
    app.router.add_get("/link", workspace.socket_mode.connect)
    app.router.add_route("*", "/admin/{act}", perform)
    app[PAGE] = Page(admin)
    if config.page:
        app[PAGE].routes(app)
    app.on_shutdown.append(_disconnect)
    app.on_cleanup.append(_stop)
    return app


async def _disconnect(app: web.Application) -> None:
    app[PAGE].end()
    await app[WORKSPACE].socket_mode.stop()


async def _stop(app: web.Application) -> None:
    await app[WORKSPACE].stop()


@dataclass(frozen=True)
class Served:
    """A workspace that listens. `client` acts in process, for `bot.workspace.people.Person`."""

    workspace: Workspace
    client: InProcess
    page: Page

    @property
    def url(self) -> str:
        return self.workspace.url

    @property
    def api_url(self) -> str:
        return self.workspace.api_url

    @property
    def admin_url(self) -> str:
        return self.workspace.admin_url

    @property
    def bot_token(self) -> str:
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        return self.workspace.app_token

    @property
    def signing_secret(self) -> str:
        return self.workspace.signing_secret

    @property
    def admin_token(self) -> str:
        return self.workspace.admin_token


@asynccontextmanager
async def serve(config: WorkspaceConfig, port: int = 0) -> AsyncIterator[Served]:
    """Serve a workspace on 127.0.0.1 while the context lasts; port 0 is a free one. A taken port is WorkspaceFault."""
    app = build_app(config)
    runner = web.AppRunner(app, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await _listen(runner, port)
        workspace = app[WORKSPACE]
        listening = runner.addresses[0][1]
        workspace.url = f"http://{HOST}:{listening}"
        yield Served(workspace, InProcess(app[ADMIN]), app[PAGE])
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except (OSError, OverflowError) as error:
        raise WorkspaceFault(
            f"The port {port} cannot be used on {HOST}: {getattr(error, 'strerror', None) or error}. "
            "Name another port.",
            port=port,
        ) from error


async def run(
    config: WorkspaceConfig,
    port: int,
    *,
    beside_real_tokens: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Serve until SIGINT or SIGTERM. Prints `listening on http://127.0.0.1:PORT` and how to connect when ready."""
    refuse_beside_real_tokens(environ, beside_real_tokens)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(sign, ended.set)
    async with serve(config, port) as served:
        print(_welcome(served), file=sys.stdout, flush=True)  # noqa: T201 - what the command is asked to say
        await ended.wait()


def _welcome(served: Served) -> str:
    lines = [
        f"listening on {served.url}" + (", also in a browser" if served.workspace.config.page else ""),
        f"SLACK_API_URL={served.api_url}",
        f"SLACK_BOT_TOKEN={served.bot_token}",
    ]
    if served.workspace.http is None:
        lines.append(f"SLACK_APP_TOKEN={served.app_token}")
    else:
        lines.append(f"SLACK_SIGNING_SECRET={served.signing_secret}")
    return "\n".join([*lines, f"admin API at {served.admin_url}, token {served.admin_token}"])
