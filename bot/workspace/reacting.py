"""Reactions: kept on the message by name, with who gave them; told to the bot where it is a member."""

from __future__ import annotations

import re

from bot.workspace.wire import CannotAct, Json, SlackError
from bot.workspace.workspace import Workspace

MOST_NAMES = 23
_NAME = re.compile(r"[a-z0-9_+'-]{1,100}")


def react(workspace: Workspace, record: Json, user: str, name: str, *, add: bool) -> None:
    """Give a reaction, or take it back; `already_reacted`, `no_reaction`, `invalid_name`, `too_many_emoji`."""
    name = name.strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    given: dict[str, list[str]] = {each["name"]: each["users"] for each in record["message"].get("reactions", [])}
    users = given.get(name, [])
    if add and user in users:
        raise SlackError("already_reacted")
    if not add and user not in users:
        raise SlackError("no_reaction")
    if add and name not in given and len(given) >= MOST_NAMES:
        raise SlackError("too_many_emoji")
    given[name] = [*users, user] if add else [each for each in users if each != user]
    reactions = [{"name": each, "users": who, "count": len(who)} for each, who in given.items() if who]
    workspace.messages.annotate(record, reactions=reactions)
    channel = workspace.conversations.channels[record["channel"]]
    if workspace.here.bot_user in channel["members"]:
        item = {"type": "message", "channel": record["channel"], "ts": record["ts"]}
        kind = "reaction_added" if add else "reaction_removed"
        body = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": record["message"]["user"]}
        workspace.event(kind, body, channel)


class Reacting:
    """Acts of people, by user id."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def reacts(self, user: str, channel: str, ts: str, reaction: str) -> Json:
        """Give a reaction to a message, or take it back when it was given."""
        place = self._workspace.conversations.channel_of(user, channel)
        record = self._workspace.messages.records.get(f"{place['id']}/{ts}")
        if record is None:
            raise CannotAct(f"There is no message {ts} in {channel} to react to.", code="message_not_found")
        given = {each["name"]: each["users"] for each in record["message"].get("reactions", [])}
        add = user not in given.get(reaction.strip(":"), [])
        react(self._workspace, record, user, reaction, add=add)
        return {"added": add}
