"""Who works on what: due rows are claimed under a lease, and given back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.review.messages import MessageKind
from bot.review.model import OPEN, DraftState, ProposalState
from bot.review.work import Claim, WorkKind
from bot.storage import tables
from bot.storage.base import Part, give_back, marks, want
from bot.storage.fair import in_turn
from bot.storage.rows import to_claim
from bot.storage.setback import SetBack

TABLES: Mapping[WorkKind, sa.Table] = {
    WorkKind.PROPOSAL: tables.proposals,
    WorkKind.DRAFT: tables.drafts,
    WorkKind.MESSAGE: tables.messages,
    WorkKind.UPDATE: tables.messages,
    WorkKind.NOTICE: tables.notices,
    WorkKind.WATCH: tables.watches,
}


AT_ONCE = 3
"""So many messages of a channel are posted, and so many changed, at a time."""


def _known(kind: WorkKind) -> ColumnElement[bool]:
    """Only rows that this version understands, and messages in their order within a proposal, or within what a channel
    is told of one kind, and after the message in whose thread they are."""
    if kind is WorkKind.PROPOSAL:
        return tables.proposals.c.state.in_([state.value for state in ProposalState])
    if kind is WorkKind.DRAFT:
        return tables.drafts.c.state.in_([state.value for state in DraftState])
    if kind is WorkKind.NOTICE:
        return _follows()
    if kind is WorkKind.WATCH:
        return sa.true()
    mine, earlier = tables.messages, tables.messages.alias("earlier")
    shown = mine.c.kind.in_([known.value for known in MessageKind])
    if kind is WorkKind.UPDATE:
        return sa.and_(shown, mine.c.ts != "")
    alike = sa.and_(earlier.c.proposal_id.is_(None), mine.c.proposal_id.is_(None), earlier.c.kind == mine.c.kind)
    beside = sa.and_(alike, earlier.c.team_id == mine.c.team_id, earlier.c.channel_id == mine.c.channel_id)
    together = sa.or_(earlier.c.proposal_id == mine.c.proposal_id, beside)
    before = sa.and_(together, earlier.c.position < mine.c.position, earlier.c.ts == "")
    above = sa.and_(earlier.c.id == mine.c.thread_of, earlier.c.wanted > earlier.c.shown)
    waits = sa.exists().where(sa.or_(before, above), earlier.c.due_at.is_not(None))
    return sa.and_(shown, mine.c.ts == "", ~waits)


def _order(kind: WorkKind) -> tuple[ColumnElement[Any], ...]:
    """What was due first; of messages that stand those with buttons that nobody should press any more; of those to be
    posted what somebody waits to decide on, with what stands before it, and what a channel is told, then parents, and
    the oldest proposal first."""
    table = TABLES[kind]
    if kind is WorkKind.MESSAGE:
        cards = table.alias("cards")
        decided_on = sa.exists().where(
            cards.c.proposal_id == table.c.proposal_id,
            cards.c.kind == MessageKind.CARD.value,
            cards.c.ts == "",
            cards.c.due_at.is_not(None),
        )
        told = table.c.proposal_id.is_(None)
        first = sa.case((sa.or_(decided_on, told), 0), (table.c.kind == MessageKind.PARENT.value, 1), else_=2)
        oldest = sa.func.coalesce(_of_proposal(tables.proposals.c.created_at), table.c.since)
        return first, oldest, table.c.proposal_id, table.c.position
    if kind is not WorkKind.UPDATE:
        return (table.c.due_at,)
    asks = sa.exists().where(
        tables.drafts.c.id == table.c.draft_id, tables.drafts.c.state.in_([state.value for state in OPEN])
    )
    return sa.case((sa.and_(table.c.draft_id != "", ~asks), 0), else_=1), table.c.due_at


def _of_proposal(column: sa.Column[Any]) -> ColumnElement[Any]:
    """A column of the proposal that a message belongs to, also within a query that has proposals of its own."""
    its = tables.proposals.alias("its")
    found = sa.select(its.c[column.name]).where(its.c.id == tables.messages.c.proposal_id)
    return found.correlate(tables.messages).scalar_subquery()


def _in_turn(due: ColumnElement[bool], kind: WorkKind, now: ColumnElement[float]) -> ColumnElement[bool]:
    """Of messages, a few of each channel at a time: the rest would only wait for Slack's pace, in the order in which
    they were taken, before whatever becomes urgent meanwhile."""
    if kind not in (WorkKind.MESSAGE, WorkKind.UPDATE):
        return due
    table = tables.messages
    stands = table.c.ts != "" if kind is WorkKind.UPDATE else table.c.ts == ""
    held = sa.and_(stands, table.c.lease.is_not(None), table.c.lease_until >= now)
    place = sa.func.row_number().over(
        partition_by=sa.func.coalesce(_of_proposal(tables.proposals.c.channel_id), table.c.channel_id),
        order_by=(sa.case((held, 0), else_=1), *_order(kind)),
    )
    ranked = sa.select(table.c.id, place.label("place")).where(sa.or_(due, held)).subquery("ranked")
    return sa.and_(due, table.c.id.in_(sa.select(ranked.c.id).where(ranked.c.place <= AT_ONCE)))


def _follows() -> ColumnElement[bool]:
    """What is said in a thread comes after the messages that it may speak of."""
    notices, messages = tables.notices, tables.messages
    unposted = sa.exists().where(
        messages.c.proposal_id == notices.c.proposal_id, messages.c.ts == "", messages.c.due_at.is_not(None)
    )
    return sa.or_(notices.c.user_id != "", ~unposted)


class QueueStore(Part):
    """`bot.review.stores.Queue`. It is `fair` where the rows are of several workspaces."""

    fair = False
    _look: sa.TextClause | None = None
    _set_back: SetBack | None = None

    def subscribe(self, wake: Callable[[], None]) -> None:
        self.database.subscribe(wake)

    async def due(self) -> frozenset[WorkKind]:
        now = self.database.now()
        if self._set_back is None:
            self._set_back = SetBack(self.database)
        await self._set_back.heed(now)
        if self._look is None:
            self._look = self._look_at_all()
        async with self.database.read() as connection:
            found = await connection.execute(self._look, {"now": now})
        return frozenset(WorkKind(name) for name in found.scalars())

    def _look_at_all(self) -> sa.TextClause:
        """One statement, made once and as text: it is asked so often that making it anew would be most of its cost."""
        looks = []
        for kind, table in TABLES.items():
            due = table.c.due_at <= sa.literal_column(":now", tables.Instant)
            found = sa.select(table.c.id).where(due, _known(kind), self._is_free(kind)).exists()
            looks.append(sa.select(sa.literal_column(f"'{kind.value}'", sa.String)).where(found))
        text = self.database.text_of(sa.union_all(*looks))
        return sa.text(text).bindparams(sa.bindparam("now", type_=tables.Instant))

    def _is_free(self, kind: WorkKind) -> ColumnElement[bool]:
        table = TABLES[kind]
        return sa.or_(table.c.lease.is_(None), table.c.lease_until < self.database.database_now())

    async def claim(self, kind: WorkKind, *, limit: int, lease: float) -> tuple[Claim, ...]:
        table, now = TABLES[kind], self.database.database_now()
        is_free = self._is_free(kind)
        mine = _in_turn(sa.and_(table.c.due_at <= self.database.now(), _known(kind), is_free), kind, now)
        due = sa.select(table.c.id).where(mine).order_by(*_order(kind)).limit(limit)
        if self.fair:
            due = in_turn(table, mine, is_free, _order(kind), limit)
        found = due.with_for_update(skip_locked=True, of=table).cte("due")
        take = (
            sa.update(table)
            .where(table.c.id.in_(sa.select(found.c.id)))
            .values(lease=str(uuid.uuid4()), lease_until=now + lease, **_doubted(table, table.c.lease.is_not(None)))
            .returning(table.c.id, table.c.lease, table.c.attempts, table.c.wake, table.c.since)
        )
        async with self.database.write() as connection:
            rows = (await connection.execute(take)).mappings().all()
        return tuple(to_claim(kind, row) for row in rows)

    async def renew(self, claim: Claim, *, lease: float) -> bool:
        table = TABLES[claim.kind]
        hold = _mine(table, claim).values(lease_until=self.database.database_now() + lease)
        async with self.database.write() as connection:
            return (await connection.execute(hold)).rowcount == 1

    async def release(self, claim: Claim) -> None:
        async with self.database.write(wakes=True) as connection:
            table = TABLES[claim.kind]
            free = _mine(table, claim).values(lease=None, lease_until=None, **_doubted(table, sa.true()))
            await connection.execute(free)

    async def lost(self, claim: Claim) -> None:
        table, now = TABLES[claim.kind], self.database.now()
        again = sa.update(table).where(table.c.id == claim.id)
        looked_for: dict[str, Any] = {"looks": 1, "look_at": None}  # whoever has it may post what we posted
        if table is tables.messages:
            again = again.values(looked_for | marks(now) | {"fingerprint": ""})
        elif table is tables.notices:
            again = again.where(table.c.user_id == "")  # what is said in private cannot be looked for
            again = again.values(looked_for | {"due_at": now, "wake": table.c.wake + 1})
        else:
            return
        async with self.database.write(wakes=True) as connection:
            await connection.execute(again)

    async def later(
        self, claim: Claim, *, after: float | None, trouble: str = "", failed: bool = False, throttled: bool = False
    ) -> None:
        table, now = TABLES[claim.kind], self.database.now()
        due = None if after is None else now + timedelta(seconds=after)
        values: dict[str, Any] = {"attempts": claim.attempts + 1 if failed else 0, "trouble": trouble}
        if throttled:
            values["attempts"] = claim.attempts
        values["due_at"] = due if failed or throttled else sa.case((table.c.wake != claim.wake, now), else_=due)
        if table is tables.messages:
            values["not_before"] = due
            if failed:
                values |= _doubted(table, sa.true())
        async with self.database.write() as connection:
            marks = await self._says_otherwise(connection, claim, trouble)
            await give_back(connection, table, claim, values)
            if marks:
                await want(connection, marks, now)

    async def _says_otherwise(self, connection: AsyncConnection, claim: Claim, trouble: str) -> str:
        """The proposal whose messages should show another trouble, if any."""
        table = TABLES[claim.kind]
        if claim.kind not in (WorkKind.PROPOSAL, WorkKind.DRAFT):
            return ""
        owner = table.c.id if claim.kind is WorkKind.PROPOSAL else table.c.proposal_id
        return await connection.scalar(sa.select(owner).where(table.c.id == claim.id, table.c.trouble != trouble)) or ""


def _doubted(table: sa.Table, when: ColumnElement[bool]) -> dict[str, Any]:
    """Forget what a message shows when its last holder did not come to say: Slack may have taken it or not."""
    if table is not tables.messages:
        return {}
    return {"fingerprint": sa.case((when, ""), else_=table.c.fingerprint)}


def _mine(table: sa.Table, claim: Claim) -> sa.Update:
    return sa.update(table).where(table.c.id == claim.id, table.c.lease == claim.lease)
