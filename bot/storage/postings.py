"""What the publisher writes: which messages stand where, showing what."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StaleWrite, StoreError
from bot.review.model import Claim, MessageKind, Posting, ProposalState, Told
from bot.storage.base import Part, give_back, want
from bot.storage.moves import add_message, add_notice
from bot.storage.rows import to_posting, to_proposal
from bot.storage.tables import messages, proposals


class PostingStore(Part):
    """The part of `bot.review.ports.Moves` about messages."""

    async def posting(self, message_id: str) -> Posting:
        async with self.database.read() as connection:
            query = sa.select(messages).where(messages.c.id == message_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise StoreError(f"There is no message {message_id}.", id=message_id)
        return to_posting(row)

    async def trying(self, claim: Claim) -> None:
        mine = sa.update(messages).where(messages.c.id == claim.id, messages.c.lease == claim.lease)
        async with self.database.write() as connection:
            if (await connection.execute(mine.values(tried=True))).rowcount != 1:
                raise StaleWrite(f"Message {claim.id} is not held any more.", id=claim.id)

    async def shown(self, claim: Claim, posting: Posting, *, ts: str, fingerprint: str, pause: float) -> None:
        now = self.database.now()
        touchable = now + timedelta(seconds=pause)
        values = {
            "ts": ts,
            "fingerprint": sa.case((messages.c.wanted > posting.wanted, ""), else_=fingerprint),
            "shown": posting.wanted,
            "trouble": "",
            "attempts": 0,
            "not_before": touchable,
            "due_at": sa.case((messages.c.wanted > posting.wanted, touchable), else_=None),
        }
        async with self.database.write(wakes=not posting.ts) as connection:
            if posting.kind is MessageKind.PARENT and not posting.ts:
                await _threaded(connection, posting.proposal_id, ts, now)
            await give_back(connection, messages, claim, values)

    async def gone(self, claim: Claim, posting: Posting) -> None:
        now = self.database.now()
        values = {"ts": "", "fingerprint": "", "tried": False, "copy": posting.copy + 1, "due_at": now}
        async with self.database.write(wakes=True) as connection:
            await give_back(connection, messages, claim, values)

    async def unpostable(self, claim: Claim, posting: Posting, *, trouble: str, notice: str) -> None:
        now = self.database.now()
        async with self.database.write(wakes=True) as connection:
            query = sa.select(proposals).where(proposals.c.id == posting.proposal_id)
            proposal = to_proposal((await connection.execute(query)).mappings().one())
            if proposal.state is ProposalState.ADMITTED:
                await _move(connection, proposal.id, ProposalState.REFUSED, now, trouble=notice)
            await add_notice(connection, proposal, Told(proposal.requester_id, notice), now)
            values = {
                "due_at": sa.case((messages.c.wanted > posting.wanted, now), else_=None),
                "shown": posting.wanted,
                "trouble": trouble,
                "attempts": 0,
            }
            await give_back(connection, messages, claim, values)


async def _threaded(connection: AsyncConnection, proposal_id: str, ts: str, now: datetime) -> None:
    """The parent stands: its proposal has a thread, and goes on if it waited for it."""
    await connection.execute(sa.update(proposals).where(proposals.c.id == proposal_id).values(thread_ts=ts))
    if await _move(connection, proposal_id, ProposalState.ANNOUNCED, now, due_at=now):
        await add_message(connection, proposal_id, MessageKind.PROGRESS, now)
        await want(connection, proposal_id, now)


async def _move(
    connection: AsyncConnection, proposal_id: str, to: ProposalState, now: datetime, **values: object
) -> bool:
    """Move a proposal that waits for its parent. No worker holds it: it is not due in that state."""
    moved = await connection.execute(
        sa.update(proposals)
        .where(proposals.c.id == proposal_id, proposals.c.state == ProposalState.ADMITTED.value)
        .values(state=to.value, updated_at=now, since=now, attempts=0, wake=proposals.c.wake + 1, **values)
    )
    return moved.rowcount == 1
