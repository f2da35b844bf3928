"""Which gateways channels are bound to, and that they are told."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.cedar import digest
from bot.review.messages import Announcement, MessageKind
from bot.review.record import Entry
from bot.review.routes import Binding, Route
from bot.storage.announcing import announce
from bot.storage.base import Part
from bot.storage.journal import changing
from bot.storage.tables import bindings


class BindingStore(Part):
    """`bot.review.stores.Bindings`."""

    async def binding(self, team_id: str, channel_id: str) -> Binding:
        query = sa.select(*(bindings.c[name] for name in _KEPT)).where(bindings.c.id == _id(team_id, channel_id))
        async with self.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return Binding(**row) if row else Binding(team_id, channel_id)

    async def bound_channels(self, team_id: str) -> tuple[str, ...]:
        mine = (bindings.c.team_id == team_id, bindings.c.engine_id != "")
        query = sa.select(bindings.c.channel_id).where(*mine).order_by(bindings.c.channel_id)
        async with self.database.read() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def bind(
        self, before: Binding, engine_id: str, gateway_arn: str, *, by: str, now: Route, was: Route | None
    ) -> bool:
        moment = self.database.now()
        row = {"engine_id": engine_id, "gateway_arn": gateway_arn, "version": before.version + 1, "bound_by": by}
        row |= {"bound_at": moment, "since": moment}
        key = _id(before.team_id, before.channel_id)
        insert = sqlite.insert if self.database.is_sqlite else postgresql.insert
        first = insert(bindings).values(id=key, team_id=before.team_id, channel_id=before.channel_id, **row)
        again = sa.update(bindings).where(bindings.c.id == key, bindings.c.version == before.version)
        write = again.values(**row) if before.version else first.on_conflict_do_nothing()
        async with changing(self.database) as change:
            if (await change.connection.execute(write)).rowcount != 1:
                return False
            about = {"engine": engine_id, "gateway": gateway_arn, "by": by}
            where, number = (before.team_id, before.channel_id), before.version + 1
            told = Announcement(f"{key}/{number}", MessageKind.BINDING, *where, about, number)
            await announce(change.connection, [told], moment)
            change.note(_entry(before, by, now, was))
        return True


_KEPT = ("team_id", "channel_id", "engine_id", "gateway_arn", "version", "bound_by")


def _id(team_id: str, channel_id: str) -> str:
    return f"B-{digest(team_id, channel_id)[:16]}"


def _entry(before: Binding, by: str, now: Route, was: Route | None) -> Entry:
    data = {"channel": before.channel_id, "engine": now.engine_id, "gateway": now.gateway_arn}
    data |= {"wasEngine": was.engine_id, "wasGateway": was.gateway_arn} if was else {}
    return Entry("channel.bound", before.team_id, actor=by, data=data)
