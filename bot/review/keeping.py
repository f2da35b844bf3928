"""For how long what ended is kept."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import StoreError
from bot.review.ports import Clock

log = logging.getLogger(__name__)

_STEP = 50
_PAUSE = 1.0
_EVERY = 3600.0


class Keeper(Protocol):
    """The store, for what is given up."""

    async def give_up(self, before: datetime, *, most: int) -> int:
        """Delete up to `most` proposals that ended before an instant; how many there were. Raises StoreError."""
        ...


async def keep(store: Keeper, clock: Clock, days: float, *, every: float = _EVERY, pause: float = _PAUSE) -> None:
    """Give up what ended more than so many days ago, each hour, in small steps with a pause; until cancelled. With 0
    days everything is kept."""
    while days:
        try:
            while count := await store.give_up(clock.now() - timedelta(days=days), most=_STEP):
                log.info("ended proposals given up", extra={"count": count})
                await asyncio.sleep(pause)
        except StoreError as error:
            log.warning("ended proposals not given up", extra={"error": error.sentence})
        await asyncio.sleep(every)
