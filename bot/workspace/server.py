"""The embedded workspace as a server on 127.0.0.1."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.hosting import listening, told_to_end
from bot.workspace import admin as admin_api
from bot.workspace.admin import Admin
from bot.workspace.config import WorkspaceConfig, refuse_beside_real_tokens
from bot.workspace.page import Page
from bot.workspace.people import InProcess
from bot.workspace.slack import Slack
from bot.workspace.webapi import authorize, files, gate, scheduled
from bot.workspace.workspace import Workspace

SLACK = web.AppKey("slack", Slack)
ADMINS = web.AppKey("admins", dict[str, Admin])
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
    slack = request.app[SLACK]
    if not slack.url:
        slack.url = f"http://{request.host}"
    return await handler(request)


def build_app(config: WorkspaceConfig) -> web.Application:
    """The aiohttp application of an embedded Slack, which is at `app[SLACK]`; acts by team at `app[ADMINS]`."""
    slack = Slack(config)
    admins = {team_id: Admin(workspace) for team_id, workspace in slack.workspaces.items()}
    app = web.Application(middlewares=[_local_only], client_max_size=_BODY_BYTES)
    app[SLACK] = slack
    app[ADMINS] = admins

    async def api(request: web.Request) -> web.StreamResponse:
        return await gate.handle(request, slack)

    async def upload(request: web.Request) -> web.StreamResponse:
        return await files.upload(request, slack)

    async def download(request: web.Request) -> web.StreamResponse:
        return await files.download(request, slack)

    async def perform(request: web.Request) -> web.StreamResponse:
        return await admin_api.handle(request, slack, admins)

    app.router.add_route("*", "/api/{method}", api)
    app.router.add_post("/hooks/{kind}/{token}", api)
    app.router.add_post("/upload/v1/{file}/{key}", upload)
    app.router.add_get("/files/{file}/{name}", download)
    app.router.add_get("/link", slack.socket_mode.connect)
    app.router.add_route("*", "/admin/{team}/{act}", perform)
    app.router.add_route("*", "/admin/{act}", perform)
    authorize.routes(app, slack)
    app[PAGE] = Page(admins)
    if config.page:
        app[PAGE].routes(app)
    app.on_startup.append(_resume)
    app.on_shutdown.append(_disconnect)
    app.on_cleanup.append(_stop)
    return app


async def _resume(app: web.Application) -> None:
    for workspace in app[SLACK].workspaces.values():
        scheduled.resume(workspace)


async def _disconnect(app: web.Application) -> None:
    app[PAGE].end()
    await app[SLACK].socket_mode.stop()


async def _stop(app: web.Application) -> None:
    await app[SLACK].stop()


@dataclass(frozen=True)
class Served:
    """An embedded Slack that listens. `client` acts in process, for `bot.workspace.people.Person`; `workspace`,
    `client` and `bot_token` are the first workspace's, `at` has those of another."""

    slack: Slack
    clients: Mapping[str, InProcess]
    page: Page

    def at(self, team_id: str) -> InProcess:
        """Acts in the workspace with this id."""
        return self.clients[self.slack.workspace(team_id).here.team_id]

    @property
    def workspace(self) -> Workspace:
        return self.slack.first

    @property
    def client(self) -> InProcess:
        return self.at(self.workspace.here.team_id)

    @property
    def url(self) -> str:
        return self.slack.url

    @property
    def api_url(self) -> str:
        return self.slack.api_url

    @property
    def admin_url(self) -> str:
        return self.slack.admin_url

    @property
    def bot_token(self) -> str:
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        return self.slack.app_token

    @property
    def signing_secret(self) -> str:
        return self.slack.signing_secret

    @property
    def client_id(self) -> str:
        return self.slack.client_id

    @property
    def client_secret(self) -> str:
        return self.slack.client_secret

    @property
    def admin_token(self) -> str:
        return self.slack.admin_token


@asynccontextmanager
async def serve(config: WorkspaceConfig, port: int = 0) -> AsyncIterator[Served]:
    """Serve a workspace on 127.0.0.1 while the context lasts; port 0 is a free one. A taken port is SettingsError."""
    app = build_app(config)
    async with listening(app, port, shutdown_timeout=2.0) as url:
        app[SLACK].url = url
        clients = {team_id: InProcess(admin) for team_id, admin in app[ADMINS].items()}
        yield Served(app[SLACK], clients, app[PAGE])


async def run(
    config: WorkspaceConfig,
    port: int,
    *,
    beside_real_tokens: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Serve until SIGINT or SIGTERM. Prints `listening on http://127.0.0.1:PORT` and how to connect when ready."""
    refuse_beside_real_tokens(environ, beside_real_tokens)
    ended = told_to_end()
    async with serve(config, port) as served:
        print(_welcome(served), file=sys.stdout, flush=True)  # noqa: T201 - what the command is asked to say
        await ended.wait()


def _welcome(served: Served) -> str:
    slack = served.slack
    lines = [
        f"listening on {served.url}" + (", also in a browser" if slack.config.page else ""),
        f"SLACK_API_URL={served.api_url}",
    ]
    for workspace in slack.workspaces.values():
        if workspace.bot_token:
            more = "" if workspace is slack.first else f" of {workspace.here.team_id}"
            lines.append(f"SLACK_BOT_TOKEN{more}={workspace.bot_token}")
    if slack.http is None:
        lines.append(f"SLACK_APP_TOKEN={served.app_token}")
    else:
        lines.append(f"SLACK_SIGNING_SECRET={served.signing_secret}")
    if len(slack.workspaces) > 1 or not served.bot_token:
        lines += [f"SLACK_CLIENT_ID={served.client_id}", f"SLACK_CLIENT_SECRET={served.client_secret}"]
    return "\n".join([*lines, f"admin API at {served.admin_url}, token {served.admin_token}"])
