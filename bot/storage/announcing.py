"""Messages that are of no proposal: written with what they tell of, shown as any other message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review.messages import Announcement
from bot.storage.base import marks
from bot.storage.tables import messages


async def announce(connection: AsyncConnection, wanted: Iterable[Announcement], now: datetime) -> None:
    """Want messages, or other contents of those that are there."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for each in wanted:
        drawn = {"kind": each.kind.value, "about": dict(each.about), "since": now}
        where = {"team_id": each.team_id, "channel_id": each.channel_id, "thread_of": each.thread_of}
        put = insert(messages).values(id=each.id, **where, **drawn, position=each.number, due_at=now)
        again = put.on_conflict_do_update(index_elements=[messages.c.id], set_=drawn | marks(now))
        await connection.execute(again)
