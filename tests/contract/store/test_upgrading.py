"""A database of the version before: what was to be told is told, and what was told is not told again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from bot.review.messages import Posting
from bot.review.work import WorkKind
from bot.storage.schema import migrations
from bot.storage.store import SqlStore

Opening = Callable[[str], Awaitable[SqlStore]]

THEN = "2026-11-20 12:00:00"
ROUTE = {"team_id": "'T1'", "engine_id": "'e1'", "gateway_arn": "'g1'", "since": f"'{THEN}'"}


def _drift(number: int, ts: str = "", channel: str = "C1") -> dict[str, Any]:
    said = {"number": number, "said": ["It was."], "since": "d", "difference": None, "place": False}
    return {**said, "channel": channel, "key": "k", "ts": ts, "hidden": False}


KNOWN = {
    "glance": "g",
    "seen": "d",
    "count": 4,
    "open": [_drift(1, ts="1.5"), _drift(2, channel="")],
    "pending": _drift(4),
    "closing": [_drift(3, ts="3.5")],
    "waits": 0,
    "observed_at": "",
}


def _before(connection: sa.Connection) -> None:
    """A channel that is not told of its binding yet and one that is, and a watch with something still to be said."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "0008")
    _insert(connection, "bindings", {"id": "'B-1'", "channel_id": "'C1'", "due_at": f"'{THEN}'", **_BOUND})
    _insert(connection, "bindings", {"id": "'B-2'", "channel_id": "'C2'", **_BOUND})
    known = json.dumps(KNOWN)
    _insert(connection, "watches", {"id": "'W-1'", "channel_id": "'C1'", "known": f"'{known}'", **ROUTE})
    connection.execute(sa.text("INSERT INTO looks VALUES ('W-1', 'd', :body)"), {"body": _LOOK})


_BOUND = {**ROUTE, "version": "3", "bound_by": "'U1'", "bound_at": f"'{THEN}'"}
_LOOK = zlib.compress(b'{"policies": {}}')


def _insert(connection: sa.Connection, table: str, row: dict[str, str]) -> None:
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})")


async def _postings(store: SqlStore) -> dict[str, Posting]:
    async with store.database.read() as connection:
        ids = list(await connection.scalars(sa.text("SELECT id FROM messages ORDER BY id")))
    return {each: await store.posting(each) for each in ids}


async def test_what_channels_are_told_becomes_messages(opening: Opening, database_url: str) -> None:
    drivers = database_url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")
    engine = create_async_engine(drivers)
    async with engine.begin() as connection:
        await connection.run_sync(_before)
    await engine.dispose()

    store = await opening(database_url)
    found = await _postings(store)
    assert {each: (posting.kind, posting.ts) for each, posting in found.items()} == {
        "B-1/3": ("binding", ""),
        "W-1/1-k": ("drift", "1.5"),
        "W-1/3-k": ("undone", "3.5"),
        "W-1/3-k/undone": ("undone_said", ""),
        "W-1/4-k": ("drift", ""),
    }
    posts = {each.id for each in await store.claim(WorkKind.MESSAGE, limit=9, lease=15)}
    assert posts == {"B-1/3", "W-1/4-k"}, "the reply waits for what is above it"
    assert {each.id for each in await store.claim(WorkKind.UPDATE, limit=9, lease=15)} == {"W-1/3-k"}
    told = found["B-1/3"].announcement
    assert told
    assert (told.channel_id, told.about) == ("C1", {"engine": "e1", "gateway": "g1", "by": "U1"})
    watch = await store.watch("W-1")
    assert watch
    assert [each.number for each in watch.open] == [1, 2, 4]
