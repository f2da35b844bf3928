"""The control plane's state: rows in SQLite, in memory or in a folder where they survive a kill."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.private import KeptDatabase

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL, arn TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS by_parent ON resources (kind, parent, row);
CREATE INDEX IF NOT EXISTS by_name ON resources (kind, name);
CREATE INDEX IF NOT EXISTS by_arn ON resources (arn);
CREATE TABLE IF NOT EXISTS client_tokens (
  operation TEXT NOT NULL, token TEXT NOT NULL, digest TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (operation, token)
);
"""


@dataclass(frozen=True)
class Resource:
    """One resource. `parent` is the id of the engine, generation or gateway it lives under, or empty.

    `body` holds the members of its API shape, and what only the control plane knows under names that no shape has.
    """

    kind: str
    id: str
    parent: str
    name: str
    arn: str
    body: dict[str, Any]
    row: int = 0

    def with_body(self, **changes: Any) -> Resource:
        return replace(self, body={**self.body, **changes})

    @property
    def status(self) -> str:
        return str(self.body.get("status", ""))


class Store:
    """Resources and client tokens. Not thread-safe: one event loop owns it, every call is short."""

    def __init__(self, folder: Path | None) -> None:
        self.version = 0
        """Another number after each change of a resource."""
        self._kept = KeptDatabase(folder, "control plane", _SCHEMA)
        self._database = self._kept.database

    def close(self) -> None:
        self._kept.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that happens inside is kept, or none of it."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            self.version += 1
            raise

    def put(self, resource: Resource) -> None:
        """Insert a resource, or replace the one with its kind and id (which keeps its row)."""
        self.version += 1
        self._database.execute(
            "INSERT INTO resources (kind, id, parent, name, arn, body) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, body = excluded.body",
            (resource.kind, resource.id, resource.parent, resource.name, resource.arn, json.dumps(resource.body)),
        )

    def get(self, kind: str, resource_id: str) -> Resource | None:
        return self._one("SELECT * FROM resources WHERE kind = ? AND id = ?", kind, resource_id)

    def by_name(self, kind: str, name: str, parent: str | None = None) -> Resource | None:
        """A resource with that name, under `parent` or, without one, anywhere in the account."""
        if parent is None:
            return self._one("SELECT * FROM resources WHERE kind = ? AND name = ? LIMIT 1", kind, name)
        return self._one("SELECT * FROM resources WHERE kind = ? AND name = ? AND parent = ?", kind, name, parent)

    def by_arn(self, arn: str) -> Resource | None:
        return self._one("SELECT * FROM resources WHERE arn = ?", arn)

    def every(self, kind: str) -> list[Resource]:
        """All resources of a kind, wherever they live."""
        return [_resource(found) for found in self._rows("SELECT * FROM resources WHERE kind = ? ORDER BY row", kind)]

    def under(self, kind: str, parent: str = "", after: int = 0) -> Iterator[Resource]:
        """The resources of a kind under a parent, oldest first, from the row after `after`; read as they are taken."""
        query = "SELECT * FROM resources WHERE kind = ? AND parent = ? AND row > ? ORDER BY row"
        for found in self._rows(query, kind, parent, after):
            yield _resource(found)

    def count(self, kind: str, parent: str = "") -> int:
        query = "SELECT count(*) FROM resources WHERE kind = ? AND parent = ?"
        return int(self._rows(query, kind, parent).fetchone()[0])

    def delete(self, kind: str, resource_id: str) -> None:
        self.version += 1
        self._database.execute("DELETE FROM resources WHERE kind = ? AND id = ?", (kind, resource_id))

    def delete_children(self, kind: str, parent: str) -> None:
        self.version += 1
        self._database.execute("DELETE FROM resources WHERE kind = ? AND parent = ?", (kind, parent))

    def answered(self, operation: str, token: str) -> tuple[str, dict[str, Any]] | None:
        """The digest of the request that a client token was first used for, and its answer."""
        found = self._database.execute(
            "SELECT digest, answer FROM client_tokens WHERE operation = ? AND token = ?", (operation, token)
        ).fetchone()
        return (found[0], json.loads(found[1])) if found else None

    def remember(self, operation: str, token: str, digest: str, answer: dict[str, Any]) -> None:
        self._database.execute(
            "INSERT INTO client_tokens VALUES (?, ?, ?, ?)", (operation, token, digest, json.dumps(answer))
        )

    def _one(self, query: str, *values: object) -> Resource | None:
        found = self._rows(query, *values).fetchone()
        return _resource(found) if found else None

    def _rows(self, query: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(query, values)


def _resource(found: tuple[Any, ...]) -> Resource:
    row, kind, resource_id, parent, name, arn, body = found
    return Resource(kind, resource_id, parent, name, arn, json.loads(body), row)
