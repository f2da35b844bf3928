"""What the publisher writes: which messages stand where, showing what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.errors import StaleWrite, StoreError
from bot.review.messages import MessageKind, Posting, Told
from bot.review.model import Origin, ProposalState
from bot.review.record import of_proposal
from bot.review.work import Claim, WorkKind
from bot.storage.base import Part, give_back, want
from bot.storage.journal import Change, changing
from bot.storage.moves import add_message, add_notice
from bot.storage.rows import to_posting, to_proposal
from bot.storage.tables import messages, notices, proposals


class PostingStore(Part):
    """The part of `bot.review.stores.Moves` about messages."""

    async def posting(self, message_id: str) -> Posting:
        async with self.database.read() as connection:
            query = sa.select(messages).where(messages.c.id == message_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise StoreError(f"There is no message {message_id}.", id=message_id)
        return to_posting(row)

    async def trying(self, claim: Claim) -> None:
        await self._note(claim, tried=True, tried_at=self.database.now())

    async def tried(self, claim: Claim, *, perhaps: bool) -> None:
        await self._note(claim, tried=perhaps, tried_at=None)

    async def _note(self, claim: Claim, **values: object) -> None:
        table = notices if claim.kind is WorkKind.NOTICE else messages
        mine = sa.update(table).where(table.c.id == claim.id, table.c.lease == claim.lease)
        async with self.database.write() as connection:
            if (await connection.execute(mine.values(values))).rowcount != 1:
                raise StaleWrite(f"{claim.kind} {claim.id} is not held any more.", id=claim.id)

    async def shown(
        self, claim: Claim, posting: Posting, *, ts: str, fingerprint: str, pause: float, looks: Sequence[float] = ()
    ) -> None:
        now = self.database.now()
        touchable = now + timedelta(seconds=pause)
        look_at = now + timedelta(seconds=looks[0]) if looks else None
        values = {
            "ts": ts,
            "fingerprint": sa.case((messages.c.wanted > posting.wanted, ""), else_=fingerprint),
            "shown": posting.wanted,
            "trouble": "",
            "attempts": 0,
            "not_before": touchable,
            "due_at": sa.case((messages.c.wanted > posting.wanted, touchable), else_=look_at),
            "look_at": look_at,
            "looks": len(looks),
        }
        async with changing(self.database, wakes=not posting.ts) as change:
            if posting.kind is MessageKind.PARENT and not posting.ts:
                await _threaded(change, posting.proposal_id, ts, now)
            await give_back(change.connection, messages, claim, values)

    async def gone(self, claim: Claim, posting: Posting) -> None:
        now = self.database.now()
        values = {"ts": "", "fingerprint": "", "tried": False, "copy": posting.copy + 1, "due_at": now}
        values |= {"looks": 1, "look_at": None}  # where it could not be changed, it stands
        async with self.database.write(wakes=True) as connection:
            await give_back(connection, messages, claim, values)

    async def unpostable(self, claim: Claim, posting: Posting, *, trouble: str, notice: str) -> None:
        now = self.database.now()
        async with changing(self.database) as change:
            connection = change.connection
            if posting.proposal_id:
                query = sa.select(proposals).where(proposals.c.id == posting.proposal_id)
                proposal = to_proposal((await connection.execute(query)).mappings().one())
                if proposal.state is ProposalState.ADMITTED:
                    await _move(change, proposal.id, ProposalState.REFUSED, now, trouble=notice)
                await add_notice(connection, proposal, Told(proposal.requester_id, notice), now)
            values = {
                "due_at": sa.case((messages.c.wanted > posting.wanted, now), else_=None),
                "shown": posting.wanted,
                "trouble": trouble,
                "attempts": 0,
            }
            await give_back(connection, messages, claim, values)


async def _threaded(change: Change, proposal_id: str, ts: str, now: datetime) -> None:
    """The parent stands: its proposal has a thread, and goes on if it waited for it."""
    connection = change.connection
    thread = sa.case((proposals.c.in_thread != "", proposals.c.in_thread), else_=ts)
    await connection.execute(sa.update(proposals).where(proposals.c.id == proposal_id).values(thread_ts=thread))
    if await _move(change, proposal_id, ProposalState.ANNOUNCED, now, due_at=now):
        origin = await connection.scalar(sa.select(proposals.c.origin).where(proposals.c.id == proposal_id))
        if origin == Origin.RULE.value:
            await add_message(connection, proposal_id, MessageKind.PROGRESS, now)
        await want(connection, proposal_id, now)


async def _move(change: Change, proposal_id: str, to: ProposalState, now: datetime, **values: object) -> bool:
    """Move a proposal that waits for its parent. No worker holds it: it is not due in that state."""
    moved = await change.connection.execute(
        sa.update(proposals)
        .where(proposals.c.id == proposal_id, proposals.c.state == ProposalState.ADMITTED.value)
        .values(state=to.value, updated_at=now, since=now, attempts=0, wake=proposals.c.wake + 1, **values)
        .returning(proposals)
    )
    row = moved.mappings().one_or_none()
    if row is not None:
        change.note(of_proposal(f"proposal.{to}", to_proposal(row)))
    return row is not None
