"""How many proposals one person, one channel and one workspace may have open, and may make in a minute."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.review.errors import Reason, refused

WINDOW = timedelta(minutes=1)
_OPEN = {"person": "of yours", "channel": "in this channel", "workspace": "in this workspace"}
_MADE = {"person": "by you", "channel": "in this channel", "workspace": "in this workspace"}


@dataclass(frozen=True)
class Quota:
    """The most that may be open, and may be made in a minute. Nothing limits where it is 0."""

    open: int = 0
    in_a_minute: int = 0


@dataclass(frozen=True)
class Quotas:
    """The quotas that a new proposal must fit in, all of them."""

    person: Quota = Quota()
    channel: Quota = Quota()
    workspace: Quota = Quota()


NO_QUOTAS = Quotas()


@dataclass(frozen=True)
class Used:
    """What is there already: open proposals, those of the last minute, and when the first of these was made."""

    open: int
    lately: int
    since: datetime | None


def check(quotas: Quotas, used: Mapping[str, Used], now: datetime) -> None:
    """Raise Refused when one more proposal would be too many; `used` by the names of the quotas."""
    for name, found in used.items():
        quota: Quota = getattr(quotas, name)
        if 0 < quota.in_a_minute <= found.lately:
            rest = (found.since or now) + WINDOW - now
            raise refused(
                Reason.TOO_MANY_AT_ONCE,
                count=found.lately,
                where=_MADE[name],
                limit=quota.in_a_minute,
                seconds=max(1, math.ceil(rest.total_seconds())),
            )
        if 0 < quota.open <= found.open:
            raise refused(Reason.TOO_MANY_OPEN, count=found.open, where=_OPEN[name], limit=quota.open)
