"""Delivering one envelope: three seconds for the ack; events again when it does not come, the rest never."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from bot.clock import MovableClock
from bot.workspace.config import Timings
from bot.workspace.faults import Faults, Journal
from bot.workspace.wire import Json

EnvelopeType = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True)
class Envelope:
    """What is delivered. `accepts_response_payload` says whether the acknowledgement may carry something."""

    type: EnvelopeType
    payload: Json
    accepts_response_payload: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def name(self) -> str:
        """The command, the action, or the event inside, for the journal."""
        if self.type == "events_api":
            return str(self.payload["event"]["type"])
        return str(self.payload.get("command") or self.payload.get("type"))


@dataclass(frozen=True)
class Answer:
    """What came back. `error` is Slack's word for what went wrong, empty when acknowledged; `payload` what the
    acknowledgement carried; `final` forbids to deliver again."""

    error: str = ""
    payload: Json = field(default_factory=dict)
    final: bool = False

    @property
    def acknowledged(self) -> bool:
        return not self.error


class Transport(Protocol):
    """A way to the bot. `send` ends when the bot has answered, or could not be reached."""

    async def send(self, envelope: Envelope) -> Answer: ...


class Dispatcher:
    """Delivers envelopes over the transport, and keeps the tasks of deliveries that nobody waits for."""

    def __init__(
        self, transport: Transport, clock: MovableClock, timings: Timings, faults: Faults, journal: Journal
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._timings = timings
        self._faults = faults
        self._journal = journal
        self._tasks: set[asyncio.Task[Any]] = set()

    async def once(self, envelope: Envelope) -> Answer:
        """Deliver and wait for the acknowledgement, three seconds at the most."""
        started = self._clock.seconds()
        if self._faults.take(envelope.type, ("duplicate",)):
            self.background(self._transport.send(envelope))
        answer = await self._in_time(envelope)
        if answer.acknowledged and self._faults.take(envelope.type, ("drop_ack",)):
            await self._clock.sleep(self._timings.acknowledgement - (self._clock.seconds() - started))
            answer = Answer(error="operation_timeout")
        self._journal.delivery(
            {
                "type": envelope.type,
                "name": envelope.name,
                "envelope_id": envelope.envelope_id,
                "retry": envelope.retry_attempt,
                "acknowledged": answer.acknowledged,
                "error": answer.error,
                "at": started,
                "milliseconds": round((self._clock.seconds() - started) * 1000, 3),
            }
        )
        return answer

    async def _in_time(self, envelope: Envelope) -> Answer:
        lost = self._faults.take(envelope.type, ("lost_delivery",))
        sending = asyncio.ensure_future(_never() if lost else self._transport.send(envelope))
        limit = asyncio.ensure_future(self._clock.sleep(self._timings.acknowledgement))
        try:
            await asyncio.wait((sending, limit), return_when=asyncio.FIRST_COMPLETED)
            return sending.result() if sending.done() else Answer(error="operation_timeout")
        finally:
            limit.cancel()
            sending.cancel()

    def event(self, payload: Json) -> None:
        """Deliver an event in the background, and again by Slack's schedule while it is not acknowledged."""
        self.background(self._until_acknowledged(Envelope("events_api", payload)))

    async def _until_acknowledged(self, envelope: Envelope) -> None:
        answer = await self.once(envelope)
        for attempt, pause in enumerate(self._timings.event_retries, start=1):
            if answer.acknowledged or answer.final:
                return
            await self._clock.sleep(pause)
            reason = _RETRY_REASONS.get(answer.error, "http_error")
            again = replace(envelope, retry_attempt=attempt, retry_reason=reason, envelope_id=str(uuid.uuid4()))
            answer = await self.once(again)

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` until it ends or the workspace stops."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End all background deliveries."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


_RETRY_REASONS = {"operation_timeout": "timeout", "dispatch_failed": "connection_failed"}


async def _never() -> Answer:
    await asyncio.get_running_loop().create_future()
    raise AssertionError
