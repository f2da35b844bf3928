"""What the parts of the store share: the guarded write, and the mark that messages are out of date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StaleWrite
from bot.review.work import Claim
from bot.storage.engine import Database
from bot.storage.tables import messages, proposals


class Part:
    """A part of the store."""

    def __init__(self, database: Database) -> None:
        self.database = database


async def give_back(
    connection: AsyncConnection, table: sa.Table, claim: Claim, values: Mapping[str, Any], *, state: str = ""
) -> None:
    """Write a claimed row and end its lease. StaleWrite when the lease is another's, or the state is not `state`."""
    guard = [table.c.id == claim.id, table.c.lease == claim.lease]
    if state:
        guard.append(table.c.state == state)
    written = await connection.execute(
        sa.update(table).where(*guard).values({"lease": None, "lease_until": None, **values})
    )
    if written.rowcount != 1:
        raise StaleWrite(f"{claim.kind} {claim.id} is not held any more.", kind=str(claim.kind), id=claim.id)


async def want(connection: AsyncConnection, proposal_id: str, now: datetime) -> None:
    """Mark every message of a proposal: it may have to show something else, not before its pause is over."""
    await connection.execute(wanted(proposal_id, now))


def wanted(proposal_id: str, now: datetime) -> sa.Update:
    """What `want` writes."""
    return sa.update(messages).where(messages.c.proposal_id == proposal_id).values(**marks(now))


def marks(now: datetime) -> dict[str, sa.ColumnElement[Any]]:
    """What marks a message as wanted anew."""
    later = sa.case((messages.c.not_before > now, messages.c.not_before), else_=now)
    return {"wanted": messages.c.wanted + 1, "due_at": later, "wake": messages.c.wake + 1}


async def want_beside(connection: AsyncConnection, proposal_id: str, now: datetime) -> None:
    """Mark the messages of the other proposals of a proposal's thread: what they speak of is not what it was."""
    own = sa.select(sa.func.coalesce(sa.func.nullif(proposals.c.thread_of, ""), proposals.c.id))
    root = own.where(proposals.c.id == proposal_id).scalar_subquery()
    thread = sa.select(proposals.c.id).where(
        sa.or_(proposals.c.id == root, proposals.c.thread_of == root), proposals.c.id != proposal_id
    )
    for each in await connection.scalars(thread):
        await want(connection, each, now)
