"""What handlers write about proposals, drafts and notices: one guarded move each, with what follows from it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.review.lifecycle import check_move
from bot.review.model import SETTLED, Claim, Draft, MessageKind, Notice, Proposal, ProposalState, Told
from bot.storage.base import Part, give_back, want
from bot.storage.rows import changes, to_notice, to_proposal, to_row
from bot.storage.tables import drafts, messages, notices, proposals
from bot.storage.turns import follow

log = logging.getLogger(__name__)


class MoveStore(Part):
    """The part of `bot.review.ports.Moves` about proposals, drafts and notices."""

    async def move_proposal(
        self,
        claim: Claim,
        before: Proposal,
        after: Proposal,
        *,
        due: bool,
        drafts: Sequence[Draft] = (),
        notice: str = "",
    ) -> None:
        check_move(before.state, after.state)
        now = self.database.now()
        values = changes(before, after) | _entered(now, before.state != after.state) | {"updated_at": now}
        values["due_at"] = sa.case((proposals.c.wake != claim.wake, now), else_=now if due else None)
        async with self.database.write(wakes=True) as connection:
            await give_back(connection, proposals, claim, values, state=before.state.value)
            if after.state is ProposalState.ADMITTED:
                await add_message(connection, after.id, MessageKind.PARENT, now)
            await _add_drafts(connection, after.id, drafts, now)
            if notice:
                await add_notice(connection, after, Told(after.requester_id, notice), now)
            await want(connection, after.id, now)
        if before.state is not after.state:
            log.info("proposal moved", extra={"proposal": after.id, "was": str(before.state), "now": str(after.state)})

    async def move_draft(
        self, claim: Claim, before: Draft, after: Draft, *, due: bool, told: Sequence[Told] = ()
    ) -> None:
        check_move(before.state, after.state)
        now = self.database.now()
        values = changes(before, after) | _entered(now, before.state != after.state)
        values["due_at"] = now if due else None
        async with self.database.write(wakes=True) as connection:
            await give_back(connection, drafts, claim, values, state=before.state.value)
            await follow(connection, before, after, now)
            await _tell(connection, after.proposal_id, told, now)
            if after.state in SETTLED:
                await connection.execute(
                    sa.update(proposals)
                    .where(proposals.c.id == after.proposal_id)
                    .values(due_at=now, wake=proposals.c.wake + 1)
                )
            await want(connection, after.proposal_id, now)
        if before.state is not after.state:
            moved = {"draft": after.id, "was": str(before.state), "now": str(after.state), "policy": after.policy_id}
            log.info("draft moved", extra={"proposal": after.proposal_id, **moved})

    async def notice(self, notice_id: str) -> Notice:
        async with self.database.read() as connection:
            query = sa.select(notices).where(notices.c.id == notice_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise StoreError(f"There is no notice {notice_id}.", id=notice_id)
        return to_notice(row)

    async def noticed(self, claim: Claim, *, trouble: str = "") -> None:
        values = {"due_at": None, "trouble": trouble, "delivered_at": None if trouble else self.database.now()}
        async with self.database.write() as connection:
            await give_back(connection, notices, claim, values)


async def add_message(
    connection: AsyncConnection, proposal_id: str, kind: MessageKind, now: datetime, draft: Draft | None = None
) -> None:
    """Want a message of a proposal; positions give the order in which they are posted."""
    position = {MessageKind.PARENT: 0, MessageKind.PROGRESS: 1}.get(kind, 1 + (draft.ordinal if draft else 0))
    draft_id = draft.id if draft else ""
    message_id = "/".join([proposal_id, kind.value, *([str(draft.ordinal)] if draft else [])])
    await connection.execute(
        sa.insert(messages).values(
            id=message_id,
            proposal_id=proposal_id,
            kind=kind.value,
            draft_id=draft_id,
            position=position,
            due_at=now,
            since=now,
        )
    )


async def add_notice(connection: AsyncConnection, proposal: Proposal, told: Told, now: datetime) -> None:
    """Keep a sentence for one person, or for the thread, until it is delivered; each is said once."""
    query = sa.select(notices.c.user_id, notices.c.text).where(notices.c.proposal_id == proposal.id)
    said = [tuple(row) for row in await connection.execute(query)]
    if (told.user_id, told.text) in said:
        return
    await connection.execute(
        sa.insert(notices).values(
            id=f"{proposal.id}/notice/{len(said)}",
            proposal_id=proposal.id,
            channel_id=proposal.channel_id,
            user_id=told.user_id,
            text=told.text,
            response_url=proposal.response_url if told.user_id == proposal.requester_id else "",
            due_at=now,
            since=now,
        )
    )


async def _tell(connection: AsyncConnection, proposal_id: str, told: Sequence[Told], now: datetime) -> None:
    if not told:
        return
    row = (await connection.execute(sa.select(proposals).where(proposals.c.id == proposal_id))).mappings().one()
    for each in told:
        await add_notice(connection, to_proposal(row), each, now)


async def _add_drafts(connection: AsyncConnection, proposal_id: str, found: Sequence[Draft], now: datetime) -> None:
    for draft in found:
        due = None if draft.state in SETTLED else now
        await connection.execute(sa.insert(drafts).values(to_row(draft) | {"since": now, "due_at": due}))
        await add_message(connection, proposal_id, MessageKind.CARD, now, draft)


def _entered(now: datetime, moved: bool) -> dict[str, Any]:
    """A row in a new state has not failed in it yet."""
    return {"attempts": 0, "since": now} if moved else {"attempts": 0}
