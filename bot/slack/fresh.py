"""One question for all who ask at the same moment, and never an answer to a question that was asked before theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

_T = TypeVar("_T")


class Fresh:
    """Shares answers without keeping any. Whoever asks while a question is under way waits for the next one."""

    def __init__(self) -> None:
        self._next: dict[Hashable, asyncio.Task[Any]] = {}
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def ask(self, key: Hashable, question: Callable[[], Awaitable[_T]]) -> _T:
        """What `question` gives, or raises, when it is put after this call; one at a time for a key."""
        task: asyncio.Task[_T] | None = self._next.get(key)
        if task is None:
            task = asyncio.create_task(self._put(key, question, self._under_way.get(key)))
            task.add_done_callback(_seen)
            self._next[key] = task
        # One of those who wait may be cancelled; the others still want the answer.
        return await asyncio.shield(task)

    async def _put(self, key: Hashable, question: Callable[[], Awaitable[_T]], before: asyncio.Task[Any] | None) -> _T:
        if before is not None:
            await asyncio.wait({before})
        own = self._under_way[key] = self._next.pop(key)
        try:
            return await question()
        finally:
            if self._under_way.get(key) is own:
                del self._under_way[key]


def _seen(task: asyncio.Task[Any]) -> None:
    """Take note of an error that nobody waits for any more, which asyncio would otherwise complain about."""
    if not task.cancelled():
        task.exception()
