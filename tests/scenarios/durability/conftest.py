"""A bot's review over a small world that counts effects, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.review.clock import SystemClock
from bot.review.options import Options
from bot.review.ports import Clock
from bot.storage.store import SqlStore, open_store

sys.path.insert(0, str(Path(__file__).parents[3]))  # the tests' own helpers are modules under tests/support

from tests.support.bot import Bot
from tests.support.postgres import database_url, postgres
from tests.support.world import PATIENT, MovableClock, World

__all__ = ["database_url", "postgres"]

OpenBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def open_bot(world: World) -> AsyncIterator[OpenBot]:
    """Opens bots on a URL, all in the one world, on the system's clock unless told otherwise."""
    stores: list[SqlStore] = []

    async def opened(url: str, clock: Clock | None = None, options: Options = PATIENT) -> Bot:
        clock = clock or SystemClock()
        stores.append(await open_store(url, clock))
        return Bot(stores[-1], world, clock, options)

    yield opened
    for store in stores:
        await store.close()


@pytest.fixture
async def bot(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> Bot:
    """A bot on SQLite whose clock is moved by hand."""
    return await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock)
