"""A Bolt app that says how long each request of Slack's waited for its acknowledgement, and of what proposal it was."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.delivered import handled

log = structlog.get_logger(__name__)

_EVENT_SECONDS = 2.2
"""Slack waits for three seconds."""

_PROPOSAL = re.compile(r"\bP-[0-9A-Z]{6,}\b")
_KINDS = frozenset(
    {
        "block_actions",
        "block_suggestion",
        "event_callback",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
    }
)


@dataclass(frozen=True)
class Answered:
    """A request of Slack's: what it was, seconds until its acknowledgement, HTTP status, and the proposal if known."""

    kind: str
    seconds: float
    status: int
    proposal: str = ""


class TimedApp(AsyncApp):
    """`on_answer` is told of every request, in either transport."""

    on_answer: Callable[[Answered], None] | None = None

    @asynccontextmanager
    async def answering(self, request: AsyncBoltRequest) -> AsyncIterator[BoltResponse]:
        """What to answer to a request. Its transport sends it before the block ends, which is what is timed; whatever
        is logged on the way carries the request's number.

        Bolt acknowledges an event before its listener has begun; here one that failed, or is not done in time, gets an
        error, and Slack sends it again.
        """
        began = time.monotonic()
        body = request.body if isinstance(request.body, Mapping) else {}
        with structlog.contextvars.bound_contextvars(request=uuid.uuid4().hex[:12]):
            response: BoltResponse = await self.async_dispatch(request)
            if response.status == 200:
                well = await handled(request.context, _EVENT_SECONDS)
                response = response if well else BoltResponse(status=503 if well is None else 500, body="")
            yield response
            # After the answer is on its way: nobody who waits for it waits for this as well.
            asyncio.get_running_loop().call_soon(self._tell, body, response, time.monotonic() - began)

    def _tell(self, body: Mapping[str, Any], response: BoltResponse, seconds: float) -> None:
        found = Answered(_kind(body), seconds, response.status, _proposal(body, response))
        about = {"proposal": found.proposal} if found.proposal else {}
        log.info("acknowledged", kind=found.kind, milliseconds=round(found.seconds * 1000), **about)
        if self.on_answer is not None:
            self.on_answer(found)


def _kind(body: Mapping[str, Any]) -> str:
    if "command" in body:
        return "command"
    kind = str(body.get("type") or "")
    return kind if kind in _KINDS else "other"


def _proposal(body: Mapping[str, Any], response: BoltResponse) -> str:
    """The proposal that a click or a form is about, or that a command made; only its id is looked for."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    view = body.get("view")
    metadata = view.get("private_metadata") if isinstance(view, Mapping) else ""
    for text in (first.get("value"), metadata, response.body if "command" in body else ""):
        if isinstance(text, str) and (found := _PROPOSAL.search(text)):
            return found.group()
    return ""
