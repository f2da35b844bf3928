"""Stores on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.storage.store import SqlStore, open_store

sys.path.insert(0, str(Path(__file__).parents[3]))  # the tests' own helpers are modules under tests/support

from tests.support.postgres import database_url, postgres
from tests.support.world import MovableClock

__all__ = ["database_url", "postgres"]

OpenStore = Callable[[str], Awaitable[SqlStore]]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def opening(clock: MovableClock) -> AsyncIterator[OpenStore]:
    """Opens stores and closes them in the end."""
    stores: list[SqlStore] = []

    async def opened(url: str) -> SqlStore:
        stores.append(await open_store(url, clock))
        return stores[-1]

    yield opened
    for store in stores:
        await store.close()


@pytest.fixture
async def store(opening: OpenStore, database_url: str) -> SqlStore:
    return await opening(database_url)
