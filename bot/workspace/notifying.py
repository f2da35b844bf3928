"""Whom a new message notifies, and why: a record for each person, which later changes of the message leave alone."""

from __future__ import annotations

from collections.abc import Iterable

from bot.workspace.conversations import Conversations
from bot.workspace.mentions import mentions_of
from bot.workspace.store import Part
from bot.workspace.wire import Json


class Notifying:
    """A notification is `{"channel", "ts", "thread_ts", "user", "by", "why", "text"}`.

    `why` is `direct_message`, `mention` (by name or by user group), `broadcast` or `thread`: a reply in a thread in
    which the person wrote, or was mentioned. `text` is the message's text when it was posted. An ephemeral message
    notifies nobody, whomever it names: Slack shows it to whoever looks, and forgets it.
    """

    def __init__(self, store: Part, conversations: Conversations) -> None:
        self._conversations = conversations
        self.records = store.shelf("notifications")

    def called(self, record: Json) -> dict[str, str]:
        """Whom a message calls as it stands, by `mention` or by `broadcast`; never its own author."""
        message = record["message"]
        parts = [*message.get("blocks", []), *message.get("attachments", [])]
        found = mentions_of(message["text"], parts, link_names=record["link_names"])
        called = self._conversations.called(found, self._conversations.channels[record["channel"]])
        return {user_id: why for user_id, why in called.items() if user_id != message["user"]}

    def posted(self, record: Json, thread: Iterable[Json]) -> None:
        """Notify of a new message; `thread` has what was in its thread before, the parent included."""
        channel = self._conversations.channels[record["channel"]]
        message = record["message"]
        present = [user_id for user_id in self._conversations.reachable(channel) if user_id != message["user"]]
        direct = present if channel["is_im"] or channel["is_mpim"] else []
        following = self._followers(thread).intersection(present)
        reasons = dict.fromkeys(following, "thread") | self.called(record) | dict.fromkeys(direct, "direct_message")
        for user_id, why in sorted(reasons.items()):
            self.records[_key(record, user_id)] = {
                "channel": record["channel"],
                "ts": record["ts"],
                "thread_ts": message.get("thread_ts", ""),
                "user": user_id,
                "by": message["user"],
                "why": why,
                "text": message["text"],
            }

    def _followers(self, thread: Iterable[Json]) -> set[str]:
        following: set[str] = set()
        for earlier in thread:
            following.add(str(earlier["message"]["user"]))
            for user_id in earlier["notified"]:
                if self.records[_key(earlier, user_id)].get("why") == "mention":
                    following.add(user_id)
        return following


def _key(record: Json, user_id: str) -> str:
    return f"{record['channel']}/{record['ts']}/{user_id}"
