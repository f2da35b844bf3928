"""What may be used for a while: trigger ids (once, three seconds), response URLs (five times, thirty minutes)."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from bot.clock import MovableClock
from bot.workspace.config import Timings
from bot.workspace.messages import Messages
from bot.workspace.store import Part
from bot.workspace.wire import Json, SlackError

_REMEMBERED = 10_000


@dataclass
class Trigger:
    """What a trigger id stands for: who acted, until when it can be used, and from which view, if from one."""

    user_id: str
    expires: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Trigger ids that were handed out."""

    def __init__(self, clock: MovableClock, timings: Timings) -> None:
        self._clock = clock
        self._timings = timings
        self._issued: OrderedDict[str, Trigger] = OrderedDict()

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        """A fresh trigger id for something that this person just did."""
        trigger_id = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user_id, self._clock.seconds() + self._timings.trigger, view_id)
        while len(self._issued) > _REMEMBERED:
            self._issued.popitem(last=False)
        return trigger_id

    def knows(self, trigger_id: str) -> bool:
        """Whether this trigger id was handed out here."""
        return trigger_id in self._issued

    def redeem(self, trigger_id: str) -> Trigger:
        """Use a trigger id up; `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id` if not."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.seconds() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


class ResponseUrls:
    """Response URLs and what was posted through them. `original` is the message that replace and delete are about."""

    def __init__(self, store: Part, clock: MovableClock, timings: Timings, messages: Messages) -> None:
        self._clock = clock
        self._timings = timings
        self._messages = messages
        self._issued = store.shelf("response_urls")
        self._channels = store.shelf("channels")

    def issue(self, kind: str, user_id: str, channel_id: str, original: Json | None = None) -> str:
        """The path of a fresh response URL. `kind` is `commands` or `actions`; `original` `{"ts", "ephemeral"}`."""
        now = self._clock.seconds()
        long_ago = now - self._timings.response_url
        # The oldest come first: with thousands issued nobody looks through all of them for each new one.
        over = takewhile(lambda each: each[1]["expires"] < long_ago, self._issued.items())
        for token in [token for token, _ in over]:
            del self._issued[token]
        token = secrets.token_hex(12)
        self._issued[token] = {
            "kind": kind,
            "user": user_id,
            "channel": channel_id,
            "expires": now + self._timings.response_url,
            "uses": 0,
            "original": original,
        }
        return f"/hooks/{kind}/{token}"

    def knows(self, token: str) -> bool:
        """Whether this response URL was handed out here."""
        return token in self._issued

    def use(self, token: str) -> Json:
        """Count one use; SlackError `invalid_url`, `expired_url` or `used_url` when there is none left."""
        issued = self._issued.get(token)
        if issued is None:
            raise SlackError("invalid_url")
        if self._clock.seconds() > issued["expires"]:
            raise SlackError("expired_url")
        if issued["uses"] >= self._timings.response_url_uses:
            raise SlackError("used_url")
        self._issued[token] = {**issued, "uses": issued["uses"] + 1}
        return self._issued[token]

    def answer(self, token: str, content: Mapping[str, Any]) -> None:
        """Do what a response asks for: replace or delete the original, or show something new, privately by default."""
        issued = self._issued[token]
        original = issued["original"]
        if content.get("delete_original"):
            self._delete(issued)
        elif content.get("replace_original") and original is not None:
            self._replace(issued, content)
        else:
            self._show(token, issued, content)

    def _delete(self, issued: Json) -> None:
        original = issued["original"] or {}
        whisper = self._messages.ephemeral(issued["channel"], original.get("ts", ""))
        if whisper is not None:
            self._messages.remove_whisper(whisper)
        elif original and not original["ephemeral"]:
            self._messages.delete(self._messages.record(issued["channel"], original["ts"]))

    def _replace(self, issued: Json, content: Mapping[str, Any]) -> None:
        whisper = self._messages.ephemeral(issued["channel"], issued["original"]["ts"])
        if whisper is not None:
            self._messages.replace_whisper(whisper, content)
        elif not issued["original"]["ephemeral"]:
            record = self._messages.record(issued["channel"], issued["original"]["ts"])
            self._messages.update(record, {**content, "text": content.get("text") or ""})

    def _show(self, token: str, issued: Json, content: Mapping[str, Any]) -> None:
        channel = self._channels[issued["channel"]]
        public = content.get("response_type") == "in_channel"
        thread_ts = content.get("thread_ts")
        if public:
            record = self._messages.post(channel, self._messages.here.bot_user, content, thread_ts)
        else:
            record = self._messages.whisper(issued["user"], issued["channel"], content, thread_ts=thread_ts)
        if issued["original"] is None:
            self._issued[token] = {**issued, "original": {"ts": record["ts"], "ephemeral": not public}}


def refusal_of(answer: Callable[[str, Mapping[str, Any]], None], token: str, content: Mapping[str, Any]) -> str:
    """Answer, and say Slack's error when the content is refused."""
    try:
        answer(token, content)
    except SlackError as error:
        return error.error
    return ""
