"""files.*: upload in three steps, and what was uploaded shown in a message."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError, new_id

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
    file_id, key = new_id("F"), secrets.token_hex(16)
    call.workspace.files[file_id] = {
        "id": file_id,
        "name": call.required("filename"),
        "title": call.required("filename"),
        "size": length,
        "upload": key,
        "content": None,
        "complete": False,
    }
    return {"upload_url": f"{call.workspace.url}/upload/v1/{file_id}/{key}", "file_id": file_id}


async def upload(request: web.Request, slack: Slack) -> web.Response:
    """`POST /upload/v1/FILE/KEY` with the bytes, raw or as the one part of a multipart form."""
    workspace, record = _found(request, slack)
    if workspace is None or record is None or record["upload"] != request.match_info["key"]:
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


def wire(workspace: Workspace, record: Json) -> Json:
    """A file as the Web API shows it."""
    link = f"{workspace.url}/files/{record['id']}/{record['name']}"
    shown = {key: record[key] for key in ("id", "name", "title", "size")}
    return {**shown, "user": workspace.here.bot_user, "mode": "hosted", "url_private": link, "permalink": link}


async def download(request: web.Request, slack: Slack) -> web.Response:
    """`GET /files/FILE/NAME` with the bot's token."""
    workspace, record = _found(request, slack)
    if workspace is None or record is None or not record["complete"]:
        return web.Response(status=404, text="no such file")
    if request.headers.get("Authorization") != f"Bearer {workspace.bot_token}":
        return web.Response(status=403, text="this file needs the bot's token")
    return web.Response(body=base64.b64decode(record["content"]), content_type="application/octet-stream")
