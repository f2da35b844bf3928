"""A bot on SQLite over a small world that counts effects; its clock is moved by hand."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.store import open_store

sys.path.insert(0, str(Path(__file__).parents[3]))  # the tests' own helpers are modules under tests/support

from tests.support.bot import Bot
from tests.support.world import MovableClock, World


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    world, clock = World(), MovableClock()
    store = await open_store(f"sqlite:///{tmp_path / 'policybot.db'}", clock)
    yield Bot(store, world, clock)
    await store.close()
    world.close()
