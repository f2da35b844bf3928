"""The Web API: every method that the embedded workspace knows, its rate tier, the scope it needs, its token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from bot.workspace.webapi import (
    chat,
    conversations,
    directory,
    files,
    membership,
    oauth,
    pins,
    reactions,
    scheduled,
    validating,
    views,
)
from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json

SPECIAL = 5


@dataclass(frozen=True)
class Method:
    """`scopes`: any one of these will do. `bearer`: whose token the method wants."""

    handle: Callable[[Call], Awaitable[Json]]
    tier: int
    scopes: tuple[str, ...] = ()
    bearer: Literal["bot", "app", "nobody"] = "bot"


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_WRITE = ("chat:write",)
_MANAGE = ("channels:manage", "groups:write")
_INVITE = (*_MANAGE, "channels:write.invites", "groups:write.invites")

METHODS: dict[str, Method] = {
    "api.test": Method(directory.api_test, 4, bearer="nobody"),
    "auth.test": Method(directory.auth_test, SPECIAL),
    "auth.revoke": Method(oauth.revoke, 3),
    "auth.teams.list": Method(oauth.teams_list, 2),
    "oauth.v2.access": Method(oauth.access, 4, bearer="nobody"),
    "apps.uninstall": Method(oauth.uninstall, 1),
    "apps.connections.open": Method(directory.open_connection, 1, ("connections:write",), bearer="app"),
    "bots.info": Method(directory.bots_info, 3, ("users:read",)),
    "users.info": Method(directory.users_info, 4, ("users:read",)),
    "users.list": Method(directory.users_list, 2, ("users:read",)),
    "users.lookupByEmail": Method(directory.by_email, 3, ("users:read.email",)),
    "users.conversations": Method(conversations.of_user, 3, _READ),
    "team.info": Method(directory.team_info, 3, ("team:read",)),
    "usergroups.list": Method(directory.groups_list, 2, ("usergroups:read",)),
    "usergroups.users.list": Method(directory.group_users, 2, ("usergroups:read",)),
    "chat.postMessage": Method(chat.post_message, SPECIAL, _WRITE),
    "chat.update": Method(chat.update, 3, _WRITE),
    "chat.postEphemeral": Method(chat.post_ephemeral, 4, _WRITE),
    "chat.delete": Method(chat.delete, 3, _WRITE),
    "chat.scheduleMessage": Method(scheduled.schedule, 3, _WRITE),
    "chat.deleteScheduledMessage": Method(scheduled.delete, 3, _WRITE),
    "chat.scheduledMessages.list": Method(scheduled.list_scheduled, 3),
    "chat.getPermalink": Method(chat.get_permalink, SPECIAL),
    "reactions.add": Method(reactions.add, 3, ("reactions:write",)),
    "reactions.remove": Method(reactions.remove, 2, ("reactions:write",)),
    "reactions.get": Method(reactions.get, 3, ("reactions:read",)),
    "reactions.list": Method(reactions.list_given, 2, ("reactions:read",)),
    "pins.add": Method(pins.add, 2, ("pins:write",)),
    "pins.remove": Method(pins.remove, 2, ("pins:write",)),
    "pins.list": Method(pins.list_pinned, 2, ("pins:read",)),
    "blocks.validate": Method(validating.validate, SPECIAL),
    "views.open": Method(views.open_view, 4),
    "views.push": Method(views.push, 4),
    "views.update": Method(views.update, 4),
    "views.publish": Method(views.publish, 4),
    "conversations.info": Method(conversations.info, 3, _READ),
    "conversations.list": Method(conversations.list_channels, 2, _READ),
    "conversations.open": Method(conversations.open_direct, 3, ("im:write", "mpim:write", "channels:manage")),
    "conversations.members": Method(conversations.members, 4, _READ),
    "conversations.join": Method(conversations.join, 3, ("channels:join",)),
    "conversations.create": Method(membership.create, 2, ("channels:manage", "groups:write")),
    "conversations.invite": Method(membership.invite, 3, _INVITE),
    "conversations.kick": Method(membership.kick, 3, _MANAGE),
    "conversations.leave": Method(membership.leave, 3, (*_MANAGE, "channels:join")),
    "conversations.history": Method(conversations.history, 3, _HISTORY),
    "conversations.replies": Method(conversations.replies, 3, _HISTORY),
    "files.getUploadURLExternal": Method(files.get_upload_url, 4, ("files:write",)),
    "files.completeUploadExternal": Method(files.complete_upload, 4, ("files:write",)),
    "files.info": Method(files.info, 4, ("files:read",)),
}

ALL_SCOPES = tuple(
    sorted({scope for method in METHODS.values() for scope in method.scopes} | {"app_mentions:read", "commands"})
)
