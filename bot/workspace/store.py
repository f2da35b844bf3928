"""What the workspace keeps: shelves of JSON objects in memory, written through to SQLite if there is a data folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from bot.private import KeptDatabase
from bot.workspace.wire import Json

_COLUMNS = "kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, key)"
_SCHEMA = f"CREATE TABLE IF NOT EXISTS objects ({_COLUMNS});"


class Changes:
    """A counter of changes that can be waited for: whoever waits wakes as soon as anything has changed."""

    def __init__(self) -> None:
        self.revision = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def bump(self) -> None:
        """Say that something has changed."""
        self.revision += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def beyond(self, revision: int) -> int:
        """Wait until the revision is higher than `revision`, and return it."""
        while self.revision <= revision:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
        return self.revision

    async def within(self, revision: int, seconds: float) -> int:
        """The revision once it is above `revision`, or as it is when `seconds` have passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.beyond(revision)
        return self.revision


class Shelf(MutableMapping[str, Json]):
    """JSON objects of one kind by key. Objects are replaced, never changed in place."""

    def __init__(self, kind: str, store: Store) -> None:
        self._kind = kind
        self._store = store
        self._items: dict[str, Json] = store.load(kind)

    def __getitem__(self, key: str) -> Json:
        return self._items[key]

    def __setitem__(self, key: str, value: Json) -> None:
        self._items[key] = value
        self._store.write(self._kind, key, value)

    def __delitem__(self, key: str) -> None:
        del self._items[key]
        self._store.write(self._kind, key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class Store:
    """Shelves over one SQLite file, or over nothing. Each write is a transaction, so a kill loses nothing answered."""

    def __init__(self, data_dir: Path | None) -> None:
        self.changes = Changes()
        self._shelves: dict[str, Shelf] = {}
        self._kept = None if data_dir is None else KeptDatabase(data_dir, "workspace", _SCHEMA)

    def shelf(self, kind: str) -> Shelf:
        """The shelf of this kind, the same one each time."""
        if kind not in self._shelves:
            self._shelves[kind] = Shelf(kind, self)
        return self._shelves[kind]

    def part(self, prefix: str) -> Part:
        """The same store, with the kinds of its shelves under a prefix."""
        return Part(self, prefix)

    def load(self, kind: str) -> dict[str, Json]:
        """All objects of a kind as they lie on disk, in the order they were first written."""
        if self._kept is None:
            return {}
        rows = self._kept.database.execute("SELECT key, value FROM objects WHERE kind = ? ORDER BY rowid", (kind,))
        return {key: json.loads(value) for key, value in rows}

    def write(self, kind: str, key: str, value: Json | None) -> None:
        """Keep `value` under `key`, or forget it when None, and wake whoever waits for changes."""
        if self._kept is not None:
            if value is None:
                self._kept.database.execute("DELETE FROM objects WHERE kind = ? AND key = ?", (kind, key))
            else:
                self._kept.database.execute(
                    "INSERT INTO objects (kind, key, value) VALUES (?, ?, ?) "
                    "ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
                    (kind, key, json.dumps(value, ensure_ascii=False)),
                )
        self.changes.bump()

    def close(self) -> None:
        """Let go of the file."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None


class Part:
    """A store's shelves for one workspace."""

    def __init__(self, store: Store, prefix: str) -> None:
        self._store = store
        self._prefix = prefix
        self.changes = store.changes

    def shelf(self, kind: str) -> Shelf:
        """The shelf of this kind, the same one each time."""
        return self._store.shelf(self._prefix + kind)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
