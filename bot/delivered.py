"""Whether what Slack delivered was handled: handlers say so, and a transport that acknowledges waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

Outcome = asyncio.Future[bool]
"""Whether a delivery was handled, once that is known."""

_KEY = "delivery_outcome"


def awaited(context: MutableMapping[str, Any], outcome: Outcome) -> None:
    """Have the delivery of this context acknowledged by its outcome, and not before."""
    context[_KEY] = outcome


def went(context: MutableMapping[str, Any], *, well: bool) -> None:
    """Say how the delivery went, if nobody has and somebody waits for it."""
    outcome: Outcome | None = context.get(_KEY)
    if outcome is not None and not outcome.done():
        outcome.set_result(well)


async def handled(context: MutableMapping[str, Any], patience: float) -> bool | None:
    """Whether the delivery was handled, True where nobody waits for that; None when it is not known in time."""
    outcome: Outcome | None = context.get(_KEY)
    if outcome is None:
        return True
    try:
        async with asyncio.timeout(patience):
            return await asyncio.shield(outcome)
    except TimeoutError:
        return None
