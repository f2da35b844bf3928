"""The page's routes: its files, what somebody sees as a stream, and their acts as one JSON call each."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.errors import PolicybotError
from bot.workspace.files import check_size
from bot.workspace.page import files
from bot.workspace.page.guard import HEADERS, check_caller
from bot.workspace.page.plugins import Plugin
from bot.workspace.page.seen import Looking, Seen
from bot.workspace.page.stream import stream
from bot.workspace.wire import CannotAct, Json

if TYPE_CHECKING:
    from bot.workspace.admin import Admin

ACTS = frozenset(
    {
        "types",
        "clicks",
        "clicks_in_view",
        "suggests",
        "suggests_in_message",
        "fills",
        "submits",
        "closes",
        "opens_home",
        "opens_direct",
        "invites",
        "reacts",
        "uses_shortcut",
        "uses_message_shortcut",
    }
)
"""What a person can do in the page; what only an operator does is the admin API's."""
_FREE = ("value", "values", "everything")

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """The page of all workspaces. `plugins` are its panels; one may come while it is served."""

    def __init__(self, admins: Mapping[str, Admin]) -> None:
        self.plugins: list[Plugin] = []
        self._admins = admins
        self._seen = {team: Seen(admin.workspace, admin.submitting) for team, admin in admins.items()}
        self._first = next(iter(admins))
        self._changes = admins[self._first].workspace.changes
        self._ended = asyncio.Event()

    def plug(self, plugin: Plugin) -> None:
        """Show one more panel, also in pages that are open."""
        self.plugins.append(plugin)
        self._changes.bump()

    def end(self) -> None:
        """Let go of every browser."""
        self._ended.set()
        self._changes.bump()

    def routes(self, app: web.Application) -> None:
        """Add the page to the workspace's server, at its root."""
        app.router.add_get("/", self._document)
        app.router.add_get("/page/teams", _guarded(self._teams))
        app.router.add_get("/page/stream", _guarded(self._stream))
        app.router.add_post("/page/act", _guarded(self._act))
        app.router.add_post("/page/upload", _guarded(self._upload))
        app.router.add_post("/page/plugins/{plugin}/{call}", _guarded(self._plugin_call))
        app.router.add_get("/page/plugins/{plugin}/{name:.+}", self._plugin_file)
        app.router.add_get("/page/{name:.+}", self._file)

    async def _document(self, _request: web.Request) -> web.Response:
        return files.served(files.FOLDER, "index.html")

    async def _file(self, request: web.Request) -> web.Response:
        return files.served(files.FOLDER, request.match_info["name"])

    async def _plugin_file(self, request: web.Request) -> web.Response:
        plugin = self._plugin(request)
        if plugin is None:
            raise web.HTTPNotFound(text="there is no such panel", headers=HEADERS)
        return files.served(plugin.folder, request.match_info["name"])

    async def _teams(self, _request: web.Request) -> web.Response:
        return web.json_response([seen.place() for seen in self._seen.values()], headers=HEADERS)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        looking = Looking(*(request.query.get(name, "") for name in ("user", "channel", "thread")))
        seen = self._seen[self._team(request.query.get("team", ""))]
        seen.check(looking)
        return await stream(request, looking, seen, self._changes, self.plugins, self._ended)

    async def _act(self, request: web.Request) -> web.Response:
        arguments = await _body(request)
        act, team = arguments.pop("act", None), arguments.pop("team", "")
        if not isinstance(act, str) or act not in ACTS:
            raise CannotAct(f"People here can {', '.join(sorted(ACTS))}.", code="no_such_act")
        for name, value in arguments.items():
            if name not in _FREE and not isinstance(value, str | None):
                raise CannotAct(f"{name} is a text.", code="bad_arguments")
        return _answer(await self._admins[self._team(team)].perform(act, arguments))

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes of one file, with its `name` and whose it is in the query."""
        if request.content_type != "application/octet-stream":
            raise CannotAct("A file comes as application/octet-stream.", code="bad_arguments")
        check_size(request.content_length or 0)  # before anything of it is read
        content = base64.b64encode(await request.read()).decode()
        named = {name: request.query.get(name, "") for name in ("user", "name")}
        admin = self._admins[self._team(request.query.get("team", ""))]
        return _answer(await admin.perform("uploads", {**named, "content": content}))

    def _team(self, named: object) -> str:
        """The workspace that is meant, the first one where none is named."""
        team = named or self._first
        if not isinstance(team, str) or team not in self._admins:
            raise CannotAct("There is no such workspace here.", code="team_not_found")
        return team

    async def _plugin_call(self, request: web.Request) -> web.Response:
        plugin = self._plugin(request)
        call = plugin.calls.get(request.match_info["call"]) if plugin else None
        if call is None:  # also while whoever runs the workspace has not put its panels into it yet
            raise CannotAct("There is no such panel or call here now.", code="no_such_call")
        return _answer(await call(await _body(request)))

    def _plugin(self, request: web.Request) -> Plugin | None:
        named = request.match_info["plugin"]
        return next((plugin for plugin in self.plugins if plugin.name == named), None)


def _guarded(handler: _Handler) -> _Handler:
    """`handler` for calls of the page itself; whatever it refuses is answered with a sentence."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            check_caller(request.headers, request.host)
            return await handler(request)
        except CannotAct as error:
            status = 403 if error.code == "other_origin" else 400
            return _refused(status, error.code, error.sentence)
        except PolicybotError as error:
            return _refused(400, error.key, error.sentence)

    return guarded


async def _body(request: web.Request) -> Json:
    """The JSON object in a call. A form of another page could not send one under this content type."""
    if request.content_type != "application/json":
        raise CannotAct("The page's calls are application/json.", code="bad_arguments")
    try:
        body = json.loads(await request.text())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise CannotAct("The body of a call is a JSON object.", code="bad_arguments")
    return body


def _answer(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result}, headers=HEADERS)


def _refused(status: int, code: str, sentence: str) -> web.Response:
    return web.json_response({"ok": False, "error": code, "sentence": sentence}, status=status, headers=HEADERS)
