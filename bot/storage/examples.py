"""The tests of routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from bot.cedar import Request
from bot.review.errors import Reason, refused
from bot.review.record import Entry
from bot.review.tested import Example
from bot.storage.base import Part
from bot.storage.engine import Database
from bot.storage.journal import Change, changing
from bot.storage.tables import examples
from bot.storage.turns import look_again


class ExampleStore(Part):
    """`bot.review.stores.ExampleStore`."""

    async def examples(self, engine_id: str, gateway_arn: str) -> tuple[Example, ...]:
        query = sa.select(examples).where(*_standing(engine_id, gateway_arn)).order_by(examples.c.name)
        async with self.database.read() as connection:
            return tuple(_example(row) for row in (await connection.execute(query)).mappings())

    async def add_example(self, example: Example, *, most: int) -> None:
        async with changing(self.database) as change:
            await keep_tests(change, (example,), self.database, most=most)

    async def remove_example(self, example: Example, by: str) -> bool:
        now = self.database.now()
        gone = sa.update(examples).where(examples.c.id == example.id, examples.c.removed_at.is_(None))
        async with changing(self.database) as change:
            written = await change.connection.execute(gone.values(removed_by=by, removed_at=now))
            if written.rowcount != 1:
                return False
            await look_again(change.connection, sa.literal(example.engine_id), now)
            change.note(_entry("test.removed", example, by))
        return True


async def keep_tests(change: Change, added: Sequence[Example], database: Database, *, most: int) -> None:
    """Add tests of one route, all or none of them. Raises Refused as `add_example` does."""
    if not added:
        return
    if not database.is_sqlite:  # two who choose one name at once
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(added[0].gateway_arn, 1))
        await change.connection.execute(sa.select(lock))
    standing = sa.select(examples.c.name).where(*_standing(added[0].engine_id, added[0].gateway_arn))
    names = {each.casefold() for each in await change.connection.scalars(standing)}
    for each in added:
        if each.name.casefold() in names:
            raise refused(Reason.TEST_TAKEN, name=each.name)
        if len(names) >= most:
            raise refused(Reason.TOO_MANY_TESTS, count=len(names))
        names.add(each.name.casefold())
        body = {"request": asdict(each.request), "allowed": each.allowed}
        kept = {name: getattr(each, name) for name in _KEPT}
        await change.connection.execute(sa.insert(examples).values(body=body, **kept))
        change.note(_entry("test.added", each, each.added_by))
    await look_again(change.connection, sa.literal(added[0].engine_id), database.now())


_KEPT = ("id", "team_id", "engine_id", "gateway_arn", "name", "added_by", "added_at")


def _standing(engine_id: str, gateway_arn: str) -> tuple[sa.ColumnElement[bool], ...]:
    here = (examples.c.engine_id == engine_id, examples.c.gateway_arn == gateway_arn)
    return (*here, examples.c.removed_at.is_(None))


def _example(row: sa.RowMapping) -> Example:
    kept = {name: row[name] for name in _KEPT}
    return Example(request=Request(**row["body"]["request"]), allowed=row["body"]["allowed"], **kept)


def _entry(event: str, example: Example, by: str) -> Entry:
    data = {
        "name": example.name,
        "engine": example.engine_id,
        "gateway": example.gateway_arn,
        "request": asdict(example.request),
        "allowed": example.allowed,
    }
    return Entry(event, example.team_id, "", "", by, data)
