"""chat.* and reactions.add: what the bot writes, under Slack's rules."""

from __future__ import annotations

from typing import Any

from bot.workspace import blockkit
from bot.workspace.messages import TEXT_CUT
from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError

UPDATE_TEXT = 4_000
METADATA_BYTES = 8_000


async def post_message(call: Call) -> Json:
    """chat.postMessage"""
    workspace = call.workspace
    public_too = call.granted("chat:write.public", unless_all=True)
    channel = workspace.conversations.for_post(call.required("channel"), public_too=public_too)
    content = content_of(call)
    if not content.get("text") and not content.get("blocks") and not content.get("attachments"):
        raise SlackError("no_text")
    record = workspace.messages.post(channel, call.workspace.here.bot_user, content, call.text("thread_ts") or None)
    workspace.telling.posted(record)
    message = workspace.messages.wire(record, metadata=True)
    return {"channel": channel["id"], "ts": record["ts"], "message": message}


async def update(call: Call) -> Json:
    """chat.update"""
    workspace = call.workspace
    record = _own_message(call, "cant_update_message")
    content = content_of(call)
    if len(content.get("text") or "") > UPDATE_TEXT and not content.get("blocks"):
        raise SlackError("msg_too_long")
    if content.get("text") is None and content.get("blocks") is None and content.get("attachments") is None:
        raise SlackError("no_text")
    before, record = record, workspace.messages.update(record, content)
    workspace.telling.changed(before, record)
    message = workspace.messages.wire(record, metadata=True)
    return {"channel": record["channel"], "ts": record["ts"], "text": message["text"], "message": message}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral"""
    workspace = call.workspace
    channel = workspace.conversations.joined_by_bot(call.required("channel"))
    workspace.conversations.not_archived(channel)
    user_id = workspace.conversations.user(call.required("user"))["id"]
    if user_id not in channel["members"]:
        raise SlackError("user_not_in_channel")
    content = content_of(call)
    if not content.get("text") and not content.get("blocks") and not content.get("attachments"):
        raise SlackError("no_text")
    record = workspace.messages.whisper(user_id, channel["id"], content, thread_ts=call.text("thread_ts") or None)
    return {"message_ts": record["ts"]}


async def delete(call: Call) -> Json:
    """chat.delete"""
    record = _own_message(call, "cant_delete_message")
    call.workspace.messages.delete(record)
    call.workspace.telling.deleted(record)
    return {"channel": record["channel"], "ts": record["ts"]}


async def get_permalink(call: Call) -> Json:
    """chat.getPermalink"""
    workspace = call.workspace
    channel = workspace.conversations.seen_by_bot(call.required("channel"))
    record = workspace.messages.record(channel["id"], call.required("message_ts"))
    link = f"{workspace.url}/archives/{channel['id']}/p{record['ts'].replace('.', '')}"
    thread_ts = record["message"].get("thread_ts")
    if thread_ts and thread_ts != record["ts"]:
        link += f"?thread_ts={thread_ts}&cid={channel['id']}"
    return {"channel": channel["id"], "permalink": link}


def _own_message(call: Call, not_ours: str) -> Json:
    channel = call.workspace.conversations.seen_by_bot(call.required("channel"))
    record = call.workspace.messages.record(channel["id"], call.required("ts"))
    if record["message"].get("user") != call.workspace.here.bot_user:
        raise SlackError(not_ours)
    call.workspace.conversations.not_archived(channel)
    return record


def content_of(call: Call) -> dict[str, Any]:
    """The content of a message: checked blocks, text, metadata. A part that was not given is None."""
    blocks = call.json("blocks", list, "invalid_blocks_format")
    if blocks:
        _check(call, blocks)
    return {
        "text": call.text("text")[:TEXT_CUT] if call.has("text") else None,
        "blocks": blocks,
        "attachments": _attachments(call),
        "metadata": _metadata(call),
        "link_names": call.flag("link_names"),
        "parse": call.text("parse"),
        "reply_broadcast": call.flag("reply_broadcast"),
    }


def _check(call: Call, blocks: list[Any]) -> None:
    workspace = call.workspace
    blockkit.check_message(blocks, workspace.config.message_text_total, workspace.refused_blocks)


def _attachments(call: Call) -> list[Json] | None:
    attachments: list[Json] | None = call.json("attachments", list, "invalid_attachments")
    for attachment in attachments or ():
        if not isinstance(attachment, dict):
            raise SlackError("invalid_attachments")
        if attachment.get("blocks"):
            _check(call, attachment["blocks"])
    return attachments


def _metadata(call: Call) -> Json | None:
    metadata: Json | None = call.json("metadata", dict, "invalid_metadata_format")
    if metadata is None:
        return None
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(str(payload)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata
