"""pins.*: messages that are kept at hand in a channel."""

from __future__ import annotations

from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError

MOST = 100


async def add(call: Call) -> Json:
    """pins.add"""
    record = _record(call)
    if record.get("pinned"):
        raise SlackError("already_pinned")
    if sum(bool(each.get("pinned")) for each in _in_channel(call, record["channel"])) >= MOST:
        raise SlackError("too_many_pins")
    pin = {"created": int(call.workspace.clock.seconds()), "created_by": call.workspace.here.bot_user}
    _keep(call, {**record, "pinned": pin}, "pin_added")
    return {}


async def remove(call: Call) -> Json:
    """pins.remove"""
    record = _record(call)
    if not record.get("pinned"):
        raise SlackError("no_pin")
    _keep(call, {**record, "pinned": None}, "pin_removed")
    return {}


async def list_pinned(call: Call) -> Json:
    """pins.list"""
    channel = call.workspace.conversations.joined_by_bot(call.required("channel"))
    pinned = [each for each in _in_channel(call, channel["id"]) if each.get("pinned")]
    return {"items": [_item(call, record) for record in sorted(pinned, key=lambda each: str(each["ts"]), reverse=True)]}


def _in_channel(call: Call, channel_id: str) -> list[Json]:
    return [record for record in call.workspace.messages.records.values() if record["channel"] == channel_id]


def _record(call: Call) -> Json:
    channel = call.workspace.conversations.joined_by_bot(call.required("channel"))
    call.workspace.conversations.not_archived(channel)
    if not call.has("timestamp"):
        raise SlackError("no_item_specified")
    return call.workspace.messages.record(channel["id"], call.text("timestamp"))


def _item(call: Call, record: Json) -> Json:
    return {
        "type": "message",
        "channel": record["channel"],
        "message": call.workspace.messages.wire(record),
        **record["pinned"],
    }


def _keep(call: Call, record: Json, kind: str) -> None:
    workspace = call.workspace
    channel = workspace.conversations.channels[record["channel"]]
    message = {key: value for key, value in record["message"].items() if key != "pinned_to"}
    if record["pinned"]:
        message["pinned_to"] = [channel["id"]]
    workspace.messages.records[f"{channel['id']}/{record['ts']}"] = {**record, "message": message}
    item = {"type": "message", "channel": channel["id"], "message": message}
    body = {"type": kind, "user": workspace.here.bot_user, "channel_id": channel["id"], "item": item}
    workspace.event(kind, body, channel)
