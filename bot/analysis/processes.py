"""Processes that answer calls beside an event loop: quick calls in turn, slow ones aside, where they hold up nobody."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from collections.abc import AsyncIterator
from typing import Any

from bot.analysis.worker import LENGTH

_START_SECONDS = 60.0
_MOST_SLOW = 4
"""However many cores there are: a process takes up to some 115 MB."""


class NoAnswer(Exception):
    """A call got no answer; the message says why."""


class _TooSlow(Exception):
    """A call took longer than a quick one may, and there is no room for another slow one."""


class Processes:
    """Calls take turns. One that takes longer than `quick_seconds` is slow: it goes on in its process, and the next
    call gets another. When `slow` of them are going already, it is broken off and begun again once one has ended, so
    that there is always a process for the next call. There is none before it is needed, and one when all is quiet.
    """

    def __init__(self, quick_seconds: float, slow: int | None = None) -> None:
        self._quick_seconds = quick_seconds
        self._turn = asyncio.Lock()
        self._slow = asyncio.Semaphore(slow or max(1, min(_MOST_SLOW, _cores() - 1)))
        self._idle: list[asyncio.subprocess.Process] = []
        self._alive: set[asyncio.subprocess.Process] = set()

    async def ask(self, message: bytes, seconds: float) -> Any:
        """What a process answers to a message within so many seconds of its own. Raises NoAnswer."""
        try:
            try:
                return await self._ask_in_turn(message, seconds)
            except _TooSlow:
                async with self._slow, self._process() as process:
                    async with asyncio.timeout(seconds):
                        return await _exchange(process, message)
        except TimeoutError as error:
            raise NoAnswer(f"no answer within {seconds:.0f} s") from error
        except (OSError, asyncio.IncompleteReadError) as error:
            raise NoAnswer("the analysis process ended before it answered") from error

    async def aclose(self) -> None:
        """End every process. A later call starts another."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*map(self._end, idle))
        for process in self._alive:  # whoever asked one of these something reads its end
            _kill(process)
        await asyncio.gather(*(process.wait() for process in self._alive))

    async def _ask_in_turn(self, message: bytes, seconds: float) -> Any:
        async with contextlib.AsyncExitStack() as lane:
            await lane.enter_async_context(self._turn)
            async with self._process() as process, _started(process, message) as answer:
                quick = min(self._quick_seconds, seconds)
                await asyncio.wait({answer}, timeout=quick)
                if not answer.done() and quick < seconds:
                    await self._step_aside(lane)
                    await asyncio.wait({answer}, timeout=seconds - quick)
                if not answer.done():
                    raise TimeoutError
                return answer.result()

    async def _step_aside(self, lane: contextlib.AsyncExitStack) -> None:
        """Leave the turn to the next call and be one of the slow ones, or raise _TooSlow."""
        if self._slow.locked():
            raise _TooSlow
        turn = lane.pop_all()
        await self._slow.acquire()
        lane.callback(self._slow.release)
        await turn.aclose()

    @contextlib.asynccontextmanager
    async def _process(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process for one call. Half of an exchange is of no use to the next call, so it ends with a failure."""
        process = self._idle.pop() if self._idle else await self._start()
        try:
            yield process
        except BaseException:
            await self._end(process)
            raise
        self._idle.append(process)
        while len(self._idle) > 1:
            await self._end(self._idle.pop(0))

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.analysis.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._alive.add(process)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(_START_SECONDS):
                await process.stdout.readexactly(LENGTH.size)  # it says that it is there, which takes it a while
        except BaseException:
            await self._end(process)
            raise
        return process

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self._alive.discard(process)
        _kill(process)
        await process.communicate()


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()


@contextlib.asynccontextmanager
async def _started(process: asyncio.subprocess.Process, message: bytes) -> AsyncIterator[asyncio.Task[Any]]:
    """An exchange that goes on by itself, until the block ends."""
    answer = asyncio.create_task(_exchange(process, message))
    try:
        yield answer
    finally:
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)


async def _exchange(process: asyncio.subprocess.Process, message: bytes) -> Any:
    calls, answers = process.stdin, process.stdout
    assert calls is not None
    assert answers is not None
    calls.write(LENGTH.pack(len(message)) + message)
    await calls.drain()
    (length,) = LENGTH.unpack(await answers.readexactly(LENGTH.size))
    return pickle.loads(await answers.readexactly(length))  # noqa: S301  # from our own process


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
