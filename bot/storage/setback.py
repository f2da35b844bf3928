"""A clock that was ahead and is set back: what is due by it must not stand still until that time comes again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.review.model import DraftState, ProposalState
from bot.storage.engine import Database
from bot.storage.tables import drafts, messages, notices, proposals, watches

log = logging.getLogger(__name__)

_WORTH_IT = timedelta(seconds=2)
_LONGEST = timedelta(seconds=3700)
"""For longer nothing waits of what is looked at again and again."""
_AT_WORK = [ProposalState.RECEIVED, ProposalState.ADMITTED, ProposalState.ANNOUNCED, ProposalState.GENERATING]
_SENT = [DraftState.WAITING, DraftState.APPROVED, DraftState.SENDING, DraftState.SETTLING]
_AGAIN: tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...] = (
    (proposals, proposals.c.state.in_([state.value for state in _AT_WORK])),
    (drafts, drafts.c.state.in_([state.value for state in _SENT])),
    (messages, sa.true()),
    (notices, sa.true()),
    (watches, sa.true()),
)
"""What is looked at again and again. All else waits for an instant that people know of."""


class SetBack:
    """Notices that the clock was set back, in this process or before it started, and has the work that waits go on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._latest: datetime | None = None

    async def heed(self, now: datetime) -> None:
        """Call it with each look at the clock. Raises StoreError."""
        latest = self._latest
        if latest is None:
            await self._hurry(now, _LONGEST)
        elif latest - now > _WORTH_IT:
            log.warning("the clock was set back", extra={"seconds": round((latest - now).total_seconds())})
            await self._hurry(now, timedelta(0))
        self._latest = now

    async def _hurry(self, now: datetime, beyond: timedelta) -> None:
        async with self._database.write(wakes=True) as connection:
            for table, again in _AGAIN:
                if beyond and table is watches:  # how seldom those are looked at is a setting
                    continue
                late = sa.update(table).where(again, table.c.due_at > now + beyond)
                await connection.execute(late.values(due_at=now))
            held = sa.update(messages).where(messages.c.not_before > now + beyond)
            await connection.execute(held.values(not_before=None))
