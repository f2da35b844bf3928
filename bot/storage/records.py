"""What people do and see: proposals are added, drafts decided, both read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.errors import Refused, StoreError
from bot.review.lifecycle import NOT_MEANT
from bot.review.model import ENDED, UNSEEN, Draft, DraftState, Proposal, ProposalState
from bot.review.quotas import NO_QUOTAS, WINDOW, Quotas, Used, check
from bot.review.record import of_proposal
from bot.storage.base import Part
from bot.storage.decisions import replaced
from bot.storage.groups import Step
from bot.storage.journal import changing
from bot.storage.rows import rule_digest, to_draft, to_proposal, to_row
from bot.storage.tables import Instant, drafts, messages, notices, proposals

_NOT_OPEN = [state.value for state in ENDED | UNSEEN]
_MOST = 20
_OPEN = proposals.c.state.not_in(_NOT_OPEN)
_TWIN = (
    sa.select(proposals.c.id)
    .where(
        proposals.c.rule_digest == sa.bindparam("rule_digest"),
        proposals.c.id != sa.bindparam("revises"),
        proposals.c.team_id == sa.bindparam("team_id"),
        proposals.c.engine_id == sa.bindparam("engine_id"),
        proposals.c.gateway_arn == sa.bindparam("gateway_arn"),
        _OPEN,
    )
    .order_by(proposals.c.created_at)
    .limit(1)
)
"""An open proposal with the same words. Made once: of many commands at once, making statements is most of the work."""
_ADD = sa.insert(proposals)
_LATELY = proposals.c.created_at > sa.bindparam("after", type_=Instant())
_WHOSE: Mapping[str, sa.ColumnElement[bool]] = {
    "person": proposals.c.requester_id == sa.bindparam("requester_id"),
    "channel": proposals.c.channel_id == sa.bindparam("channel_id"),
    "workspace": sa.true(),
}
_USED = sa.select(
    *(
        column
        for whose in _WHOSE.values()
        for column in (
            sa.func.count().filter(sa.and_(_OPEN, whose)),
            sa.func.count().filter(sa.and_(_LATELY, whose)),
            sa.func.min(proposals.c.created_at).filter(sa.and_(_LATELY, whose)),
        )
    )
).where(proposals.c.team_id == sa.bindparam("team_id"), sa.or_(_OPEN, _LATELY))
"""What is used of each quota; what has ended and is older counts for nothing."""


def _open_of(team_id: str, channel_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The open proposals of a person and of a channel."""
    whose = sa.or_(proposals.c.channel_id == channel_id, proposals.c.requester_id == user_id)
    return proposals.c.team_id == team_id, _OPEN, whose


class RecordStore(Part):
    """`bot.review.stores.Records`."""

    async def add_proposal(self, proposal: Proposal, quotas: Quotas = NO_QUOTAS) -> tuple[Proposal, bool] | None:
        words = rule_digest(proposal.rule)
        at = proposal.created_at
        row = to_row(proposal) | {"rule_digest": words, "due_at": at, "since": at}
        twin = {name: row[name] for name in ("rule_digest", "revises", "team_id", "engine_id", "gateway_arn")}

        def add(step: Step) -> Proposal:
            connection = step.connection
            if quotas != NO_QUOTAS:
                self._admit(connection, proposal, quotas)
            row["same_rule_as"] = connection.scalar(_TWIN, twin) or ""
            connection.execute(_ADD, row)
            if proposal.revises:
                step.note(*replaced(connection, proposal, at))
            step.note(of_proposal("proposal.received", proposal, proposal.requester_id))
            return replace(proposal, same_rule_as=row["same_rule_as"])

        try:
            # Proposals before votes, those of a team together: two groups at once wait for each other in one direction.
            return await self.database.together(add, "", proposal.team_id, proposal.revises), True
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
        except Refused:
            # The same command again is answered as before, however much was proposed since.
            if known := await self._known(proposal.key):
                return known, False
            raise
        known = await self._known(proposal.key)
        return (known, False) if known else None

    def _admit(self, connection: sa.Connection, proposal: Proposal, quotas: Quotas) -> None:
        """Raise Refused when one more is too many; until the transaction ends nobody else in the workspace adds any."""
        if not self.database.is_sqlite:
            lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(proposal.team_id, 0))
            connection.execute(sa.select(lock))
        names = ("team_id", "requester_id", "channel_id")
        asked = {name: getattr(proposal, name) for name in names} | {"after": proposal.created_at - WINDOW}
        found = connection.execute(_USED, asked).one()
        used = {name: Used(*found[3 * place : 3 * place + 3]) for place, name in enumerate(_WHOSE)}
        check(quotas, used, proposal.created_at)

    async def _known(self, key: str) -> Proposal | None:
        async with self.database.read() as connection:
            known = sa.select(proposals).where(proposals.c.key == key)
            found = (await connection.execute(known)).mappings().one_or_none()
        return to_proposal(found) if found else None

    async def proposal(self, proposal_id: str) -> Proposal | None:
        async with self.database.read() as connection:
            query = sa.select(proposals).where(proposals.c.id == proposal_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        return to_proposal(row) if row else None

    async def draft(self, draft_id: str) -> Draft | None:
        async with self.database.read() as connection:
            row = (await connection.execute(sa.select(drafts).where(drafts.c.id == draft_id))).mappings().one_or_none()
        return to_draft(row) if row else None

    async def drafts(self, proposal_id: str) -> tuple[Draft, ...]:
        query = sa.select(drafts).where(drafts.c.proposal_id == proposal_id).order_by(drafts.c.ordinal)
        async with self.database.read() as connection:
            return tuple(to_draft(row) for row in (await connection.execute(query)).mappings())

    async def beside(self, proposal: Proposal) -> tuple[Draft, ...]:
        root = proposal.thread_of or proposal.id
        query = (
            sa.select(drafts)
            .join(proposals, proposals.c.id == drafts.c.proposal_id)
            .where(
                sa.or_(proposals.c.id == root, proposals.c.thread_of == root),
                proposals.c.id != proposal.id,
                drafts.c.state == DraftState.IN_EFFECT.value,
            )
            .order_by(drafts.c.decided_at, drafts.c.id)
        )
        async with self.database.read() as connection:
            return tuple(to_draft(row) for row in (await connection.execute(query)).mappings())

    async def enacted(self, engine_id: str, policy_id: str) -> Draft | None:
        query = (
            sa.select(drafts)
            .join(proposals, proposals.c.id == drafts.c.proposal_id)
            .where(
                proposals.c.engine_id == engine_id,
                drafts.c.policy_id == policy_id,
                drafts.c.state == DraftState.IN_EFFECT.value,
            )
            .order_by(drafts.c.since.desc(), drafts.c.decided_at.desc(), drafts.c.id)
            .limit(1)
        )
        async with self.database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return to_draft(row) if row else None

    async def scheduled(self, engine_id: str, policy_id: str) -> tuple[Draft, ...]:
        return await self._ends(proposals.c.engine_id == engine_id, drafts.c.policy_id == policy_id)

    async def ends(self, engine_id: str, gateway_arn: str) -> tuple[Draft, ...]:
        return await self._ends(proposals.c.engine_id == engine_id, proposals.c.gateway_arn == gateway_arn)

    async def _ends(self, *which: sa.ColumnElement[bool]) -> tuple[Draft, ...]:
        query = (
            sa.select(drafts)
            .join(proposals, proposals.c.id == drafts.c.proposal_id)
            .where(drafts.c.state == DraftState.SCHEDULED.value, *which)
            .order_by(drafts.c.id)
        )
        async with self.database.read() as connection:
            return tuple(to_draft(row) for row in (await connection.execute(query)).mappings())

    async def answered(self, proposal_id: str, *, insists: bool, response_url: str) -> bool:
        to = ProposalState.RECEIVED if insists else ProposalState.REFUSED
        now = self.database.now()
        values: dict[str, Any] = {"state": to.value, "insisted": insists, "response_url": response_url}
        values |= {"updated_at": now, "since": now, "attempts": 0, "wake": proposals.c.wake + 1}
        values |= {"due_at": now if insists else None, "trouble": "" if insists else NOT_MEANT}
        asked = proposals.c.id == proposal_id, proposals.c.state == ProposalState.ASKED.value
        async with changing(self.database, wakes=insists) as change:
            moved = await change.connection.execute(
                sa.update(proposals).where(*asked).values(values).returning(proposals)
            )
            row = moved.mappings().one_or_none()
            if row is not None:
                found = to_proposal(row)
                event = "proposal.insisted" if insists else "proposal.refused"
                change.note(of_proposal(event, found, found.requester_id))
        return row is not None

    async def open_proposals(
        self, *, team_id: str, channel_id: str, user_id: str, skip: int = 0, most: int = _MOST
    ) -> tuple[Proposal, ...]:
        found = sa.select(proposals).where(*_open_of(team_id, channel_id, user_id))
        query = found.order_by(proposals.c.created_at.desc(), proposals.c.id).offset(skip).limit(most)
        async with self.database.read() as connection:
            return tuple(to_proposal(row) for row in (await connection.execute(query)).mappings())

    async def count_open(self, *, team_id: str, channel_id: str, user_id: str) -> int:
        query = sa.select(sa.func.count()).where(*_open_of(team_id, channel_id, user_id))
        async with self.database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def readers_changed(self, channel_id: str) -> None:
        now = self.database.now()
        here = proposals.c.channel_id == channel_id, proposals.c.state != ProposalState.REFUSED.value
        of_here = messages.c.proposal_id.in_(sa.select(proposals.c.id).where(*here))
        told = sa.and_(messages.c.proposal_id.is_(None), messages.c.channel_id == channel_id, messages.c.ts != "")
        anew = {"fingerprint": "", "wanted": messages.c.wanted + 1, "due_at": now, "wake": messages.c.wake + 1}
        stands = sa.or_(notices.c.ts != "", notices.c.due_at.is_not(None))
        said = sa.update(notices).where(notices.c.channel_id == channel_id, notices.c.user_id == "", stands)
        look = sa.update(proposals).where(*here, proposals.c.state == ProposalState.IN_REVIEW.value)
        async with self.database.write(wakes=True) as connection:
            await connection.execute(sa.update(messages).where(sa.or_(of_here, told)).values(**anew))
            await connection.execute(said.values(due_at=now, wake=notices.c.wake + 1))
            await connection.execute(look.values(due_at=now, wake=proposals.c.wake + 1))

    async def show_again(self, channel_id: str) -> None:
        here = proposals.c.channel_id == channel_id, proposals.c.state != ProposalState.REFUSED.value
        seen = proposals.c.channel_id == channel_id, proposals.c.state.not_in(_NOT_OPEN)
        refused = messages.c.proposal_id.in_(sa.select(proposals.c.id).where(*here)), messages.c.trouble != ""
        async with self.database.write(wakes=True) as connection:
            await connection.execute(self._anew(*refused))
            await connection.execute(self._anew(messages.c.proposal_id.in_(sa.select(proposals.c.id).where(*seen))))

    async def look_again(self, proposal_ids: Sequence[str]) -> None:
        async with self.database.write(wakes=True) as connection:
            await connection.execute(self._anew(messages.c.proposal_id.in_(proposal_ids)))

    def _anew(self, *which: sa.ColumnElement[bool]) -> sa.Update:
        """Show messages again that nothing is wanted of: one that somebody deleted is posted anew."""
        anew = {"fingerprint": "", "wanted": messages.c.wanted + 1, "due_at": self.database.now()}
        found = sa.update(messages).where(*which, messages.c.due_at.is_(None))
        return found.values(anew | {"wake": messages.c.wake + 1})
