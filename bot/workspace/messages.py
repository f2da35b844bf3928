"""Messages and ephemeral messages: kept, changed, removed, read back in Slack's order, with whom they notified."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from bot.workspace.block_ids import with_ids
from bot.workspace.conversations import Conversations
from bot.workspace.notifying import Notifying
from bot.workspace.residents import CREATED
from bot.workspace.store import Part
from bot.workspace.wire import Json, SlackError, Stamps

TEXT_CUT = 40_000
CONTENT = ("text", "blocks", "attachments", "metadata", "files")


class Messages:
    """A record is `{"channel", "ts", "message": <as on the wire>, "calls", "notified", "link_names"}`.

    `calls` has the ids of the people whom the message calls as it stands, `notified` those whom it called when it was
    posted: a change notifies nobody.
    """

    def __init__(self, store: Part, conversations: Conversations, stamps: Stamps) -> None:
        self._conversations = conversations
        self.here = conversations.here
        self._stamps = stamps
        self.records = store.shelf("messages")
        self.ephemerals = store.shelf("ephemerals")
        self._notifying = Notifying(store, conversations)
        self.notifications = self._notifying.records
        self._order: dict[str, list[str]] = defaultdict(list)
        self._replies: dict[tuple[str, str], list[str]] = defaultdict(list)
        for record in self.records.values():
            self._index(record)
        for kept in (*self.records.values(), *self.ephemerals.values()):
            stamps.seen(kept["ts"])

    @staticmethod
    def _key(channel_id: str, ts: str) -> str:
        return f"{channel_id}/{ts}"

    def _index(self, record: Json) -> None:
        insort(self._order[record["channel"]], record["ts"])
        thread_ts = record["message"].get("thread_ts")
        if thread_ts and thread_ts != record["ts"]:
            insort(self._replies[record["channel"], thread_ts], record["ts"])

    # -- reading -----------------------------------------------------------------------------------------------------

    def record(self, channel_id: str, ts: str) -> Json:
        """The record of a message, or `message_not_found`."""
        record = self.records.get(self._key(channel_id, ts))
        if record is None:
            raise SlackError("message_not_found")
        return record

    def wire(self, record: Json, *, metadata: bool = False) -> Json:
        """A message as the Web API shows it: reply counts on a parent, metadata only on request."""
        message = dict(record["message"])
        if not metadata:
            message.pop("metadata", None)
        replies = self._replies.get((record["channel"], record["ts"]))
        if replies:
            repliers = [self.record(record["channel"], ts)["message"].get("user") for ts in replies]
            message |= {
                "thread_ts": record["ts"],
                "reply_count": len(replies),
                "reply_users": list(dict.fromkeys(repliers)),
                "reply_users_count": len(set(repliers)),
                "latest_reply": replies[-1],
            }
        return message

    def history(self, channel_id: str) -> list[Json]:
        """The records of a channel outside of threads, oldest first."""
        records = (self.record(channel_id, ts) for ts in self._order[channel_id])
        return [record for record in records if not self._is_reply(record)]

    def latest(self, channel_id: str) -> str:
        """The time stamp of the newest message in a channel, replies included; empty when there is none."""
        order = self._order.get(channel_id)
        return order[-1] if order else ""

    @staticmethod
    def _is_reply(record: Json) -> bool:
        message = record["message"]
        in_thread = message.get("thread_ts") not in (None, record["ts"])
        return in_thread and message.get("subtype") != "thread_broadcast"

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """The records of a thread, the parent first; `thread_not_found` when there is no such message."""
        parent = self.records.get(self._key(channel_id, ts))
        if parent is None:
            raise SlackError("thread_not_found")
        root = parent["message"].get("thread_ts") or ts
        return [self.record(channel_id, stamp) for stamp in (root, *self._replies.get((channel_id, root), ()))]

    def private_to(self, user_id: str, channel_id: str | None = None) -> list[Json]:
        """The ephemeral messages that this person was shown, oldest first."""
        shown = (kept for kept in self.ephemerals.values() if kept["to"] == user_id)
        return sorted((kept for kept in shown if channel_id in (None, kept["channel"])), key=lambda kept: kept["ts"])

    # -- writing -----------------------------------------------------------------------------------------------------

    def post(self, channel: Json, author: str, content: Mapping[str, Any], thread_ts: str | None = None) -> Json:
        """Post as the bot or as a person; `content` holds text, blocks, metadata, files. Returns the record."""
        if thread_ts is not None:
            thread_ts = self.thread(channel["id"], thread_ts)[0]["ts"]
        ts = self._stamps.new()
        message: Json = {"type": "message", **self._author(author), "ts": ts, **_content(content)}
        if thread_ts:
            message["thread_ts"] = thread_ts
            if content.get("reply_broadcast"):
                message["subtype"] = "thread_broadcast"
        record: Json = {"channel": channel["id"], "ts": ts, "link_names": _links(content), "message": message}
        called = list(self._notifying.called(record))
        record |= {"calls": called, "notified": called}
        self._notifying.posted(record, self.thread(channel["id"], thread_ts) if thread_ts else ())
        self.records[self._key(channel["id"], ts)] = record
        self._index(record)
        return record

    def update(self, record: Json, content: Mapping[str, Any]) -> Json:
        """Change a message. Blocks and attachments stay only when no text is given; metadata stays unless given."""
        message = dict(record["message"])
        before = message.get("blocks") or ()
        for part in ("blocks", "attachments"):
            if content.get("text") is not None or content.get(part) is not None:
                message.pop(part, None)
        given = {part: value for part, value in content.items() if value is not None}
        message |= _content({"text": message["text"], **given}, before)
        if not message.get("blocks"):
            message.pop("blocks", None)
            message["edited"] = {"user": self.here.bot_user, "ts": self._stamps.new()}
        changed = {**record, "link_names": _links(content), "message": message}
        changed["calls"] = list(self._notifying.called(changed))
        self.records[self._key(record["channel"], record["ts"])] = changed
        return changed

    def annotate(self, record: Json, **facts: Any) -> Json:
        """Set facts such as `reactions` on a message without an edit."""
        changed = {**record, "message": {**record["message"], **facts}}
        self.records[self._key(record["channel"], record["ts"])] = changed
        return changed

    def delete(self, record: Json) -> None:
        """Remove a message; a parent with replies leaves a tombstone, as in Slack."""
        channel_id, ts = record["channel"], record["ts"]
        if self._replies.get((channel_id, ts)):
            tombstone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "ts": ts}
            tombstone |= {"text": "This message was deleted.", "thread_ts": ts}
            self.records[self._key(channel_id, ts)] = {**record, "message": tombstone, "calls": []}
            return
        thread_ts = record["message"].get("thread_ts")
        if thread_ts and thread_ts != ts:
            self._replies[channel_id, thread_ts].remove(ts)
        self._order[channel_id].remove(ts)
        del self.records[self._key(channel_id, ts)]

    def whisper(
        self,
        user_id: str,
        channel_id: str,
        content: Mapping[str, Any],
        *,
        thread_ts: str | None = None,
        author: str = "",
    ) -> Json:
        """Show an ephemeral message to one person, of the bot, or of `author`: USLACKBOT for Slack's own notices.

        Returns the record. In a thread that nobody has begun Slack takes it, and shows it to nobody.
        """
        ts = self._stamps.new()
        author = author or self.here.bot_user
        message: Json = {"type": "message", **self._author(author), "ts": ts, "is_ephemeral": True, **_content(content)}
        if thread_ts:
            message["thread_ts"] = thread_ts
        record: Json = {"channel": channel_id, "ts": ts, "to": user_id, "message": message}
        if not thread_ts or self._replies.get((channel_id, thread_ts)):
            self.ephemerals[self._key(channel_id, ts)] = record
        return record

    def ephemeral(self, channel_id: str, ts: str) -> Json | None:
        """The record of an ephemeral message, when it is still shown."""
        return self.ephemerals.get(self._key(channel_id, ts))

    def replace_whisper(self, record: Json, content: Mapping[str, Any]) -> None:
        """Change an ephemeral message in place (only its response_url can)."""
        message = {key: value for key, value in record["message"].items() if key not in CONTENT}
        self.ephemerals[self._key(record["channel"], record["ts"])] = {
            **record,
            "message": {**message, **_content(content)},
        }

    def remove_whisper(self, record: Json) -> None:
        """Take an ephemeral message away."""
        del self.ephemerals[self._key(record["channel"], record["ts"])]

    def _author(self, author: str) -> Json:
        person = self._conversations.users.get(author, {})
        if author != self.here.bot_user:
            return {"user": author, "team": person.get("team_id", self.here.team_id)}
        ids = {"app_id": self.here.app_id, "user_id": author, "team_id": self.here.team_id}
        profile = {"id": self.here.bot_id, **ids, "name": person["name"], "deleted": False, "updated": CREATED}
        own = {"user": author, "bot_id": self.here.bot_id, "app_id": self.here.app_id, "team": self.here.team_id}
        return {**own, "bot_profile": profile}


def _links(content: Mapping[str, Any]) -> bool:
    return content.get("link_names") in (True, "true", "1", 1) or content.get("parse") == "full"


def _content(content: Mapping[str, Any], before: Iterable[Json] = ()) -> Json:
    shaped: Json = {"text": str(content.get("text") or "")[:TEXT_CUT]}
    for part in ("attachments", "metadata", "files"):
        if content.get(part):
            shaped[part] = content[part]
    if content.get("blocks"):
        shaped["blocks"] = with_ids(content["blocks"], before)
    return shaped
