"""The time of a control plane that is moved forward by hand, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.clock import MovableClock
from bot.controlplane.wire.faults import refused, unparsable

PATH = "/admin/clock"
_LONGEST = 366 * 24 * 3600


async def answer(clock: Callable[[], datetime], body: bytes) -> dict[str, Any]:
    """What `/admin/clock` says: the time, once it is moved by the `advance` seconds of a body. Raises Fault."""
    if body:
        if not isinstance(clock, MovableClock):
            raise refused("The clock of this control plane cannot be moved")
        await clock.advance(_seconds(body))
    return {"now": clock().isoformat()}


def _seconds(body: bytes) -> float:
    try:
        found = json.loads(body)
        seconds = found["advance"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise unparsable('The body must be like {"advance": 3600}, in seconds') from error
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST:
        raise refused(f"advance must be a number of seconds from 0 to {_LONGEST}", "/advance")
    return float(seconds)
