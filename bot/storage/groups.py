"""Group commit: what many people do at one moment is written in one transaction, and each is answered after it.

A unit is an ordinary function over a synchronous connection, and a group runs in a thread of its own. One that fails
takes none of the others with it: the group is written once more, each unit in a savepoint. Few groups pay for that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.review.record import Entry

_T = TypeVar("_T")
_MOMENT = 0.03
_MOST = 100
"""Units in one transaction: more would keep the first waiting for the last."""


@dataclass
class Step:
    """A unit's part of a transaction, and what of it is recorded when it ends."""

    connection: sa.Connection
    entries: list[Entry] = field(default_factory=list)

    def note(self, *entries: Entry) -> None:
        """Record something, if the transaction is committed."""
        self.entries += entries


@dataclass(frozen=True, eq=False)
class Unit:
    """What one person does. Units of a group run by `order`, so that two groups at once lock rows alike."""

    work: Callable[[Step], Any]
    order: tuple[str, ...]
    done: asyncio.Future[Any]


Append = Callable[[sa.Connection, Sequence[Entry]], None]
Transaction = Callable[[Callable[[sa.Connection], Any]], Any]
"""Runs a function in a transaction that writes, and commits it."""


class Groups:
    """Collects units while a group is being written, and writes them as the next."""

    def __init__(self, transaction: Transaction, append: Append, written: Callable[[], None]) -> None:
        self._transaction = transaction
        self._append = append
        self._written = written
        self._waiting: list[Unit] = []
        self._writing: asyncio.Task[None] | None = None
        self._last = float("-inf")
        self._busy_since = 0.0
        self._people = 0
        self._looking: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[Step], _T], *order: str) -> _T:
        """What `work` gives, once it is committed. Raises what it raises, and the database's errors."""
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Unit(work, order, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="group commit")
        return await asyncio.shield(done)

    @contextlib.contextmanager
    def present(self) -> Iterator[None]:
        """Somebody waits, or will in a moment, for a write while the block runs."""
        self._people += 1
        try:
            yield
        finally:
            self._people -= 1
            self._last = asyncio.get_running_loop().time()

    async def calm(self, seconds: float) -> None:
        """Wait until nobody waits for an answer, and nobody did a moment ago.

        Where people come without a pause, all who call this wait for `seconds` from the first of them on, and not at
        all after that: what comes of a decision must not wait for as long as others click.
        """
        loop = asyncio.get_running_loop()
        while not self._is_calm():
            self._busy_since = self._busy_since or loop.time()
            left = self._busy_since + seconds - loop.time()
            if left <= 0:
                return
            if self._looking is None:  # one looks for all who wait: each by itself would wake the loop too often
                self._looking = asyncio.create_task(self._look(), name="calm")
            await asyncio.wait({self._looking}, timeout=left)
        self._busy_since = 0.0

    async def _look(self) -> None:
        try:
            calm = False
            while not calm:  # it is time that passes, and not only a write that ends
                await asyncio.sleep(_MOMENT / 2)
                calm = self._is_calm()
        finally:
            self._looking = None

    def _is_calm(self) -> bool:
        return not self._people and asyncio.get_running_loop().time() - self._last >= _MOMENT

    async def close(self) -> None:
        """Write what is waiting, and end."""
        if self._writing is not None:
            await asyncio.wait({self._writing})
        if self._looking is not None:
            self._looking.cancel()

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            await self._write_group(sorted(group, key=lambda unit: unit.order))
            self._written()
        self._writing = None

    async def _write_group(self, group: Sequence[Unit], *, apart: bool = False) -> None:
        attempt = _Attempt(group, self._append, apart=apart)
        try:
            outcomes = await self._transaction(attempt)
        except Exception as error:  # noqa: BLE001  (whoever waits gets it)
            if len(group) > 1 and not attempt.written:
                # Whatever it was, it need not hit everybody: nothing is committed, so all may try again.
                again = [[unit] for unit in group] if apart or attempt.broken else [group]
                for some in again:
                    await self._write_group(some, apart=True)
                return
            outcomes = [error] * len(group)
        for unit, outcome in zip(group, outcomes, strict=True):
            if unit.done.done():
                continue
            if isinstance(outcome, BaseException):
                unit.done.set_exception(outcome)
                unit.done.exception()  # whoever asked may be gone
            else:
                unit.done.set_result(outcome)


class _Attempt:
    """A group's way through one transaction: for each unit what it gave, or what it raised.

    Unless units are kept `apart` by savepoints, the first that fails ends the attempt.
    """

    def __init__(self, group: Sequence[Unit], append: Append, *, apart: bool) -> None:
        self._group = group
        self._append = append
        self._apart = apart and len(group) > 1
        self.written = False
        """All is written, so that an error from now on may have come after the commit."""
        self.broken = False
        """It is the connection, the disk, a deadlock: the transaction is not what it was."""

    def __call__(self, connection: sa.Connection) -> list[Any]:
        entries: list[Entry] = []
        outcomes: list[Any] = []
        for unit in self._group:
            step = Step(connection)
            try:
                with connection.begin_nested() if self._apart else contextlib.nullcontext():
                    outcomes.append(unit.work(step))
                entries += step.entries
            except Exception as error:  # it is the unit's own, or the connection's
                self.broken = isinstance(error, DBAPIError) and not isinstance(error, IntegrityError)
                if self.broken or not self._apart:
                    raise
                outcomes.append(error)
        if entries:
            self._append(connection, entries)
        self.written = True
        return outcomes
