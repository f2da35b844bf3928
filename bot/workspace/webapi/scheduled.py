"""chat.scheduleMessage, chat.deleteScheduledMessage, chat.scheduledMessages.list: messages that come later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.workspace.webapi.call import Call, page
from bot.workspace.webapi.chat import content_of
from bot.workspace.wire import Json, SlackError, new_id

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

FURTHEST = 120 * 24 * 3600
_WINDOW, _MOST_IN_WINDOW = 300, 30


async def schedule(call: Call) -> Json:
    """chat.scheduleMessage"""
    workspace = call.workspace
    channel = workspace.conversations.for_post(
        call.required("channel"), public_too=call.granted("chat:write.public", unless_all=True)
    )
    post_at = _post_at(call)
    content = content_of(call)
    if not content.get("text") and not content.get("blocks") and not content.get("attachments"):
        raise SlackError("no_text")
    near = [kept for kept in _waiting(workspace) if abs(kept["post_at"] - post_at) < _WINDOW]
    if sum(kept["channel_id"] == channel["id"] for kept in near) >= _MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    entry: Json = {
        "id": new_id("Q"),
        "channel_id": channel["id"],
        "post_at": post_at,
        "date_created": int(workspace.clock.seconds()),
        "content": content,
        "thread_ts": call.text("thread_ts") or None,
    }
    workspace.scheduled[entry["id"]] = entry
    workspace.dispatcher.background(_post_later(workspace, entry))
    message = {"text": content["text"] or "", "type": "delayed_message", "user": workspace.here.bot_user}
    return {
        "channel": channel["id"],
        "scheduled_message_id": entry["id"],
        "post_at": post_at,
        "message": message | ({"blocks": content["blocks"]} if content["blocks"] else {}),
    }


def _post_at(call: Call) -> int:
    try:
        post_at = int(call.required("post_at"))
    except ValueError:
        raise SlackError("invalid_time") from None
    now = call.workspace.clock.seconds()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FURTHEST:
        raise SlackError("time_too_far")
    return post_at


async def _post_later(workspace: Workspace, entry: Json) -> None:
    await workspace.clock.sleep(entry["post_at"] - workspace.clock.seconds())
    if workspace.scheduled.pop(entry["id"], None) is None or workspace.grant is None:
        return
    channel = workspace.conversations.channels[entry["channel_id"]]
    if channel["is_archived"] or workspace.here.bot_user not in channel["members"]:
        return
    record = workspace.messages.post(channel, workspace.here.bot_user, entry["content"], entry["thread_ts"])
    workspace.telling.posted(record)


def resume(workspace: Workspace) -> None:
    """Wait again for what a store still holds. Call it once the loop runs."""
    for entry in _waiting(workspace):
        workspace.dispatcher.background(_post_later(workspace, entry))


def _waiting(workspace: Workspace) -> list[Json]:
    return sorted(workspace.scheduled.values(), key=lambda kept: int(kept["post_at"]))


async def delete(call: Call) -> Json:
    """chat.deleteScheduledMessage"""
    kept = call.workspace.scheduled.get(call.required("scheduled_message_id"))
    if kept is None or kept["channel_id"] != call.required("channel"):
        raise SlackError("invalid_scheduled_message_id")
    del call.workspace.scheduled[kept["id"]]
    return {}


async def list_scheduled(call: Call) -> Json:
    """chat.scheduledMessages.list"""
    shown = [
        {key: kept[key] for key in ("id", "channel_id", "post_at", "date_created")}
        | {"text": kept["content"]["text"] or ""}
        for kept in _waiting(call.workspace)
        if call.text("channel") in ("", kept["channel_id"])
        and (not call.has("oldest") or kept["post_at"] >= float(call.text("oldest")))
        and (not call.has("latest") or kept["post_at"] <= float(call.text("latest")))
    ]
    messages, metadata = page(shown, call)
    return {"scheduled_messages": messages, "response_metadata": metadata}
