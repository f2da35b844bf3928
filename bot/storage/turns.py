"""One change of an engine at a time: a draft holds the turn from the check to the service's last word.

The turn is the draft's and no worker's: a replica that takes the draft over has the turn with it.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StaleWrite, StoreError
from bot.review.model import Draft, DraftState
from bot.review.work import Claim
from bot.storage.base import Part
from bot.storage.tables import drafts, proposals, turns

HOLDING = frozenset({DraftState.APPROVED, DraftState.SENDING, DraftState.SETTLING})
"""The states in which a draft may have its engine's turn."""

_WATCHING = (DraftState.IN_REVIEW.value, DraftState.WAITING.value, DraftState.APPROVED.value)


class TurnStore(Part):
    """The part of `bot.review.stores.Moves` about turns."""

    async def take_turn(self, claim: Claim, engine_id: str) -> bool:
        try:
            async with self.database.write() as connection:
                mine = sa.select(drafts.c.id).where(drafts.c.id == claim.id, drafts.c.lease == claim.lease)
                if await connection.scalar(mine.with_for_update()) is None:
                    raise StaleWrite(f"draft {claim.id} is not held any more.", kind="draft", id=claim.id)
                holder = await connection.scalar(sa.select(turns.c.draft_id).where(turns.c.engine_id == engine_id))
                if holder is None:
                    await connection.execute(sa.insert(turns).values(engine_id=engine_id, draft_id=claim.id))
                return holder in (None, claim.id)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):  # another replica was faster
                return False
            raise

    async def end_turn(self, claim: Claim) -> None:
        async with self.database.write(wakes=True) as connection:
            await leave(connection, claim.id, self.database.now())


async def follow(connection: AsyncConnection, before: Draft, after: Draft, now: datetime) -> None:
    """What a move of a draft means for its engine: the turn ends, and the others look at the engine again."""
    if after.state not in HOLDING:
        await leave(connection, after.id, now)
    if after.state is DraftState.IN_EFFECT and before.state is not after.state:
        own = sa.select(proposals.c.engine_id).where(proposals.c.id == after.proposal_id)
        await look_again(connection, own.scalar_subquery(), now)


async def leave(connection: AsyncConnection, draft_id: str, now: datetime) -> None:
    """End a draft's turn, if it has one, and let the others of its engine try."""
    left = sa.delete(turns).where(turns.c.draft_id == draft_id).returning(turns.c.engine_id)
    engine_id = await connection.scalar(left)
    if engine_id is not None:
        await look_again(connection, sa.literal(engine_id), now)


async def look_beside(connection: AsyncConnection, proposal_id: str, now: datetime) -> None:
    """Have the other drafts of a thread that are not sent yet looked at now: one came to an end, or came."""
    await connection.execute(looked_at_beside(proposal_id, now))


def looked_at_beside(proposal_id: str, now: datetime) -> sa.Update:
    """What `look_beside` writes."""
    own = sa.select(sa.func.coalesce(sa.func.nullif(proposals.c.thread_of, ""), proposals.c.id))
    root = own.where(proposals.c.id == proposal_id).scalar_subquery()
    thread = sa.select(proposals.c.id).where(sa.or_(proposals.c.id == root, proposals.c.thread_of == root))
    watching = sa.select(drafts.c.id).where(drafts.c.proposal_id.in_(thread), drafts.c.state.in_(_WATCHING))
    free = watching.with_for_update(skip_locked=True, of=drafts).cte("watching")
    return sa.update(drafts).where(drafts.c.id.in_(sa.select(free.c.id))).values(due_at=now, wake=drafts.c.wake + 1)


async def look_again(connection: AsyncConnection, engine_id: sa.ColumnElement[str], now: datetime) -> None:
    """Have the drafts of an engine that are not sent yet looked at now."""
    beside = sa.select(proposals.c.id).where(proposals.c.engine_id == engine_id)
    watching = sa.select(drafts.c.id).where(drafts.c.proposal_id.in_(beside), drafts.c.state.in_(_WATCHING))
    # Rows that others write at this moment are passed over: two that end together must not wait for each other.
    free = watching.with_for_update(skip_locked=True, of=drafts).cte("watching")
    await connection.execute(
        sa.update(drafts).where(drafts.c.id.in_(sa.select(free.c.id))).values(due_at=now, wake=drafts.c.wake + 1)
    )
