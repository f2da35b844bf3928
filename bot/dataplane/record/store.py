"""The record, in SQLite: log events and datapoints in memory or in a data folder, bounded by age and by size."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.private import private_database, private_folder

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, grp TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_time ON events (at);
CREATE TABLE IF NOT EXISTS datapoints (
  name TEXT NOT NULL, dimensions TEXT NOT NULL, minute INTEGER NOT NULL,
  n INTEGER NOT NULL, total REAL NOT NULL, least REAL NOT NULL, most REAL NOT NULL,
  PRIMARY KEY (name, dimensions, minute)
);
CREATE TABLE IF NOT EXISTS things (
  kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name)
);
"""
_SIZE = "SELECT coalesce(sum(length(message)), 0) FROM events"
_WAITING = 2000
_DAY = 24 * 3600

Dimensions = tuple[tuple[str, str], ...]
"""A metric's dimensions by name, in the order of their names: the whole set is what tells two metrics apart."""
_Key = tuple[str, Dimensions, int]
_Values = tuple[int, float, float, float]


@dataclass(frozen=True)
class RecordLimits:
    """How much is kept: for so many days, and at most so many bytes of log events."""

    days: float = 30.0
    size: int = 256 * 1024 * 1024


@dataclass(frozen=True)
class Event:
    """One log event: its row, its time in milliseconds since 1970, and its message."""

    row: int
    at: int
    message: str


@dataclass(frozen=True)
class Datapoint:
    """What was published of one metric in one minute, which starts at `minute`, in seconds since 1970."""

    minute: int
    n: int
    total: float
    least: float
    most: float


class RecordStore:
    """Log events, datapoints, and the resources of the two APIs. One event loop owns it; every call is short.

    What is written waits in memory until there is much of it, or it is read, or `flush` is called.
    """

    def __init__(self, folder: Path | None, clock: Callable[[], datetime], limits: RecordLimits | None = None) -> None:
        self._clock = clock
        self._limits = limits or RecordLimits()
        self._events: list[tuple[str, int, str]] = []
        self._points: dict[_Key, _Values] = {}
        self._database = _opened(folder)
        self._size = self._number(_SIZE)

    def close(self) -> None:
        self.flush()
        self._database.close()

    def write(self, group: str, at: datetime, message: Mapping[str, Any]) -> None:
        """Add a log event."""
        self._events.append((group, int(at.timestamp() * 1000), json.dumps(message, ensure_ascii=False)))
        if len(self._events) >= _WAITING:
            self.flush()

    def count(self, name: str, dimensions: Dimensions, at: datetime, value: float) -> None:
        """Publish a value of a metric."""
        key = (name, dimensions, int(at.timestamp()) // 60 * 60)
        n, total, least, most = self._points.get(key, (0, 0.0, value, value))
        self._points[key] = (n + 1, total + value, min(least, value), max(most, value))

    def flush(self) -> None:
        """Put what waits into the database, and take out what is too old or too much."""
        events, points = self._events, self._points
        if not events and not points:
            return
        self._events, self._points = [], {}
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._add(events, points)
            self._prune()
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            # What a call was answered stands; its record is lost, as it can be on AWS.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._size = self._number(_SIZE)
            log.error("%d events of the gateway's record could not be kept: %s", len(events), error)

    def _add(self, events: list[tuple[str, int, str]], points: Mapping[_Key, _Values]) -> None:
        self._size += sum(len(message) for _, _, message in events)
        self._database.executemany("INSERT INTO events (grp, at, message) VALUES (?, ?, ?)", events)
        self._database.executemany(
            "INSERT INTO datapoints VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name, dimensions, minute) DO UPDATE SET"
            " n = n + excluded.n, total = total + excluded.total, least = min(least, excluded.least),"
            " most = max(most, excluded.most)",
            [(name, json.dumps(dims), minute, *values) for (name, dims, minute), values in points.items()],
        )

    def events(self, groups: list[str], start: int, end: int) -> Iterator[Event]:
        """The events of log groups from `start` to `end`, milliseconds since 1970, newest first."""
        self.flush()
        marks = ", ".join("?" * len(groups))
        query = f"SELECT id, at, message FROM events WHERE grp IN ({marks}) AND at BETWEEN ? AND ? ORDER BY at DESC, id DESC"  # noqa: S608, E501  # marks only
        for row in self._database.execute(query, (*groups, start, end)):
            yield Event(*row)

    def metrics(self) -> Iterator[tuple[str, Dimensions]]:
        """Every metric that has a datapoint."""
        self.flush()
        for name, text in self._database.execute("SELECT DISTINCT name, dimensions FROM datapoints ORDER BY 1, 2"):
            yield name, tuple((key, value) for key, value in json.loads(text))

    def datapoints(self, name: str, dimensions: Dimensions, start: float, end: float) -> list[Datapoint]:
        """The minutes of one metric from `start` until before `end`, seconds since 1970, oldest first."""
        self.flush()
        query = (
            "SELECT minute, n, total, least, most FROM datapoints"
            " WHERE name = ? AND dimensions = ? AND minute >= ? AND minute < ? ORDER BY minute"
        )
        found = self._database.execute(query, (name, json.dumps(dimensions), start, end))
        return [Datapoint(*row) for row in found]

    def put(self, kind: str, name: str, body: Mapping[str, Any]) -> None:
        self._database.execute("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", (kind, name, json.dumps(body)))

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        query = "SELECT body FROM things WHERE kind = ? AND name = ?"
        found = self._database.execute(query, (kind, name)).fetchone()
        return json.loads(found[0]) if found else None

    def every(self, kind: str) -> list[dict[str, Any]]:
        query = "SELECT body FROM things WHERE kind = ? ORDER BY name"
        return [json.loads(body) for (body,) in self._database.execute(query, (kind,))]

    def delete(self, kind: str, name: str) -> None:
        self._database.execute("DELETE FROM things WHERE kind = ? AND name = ?", (kind, name))

    def _prune(self) -> None:
        since = self._clock().timestamp() - self._limits.days * _DAY
        self._database.execute("DELETE FROM datapoints WHERE minute < ?", (since,))
        gone = self._database.execute("SELECT id, length(message) FROM events WHERE at < ?", (since * 1000,)).fetchall()
        if self._size - sum(size for _, size in gone) > self._limits.size:
            gone = list(self._oldest(self._size - self._limits.size * 0.9))
        self._database.executemany("DELETE FROM events WHERE id = ?", [(row,) for row, _ in gone])
        self._size -= sum(size for _, size in gone)

    def _oldest(self, size: float) -> Iterator[tuple[int, int]]:
        """The oldest events, row and size, that take up so much together."""
        for row, each in self._database.execute("SELECT id, length(message) FROM events ORDER BY id"):
            yield row, each
            size -= each
            if size <= 0:
                return

    def _number(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])


def _opened(folder: Path | None) -> sqlite3.Connection:
    try:
        if folder:
            private_folder(folder)
        return private_database(folder / "controlplane.record.sqlite3" if folder else None, _SCHEMA)
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(
            f"The data folder {folder} cannot keep the gateway's record: {error}. Name another with --data.",
            folder=str(folder),
        ) from error
