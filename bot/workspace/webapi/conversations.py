"""conversations.*: channels, their members, and reading messages back."""

from __future__ import annotations

from bot.workspace.webapi.call import Call, page
from bot.workspace.wire import Json, SlackError

_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


async def info(call: Call) -> Json:
    """conversations.info"""
    conversations = call.workspace.conversations
    channel = conversations.seen_by_bot(call.required("channel"))
    call.needs(_SCOPES[kind_of(channel)])
    return {"channel": conversations.wire(channel)}


async def list_channels(call: Call) -> Json:
    """conversations.list"""
    return _listed(call, member="")


async def of_user(call: Call) -> Json:
    """users.conversations: of the bot, or of `user` as far as the bot sees them."""
    member = call.text("user") or call.workspace.here.bot_user
    call.workspace.conversations.user(member)
    return _listed(call, member=member)


def _listed(call: Call, member: str) -> Json:
    """A page of the channels that the bot sees; of those that `member` is in, when there is one."""
    kinds = call.ids("types") or ("public_channel",)
    conversations = call.workspace.conversations
    found = [
        conversations.wire(channel)
        for channel in conversations.channels.values()
        if kind_of(channel) in kinds
        and (not channel["is_private"] or call.workspace.here.bot_user in channel["members"])
        and not (call.flag("exclude_archived") and channel["is_archived"])
        and (not member or member in channel["members"])
    ]
    channels, metadata = page(found, call)
    return {"channels": channels, "response_metadata": metadata}


def kind_of(channel: Json) -> str:
    """The word that `types` has for a kind of channel."""
    if channel["is_im"]:
        return "im"
    if channel["is_mpim"]:
        return "mpim"
    return "private_channel" if channel["is_private"] else "public_channel"


async def open_direct(call: Call) -> Json:
    """conversations.open"""
    conversations = call.workspace.conversations
    if call.has("channel"):
        channel = conversations.seen_by_bot(call.text("channel"))
    else:
        users = call.ids("users")
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > 8:
            raise SlackError("too_many_users")
        channel = conversations.open_direct(users)
    if call.flag("return_im"):
        return {"channel": conversations.wire(channel)}
    return {"channel": {"id": channel["id"]}}


async def members(call: Call) -> Json:
    """conversations.members"""
    channel = call.workspace.conversations.seen_by_bot(call.required("channel"))
    records, metadata = page([{"id": member} for member in channel["members"]], call)
    return {"members": [record["id"] for record in records], "response_metadata": metadata}


async def join(call: Call) -> Json:
    """conversations.join"""
    conversations = call.workspace.conversations
    channel = conversations.not_archived(conversations.seen_by_bot(call.required("channel")))
    if channel["is_private"]:
        raise SlackError("method_not_supported_for_channel_type")
    if call.workspace.here.bot_user in channel["members"]:
        return {"channel": conversations.wire(channel), "warning": "already_in_channel"}
    return {"channel": conversations.wire(call.workspace.telling.joins(channel["id"], call.workspace.here.bot_user))}


async def history(call: Call) -> Json:
    """conversations.history, newest first"""
    channel = call.workspace.conversations.joined_by_bot(call.required("channel"))
    records = call.workspace.messages.history(channel["id"])
    return _messages(call, [record for record in reversed(records) if _within(call, record["ts"])])


async def replies(call: Call) -> Json:
    """conversations.replies, the parent first"""
    channel = call.workspace.conversations.joined_by_bot(call.required("channel"))
    records = call.workspace.messages.thread(channel["id"], call.required("ts"))
    parent, answers = records[0], records[1:]
    return _messages(call, [parent, *(record for record in answers if _within(call, record["ts"]))])


def _within(call: Call, ts: str) -> bool:
    oldest, latest = call.text("oldest") or "0", call.text("latest")
    inclusive = call.flag("inclusive")
    after = float(ts) > float(oldest) or (inclusive and ts == oldest)
    before = not latest or float(ts) < float(latest) or (inclusive and ts == latest)
    return after and before


def _messages(call: Call, records: list[Json]) -> Json:
    metadata = call.flag("include_all_metadata")
    shown = [call.workspace.messages.wire(record, metadata=metadata) for record in records]
    messages, cursor = page(shown, call)
    return {"messages": messages, "has_more": bool(cursor["next_cursor"]), "response_metadata": cursor}
