"""What people are refused is kept in the record: who wanted what, and why not."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator

from bot.errors import Refused, StoreError
from bot.review.record import Entry
from bot.review.stores import Recorder

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def recorded(
    store: Recorder, action: str, user_id: str, *, team_id: str = "", proposal_id: str = "", draft_id: str = ""
) -> AsyncIterator[None]:
    """Record a refusal inside the block, and let it out. A database that fails does not turn a no into an error.
    Whoever acts waits for an answer meanwhile."""
    try:
        with store.answering():
            yield
    except Refused as error:
        data = {"action": action, "reason": str(error.reason), "said": error.sentence}
        try:
            await store.note(Entry("refused", team_id, proposal_id, draft_id, user_id, data))
        except StoreError as failed:
            log.warning("refusal not recorded", extra={"action": action, "error": failed.sentence})
        raise
