"""Queries of CloudWatch Logs Insights: the part of its language that selects log events, read and run."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from bot.dataplane.record.faults import ApiFault
from bot.dataplane.record.store import Event

_GRAMMAR = Lark(Path(__file__).with_name("insights.lark").read_text(encoding="utf-8"), parser="lalr")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
DEFAULT_LIMIT, MOST = 10_000, 10_000

Row = Mapping[str, Any]
Test = Callable[[Row], bool]


@dataclass
class Query:
    """A query, read: which fields it shows, what has to hold, the order, and how many at most."""

    shown: list[str] = field(default_factory=lambda: ["@timestamp", "@message"])
    tests: list[Test] = field(default_factory=list)
    order: tuple[str, bool] = ("@timestamp", True)
    limit: int = DEFAULT_LIMIT

    def run(self, events: Iterable[Event], group: str) -> tuple[list[Row], int, int]:
        """The rows that match, in order; how many matched, and how many were looked at."""
        scanned, found = 0, []
        for event in events:
            scanned += 1
            row = _row(event, group)
            if all(test(row) for test in self.tests):
                found.append(row)
        name, descending = self.order
        found.sort(key=lambda row: _sortable(row.get(name)), reverse=descending)
        return found[: self.limit], len(found), scanned


def read_query(text: str) -> Query:
    """A query in its text. Raises the MalformedQueryException that the service answers."""
    try:
        tree = _GRAMMAR.parse(text)
    except UnexpectedInput as error:
        at = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(text)
        at = min(max(at, 0), len(text))
        message = (
            f"unexpected symbol found {text[at : at + 20]!r} at position {at}"
            if at < len(text)
            else ("the query ends where more is due")
        )
        location = {"startCharOffset": at, "endCharOffset": min(at + 1, len(text))}
        raise ApiFault(
            "MalformedQueryException",
            f"{message}; this embedded service reads fields, display, filter, sort and limit",
            queryCompileError={"location": location, "message": message},
        ) from error
    query = Query()
    try:
        commands = _Reader().transform(tree).children
    except VisitError as error:
        if isinstance(error.orig_exc, ApiFault):
            raise error.orig_exc from error
        raise
    for command in commands:
        command(query)
    return query


class _Reader(Transformer[Token, Any]):
    """Each command as what it does to a query, each condition as a test of a row."""

    def name(self, found: list[Token]) -> str:
        return str(found[0]).strip("`")

    def literal(self, found: list[Token]) -> Any:
        token = found[0]
        if token.type == "STRING":
            return _unquoted(token)
        return token.lower() == "true" if token.type == "BOOLEAN" else float(token)

    def fields(self, names: list[str]) -> Callable[[Query], None]:
        return lambda query: setattr(query, "shown", names)

    display = fields

    def filter(self, tests: list[Test]) -> Callable[[Query], None]:
        return lambda query: query.tests.append(tests[0])

    def sort(self, found: list[Any]) -> Callable[[Query], None]:
        order = (found[0], found[1] is not None and found[1].lower() == "desc")
        return lambda query: setattr(query, "order", order)

    def limit(self, found: list[Token]) -> Callable[[Query], None]:
        return lambda query: setattr(query, "limit", min(int(found[0]), MOST))

    def any(self, tests: list[Test]) -> Test:
        return lambda row: any(test(row) for test in tests)

    def all(self, tests: list[Test]) -> Test:
        return lambda row: all(test(row) for test in tests)

    def negated(self, tests: list[Test]) -> Test:
        return lambda row: not tests[0](row)

    def compared(self, found: list[Any]) -> Test:
        name, comparison, value = found
        holds = _COMPARISONS[str(comparison)]
        return lambda row: _compares(holds, row.get(name), value)

    def like(self, found: list[Any]) -> Test:
        name, negative, pattern = found
        if pattern.type == "PATTERN":
            body, _, flag = str(pattern)[1:].rpartition("/")
            try:
                regex = re.compile(body, re.IGNORECASE if flag else 0)
            except re.error as error:
                raise ApiFault("MalformedQueryException", f"{pattern} is no regular expression: {error}") from error
        else:
            regex = re.compile(re.escape(_unquoted(pattern)))
        return lambda row: bool(regex.search(_text(row.get(name)))) != bool(negative)

    def among(self, found: list[Any]) -> Test:
        name, negative, *values = found
        return lambda row: any(_compares(operator.eq, row.get(name), value) for value in values) != bool(negative)

    def present(self, found: list[Any]) -> Test:
        return lambda row: found[0] in row


def results(rows: Iterable[Row], shown: list[str]) -> list[list[dict[str, str]]]:
    """Rows as GetQueryResults gives them: the fields that a row has, as texts, and a pointer to its event."""
    return [[{"field": name, "value": _text(row[name])} for name in (*shown, "@ptr") if name in row] for row in rows]


def _row(event: Event, group: str) -> Row:
    moment = datetime.fromtimestamp(event.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    row: dict[str, Any] = {"@timestamp": moment, "@ingestionTime": moment, "@message": event.message, "@log": group}
    row["@ptr"] = f"{event.row:012d}"
    return row | dict(_flat("", json.loads(event.message)))


def _flat(at: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The members of a JSON message, named by their paths, as Insights discovers them."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _flat(f"{at}.{name}" if at else name, item)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _flat(f"{at}.{place}", item)
    elif value is not None:
        yield at, value


def _compares(holds: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    """Compare as numbers where both are, else as texts; what a row does not have only ever differs."""
    if value is None:
        return holds is operator.ne
    try:
        return holds(float(value), float(wanted))
    except (TypeError, ValueError):
        return holds(_text(value), _text(wanted))


def _sortable(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return 1, float(value), ""
    return (0, 0.0, "") if value is None else (2, 0.0, str(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", str(token)[1:-1])
