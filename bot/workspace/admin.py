"""The admin API: every act of people, every read and every control by name; one table over HTTP and in process."""

from __future__ import annotations

import inspect
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.errors import BadInput
from bot.workspace.acts import Acts
from bot.workspace.controls import Controls
from bot.workspace.files import Uploading
from bot.workspace.reacting import Reacting
from bot.workspace.reading import Reading
from bot.workspace.slack import Slack
from bot.workspace.submitting import Submitting
from bot.workspace.wire import CannotAct, Json, SlackError
from bot.workspace.workspace import Workspace

TOKEN_HEADER = "X-Workspace-Admin"  # noqa: S105 - the name of a header
LONGEST_WAIT = 60.0


class Admin:
    """The table of acts of one workspace. `perform` is the same in process and behind `POST /admin/ACT`."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        acts = Acts(workspace)
        self.submitting = Submitting(workspace, acts)
        parts = (
            *(acts, self.submitting, Reacting(workspace), Uploading(workspace)),
            *(Reading(workspace, self.submitting), Controls(workspace)),
        )
        self.acts: dict[str, Callable[..., Awaitable[Any]]] = {
            name: method
            for part in parts
            for name, method in inspect.getmembers(part, inspect.iscoroutinefunction)
            if not name.startswith("_")
        }

    async def perform(self, act: str, arguments: Json) -> Any:
        """Do `act` with these arguments; CannotAct when there is no such act, or not with these arguments."""
        method = self.acts.get(act)
        if method is None:
            raise CannotAct(f"There is no act {act!r}. There are {', '.join(sorted(self.acts))}.", code="no_such_act")
        try:
            inspect.signature(method).bind(**arguments)
        except TypeError as error:
            raise CannotAct(f"{act}: {error}.", code="bad_arguments") from None
        try:
            return await method(**arguments)
        except SlackError as error:
            raise CannotAct(f"{act}: {error.error}.", code=error.error) from error

    async def changed(self, since: int, wait: float) -> int:
        """The revision once it is above `since`, or as it is after `wait` seconds."""
        return await self.workspace.changes.within(since, min(wait, LONGEST_WAIT))


async def handle(request: web.Request, slack: Slack, admins: Mapping[str, Admin]) -> web.Response:
    """Handle `POST /admin/ACT` and `GET /admin/changes?since=N&wait=SECONDS`; of several workspaces the first, or the
    one that is named: `/admin/TEAM/ACT`."""
    given = request.headers.get(TOKEN_HEADER, "")
    if not secrets.compare_digest(given.encode(), slack.admin_token.encode()):
        return _refused(403, "forbidden", f"The admin API needs its token in the header {TOKEN_HEADER}.")
    try:
        named = request.match_info.get("team")
        result = await _perform(request, admins[(slack.workspace(named) if named else slack.first).here.team_id])
    except CannotAct as error:
        return _refused(400, error.code, error.sentence)
    except BadInput as error:
        return _refused(400, error.key, error.sentence)
    return web.json_response({"ok": True, "result": result})


async def _perform(request: web.Request, admin: Admin) -> Any:
    act = request.match_info["act"]
    if request.method == "GET":
        if act != "changes":
            raise CannotAct("Acts are POST requests; only changes is read with GET.", code="method_not_allowed")
        try:
            since, wait = int(request.query.get("since", "0")), float(request.query.get("wait", "25"))
        except ValueError:
            raise CannotAct("since and wait are numbers.", code="bad_arguments") from None
        return {"revision": await admin.changed(since, wait)}
    text = await request.text()
    try:
        arguments = json.loads(text or "{}")
    except ValueError:
        raise CannotAct("The body of an act is a JSON object.", code="bad_arguments") from None
    if not isinstance(arguments, dict):
        raise CannotAct("The body of an act is a JSON object.", code="bad_arguments")
    return await admin.perform(act, arguments)


def _refused(status: int, code: str, sentence: str) -> web.Response:
    return web.json_response({"ok": False, "error": code, "sentence": sentence}, status=status)
