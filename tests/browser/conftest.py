"""The page in a real browser, with the real bot behind it. Skipped where no Chromium can be had."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

sys.path.insert(0, str(Path(__file__).parents[2]))  # the tests' own helpers are modules under tests/support

from bot.embedded import Embedded
from bot.logs import configure
from bot.playground import playing
from tests.support.browsing import NONE_HERE, PATIENCE, Visitor, chromium, launched, visiting
from tests.support.scene import UNHURRIED
from tests.support.shop import Shop, shopping

expect.set_options(timeout=PATIENCE)
Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    configure("ERROR", json_lines=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if chromium() is None:
        pytest.skip(NONE_HERE)
    async with launched() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def game(browser: Browser) -> AsyncIterator[Embedded]:
    """A playground of the test's own."""
    async with playing(timings=UNHURRIED) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def shop(browser: Browser) -> AsyncIterator[Shop]:
    """A workspace with an app of the test's own."""
    async with shopping() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Opens windows on a page. In none of them may an error be logged, or anything be asked of another server."""
    async with contextlib.AsyncExitStack() as stack:
        visitors: list[Visitor] = []

        async def opened(url: str, place: str = "", **settings: Any) -> Visitor:
            visitor = await stack.enter_async_context(visiting(browser, url, **settings))
            visitors.append(visitor)
            await visitor.comes(place)
            return visitor

        yield opened
        assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest_asyncio.fixture(loop_scope="session")
async def riley(game: Embedded, visit: Visit) -> Visitor:
    """The requester in front of the playground."""
    return await visit(game.slack.url)
