"""Looking back: what there was about a policy, and what the record has of proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from bot.review.model import SETTLED, DraftState, Proposal, ProposalState
from bot.review.past import Past
from bot.review.record import Row
from bot.storage.base import Part
from bot.storage.rows import to_draft, to_proposal
from bot.storage.tables import audit, drafts, proposals


class HistoryStore(Part):
    """`bot.review.stores.Histories`."""

    async def past(self, engine_id: str, policy_ids: Sequence[str], *, name: str = "") -> tuple[Past, ...]:
        known_by = [drafts.c.policy_id.in_([each for each in policy_ids if each])]
        about = sa.or_(*known_by, *([drafts.c.policy_name == name] if name else []))
        joined = drafts.join(proposals, drafts.c.proposal_id == proposals.c.id)
        own = sa.select(drafts).select_from(joined).where(proposals.c.engine_id == engine_id, about)
        of = sa.select(proposals).where(proposals.c.id.in_(own.with_only_columns(drafts.c.proposal_id)))
        order = (proposals.c.created_at, drafts.c.id)
        async with self.database.read() as connection:
            found = [to_draft(row) for row in (await connection.execute(own.order_by(*order))).mappings()]
            known = {row["id"]: to_proposal(row) for row in (await connection.execute(of)).mappings()}
        return tuple(Past(known[each.proposal_id], each) for each in found)

    async def newest(self, engine_id: str, count: int) -> tuple[Past, ...]:
        """The drafts about an engine that were made last, at most `count`: of the newest proposal first, in order."""
        joined = drafts.join(proposals, drafts.c.proposal_id == proposals.c.id)
        order = (proposals.c.created_at.desc(), proposals.c.id, drafts.c.ordinal)
        own = sa.select(drafts).select_from(joined).where(proposals.c.engine_id == engine_id).order_by(*order)
        of = sa.select(proposals).where(proposals.c.engine_id == engine_id)
        async with self.database.read() as connection:
            found = [to_draft(row) for row in (await connection.execute(own.limit(count))).mappings()]
            named = of.where(proposals.c.id.in_({each.proposal_id for each in found}))
            known = {row["id"]: to_proposal(row) for row in (await connection.execute(named)).mappings()}
        return tuple(Past(known[each.proposal_id], each) for each in found)

    async def in_review(self, team_id: str, most: int) -> tuple[Past, ...]:
        open_ = drafts.c.state == DraftState.IN_REVIEW.value, proposals.c.state == ProposalState.IN_REVIEW.value
        return await self._pasts(team_id, open_, (proposals.c.created_at, drafts.c.id), most)

    async def ending(self, team_id: str, most: int) -> tuple[Past, ...]:
        scheduled = (drafts.c.state == DraftState.SCHEDULED.value,)
        return await self._pasts(team_id, scheduled, (drafts.c.until, drafts.c.id), most)

    async def decided(self, team_id: str, most: int) -> tuple[Past, ...]:
        known = drafts.c.decided_at.is_not(None), drafts.c.state.in_([state.value for state in SETTLED])
        return await self._pasts(team_id, known, (drafts.c.decided_at.desc(), drafts.c.id), most)

    async def _pasts(
        self,
        team_id: str,
        where: tuple[sa.ColumnElement[bool], ...],
        order: tuple[sa.ColumnElement[Any], ...],
        most: int,
    ) -> tuple[Past, ...]:
        """Drafts of a team with their proposals."""
        joined = drafts.join(proposals, drafts.c.proposal_id == proposals.c.id)
        own = sa.select(drafts).select_from(joined).where(proposals.c.team_id == team_id, *where)
        async with self.database.read() as connection:
            found = [to_draft(row) for row in (await connection.execute(own.order_by(*order).limit(most))).mappings()]
            of = sa.select(proposals).where(proposals.c.id.in_({each.proposal_id for each in found}))
            known = {row["id"]: to_proposal(row) for row in (await connection.execute(of)).mappings()}
        return tuple(Past(known[each.proposal_id], each) for each in found)

    async def thread(self, proposal_id: str) -> tuple[Proposal, ...]:
        within = sa.or_(proposals.c.id == proposal_id, proposals.c.thread_of == proposal_id)
        query = sa.select(proposals).where(within).order_by(proposals.c.created_at, proposals.c.id)
        async with self.database.read() as connection:
            return tuple(to_proposal(row) for row in (await connection.execute(query)).mappings())

    async def recorded_of(self, proposal_ids: Sequence[str]) -> tuple[Row, ...]:
        members = [audit.c[member.name] for member in fields(Row)]
        query = sa.select(*members).where(audit.c.proposal_id.in_(list(proposal_ids))).order_by(audit.c.seq)
        async with self.database.read() as connection:
            return tuple(Row(*row) for row in await connection.execute(query))
