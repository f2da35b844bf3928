"""What every part of the embedded Slack shares: JSON objects, identifiers, time stamps, errors."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from bot.errors import BadInput

if TYPE_CHECKING:
    from bot.clock import MovableClock

Json = dict[str, Any]

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class SlackError(Exception):
    """An answer `{"ok": false, "error": …}`; `messages` go to `response_metadata.messages`, `fields` beside `error`."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.fields = fields

    def body(self) -> Json:
        """The JSON body as Slack sends it."""
        body: Json = {"ok": False, "error": self.error, **self.fields}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
            if self.error == "invalid_blocks":
                body["errors"] = list(self.messages)
        return body


class CannotAct(BadInput):
    """A person of the embedded workspace cannot do that; `code` is a short stable word for programs."""

    key = "cannot_act"

    def __init__(self, sentence: str, *, code: str, **fields: object) -> None:
        super().__init__(sentence, code=code, **fields)
        self.code = code


def new_id(prefix: str, length: int = 10) -> str:
    """A fresh identifier in Slack's style, such as `F0A1B2C3D4E`."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


class Stamps:
    """Message time stamps: `seconds.microseconds` by the clock, never the same twice, always rising."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self._last = 0

    def new(self) -> str:
        """The next time stamp."""
        self._last = max(self._last + 1, int(self._clock.seconds() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def seen(self, ts: str) -> None:
        """Never give out `ts` or anything before it (for what a store already holds)."""
        seconds, _, micros = ts.partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(micros))
