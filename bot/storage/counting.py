"""What stands in the database, counted for whoever watches the bot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review.model import ENDED
from bot.storage import tables
from bot.storage.base import Part
from bot.storage.queue import TABLES

_QUEUES = {table.name: table for table in TABLES.values()}
_ENDED = [state.value for state in ENDED]


@dataclass(frozen=True)
class Waiting:
    """Of a queue: how many rows are due, for how many seconds the oldest is, and how many leases ran out unnoticed."""

    due: int
    oldest: float
    lapsed: int


@dataclass(frozen=True)
class Counted:
    """Proposals by state, the seconds of the oldest in each state that is no end, the queues, open drift by engine."""

    proposals: Mapping[str, int]
    oldest: Mapping[str, float]
    queues: Mapping[str, Waiting]
    drift: Mapping[str, int]


class CountingStore(Part):
    """Counts in one transaction that only reads."""

    async def totals(self) -> Counted:
        """What stands now. Raises StoreError."""
        now = self.database.now()
        async with self.database.read() as connection:
            states = await self._states(connection, now)
            queues = {name: await self._waiting(connection, table, now) for name, table in _QUEUES.items()}
            drift: Counter[str] = Counter()
            watched = sa.select(tables.watches.c.engine_id, tables.watches.c.known)
            for engine, known in await connection.execute(watched):
                drift[engine] += len((known or {}).get("open") or ())
        return Counted(
            {state: number for state, (number, _) in states.items()},
            {state: age for state, (_, age) in states.items() if state not in _ENDED},
            queues,
            drift,
        )

    async def untold(self, proposal_id: str) -> int:
        """How many sentences about a proposal are still to be said, in its thread or to a person. Raises StoreError."""
        table = tables.notices
        asked = sa.select(sa.func.count()).where(table.c.proposal_id == proposal_id, table.c.due_at.is_not(None))
        async with self.database.read() as connection:
            return int((await connection.execute(asked)).scalar_one())

    async def _states(self, connection: AsyncConnection, now: datetime) -> dict[str, tuple[int, float]]:
        table = tables.proposals
        asked = sa.select(table.c.state, sa.func.count(), sa.func.min(table.c.since, type_=table.c.since.type))
        found = await connection.execute(asked.group_by(table.c.state))
        return {state: (number, max(0.0, (now - since).total_seconds())) for state, number, since in found}

    async def _waiting(self, connection: AsyncConnection, table: sa.Table, now: datetime) -> Waiting:
        free = sa.or_(table.c.lease.is_(None), table.c.lease_until < self.database.database_now())
        due = sa.and_(table.c.due_at <= now, free)
        lapsed = sa.and_(table.c.lease.is_not(None), table.c.lease_until < self.database.database_now())
        row = (
            await connection.execute(
                sa.select(
                    sa.func.count().filter(due),
                    sa.func.min(table.c.due_at, type_=table.c.due_at.type).filter(due),
                    sa.func.count().filter(lapsed),
                )
            )
        ).one()
        return Waiting(row[0], max(0.0, (now - row[1]).total_seconds()) if row[1] else 0.0, row[2])
