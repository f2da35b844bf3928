"""What people see: channels, threads, private messages, modals, Home tabs, and whom a message called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.workspace.mentions import Names, shown
from bot.workspace.submitting import Submitting
from bot.workspace.wire import CannotAct, Json, SlackError
from bot.workspace.workspace import Workspace


class Reading:
    """Reads for people and tests; each gives JSON."""

    def __init__(self, workspace: Workspace, submitting: Submitting) -> None:
        self._workspace = workspace
        self._submitting = submitting

    async def reads_channel(self, channel: str, user: str | None = None) -> list[Json]:
        """The messages of a channel outside of threads, oldest first; with `user`, as far as that person sees it."""
        channel_id = self._channel_id(channel, user)
        return [self._shown(record) for record in self._workspace.messages.history(channel_id)]

    async def reads_thread(self, channel: str, ts: str, user: str | None = None) -> list[Json]:
        """A thread, the parent first."""
        channel_id = self._channel_id(channel, user)
        try:
            records = self._workspace.messages.thread(channel_id, ts)
        except SlackError:
            raise CannotAct(f"There is no message {ts} in {channel}.", code="message_not_found") from None
        return [self._shown(record) for record in records]

    async def reads_private(self, user: str, channel: str | None = None) -> list[Json]:
        """What only this person was shown, oldest first: the bot's ephemeral messages, and Slack's own notices."""
        self._workspace.conversations.person(user)
        channel_id = self._channel_id(channel, user) if channel else None
        return [self._shown(record) for record in self._workspace.messages.private_to(user, channel_id)]

    async def reads_modals(self, user: str) -> list[Json]:
        """The person's stack of modals, the top one last, each with the `errors` it shows."""
        self._workspace.conversations.person(user)
        complaints = self._submitting.complaints
        return [{**view, "errors": complaints.get(view["id"], {})} for view in self._workspace.views.stack(user)]

    async def reads_home(self, user: str) -> Json | None:
        """The Home tab published for this person."""
        self._workspace.conversations.person(user)
        return self._workspace.views.home(user)

    async def reads_notifications(self, user: str | None = None) -> list[Json]:
        """Whom which new message notified, oldest first; `bot.workspace.notifying.Notifying` has the shape."""
        kept = self._workspace.messages.notifications.values()
        return [notification for notification in kept if user in (None, notification["user"])]

    async def reads_file(self, file: str) -> Json:
        """An uploaded file with its `content` in base64."""
        record = self._workspace.files.get(file)
        if record is None or not record["complete"]:
            raise CannotAct(f"There is no file {file}.", code="file_not_found")
        return {key: record[key] for key in ("id", "name", "title", "size", "content")}

    async def reads_team(self) -> Json:
        """Everyone, every channel with its members, every user group."""
        conversations = self._workspace.conversations
        return {
            "users": list(conversations.users.values()),
            "channels": list(conversations.channels.values()),
            "usergroups": list(conversations.groups.values()),
        }

    async def reads_calls(self, method: str | None = None) -> list[Json]:
        """The bot's Web API calls, oldest first, never with a token."""
        return [call for call in self._workspace.journal.calls if method in (None, call["method"])]

    async def reads_deliveries(self) -> list[Json]:
        """What was delivered to the bot, oldest first, and whether it was acknowledged."""
        return list(self._workspace.journal.deliveries)

    def _channel_id(self, reference: str, user: str | None) -> str:
        conversations = self._workspace.conversations
        if user is not None:
            return str(conversations.channel_of(user, reference)["id"])
        channel_id = conversations.names.channel_id(reference.removeprefix("#")) or reference
        if channel_id not in conversations.channels:
            raise CannotAct(f"There is no channel {reference} here.", code="channel_not_found")
        return channel_id

    def _shown(self, record: Json) -> Json:
        """A message with its metadata and channel; `shown` is what a person reads.

        `calls` has whom it calls as it stands, `notified` whom it called when it was posted.
        """
        private = "to" in record
        message = record["message"] if private else self._workspace.messages.wire(record, metadata=True)
        notified = record.get("notified", [])
        return {
            **message,
            "channel": record["channel"],
            "shown": self._visible(message, notified),
            "calls": record.get("calls", notified),
            "notified": notified,
        }

    def _visible(self, message: Json, notified: list[str]) -> str:
        names = self._workspace.conversations.names
        blocks = message.get("blocks")
        lines = list(_lines(blocks, names)) if blocks else [("mrkdwn", message["text"])]
        read = [shown(text, names) if kind == "mrkdwn" else text for kind, text in lines]
        if notified:
            called = ", ".join(f"@{names.user_name(user_id)}" for user_id in notified)
            read.append(f"[would have notified {len(notified)}: {called}]")
        return "\n".join(read)


def _lines(blocks: Any, names: Names) -> Iterator[tuple[str, str]]:
    """The texts of blocks in reading order, each `mrkdwn` or plain."""
    if isinstance(blocks, list):
        for inner in blocks:
            yield from _lines(inner, names)
    elif isinstance(blocks, dict):
        kind = blocks.get("type", "")
        if kind.startswith("rich_text_") and kind != "rich_text_list":
            yield "plain", "".join(_part(part, names) for part in blocks.get("elements", []))
            return
        for name, value in blocks.items():
            if name in ("text", "title") and isinstance(value, str):
                yield ("mrkdwn" if kind == "mrkdwn" else "plain"), value
            elif name not in ("confirm", "options", "option_groups"):
                yield from _lines(value, names)


def _part(part: Json, names: Names) -> str:
    kind = part.get("type")
    if kind == "user":
        return f"@{names.user_name(part['user_id']) or part['user_id']}"
    if kind == "usergroup":
        return f"@{names.group_name(part['usergroup_id']) or part['usergroup_id']}"
    if kind == "broadcast":
        return f"@{part['range']}"
    if kind == "channel":
        return f"#{names.channel_name(part['channel_id']) or part['channel_id']}"
    if kind == "emoji":
        return f":{part['name']}:"
    return str(part.get("text") or part.get("url") or part.get("fallback") or "")
