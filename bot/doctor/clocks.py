"""This machine's clock beside Slack's and AWS's: both refuse requests that are five minutes off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.doctor.finding import Finding, fault, ok, warning

_WORTH_SAYING, _REFUSED = 30.0, 240.0


def examine_clock(now: datetime, dates: Iterable[tuple[str, str]]) -> Iterable[Finding]:
    """`dates` are whose, and their Date header; those that are none are left out."""
    known = [(whose, _seconds(now, date)) for whose, date in dates if _is_date(date)]
    wrong = [(whose, off) for whose, off in known if abs(off) > _WORTH_SAYING]
    for whose, off in wrong:
        says = f"This machine's clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} {whose}."
        do = "Set it by NTP: Slack's signatures and AWS's are refused at five minutes."
        yield fault("clock", says, do) if abs(off) > _REFUSED else warning("clock", says, do)
    if known and not wrong:
        yield ok("clock", f"It agrees with {' and '.join(whose for whose, _ in known)}.")


def _seconds(now: datetime, date: str) -> float:
    return (now - parsedate_to_datetime(date)).total_seconds()


def _is_date(date: str) -> bool:
    try:
        return parsedate_to_datetime(date).tzinfo is not None
    except (TypeError, ValueError):
        return False
