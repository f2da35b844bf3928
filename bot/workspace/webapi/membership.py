"""conversations.create, invite, kick, leave: the bot makes channels and says who is in them."""

from __future__ import annotations

import re

from bot.workspace import residents
from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError, new_id

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
LONGEST_NAME = 80
MOST_INVITED = 1000


async def create(call: Call) -> Json:
    """conversations.create"""
    name = call.text("name")
    private = call.flag("is_private")
    call.needs("groups:write" if private else "channels:manage")
    conversations, here = call.workspace.conversations, call.workspace.here
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if conversations.names.channel_id(name) is not None:
        raise SlackError("name_taken")
    facts = {"is_private": private, "created": int(call.workspace.clock.seconds())}
    channel = residents.channel(here, new_id("C"), name, [here.bot_user], here.bot_user, **facts)
    conversations.channels[channel["id"]] = channel
    if not private:
        told = {key: channel[key] for key in ("id", "name", "created", "creator")}
        call.workspace.event("channel_created", {"type": "channel_created", "channel": told}, channel)
    return {"channel": conversations.wire(channel)}


async def invite(call: Call) -> Json:
    """conversations.invite"""
    conversations, here = call.workspace.conversations, call.workspace.here
    channel = conversations.not_archived(conversations.joined_by_bot(call.required("channel")))
    user_ids = call.ids("users")
    if not user_ids:
        raise SlackError("no_user")
    if len(user_ids) > MOST_INVITED:
        raise SlackError("too_many_users")
    if channel["is_im"] or channel["is_mpim"]:
        raise SlackError("method_not_supported_for_channel_type")
    if here.bot_user in user_ids:
        raise SlackError("cant_invite_self")
    for user_id in user_ids:
        user = conversations.user(user_id)
        if user["deleted"] or user["team_id"] not in channel["shared_team_ids"]:
            raise SlackError("cant_invite")
    if set(user_ids) <= set(channel["members"]):
        raise SlackError("already_in_channel")
    for user_id in user_ids:
        channel = call.workspace.telling.joins(channel["id"], user_id, inviter=here.bot_user)
    return {"channel": conversations.wire(channel)}


async def kick(call: Call) -> Json:
    """conversations.kick"""
    conversations = call.workspace.conversations
    channel = conversations.joined_by_bot(call.required("channel"))
    user_id = conversations.user(call.required("user"))["id"]
    if user_id == call.workspace.here.bot_user:
        raise SlackError("cant_kick_self")
    if channel["is_general"]:
        raise SlackError("cant_kick_from_general")
    if user_id not in channel["members"]:
        raise SlackError("not_in_channel")
    call.workspace.telling.leaves(channel["id"], user_id)
    return {}


async def leave(call: Call) -> Json:
    """conversations.leave"""
    conversations, bot_user = call.workspace.conversations, call.workspace.here.bot_user
    channel = conversations.not_archived(conversations.seen_by_bot(call.required("channel")))
    if channel["is_im"] or channel["is_mpim"]:
        raise SlackError("method_not_supported_for_channel_type")
    if bot_user not in channel["members"]:
        return {"not_in_channel": True}
    if channel["is_general"]:
        raise SlackError("cant_leave_general")
    call.workspace.telling.leaves(channel["id"], bot_user)
    return {}
