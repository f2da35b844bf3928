"""What a gateway's own record says that a log-only policy would have done: values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Flips:
    """Calls of one tool that would have been decided otherwise, and how: denied though allowed, or allowed though
    denied."""

    tool: str
    denied: int = 0
    allowed: int = 0


@dataclass(frozen=True)
class Seen:
    """What was recorded of a log-only policy from when it was last changed until the record was read.

    `calls` counts all calls that the gateway decided meanwhile, `matches` those that it matched, `flips` those that it
    would have decided otherwise, `errors` those on which it could not be evaluated, which are in neither of the two:
    such a policy decides nothing, whatever it says. Each is None where that is not known, and `unknown` says why, one
    sentence each. `by_tool` has the flips that could be told apart, the most first; they may be fewer than `flips`.
    """

    since: datetime
    until: datetime
    calls: int | None = None
    matches: int | None = None
    flips: int | None = None
    errors: int | None = None
    by_tool: tuple[Flips, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def hours(self) -> int:
        """For how long it was watched, in whole hours."""
        return int((self.until - self.since).total_seconds() // 3600)

    @property
    def tested(self) -> bool:
        """Calls met it, and it could be evaluated on every one."""
        return bool(self.matches) and self.errors == 0

    def as_json(self) -> dict[str, Any]:
        """As JSON takes it; `from_json` reads it back."""
        return {**asdict(self), "since": self.since.isoformat(), "until": self.until.isoformat()}

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> Seen:
        """What `as_json` wrote."""
        return Seen(
            **{
                **found,
                "since": datetime.fromisoformat(found["since"]),
                "until": datetime.fromisoformat(found["until"]),
                "by_tool": tuple(Flips(**each) for each in found["by_tool"]),
                "unknown": tuple(found["unknown"]),
            }
        )
