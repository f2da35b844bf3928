"""The worker: claims what is due, holds its leases, and stops gently. Runs in the bot's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import TypeVar

from bot.errors import StaleWrite, StoreError
from bot.review.options import Options
from bot.review.stores import Queue
from bot.review.work import NOBODY_WAITS, Claim, WorkKind

log = logging.getLogger(__name__)

T = TypeVar("T")
Handler = Callable[[Claim], Awaitable[None]]
Around = Callable[[Claim], AbstractContextManager[object]]
"""What is entered around the handling of a claim, such as what its log lines say of it."""

_RELEASE_AGAIN = 0.25


class Worker:
    """Polls the queue each second, and at once when told that there may be work."""

    def __init__(
        self,
        queue: Queue,
        handlers: Mapping[WorkKind, Handler],
        options: Options,
        *,
        around: Around = contextlib.nullcontext,
        on_lost: Callable[[Claim], None] | None = None,
    ) -> None:
        self._around = around
        self._on_lost = on_lost
        self._queue = queue
        self._handlers = handlers
        self._options = options
        self._hint = asyncio.Event()
        self._stopping = False
        self._out = False
        self._tasks: dict[asyncio.Task[None], WorkKind] = {}
        queue.subscribe(self._hint.set)

    async def run(self) -> None:
        """Work until `stop` is called; then wait a while for what is running. Leases cover the rest."""
        NOBODY_WAITS.set(True)  # of this task, and of those that it starts
        try:
            while not self._stopping:
                self._hint.clear()
                await self._claim()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._hint.wait(), self._options.poll_every)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._options.stop_wait)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self) -> None:
        """Claim nothing more; `run` returns soon."""
        self._stopping = True
        self._hint.set()

    async def _claim(self) -> None:
        due = await self._asked(self._queue.due())
        for kind in self._handlers:
            # Of each kind by itself: whatever AgentCore keeps waiting must not keep Slack's messages waiting.
            free = self._options.concurrency - sum(busy is kind for busy in self._tasks.values())
            if self._stopping or kind not in due or free <= 0:
                continue
            for claim in await self._asked(self._queue.claim(kind, limit=free, lease=self._options.lease)):
                task = asyncio.create_task(self._work(claim), name=f"{claim.kind} {claim.id}")
                self._tasks[task] = kind
                task.add_done_callback(self._done)

    async def _asked(self, question: Awaitable[Collection[T]]) -> Collection[T]:
        """What the queue says; nothing while it cannot be asked."""
        try:
            found = await question
        except StoreError as error:
            if not self._out:
                log.warning("no work can be claimed", extra={"error": error.sentence})
            self._out = True
            return ()
        except Exception:  # a worker that ended would leave everybody waiting in silence
            log.exception("work cannot be claimed")
            return ()
        if self._out:
            log.warning("work is claimed again")
        self._out = False
        return found

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._hint.set()

    async def _work(self, claim: Claim) -> None:
        """Run the handler of a claim while its lease is held, and cancel it when the lease is gone."""
        with self._around(claim):
            await self._held(claim)

    async def _held(self, claim: Claim) -> None:
        handling = asyncio.ensure_future(self._handlers[claim.kind](claim))
        holding = asyncio.create_task(self._hold(claim))
        try:
            await asyncio.wait({handling, holding}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (holding, handling):
                task.cancel()
            await asyncio.gather(holding, handling, return_exceptions=True)
        if handling.cancelled():
            log.warning("lease lost", extra={"kind": str(claim.kind), "id": claim.id})
            await self._lost(claim)
        elif (error := handling.exception()) is not None:
            await self._failed(claim, error)

    async def _hold(self, claim: Claim) -> None:
        """Renew the lease until it cannot be: returns when the row is another's, or was not renewed in its time."""
        loop = asyncio.get_running_loop()
        held_until = loop.time() + self._options.lease
        while loop.time() < held_until:
            await asyncio.sleep(self._options.renew_every)
            try:
                if not await self._queue.renew(claim, lease=self._options.lease):
                    return
                held_until = loop.time() + self._options.lease
            except StoreError as error:
                log.warning("lease not renewed", extra={"id": claim.id, "error": error.sentence})

    async def _failed(self, claim: Claim, error: BaseException) -> None:
        if isinstance(error, StaleWrite):
            log.info("row taken over", extra={"kind": str(claim.kind), "id": claim.id})
            await self._lost(claim)
            return
        if isinstance(error, StoreError):
            log.warning("store failed", extra={"kind": str(claim.kind), "id": claim.id, "error": error.sentence})
            await self._give_back(claim)
            return
        log.error("step failed", exc_info=error, extra={"kind": str(claim.kind), "id": claim.id})
        with contextlib.suppress(StoreError):
            await self._queue.later(
                claim, after=self._options.delay(claim.attempts, 1.0), trouble=_fault(error), failed=True
            )

    async def _lost(self, claim: Claim) -> None:
        if self._on_lost is not None:
            self._on_lost(claim)
        with contextlib.suppress(StoreError):  # whoever has the row now shows it; this is for what we showed after them
            await self._queue.lost(claim)
            # A person may have moved the row while we held it: then the lease is still ours, and they need not wait.
            await self._queue.release(claim)

    async def _give_back(self, claim: Claim) -> None:
        """After a failure of the store, free the row as soon as the store is back, or let the lease run out.

        When the store answers, it is the row that cannot be worked on, such as one of a newer version: it waits longer
        each time, so that it neither spins nor goes before others.
        """
        try:
            await self._queue.later(claim, after=self._options.delay(claim.attempts, 1.0), failed=True)
            return
        except StaleWrite:
            return
        except StoreError:
            log.info("row waits for the store", extra={"kind": str(claim.kind), "id": claim.id})
        loop = asyncio.get_running_loop()
        until = loop.time() + self._options.lease
        while loop.time() < until and not self._stopping:
            with contextlib.suppress(StoreError):
                await self._queue.release(claim)
                return
            await asyncio.sleep(_RELEASE_AGAIN)


def _fault(error: BaseException) -> str:
    return f"policybot has a fault here ({type(error).__name__}); it is logged, and the step is tried again."
