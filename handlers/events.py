"""Events that the app is told of and needs nothing from. Bolt has acknowledged them before they arrive here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

log = structlog.get_logger(__name__)


async def ignored(event: Mapping[str, Any]) -> None:
    """Nothing follows from this event."""
    log.debug("event_ignored", type=event.get("type"))
