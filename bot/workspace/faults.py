"""Faults on demand, and the journal of what was called and delivered. Neither ever holds a token."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from bot.workspace.wire import CannotAct, Json

CallFault = Literal["ratelimited", "server_error", "html", "slow", "error", "lost_answer"]
DeliveryFault = Literal["drop_ack", "duplicate", "lost_delivery"]
KINDS: tuple[str, ...] = (*get_args(CallFault), *get_args(DeliveryFault))


@dataclass
class Fault:
    """`kind` for the next `times` calls of `method` (a Web API method, an envelope type, or `*` for any).

    ratelimited   429 with Retry-After `seconds`          server_error  500, nothing done
    html          200 with an HTML page, nothing done     slow          `seconds` before it is done
    error         ok false with `code`                    lost_answer   done, but answered with 500
    drop_ack      an acknowledgement is ignored           duplicate     delivered twice at once
    lost_delivery an envelope never reaches the bot
    """

    kind: str
    method: str = "*"
    times: int = 1
    seconds: float = 1.0
    code: str = "fatal_error"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise CannotAct(f"There is no fault {self.kind!r}. There are {', '.join(KINDS)}.", code="no_such_fault")
        if self.times < 1 or self.seconds < 0:
            raise CannotAct("A fault happens at least once, and its seconds are not negative.", code="bad_fault")


class Faults:
    """The faults still to happen, in the order they were asked for."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, method: str, kinds: tuple[str, ...]) -> Fault | None:
        """The next fault of these kinds that is meant for `method`, used once."""
        for fault in self.waiting:
            if fault.kind in kinds and fault.method in ("*", method):
                fault.times -= 1
                if fault.times == 0:
                    self.waiting.remove(fault)
                self._changed()
                return fault
        return None


CALL_KINDS: tuple[str, ...] = get_args(CallFault)


class Journal:
    """The last ten thousand API calls and deliveries, oldest first, as JSON objects."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.calls: deque[Json] = deque(maxlen=10_000)
        self.deliveries: deque[Json] = deque(maxlen=10_000)

    def call(self, entry: Json) -> None:
        """Note a Web API call: method, ok, error, status, at, milliseconds, channel, ts."""
        self.calls.append(entry)
        self._changed()

    def delivery(self, entry: Json) -> None:
        """Note a delivery: type, name, envelope_id, retry, acknowledged, error, at, milliseconds."""
        self.deliveries.append(entry)
        self._changed()
