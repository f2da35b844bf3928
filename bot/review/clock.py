"""The time as the machine has it."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The system's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)
