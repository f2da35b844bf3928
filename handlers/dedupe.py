"""One act for each event and click: Slack repeats events that it thinks were lost, and sockets repeat anything.

An event is acknowledged once it was handled: when that fails, or lasts too long, Slack sends it again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from cachetools import TTLCache
from slack_bolt.async_app import AsyncApp
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.delivered import Outcome, awaited, went

log = structlog.get_logger(__name__)

_KEEP_SECONDS = 900.0
_KEEP_MOST = 10_000


class Seen:
    """What was delivered in the last fifteen minutes, longer than Slack repeats an event for, and what came of it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._outcomes: TTLCache[str, Outcome] = TTLCache(_KEEP_MOST, _KEEP_SECONDS, timer=clock)

    def before(self, key: str) -> Outcome | None:
        """What came, or comes, of an earlier delivery under this key; None when there was none, or it failed."""
        return self._outcomes.get(key)

    def begins(self, key: str) -> Outcome:
        """The outcome, to be set, of the first delivery under this key. One that fails is as if it had not been."""
        outcome: Outcome = asyncio.get_running_loop().create_future()
        self._outcomes[key] = outcome

        def ended(_: Outcome) -> None:
            if self._outcomes.get(key) is outcome and (outcome.cancelled() or not outcome.result()):
                del self._outcomes[key]

        outcome.add_done_callback(ended)
        return outcome


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


def install(app: AsyncApp, seen: Seen) -> None:
    """Have an app act once on what is delivered twice; an event that comes again waits for the outcome of its first."""
    app.use(_Once(seen))
    app.listener_runner.listener_completion_handler = _Completed()


class _Once(AsyncMiddleware):
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        key = delivery_key(req.body)
        if not key:
            return await next()
        earlier = self._seen.before(key)
        if earlier is not None:
            log.info("repeated_delivery", key=key)
            awaited(req.context, earlier)
            return BoltResponse(status=200, body="")
        outcome = self._seen.begins(key)
        if "event_id" in req.body:
            awaited(req.context, outcome)
        else:  # nobody sends a click again: it is acknowledged when its handler says so, and it was seen
            outcome.set_result(True)
        return await next()


class _Completed(AsyncListenerCompletionHandler):
    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        went(request.context, well=True)
