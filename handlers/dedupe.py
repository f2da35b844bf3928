"""One delivery of each event and click: Slack repeats events that it thinks were lost, and sockets repeat anything."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from cachetools import TTLCache
from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)

_KEEP_SECONDS = 900.0
_KEEP_MOST = 10_000


class Seen:
    """Keys seen in the last fifteen minutes, longer than Slack repeats an event for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys: TTLCache[str, bool] = TTLCache(_KEEP_MOST, _KEEP_SECONDS, timer=clock)

    def before(self, key: str) -> bool:
        """Whether the key was seen before; it is from now on."""
        if key in self._keys:
            return True
        self._keys[key] = True
        return False


def delivery_key(body: Mapping[str, Any]) -> str:
    """What is the same for two deliveries of one event or click; empty where the review itself can tell them apart.

    Two clicks of one person are two: each has its own `action_ts`. Commands carry a key into the store instead, because
    a restart must not make one command two proposals.
    """
    if body.get("event_id"):
        return f"event {body['event_id']}"
    if body.get("type") == "block_actions" and body.get("actions"):
        action = body["actions"][0]
        place = (body.get("container") or {}).get("message_ts") or (body.get("view") or {}).get("id")
        return f"click {place} {body['user']['id']} {action.get('action_id')} {action.get('action_ts')}"
    return ""


def once(seen: Seen) -> Callable[..., Awaitable[BoltResponse]]:
    """The middleware that acknowledges a repeated delivery and does nothing else with it."""

    async def drop_repeated(body: Mapping[str, Any], next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        key = delivery_key(body)
        if key and seen.before(key):
            log.info("repeated_delivery", key=key)
            return BoltResponse(status=200, body="")
        return await next()

    return drop_repeated
