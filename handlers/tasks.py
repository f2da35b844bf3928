"""Work that outlives an acknowledgement: kept, awaited at shutdown, and never failing in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger(__name__)
_Result = TypeVar("_Result")


class Tasks:
    """The running tasks of handlers."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, _Result], name: str) -> asyncio.Task[_Result]:
        """Run `work` to its end, whatever becomes of who started it."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def ready(self, task: asyncio.Task[Any], seconds: float) -> bool:
        """Whether the task ended within `seconds`; it goes on when it did not."""
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return bool(done)

    async def finish(self, seconds: float) -> None:
        """Wait up to `seconds` for what runs, then cancel the rest."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task_failed", task=task.get_name(), exc_info=error)
