"""What one person sees at one moment, in parts that change apart: the team, channels, messages, forms, the Home tab."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.workspace.submitting import Submitting
from bot.workspace.wire import CannotAct, Json, SlackError
from bot.workspace.workspace import Workspace

MOST_MESSAGES = 200
_OF_USER = ("id", "name", "real_name", "team_id", "is_bot", "deleted", "is_restricted", "is_ultra_restricted")


@dataclass(frozen=True)
class Looking:
    """Who looks, into which channel and which thread; an empty id is nowhere."""

    user: str
    channel: str = ""
    thread: str = ""


class Seen:
    """The parts, each JSON. Lists of messages hold them by their `ts`, oldest first, the newest 200."""

    def __init__(self, workspace: Workspace, submitting: Submitting) -> None:
        self._workspace = workspace
        self._submitting = submitting

    def check(self, looking: Looking) -> None:
        """Raise CannotAct when there is no such person, or when they cannot see that channel or thread."""
        self._workspace.conversations.person(looking.user)
        if looking.channel:
            self._workspace.conversations.channel_of(looking.user, looking.channel)
            if looking.thread:
                self._thread(looking)

    def place(self) -> Json:
        """The workspace, and the ids of everybody whom one can play in it."""
        here = self._workspace.here
        users = self._workspace.conversations.users.values()
        people = [user["id"] for user in users if not user["is_bot"] and not user["deleted"]]
        return {"id": here.team_id, "name": here.name, "people": people}

    def team(self) -> Json:
        """Everybody, and the user groups."""
        conversations = self._workspace.conversations
        users = [
            {**{key: user[key] for key in _OF_USER}, "title": user["profile"].get("title", "")}
            for user in conversations.users.values()
        ]
        kept = ("id", "handle", "name", "users", "date_delete")
        groups = [{key: group[key] for key in kept} for group in conversations.groups.values()]
        here = self._workspace.here
        return {"id": here.team_id, "name": here.name, "users": users, "usergroups": groups}

    def app(self) -> Json:
        """The app: its user, what it offers, and whether it is there."""
        config = self._workspace.config
        connected = self._workspace.http is not None or self._workspace.socket_mode.connections > 0
        commands = [{"name": name, **config.hints.get(name, {})} for name in sorted(config.commands or config.hints)]
        return {
            "user": self._workspace.here.bot_user,
            "connected": connected,
            "installed": self._workspace.grant is not None,
            "commands": commands,
            "shortcuts": list(config.shortcuts),
        }

    def channels(self, user: str) -> list[Json]:
        """The conversations of a person, each with the newest `latest` message and the `calls` that notified them."""
        workspace = self._workspace
        calls: dict[str, list[str]] = {}
        for notification in workspace.messages.notifications.values():
            if notification["user"] == user:
                calls.setdefault(notification["channel"], []).append(notification["ts"])
        kept = ("id", "name", "is_im", "is_mpim", "is_private", "is_archived", "is_ext_shared", "members")
        return [
            {key: channel[key] for key in kept}
            | {"latest": workspace.messages.latest(channel["id"]), "calls": sorted(calls.get(channel["id"], []))}
            for channel in workspace.conversations.channels.values()
            if user in channel["members"]
        ]

    def messages(self, looking: Looking) -> list[Json]:
        """The channel's messages outside of threads, with those that only this person sees."""
        if not looking.channel:
            return []
        records = self._workspace.messages.history(looking.channel)
        private = self._private(looking)
        return self._shown([*records, *(kept for kept in private if not kept["message"].get("thread_ts"))])

    def thread(self, looking: Looking) -> list[Json]:
        """The thread's messages, the parent first."""
        if not looking.thread:
            return []
        parent, *replies = self._thread(looking)
        root = parent["ts"]
        private = [kept for kept in self._private(looking) if kept["message"].get("thread_ts") == root]
        return [*self._shown([parent]), *self._shown([*replies, *private])]

    def _thread(self, looking: Looking) -> list[Json]:
        try:
            return self._workspace.messages.thread(looking.channel, looking.thread)
        except SlackError as error:
            raise CannotAct(f"There is no thread {looking.thread} here.", code=error.error) from None

    def _private(self, looking: Looking) -> list[Json]:
        return self._workspace.messages.private_to(looking.user, looking.channel)

    def _shown(self, records: Iterable[Json]) -> list[Json]:
        newest = sorted(records, key=lambda record: str(record["ts"]))[-MOST_MESSAGES:]
        messages = self._workspace.messages
        return [
            {**(record["message"] if "to" in record else messages.wire(record)), "channel": record["channel"]}
            for record in newest
        ]

    def modals(self, user: str) -> list[Json]:
        """The open forms, the top one last, each with its `errors`."""
        complaints = self._submitting.complaints
        return [{**view, "errors": complaints.get(view["id"], {})} for view in self._workspace.views.stack(user)]

    def home(self, user: str) -> Json | None:
        """The Home tab that was published for this person."""
        return self._workspace.views.home(user)
