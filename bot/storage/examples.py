"""The tests of routes."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from bot.cedar import Request
from bot.review.errors import Reason, refused
from bot.review.record import Entry
from bot.review.tested import Example
from bot.storage.base import Part
from bot.storage.journal import changing
from bot.storage.tables import examples
from bot.storage.turns import look_again


class ExampleStore(Part):
    """`bot.review.stores.ExampleStore`."""

    async def examples(self, engine_id: str, gateway_arn: str) -> tuple[Example, ...]:
        query = sa.select(examples).where(*_standing(engine_id, gateway_arn)).order_by(examples.c.name)
        async with self.database.read() as connection:
            return tuple(_example(row) for row in (await connection.execute(query)).mappings())

    async def add_example(self, example: Example, *, most: int) -> None:
        now = self.database.now()
        async with changing(self.database) as change:
            if not self.database.is_sqlite:  # two who choose one name at once
                lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(example.gateway_arn, 1))
                await change.connection.execute(sa.select(lock))
            standing = sa.select(examples.c.name).where(*_standing(example.engine_id, example.gateway_arn))
            names = set(await change.connection.scalars(standing))
            if example.name.casefold() in {each.casefold() for each in names}:
                raise refused(Reason.TEST_TAKEN, name=example.name)
            if len(names) >= most:
                raise refused(Reason.TOO_MANY_TESTS, count=len(names))
            body = {"request": asdict(example.request), "allowed": example.allowed}
            kept = {name: getattr(example, name) for name in _KEPT}
            await change.connection.execute(sa.insert(examples).values(body=body, **kept))
            await look_again(change.connection, sa.literal(example.engine_id), now)
            change.note(_entry("test.added", example, example.added_by))

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
