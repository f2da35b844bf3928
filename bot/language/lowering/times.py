"""Clock times and dates in UTC, as Cedar conditions over `context.system.now`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from cedarpy import pst

from bot.language.gateway.refusals import Refusal
from bot.language.meaning.logic import All, Atom, Either, Logic
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.wordlists import MONTHS, RELATIVE_TIMES, TIME_OPENERS, UTC, words

_NOW = pst.GetAttr(pst.GetAttr(pst.Var("context"), "system"), "now")
_TIME_OF_DAY = pst.UnaryOp("to_time", _NOW)
_DAY = 86_400_000
_RELATIVE = Phrases.of(RELATIVE_TIMES)
_BEFORE_RELATIVE = words("times", "before_relative")
_DAILY = Phrases.of(words("times", "daily"))
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s?(?:([ap])\.?m\.?)?")
_OPENERS = Phrases(TIME_OPENERS)


@dataclass(frozen=True)
class _Point:
    """A clock time in milliseconds from midnight, a day, a month (a day with its end), or an instant."""

    kind: str
    first: int | dt.datetime
    after: dt.datetime | None = None


def relative_at(tokens: list[Token], start: int, end: int) -> int | None:
    """Where a weekday, a relative date or the like ends, when one starts here: nothing a policy can check."""
    at = start
    if at < end and tokens[at].low in _BEFORE_RELATIVE:
        at += 1
    found = _RELATIVE.at(tokens, at, end)
    return found[1] if found else None


def hopeless_in(tokens: list[Token]) -> list[Token]:
    """The words of the first relative time, with the count before it ("two weeks ago"); empty when there is none."""
    for at in range(len(tokens)):
        stop = relative_at(tokens, at, len(tokens))
        if stop is not None:
            start = at
            while tokens[at].low == "ago" and start > 0 and start > at - 2:
                start -= 1
            return tokens[start:stop]
    return []


def time_at(tokens: list[Token], start: int, end: int) -> tuple[Logic, int] | None:
    """The time condition that starts at a token, and where the tokens go on; None when there is none.

    Raises Refusal for what looks like a time and cannot be honoured.
    """
    opened = next(
        iter(found for found in _OPENERS.all_at(tokens, start, end) if _starts_point(tokens, found[1], end)), None
    )
    if opened is None:
        if (start < end and tokens[start].kind == "time") or _is_range(tokens, start, end):
            opened = ("between", start)
        else:
            return None
    kind, at = opened
    logic, at = _condition(kind, tokens, start, at, end)
    at += kind == "from" and _goes_on(tokens, at, end)
    while at < end and (daily := _DAILY.at(tokens, at, end)):
        at = daily[1]
    return logic, at


def _goes_on(tokens: list[Token], at: int, end: int) -> bool:
    """Whether a beginning says that it has no end: "from 1 March 2027 on", "from then onwards"."""
    low = tokens[at].low if at < end else ""
    last = at + 1 >= end or tokens[at + 1].kind == "punct"
    return low in {"onward", "onwards"} or (low in {"on", "forward"} and last)


def _starts_point(tokens: list[Token], at: int, end: int) -> bool:
    if at < end and tokens[at].low == "the":
        at += 1
    if at >= end:
        return False
    if tokens[at].kind in {"date", "time"} or tokens[at].low in {"noon", "midnight"}:
        return True
    if _day_month(tokens, at, end) or _month_year(tokens, at, end):
        return True
    return _bare_hour(tokens, at, end)


def _bare_hour(tokens: list[Token], at: int, end: int) -> bool:
    """`9` in "from 9 to 17 UTC", `9` in "9 to 5pm UTC": an hour only because a clock or a zone follows."""
    if not (tokens[at].kind == "number" and tokens[at].text.isdigit() and int(tokens[at].text) <= 24):
        return False
    rest = at + 1
    if rest < end and tokens[rest].low in UTC:
        return True
    if rest + 1 < end and tokens[rest].low in {"to", "and", "until", "till", "-"}:
        after = tokens[rest + 1]
        zoned = rest + 2 < end and tokens[rest + 2].low in UTC
        return after.kind == "time" or (after.kind == "number" and zoned)
    return False


def _is_range(tokens: list[Token], at: int, end: int) -> bool:
    return at + 2 < end and tokens[at].kind == "date" and tokens[at + 1].low in {"to", "through", "until", "-"}


def _condition(kind: str, tokens: list[Token], start: int, at: int, end: int) -> tuple[Logic, int]:
    first, at = _point(tokens, at, end)
    zoned = first.kind != "clock"
    if first.kind == "clock" and at < end and _zone(tokens, at, end):
        zoned, at = True, _zone(tokens, at, end)
    joins = {
        "between": {"and", "to", "-", "until"},
        "outside": {"and", "to", "-", "until"},
        "from": {"to", "until", "till", "through", "-"},
        "in": {"to", "until", "-"},
    }
    second = None
    if kind in joins and at < end and tokens[at].low in joins[kind] and _starts_point(tokens, at + 1, end):
        second, at = _point(tokens, at + 1, end)
        if second.kind == "clock" and _zone(tokens, at, end):
            zoned, at = True, _zone(tokens, at, end)
    if "clock" in {first.kind, second.kind if second else ""} and not zoned:
        raise _no_zone(tokens, start, at, end)
    if kind in {"between", "outside"} and second is None:
        raise Refusal.of("one_end", tokens[start:at])
    if second is not None and (first.kind == "clock") != (second.kind == "clock"):
        raise Refusal.of("clock_and_date", tokens[start:at])
    if (
        second is not None
        and isinstance(first.first, dt.datetime)
        and isinstance(second.first, dt.datetime)
        and first.first > second.first
    ):
        raise Refusal.of("ends_before_start", tokens[start:at])
    if second is not None and _half_unsaid(first, second, tokens[start:at]):
        raise Refusal.of("morning_or_evening", tokens[start:at])
    logic = _span(kind, first, second) if second is not None else _one(kind, first, tokens[start:at])
    return logic, at


def _half_unsaid(first: _Point, second: _Point, said: list[Token]) -> bool:
    """ "between 10 and 4 UTC": hours that go backwards, where one of them may be before or after noon."""
    if not isinstance(first.first, int) or not isinstance(second.first, int) or first.first <= second.first:
        return False
    return any(token.kind == "number" and token.text.isdigit() and int(token.text) <= 12 for token in said)


def _no_zone(tokens: list[Token], start: int, at: int, end: int) -> Refusal:
    stop = at
    while (
        stop < end
        and stop < at + 3
        and tokens[stop].is_word
        and (tokens[stop].text[0].isupper() or tokens[stop].low in {"time", "local"})
    ):
        stop += 1
    return Refusal.of("other_zone" if stop > at else "no_zone", tokens[start:stop])


def _zone(tokens: list[Token], at: int, end: int) -> int:
    """Where the tokens go on after UTC, "(UTC)" or "UTC time"; 0 when no zone is named here."""
    if at + 2 < end and tokens[at].text == "(" and tokens[at + 1].low in UTC and tokens[at + 2].text == ")":
        return at + 3
    if at < end and tokens[at].low == "in" and at + 1 < end and tokens[at + 1].low in UTC:
        at += 1
    if at < end and tokens[at].low in UTC:
        return at + 2 if at + 1 < end and tokens[at + 1].low == "time" else at + 1
    return 0


def _point(tokens: list[Token], at: int, end: int) -> tuple[_Point, int]:
    if tokens[at].low == "the":
        at += 1
    token = tokens[at]
    if token.low in {"noon", "midnight"}:
        return _Point("clock", 12 * 3_600_000 if token.low == "noon" else 0), at + 1
    if token.kind == "time":
        return _Point("clock", _clock(token)), at + 1
    if token.kind == "date":
        return _iso(token), at + 1
    if found := _day_month(tokens, at, end):
        return found
    if found := _month_year(tokens, at, end):
        return found
    return _Point("clock", int(token.text) * 3_600_000), at + 1


def _clock(token: Token) -> int:
    match = _CLOCK.fullmatch(token.low)
    hour, minute, second = (int(part or 0) for part in match.groups()[:3]) if match else (99, 0, 0)
    half = match[4] if match else None
    if (half and not 1 <= hour <= 12) or hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute + second):
        raise Refusal.of("no_time_of_day", [token])
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return ((hour * 60 + minute) * 60 + second) * 1_000


def _iso(token: Token) -> _Point:
    try:
        if "T" in token.text:
            instant = dt.datetime.fromisoformat(token.text.replace("Z", "+00:00"))
            if instant.tzinfo is None:
                raise Refusal.of("instant_without_zone", [token])
            return _Point("instant", instant.astimezone(dt.UTC))
        return _day(dt.date.fromisoformat(token.text))
    except ValueError:
        raise Refusal.of("no_plain_date", [token]) from None


def _day(day: dt.date) -> _Point:
    first = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    if day >= dt.date(9999, 12, 31):
        return _Point("day", first, first)
    return _Point("day", first, first + dt.timedelta(days=1))


def _day_month(tokens: list[Token], at: int, end: int) -> tuple[_Point, int] | None:
    """5 March 2027, March 5, 2027, 5th of March 2027."""
    words = [token.low for token in tokens[at : min(end, at + 5)] if token.low not in {",", "of"}]
    if len(words) < 3:
        return None
    day, month, year = (words[0], words[1], words[2]) if words[0][0].isdigit() else (words[1], words[0], words[2])
    day = re.sub(r"(?:st|nd|rd|th)$", "", day)
    if month not in MONTHS or not day.isdigit() or not re.fullmatch(r"\d{4}", year):
        return None
    stop = at
    while tokens[stop].low != year:
        stop += 1
    try:
        return _day(dt.date(int(year), MONTHS[month], int(day))), stop + 1
    except ValueError:
        raise Refusal.of("not_a_date", tokens[at : stop + 1]) from None


def _month_year(tokens: list[Token], at: int, end: int) -> tuple[_Point, int] | None:
    """January 2026, or a year alone where its end is meant."""
    ends = [token.low for token in tokens[max(at - 2, 0) : at]] == ["end", "of"]
    if at < end and ends and re.fullmatch(r"20\d\d", tokens[at].low):
        year = int(tokens[at].low)
        return _Point(
            "month", dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
        ), at + 1
    if at + 1 < end and tokens[at].low in MONTHS and re.fullmatch(r"\d{4}", tokens[at + 1].low):
        year, month = int(tokens[at + 1].low), MONTHS[tokens[at].low]
        if not 1 <= year < 9999:
            return None
        first = dt.datetime(year, month, 1, tzinfo=dt.UTC)
        after = dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
        return _Point("month", first, after), at + 2
    return None


def _span(kind: str, first: _Point, second: _Point) -> Logic:
    """Both ends included: hours around midnight are an or, days run to the end of the last."""
    if isinstance(first.first, int) and isinstance(second.first, int):
        inside = kind != "outside"
        low = _time(">=" if inside else "<", first.first)
        high = _time("<=" if inside else ">", second.first)
        # Between morning and evening both must hold, over midnight either; outside of them it is the other way round.
        return All((low, high)) if (first.first <= second.first) == inside else Either((low, high))
    upper = _date("<", second.after) if second.after else _date("<=", second.first)
    if kind == "outside":
        return Either((_date("<", first.first), _date(">=", second.after or second.first)))
    return All((_date(">=", first.first), upper))


def _one(kind: str, point: _Point, tokens: list[Token]) -> Logic:
    if kind in {"on", "in", "at"}:
        if point.kind in {"clock", "instant"} or (point.kind == "month" and kind == "on"):
            raise Refusal.of("single_moment", tokens)
        return All((_date(">=", point.first), _date("<", point.after)))
    clock = point.kind == "clock"
    if point.first in {0, _DAY}:
        raise Refusal.of("never_or_all_day", tokens)
    make = _time if clock else _date
    if kind == "from":
        return make(">=", point.first)
    if kind == "before":
        return make("<", point.first)
    if kind == "after":
        return _date(">=", point.after) if point.after else make(">", point.first)
    return _date("<", point.after) if point.after else make("<=", point.first)


_OPS: dict[str, pst.BinaryOpName] = {"<": "less", "<=": "less_eq", ">": "greater", ">=": "greater_eq"}


def _time(op: str, milliseconds: object) -> Atom:
    return Atom(
        pst.BinaryOp(_OPS[op], _TIME_OF_DAY, pst.UnaryOp("duration", pst.StringLit(duration(int(str(milliseconds))))))
    )


def _date(op: str, instant: object) -> Atom:
    return Atom(pst.BinaryOp(_OPS[op], _NOW, instant_literal(instant)))


def instant_literal(instant: object) -> pst.Expr:
    """A `datetime("…Z")` literal."""
    assert isinstance(instant, dt.datetime)
    return pst.UnaryOp("datetime", pst.StringLit(instant.strftime("%Y-%m-%dT%H:%M:%SZ")))


def duration(milliseconds: int) -> str:
    """Milliseconds as Cedar's duration text, such as 5h30m; zero is 0h."""
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    text = "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest // 1_000, "s")) if count)
    return text or "0h"


def day_at(tokens: list[Token], at: int, end: int) -> tuple[dt.datetime, dt.datetime | None, int] | None:
    """A date that starts at a token, for an input that holds one: its first instant, and the first after it."""
    if not _starts_point(tokens, at, end):
        return None
    point, stop = _point(tokens, at, end)
    if not isinstance(point.first, dt.datetime):
        return None
    return point.first, point.after, stop
