"""What the bot is told when something happens in a workspace: messages, memberships, shared channels, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.workspace.mentions import mentions_of
from bot.workspace.wire import Json

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

_MESSAGE = (
    *("type", "subtype", "user", "text", "ts", "team", "thread_ts", "blocks", "attachments", "files"),
    *("bot_id", "app_id", "bot_profile"),
)


def channel_type(channel: Json) -> str:
    """The word that events have for a kind of channel."""
    if channel["is_im"]:
        return "im"
    if channel["is_mpim"]:
        return "mpim"
    return "group" if channel["is_private"] else "channel"


class Telling:
    """Events of one workspace. The bot hears of messages where it is a member, its own among them, as in Slack."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._bot = workspace.here.bot_user

    def posted(self, record: Json) -> None:
        """A new message: `message.*`, and `app_mention` when somebody calls the bot."""
        channel = self._workspace.conversations.channels[record["channel"]]
        message = record["message"]
        body = {key: message[key] for key in _MESSAGE if key in message}
        kind = self._message(channel, body)
        if kind and kind != "im" and self._bot in mentions_of(message["text"], []).users:
            mentioned = {key: value for key, value in body.items() if key != "subtype"}
            self._workspace.event(
                "app_mention", {**mentioned, "channel": channel["id"], "type": "app_mention"}, channel
            )

    def changed(self, before: Json, after: Json) -> None:
        """A message that was edited: `message.*` with the subtype `message_changed`."""
        channel = self._workspace.conversations.channels[after["channel"]]
        body = {"message": after["message"], "previous_message": before["message"], "hidden": True}
        self._message(channel, {"type": "message", "subtype": "message_changed", "ts": after["ts"], **body})

    def deleted(self, record: Json) -> None:
        """A message that was deleted: `message.*` with the subtype `message_deleted`."""
        channel = self._workspace.conversations.channels[record["channel"]]
        body = {"deleted_ts": record["ts"], "previous_message": record["message"], "hidden": True}
        self._message(channel, {"type": "message", "subtype": "message_deleted", "ts": record["ts"], **body})

    def _message(self, channel: Json, body: Json) -> str:
        if self._bot not in channel["members"]:
            return ""
        kind = channel_type(channel)
        suffix = {"channel": "channels", "group": "groups"}.get(kind, kind)
        more = {"channel": channel["id"], "channel_type": kind}
        self._workspace.event(f"message.{suffix}", body | more, channel)
        return kind

    def joins(self, channel_id: str, user_id: str, inviter: str | None = None) -> Json:
        """Make someone a member of a channel, and tell the bot where it may know."""
        conversations = self._workspace.conversations
        before = conversations.channels[channel_id]
        channel = conversations.join(channel_id, user_id)
        if channel is not before and self._bot in channel["members"]:
            more = {"inviter": inviter} if inviter else {}
            self._workspace.event("member_joined_channel", self._member("joined", channel, user_id) | more, channel)
        return channel

    def leaves(self, channel_id: str, user_id: str) -> Json:
        """Let someone be a member of a channel no more, and tell the bot where it was, or is, one."""
        before = self._workspace.conversations.channels[channel_id]
        channel = self._workspace.conversations.leave(channel_id, user_id)
        if channel["members"] != before["members"] and self._bot in before["members"]:
            self._workspace.event("member_left_channel", self._member("left", channel, user_id), channel)
            if user_id == self._bot:
                kind = "group_left" if channel["is_private"] else "channel_left"
                self._workspace.event(kind, {"type": kind, "channel": channel_id}, channel)
        return channel

    def _member(self, did: str, channel: Json, user_id: str) -> Json:
        kind = "G" if channel["is_private"] else "C"
        where = {"channel": channel["id"], "channel_type": kind, "team": self._workspace.here.team_id}
        return {"type": f"member_{did}_channel", "user": user_id, **where}

    def shares(self, channel: Json, with_team: str) -> None:
        """A channel is shared with another company."""
        if self._bot in channel["members"] or not channel["is_private"]:
            body = {"type": "channel_shared", "connected_team_id": with_team, "channel": channel["id"]}
            self._workspace.event("channel_shared", body, channel)

    def unshares(self, channel: Json, with_team: str) -> None:
        """A channel is not shared with a company any more."""
        if self._bot in channel["members"] or not channel["is_private"]:
            body = {"type": "channel_unshared", "previously_connected_team_id": with_team, "channel": channel["id"]}
            self._workspace.event("channel_unshared", body | {"is_ext_shared": channel["is_ext_shared"]}, channel)

    def person(self, kind: str, user: Json) -> None:
        """Somebody is new (`team_join`) or not as they were (`user_change`)."""
        shown = self._workspace.conversations.shown(user)
        self._workspace.event(kind, {"type": kind, "user": shown, "cache_ts": int(self._workspace.clock.seconds())})
