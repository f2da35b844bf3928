"""reactions.*: given and taken back by the bot, and read."""

from __future__ import annotations

from bot.workspace.reacting import react
from bot.workspace.webapi.call import Call, page
from bot.workspace.wire import Json, SlackError


async def add(call: Call) -> Json:
    """reactions.add"""
    react(call.workspace, _record(call), call.workspace.here.bot_user, call.required("name"), add=True)
    return {}


async def remove(call: Call) -> Json:
    """reactions.remove"""
    react(call.workspace, _record(call), call.workspace.here.bot_user, call.required("name"), add=False)
    return {}


async def get(call: Call) -> Json:
    """reactions.get"""
    record = _record(call)
    return {"type": "message", "channel": record["channel"], "message": call.workspace.messages.wire(record)}


async def list_given(call: Call) -> Json:
    """reactions.list: the messages to which somebody, by default the bot, has reacted, newest first."""
    user = call.text("user") or call.workspace.here.bot_user
    call.workspace.conversations.user(user)
    messages = call.workspace.messages
    found = [
        {"type": "message", "channel": record["channel"], "message": messages.wire(record)}
        for record in sorted(messages.records.values(), key=lambda record: str(record["ts"]), reverse=True)
        if any(user in each["users"] for each in record["message"].get("reactions", []))
        and call.workspace.here.bot_user in call.workspace.conversations.channels[record["channel"]]["members"]
    ]
    items, metadata = page(found, call)
    return {"items": items, "response_metadata": metadata}


def _record(call: Call) -> Json:
    if not call.has("channel") or not call.has("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.workspace.conversations.joined_by_bot(call.text("channel"))
    return call.workspace.messages.record(channel["id"], call.text("timestamp"))
