"""Instants and times of day in a read-back: the literals of Cedar as clock times and dates in UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

DAY = 86_400_000
_UNITS = {"d": DAY, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_NOW = {".": {"left": {".": {"left": {"Var": "context"}, "attr": "system"}}, "attr": "now"}}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def is_now(term: Mapping[str, Any]) -> bool:
    """True for `context.system.now`."""
    return term == _NOW


def is_time_of_day(term: Mapping[str, Any]) -> bool:
    """True for `context.system.now.toTime()`."""
    return term == {"toTime": [_NOW]}


def milliseconds(literal: Mapping[str, Any]) -> int | None:
    """The milliseconds of a `duration("…")`, or since 1970 of a `datetime("…")`; None for any other term."""
    kind, body = next(iter(literal.items()))
    text = body[0].get("Value") if isinstance(body, list) and body else None
    if not isinstance(text, str):
        return None
    if kind == "duration":
        total = sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|d|h|m|s)", text))
        return -total if text.startswith("-") else total
    if kind == "datetime":
        try:
            at = dt.datetime.fromisoformat(text)
        except ValueError:
            return None
        return (at.replace(tzinfo=at.tzinfo or dt.UTC) - _EPOCH) // dt.timedelta(milliseconds=1)
    return None


def clock(time: int) -> str | None:
    """`09:30` for a time of day in milliseconds, with seconds where it has them; None outside of a day."""
    if not 0 <= time < DAY:
        return None
    minutes, rest = divmod(time, 60_000)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    seconds = f":{rest // 1000:02d}" + (f".{rest % 1000:03d}" if rest % 1000 else "")
    return text + seconds if rest else text


def date(instant: int) -> str | None:
    """`2026-12-31` for an instant that is a midnight in UTC, else None."""
    if instant % DAY:
        return None
    try:
        return (_EPOCH + dt.timedelta(milliseconds=instant)).date().isoformat()
    except OverflowError:
        return None


def between_clocks(low: int, high: int) -> str | None:
    """Both ends included; past midnight when `low` is the later one."""
    first, last = clock(low), clock(high)
    return f"between {first} and {last} UTC" if first and last else None


def on_days(start: int, end: int) -> str | None:
    """Whole days from the one that starts at `start` to the one that ends at `end`."""
    first, last = date(start), date(end - DAY)
    if not (first and last):
        return None
    return f"on {first}" if first == last else f"from {first} to {last}"


def at_clock(sign: str, time: int) -> str | None:
    """One bound on the time of day."""
    text = clock(time)
    words = {"<": "before", ">": "after", "<=": "at or before", ">=": "at or after"}.get(sign)
    return f"{words} {text} UTC" if text and words else None


def at_date(sign: str, instant: int) -> str | None:
    """One bound on the instant that is a midnight: `before` that day, or `from` it."""
    text = date(instant)
    words = {"<": "before", ">=": "from"}.get(sign)
    return f"{words} {text}" if text and words else None
