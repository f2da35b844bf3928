"""For how long a change is wanted: read as people write it. Values in, values out, no I/O."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.review.errors import Reason, refused

_LONGEST = timedelta(days=3660)
_UNITS = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
_SPAN = re.compile(r"(?:for\s+)?(\d{1,6})\s*(minute|hour|day|week)s?", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?:until\s+)?(\d{4})-(\d{2})-(\d{2})(?:\s+|T)(\d{1,2}):(\d{2})(?::00)?\s*(?:UTC|Z)", re.IGNORECASE
)
# Some keyboards make a long dash of two short ones.
_OPTION = re.compile(r"(?:^|\s)(?:--|[–—])(for|until)(?:\s+(.*))?$", re.IGNORECASE | re.DOTALL)


def read_until(text: str, now: datetime) -> datetime | None:
    """The instant that “7 days”, “for 2 hours” or “until 2026-12-31 18:00 UTC” means; None for an empty text.

    Raises Refused for what is neither, and for a time that is over.
    """
    said = " ".join(text.split()).rstrip(".")
    if not said:
        return None
    until = _span(said, now) or _moment(said)
    if until is None or until - now > _LONGEST:
        raise refused(Reason.BAD_TIME, said=said[:60])
    if until <= now:
        raise refused(Reason.PAST, when=f"{until:%Y-%m-%d %H:%M} UTC")
    return until


def split_option(typed: str, now: datetime) -> tuple[str, datetime | None]:
    """A rule without its last option `--for 7 days` or `--until 2026-12-31 18:00 UTC`, and the instant that this means.

    What a rule itself says of time is not touched. Raises Refused for an option that cannot be read.
    """
    found = _OPTION.search(typed)
    if found is None:
        return typed, None
    until = read_until(f"{found[1]} {found[2] or ''}", now)
    return typed[: found.start()].rstrip(), until


def _span(said: str, now: datetime) -> datetime | None:
    found = _SPAN.fullmatch(said)
    if found is None or not int(found[1]):
        return None
    return now + timedelta(minutes=min(int(found[1]) * _UNITS[found[2].lower()], 10_000_000))


def _moment(said: str) -> datetime | None:
    found = _MOMENT.fullmatch(said)
    if found is None:
        return None
    year, month, day, hour, minute = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
