"""Workspaces that do not take newer blocks: found out by sending them, remembered for a day."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from cachetools import TTLCache
from slack_sdk.errors import SlackApiError

from bot.review.messages import SlackMessage

log = logging.getLogger(__name__)

_WORKSPACES = 4096
_DAY = 24 * 3600.0
"""Slack brings new blocks to one workspace after the other, so that a refusal does not hold for ever."""

Blocks = list[dict[str, Any]]
_T = TypeVar("_T")


class OlderBlocks:
    """What is known of the workspaces that refused newer blocks lately. A restart costs each one refusal more."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._known: TTLCache[str, bool] = TTLCache(_WORKSPACES, _DAY, now)

    async def send(self, team: str, message: SlackMessage, call: Callable[[Blocks], Awaitable[_T]]) -> _T:
        """Have `call` send the message with its newer blocks, or plainly where the workspace refuses those."""
        newer, plain = ([dict(block) for block in blocks] for blocks in (message.blocks, message.plain))
        if not plain:
            return await call(newer)
        if team in self._known:
            return await call(plain)
        try:
            return await call(newer)
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks":
                raise
        # Only that the plain ones are taken shows that it was the newer ones.
        sent = await call(plain)
        self._known[team] = True
        log.info("newer blocks are not taken here", extra={"team": team})
        return sent
