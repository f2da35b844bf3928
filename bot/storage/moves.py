"""What handlers write about proposals, drafts and notices: one guarded move each, with what follows from it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StaleWrite, StoreError
from bot.review.lifecycle import check_move
from bot.review.messages import MessageKind, Notice, Told
from bot.review.model import QUIET, SETTLED, Draft, DraftState, Origin, Proposal, ProposalState
from bot.review.record import Entry, of_draft, of_proposal
from bot.review.tested import MOST_TESTS
from bot.review.work import Claim
from bot.storage import tables
from bot.storage.base import Part, give_back, want, want_beside
from bot.storage.examples import keep_tests
from bot.storage.journal import Change, changing
from bot.storage.rows import changes, to_notice, to_proposal, to_row
from bot.storage.tables import messages, notices, proposals
from bot.storage.turns import follow, look_beside

log = logging.getLogger(__name__)

_LET_IN = (ProposalState.ADMITTED, ProposalState.ANNOUNCED)


class MoveStore(Part):
    """The part of `bot.review.stores.Moves` about proposals, drafts and notices."""

    async def move_proposal(
        self,
        claim: Claim,
        before: Proposal,
        after: Proposal,
        *,
        due: bool,
        drafts: Sequence[Draft] = (),
        notice: str = "",
        told: Sequence[Told] = (),
    ) -> None:
        check_move(before.state, after.state)
        now = self.database.now()
        values = changes(before, after) | _entered(now, before.state != after.state) | {"updated_at": now}
        values["due_at"] = sa.case((proposals.c.wake != claim.wake, now), else_=now if due else None)
        async with changing(self.database) as change:
            connection = change.connection
            await give_back(connection, proposals, claim, values, state=before.state.value)
            if before.state is not after.state:
                change.note(of_proposal(f"proposal.{after.state}", after))
            change.note(*(of_draft("draft.shown", draft) for draft in drafts))
            if before.state is ProposalState.RECEIVED and after.state in _LET_IN:
                await keep_tests(change, after.tests, self.database, most=MOST_TESTS)
            if after.state is ProposalState.ADMITTED:
                await add_message(connection, after.id, MessageKind.PARENT, now)
            if after.state is ProposalState.ANNOUNCED and after.origin is Origin.RULE:  # in another proposal's thread
                await add_message(connection, after.id, MessageKind.PROGRESS, now)
            await _add_drafts(connection, after.id, drafts, now)
            if drafts and after.revises:
                await look_beside(connection, after.id, now)
            private = (Told(after.requester_id, notice),) if notice else ()
            await tell(change, after, (*private, *told), now)
            await want(connection, after.id, now)
        if before.state is not after.state:
            log.info("proposal moved", extra={"proposal": after.id, "was": str(before.state), "now": str(after.state)})

    async def move_draft(
        self,
        claim: Claim,
        before: Draft,
        after: Draft,
        *,
        due: bool,
        told: Sequence[Told] = (),
        drafts: Sequence[Draft] = (),
        others: Sequence[tuple[Draft, Draft]] = (),
    ) -> None:
        check_move(before.state, after.state)
        now = self.database.now()
        values = changes(before, after) | _entered(now, before.state != after.state)
        values["due_at"] = now if due else None
        async with changing(self.database) as change:
            connection = change.connection
            await give_back(connection, tables.drafts, claim, values, state=before.state.value)
            if before.state is not after.state:
                change.note(of_draft(f"draft.{after.state}", after))
            elif before.version != after.version:
                change.note(of_draft("draft.shown", after))
            await follow(connection, before, after, now)
            change.note(*(of_draft(f"draft.{each.state}", each) for each in drafts))
            await _add_drafts(connection, after.proposal_id, drafts, now)
            for was, becomes in others:
                await _ends_otherwise(change, was, becomes, now)
            await _tell(change, after.proposal_id, told, now)
            if after.state in QUIET or (before.state, before.version) != (after.state, after.version):
                await connection.execute(
                    sa.update(proposals)
                    .where(proposals.c.id == after.proposal_id)
                    .values(due_at=now, wake=proposals.c.wake + 1)
                )
            if after.state in SETTLED and after.state is not before.state:
                await look_beside(connection, after.proposal_id, now)
            await want(connection, after.proposal_id, now)
            if after.state is DraftState.IN_EFFECT:
                await want_beside(connection, after.proposal_id, now)
        if before.state is not after.state:
            moved = {"draft": after.id, "was": str(before.state), "now": str(after.state), "policy": after.policy_id}
            log.info("draft moved", extra={"proposal": after.proposal_id, **moved})

    async def tended(
        self,
        claim: Claim,
        proposal: Proposal,
        *,
        marked: Sequence[Draft],
        told: Sequence[Told],
        due_at: datetime | None,
    ) -> None:
        now = self.database.now()
        values = {"due_at": sa.case((proposals.c.wake != claim.wake, now), else_=due_at), "attempts": 0, "trouble": ""}
        async with changing(self.database) as change:
            for draft in marked:  # drafts before their proposal, as everywhere: two never wait for each other
                mark = {"called": draft.called, "called_at": draft.called_at, "reminders": draft.reminders}
                rows = tables.drafts
                here = sa.update(rows).where(rows.c.id == draft.id, rows.c.version == draft.version)
                await change.connection.execute(here.values(mark))
            await give_back(change.connection, proposals, claim, values, state=proposal.state.value)
            await tell(change, proposal, told, now)

    async def notice(self, notice_id: str) -> Notice:
        async with self.database.read() as connection:
            query = sa.select(notices).where(notices.c.id == notice_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise StoreError(f"There is no notice {notice_id}.", id=notice_id)
        return to_notice(row)

    async def noticed(self, claim: Claim, *, ts: str = "", trouble: str = "", looks: Sequence[float] = ()) -> None:
        now = self.database.now()
        look_at = now + timedelta(seconds=looks[0]) if looks else None
        # Others may have come to read its channel since it was looked at.
        due = sa.case((notices.c.wake != claim.wake, now), else_=look_at)
        values: dict[str, Any] = {"due_at": due, "trouble": trouble, "delivered_at": None if trouble else now}
        values |= {"look_at": look_at, "looks": len(looks)}
        values |= {"ts": ts} if ts else {}
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


async def tell(change: Change, proposal: Proposal, told: Sequence[Told], now: datetime) -> None:
    """Keep what is to be said of a proposal, and record what is an event of its own."""
    for each in told:
        if await add_notice(change.connection, proposal, each, now) and each.event:
            said = {"said": each.text, "to": each.user_id or "thread"}
            change.note(Entry(each.event, proposal.team_id, proposal.id, data=said))


async def add_notice(connection: AsyncConnection, proposal: Proposal, told: Told, now: datetime) -> bool:
    """Keep a sentence for one person, or for the thread, until it is delivered; each is said once, else False."""
    query = sa.select(notices.c.user_id, notices.c.text).where(notices.c.proposal_id == proposal.id)
    said = [tuple(row) for row in await connection.execute(query)]
    if (told.user_id, told.text) in said:
        return False
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
    return True


async def _tell(change: Change, proposal_id: str, told: Sequence[Told], now: datetime) -> None:
    if not told:
        return
    query = sa.select(proposals).where(proposals.c.id == proposal_id)
    await tell(change, to_proposal((await change.connection.execute(query)).mappings().one()), told, now)


async def _add_drafts(connection: AsyncConnection, proposal_id: str, found: Sequence[Draft], now: datetime) -> None:
    for draft in found:
        due = None if draft.state in SETTLED else now
        await connection.execute(sa.insert(tables.drafts).values(to_row(draft) | {"since": now, "due_at": due}))
        await add_message(connection, proposal_id, MessageKind.CARD, now, draft)


async def _ends_otherwise(change: Change, before: Draft, after: Draft, now: datetime) -> None:
    """Write what another draft's move makes of a scheduled one. Raises StaleWrite when that is not as it was."""
    check_move(before.state, after.state)
    moved = before.state is not after.state
    values = changes(before, after) | ({"since": now, "due_at": None} if moved else {"due_at": now})
    rows = tables.drafts
    here = sa.update(rows).where(
        rows.c.id == before.id, rows.c.state == before.state.value, rows.c.digest == before.digest
    )
    if (await change.connection.execute(here.values(values | {"wake": rows.c.wake + 1}))).rowcount != 1:
        raise StaleWrite(f"draft {before.id} is not as it was any more.", kind="draft", id=before.id)
    change.note(of_draft(f"draft.{after.state}", after))
    await want(change.connection, after.proposal_id, now)


def _entered(now: datetime, moved: bool) -> dict[str, Any]:
    """A row in a new state has not failed in it yet."""
    return {"attempts": 0, "since": now} if moved else {"attempts": 0}
