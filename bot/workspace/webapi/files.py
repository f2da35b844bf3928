"""files.*: upload in three steps, and what was uploaded shown in a message."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from bot.workspace.files import fresh, readable, wire
from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError

if TYPE_CHECKING:
    from bot.workspace.slack import Slack
    from bot.workspace.workspace import Workspace

MOST_BYTES = 20_000_000


def _found(request: web.Request, slack: Slack) -> tuple[Workspace, Json] | tuple[None, None]:
    """The file that a URL names, and the workspace that it is in."""
    name = request.match_info["file"]
    return next(((each, each.files[name]) for each in slack.workspaces.values() if name in each.files), (None, None))


async def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal"""
    length = call.number("length", 0, MOST_BYTES)
    workspace, key = call.workspace, secrets.token_hex(16)
    record = fresh(workspace, workspace.here.bot_user, call.required("filename"), length)
    workspace.files[record["id"]] = {**record, "upload": key}
    return {"upload_url": f"{workspace.url}/upload/v1/{record['id']}/{key}", "file_id": record["id"]}


async def upload(request: web.Request, slack: Slack) -> web.Response:
    """`POST /upload/v1/FILE/KEY` with the bytes, raw or as the one part of a multipart form."""
    workspace, record = _found(request, slack)
    if workspace is None or record is None or record.get("upload") != request.match_info["key"]:
        return web.Response(status=404, text="no such upload")
    if request.content_type == "multipart/form-data":
        parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
        content = parts[0].file.read() if parts else b""
    else:
        content = await request.read()
    if len(content) != record["size"]:
        return web.Response(status=400, text=f"{len(content)} bytes came, {record['size']} were announced")
    workspace.files[record["id"]] = {**record, "content": base64.b64encode(content).decode()}
    return web.Response(text=f"OK - {len(content)}")


async def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal"""
    workspace = call.workspace
    named = call.json("files", list)
    if not named:
        raise SlackError("invalid_arguments", ("missing required field: files",))
    records = [_uploaded(workspace, entry) for entry in named]
    channel_ids = call.ids("channel_id") or call.ids("channels")
    channels = [workspace.conversations.for_post(channel_id) for channel_id in channel_ids]
    for record in records:
        workspace.files[record["id"]] = {**record, "complete": True}
    shown = [wire(workspace, record) for record in records]
    for channel in channels:
        content = {"text": call.text("initial_comment"), "files": shown}
        workspace.messages.post(channel, workspace.here.bot_user, content, call.text("thread_ts") or None)
    return {"files": shown}


def _uploaded(workspace: Workspace, entry: object) -> Json:
    if not isinstance(entry, dict) or entry.get("id") not in workspace.files:
        raise SlackError("file_not_found")
    record = workspace.files[entry["id"]]
    if record["content"] is None:
        raise SlackError("file_not_found")
    return {**record, "title": entry.get("title") or record["title"]}


async def info(call: Call) -> Json:
    """files.info"""
    record = call.workspace.files.get(call.required("file"))
    if record is None or not record["complete"]:
        raise SlackError("file_not_found")
    return {"file": wire(call.workspace, record)}


async def download(request: web.Request, slack: Slack) -> web.Response:
    """`GET /files/FILE/NAME` with a token of the app that may read files."""
    workspace, record = _found(request, slack)
    if workspace is None or record is None or not record["complete"]:
        return web.Response(status=404, text="no such file")
    if not _may_read(request.headers.get("Authorization", ""), workspace):
        return web.Response(status=403, text="this file needs the bot's token, with the scope files:read")
    return web.Response(body=base64.b64decode(record["content"]), content_type="application/octet-stream")


def _may_read(authorization: str, workspace: Workspace) -> bool:
    try:
        grant = workspace.slack.grants.find(authorization.removeprefix("Bearer "))
    except SlackError:
        return False
    own, enterprise = workspace.here.team_id, workspace.here.enterprise_id
    here = grant["team"] == own if grant["team"] else grant["enterprise"] == enterprise
    return here and readable(grant)
