"""What people decide: votes and what they make of drafts, and revisions that take the place of what is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.review.errors import Reason, refused
from bot.review.lifecycle import check_move
from bot.review.model import QUIET, SETTLED, UNSENT, Draft, DraftState, Proposal
from bot.review.record import Entry, of_draft, of_vote
from bot.review.votes import APPROVALS, CastVote
from bot.storage.base import Part, wanted
from bot.storage.groups import Step
from bot.storage.rows import changes, to_draft, to_vote
from bot.storage.tables import drafts, proposals, votes
from bot.storage.turns import looked_at_beside


class DecisionStore(Part):
    """The part of `bot.review.stores.Records` about votes."""

    async def cast(self, vote: CastVote, before: Draft, after: Draft) -> bool:
        now = self.database.now()

        def cast(step: Step) -> bool:
            if not _write(step, before, after, now, actor=vote.user_id):
                return False
            if _keep(step.connection, vote, now):
                step.note(of_vote(after, vote))
            return True

        return await self._together(cast, before)

    async def take_back(self, draft: Draft, user_id: str) -> bool:
        now = self.database.now()
        mine = sa.update(votes).where(
            votes.c.draft_id == draft.id,
            votes.c.version == draft.version,
            votes.c.user_id == user_id,
            votes.c.vote.in_([vote.value for vote in APPROVALS]),
            votes.c.taken_back_at.is_(None),
        )

        def take_back(step: Step) -> bool:
            if not _write(step, draft, draft, now):
                return False
            row = step.connection.execute(mine.values(taken_back_at=now).returning(votes)).mappings().one_or_none()
            if row is not None:
                step.note(of_vote(draft, to_vote(row), "vote.taken_back"))
            return row is not None

        return await self._together(take_back, draft)

    async def counted(self, before: Draft, after: Draft, counted: Sequence[CastVote]) -> bool:
        now = self.database.now()
        standing = sa.select(votes.c.user_id, votes.c.vote).where(
            votes.c.draft_id == before.id,
            votes.c.version == before.version,
            votes.c.vote.in_([vote.value for vote in APPROVALS]),
            votes.c.taken_back_at.is_(None),
        )
        held = sa.select(drafts.c.id).where(drafts.c.id == before.id).with_for_update()

        def count(step: Step) -> bool:
            step.connection.execute(held)  # nobody votes between the look at the votes and what they make
            found = {tuple(row) for row in step.connection.execute(standing)}
            if found != {(vote.user_id, vote.vote.value) for vote in counted}:
                return False
            return _write(step, before, after, now, asks=before.state is not after.state)

        return await self._together(count, before)

    async def settle(self, before: Draft, after: Draft) -> bool:
        now = self.database.now()
        return await self._together(lambda step: _write(step, before, after, now, actor=after.decided_by), before)

    async def _together(self, work: Callable[[Step], bool], draft: Draft) -> bool:
        return await self.database.together(work, draft.proposal_id, draft.id)

    async def votes(self, draft_id: str) -> tuple[CastVote, ...]:
        query = sa.select(votes).where(votes.c.draft_id == draft_id).order_by(votes.c.id)
        async with self.database.read() as connection:
            return tuple(to_vote(row) for row in (await connection.execute(query)).mappings())


def _write(step: Step, before: Draft, after: Draft, now: datetime, *, asks: bool = True, actor: str = "") -> bool:
    """Write what differs in a draft that is as it was read; whoever works on it is `ask`ed to look at it.

    False when it is in another state or version, or binds to something else by now.
    """
    check_move(before.state, after.state)
    connection, values = step.connection, changes(before, after)
    if before.state is not after.state:
        values |= {"attempts": 0, "since": now, "decided_at": now}
    if asks:
        values |= {"due_at": None if after.state in SETTLED else now, "wake": drafts.c.wake + 1}
    if not values:
        return True
    move = (
        sa.update(drafts)
        .where(
            drafts.c.id == before.id,
            drafts.c.state == before.state.value,
            drafts.c.version == before.version,
            drafts.c.digest == before.digest,
        )
        .values(values)
        .returning(drafts.c.proposal_id)
    )
    proposal_id = connection.scalar(move)
    if proposal_id is None:
        return False
    if after.state in QUIET:
        connection.execute(
            sa.update(proposals).where(proposals.c.id == proposal_id).values(due_at=now, wake=proposals.c.wake + 1)
        )
    if after.state in QUIET or after.state is DraftState.WAITING:
        connection.execute(looked_at_beside(proposal_id, now))
    connection.execute(wanted(proposal_id, now))
    if before.state is not after.state:
        step.note(of_draft(f"draft.{after.state}", after, actor))
    return True


def _keep(connection: sa.Connection, vote: CastVote, now: datetime) -> bool:
    """Keep a vote; who voted on this version before votes anew. False where that very vote of theirs stands: somebody
    clicked again, or a click came twice. The draft is locked by now, so that no other replica keeps it meanwhile."""
    mine = votes.c.draft_id == vote.draft_id, votes.c.version == vote.version, votes.c.user_id == vote.user_id
    values = {"vote": vote.vote.value, "digest": vote.digest, "reason": vote.reason}
    before = connection.execute(sa.select(votes).where(*mine)).mappings().one_or_none()
    if before is None:
        row = {"draft_id": vote.draft_id, "version": vote.version, "user_id": vote.user_id}
        connection.execute(sa.insert(votes).values(row | values | {"cast_at": now}))
        return True
    if before["taken_back_at"] is None and all(before[name] == value for name, value in values.items()):
        return False
    connection.execute(sa.update(votes).where(*mine).values(**values, cast_at=now, taken_back_at=None))
    return True


def replaced(connection: sa.Connection, proposal: Proposal, now: datetime) -> list[Entry]:
    """What is still undecided of the proposal that this one revises is not reviewed any more; of several pieces only
    the one that it is instead of, where it is so.

    What was sent stays. Raises Refused when nothing is left to replace: somebody was faster.
    """
    one = proposal.wanted.instead_of if proposal.wanted else ""
    states = [*UNSENT, DraftState.UNUSABLE]  # what was decided stays as it was decided
    values = {"state": DraftState.REPLACED.value, "deciders": [proposal.requester_id], "decided_at": now}
    values |= {"since": now, "due_at": None, "attempts": 0, "trouble": "", "note": f"See {proposal.id}."}
    which = drafts.c.id == one if one else drafts.c.proposal_id == proposal.revises
    moved = connection.execute(
        sa.update(drafts)
        .where(which, drafts.c.proposal_id == proposal.revises, drafts.c.state.in_([each.value for each in states]))
        .values(values | {"wake": drafts.c.wake + 1})
        .returning(drafts)
    )
    closed = [to_draft(row) for row in moved.mappings()]
    if not closed and not _nothing_came(connection, which):
        raise refused(Reason.NOT_REVISABLE)
    ask = sa.update(proposals).where(proposals.c.id == proposal.revises)
    connection.execute(ask.values(due_at=now, wake=proposals.c.wake + 1))
    connection.execute(wanted(proposal.revises, now))
    return [of_draft(f"draft.{DraftState.REPLACED}", draft, proposal.requester_id) for draft in closed]


def _nothing_came(connection: sa.Connection, which: sa.ColumnElement[bool]) -> bool:
    """Whether these drafts ended, and nobody's no was among what ended them: then they can be proposed anew."""
    vain = (DraftState.UNUSABLE, DraftState.EXPIRED, DraftState.NOT_ENACTED)
    states = set(connection.scalars(sa.select(drafts.c.state).where(which)))
    return bool(states) and states <= {state.value for state in vain}
