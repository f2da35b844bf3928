"""Events: the bot is invited to a channel, or others come to read one. Bolt has acknowledged them already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext

from handlers.services import Services

log = structlog.get_logger(__name__)


async def joined(event: Mapping[str, Any], context: AsyncBoltContext, services: Services) -> None:
    """Somebody came into a channel; when it is the bot, reviews that stand there are shown as they are now."""
    if event.get("user") == context.bot_user_id:
        await services.review.invited(str(event["channel"]))


async def shared(event: Mapping[str, Any], services: Services) -> None:
    """A channel is shared with another company, or is not any more."""
    await services.review.shared(str(event["channel"]))


async def ignored(event: Mapping[str, Any]) -> None:
    """Nothing follows from this event."""
    log.debug("event_ignored", type=event.get("type"))
