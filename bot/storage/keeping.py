"""What ended long ago is given up, a little at a time. The record of what happened is not: it is a chain."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.review.messages import MessageKind
from bot.review.model import ENDED, SETTLED, DraftState
from bot.storage.base import Part
from bot.storage.tables import drafts, messages, notices, proposals, turns, votes

_GONE = [state.value for state in SETTLED - {DraftState.IN_EFFECT}]


class KeepingStore(Part):
    """The part of the store that gives up what nobody needs any more."""

    async def give_up(self, before: datetime, *, most: int) -> int:
        """Delete up to `most` proposals that ended before an instant, with all that belongs to them; how many.

        What is in effect stays, since what stands on an engine is explained and undone by it; so does what others of
        its thread, or later changes, refer to. What channels were told as long ago goes with them.
        """
        later = proposals.alias("later")
        alive = sa.exists().where(drafts.c.proposal_id == proposals.c.id, drafts.c.state.not_in(_GONE))
        thread = sa.exists().where(later.c.thread_of == proposals.c.id)
        revised = sa.exists().where(later.c.revises == proposals.c.id)
        ended = (
            sa.select(proposals.c.id)
            .where(
                proposals.c.state.in_([state.value for state in ENDED]),
                proposals.c.updated_at < before,
                proposals.c.due_at.is_(None),
                ~alive,
                ~thread,
                ~revised,
            )
            .order_by(proposals.c.updated_at)
            .limit(most)
            .with_for_update(skip_locked=True, of=proposals)
        )
        told = sa.delete(messages).where(
            messages.c.proposal_id.is_(None),
            messages.c.kind != MessageKind.DRIFT.value,
            messages.c.since < before,
            messages.c.due_at.is_(None),
        )
        async with self.database.write() as connection:
            await connection.execute(told)
            ids = list(await connection.scalars(ended))
            if not ids:
                return 0
            own = sa.select(drafts.c.id).where(drafts.c.proposal_id.in_(ids))
            for table in (votes, turns):
                await connection.execute(sa.delete(table).where(table.c.draft_id.in_(own)))
            for owned in (drafts, messages, notices):
                await connection.execute(sa.delete(owned).where(owned.c.proposal_id.in_(ids)))
            await connection.execute(sa.delete(proposals).where(proposals.c.id.in_(ids)))
        return len(ids)
