"""Looking back: what there was about a policy, and what the record has of proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from bot.review.model import Proposal
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
