"""Whole lives of rules: the real bot between an embedded Slack and an embedded control plane."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))  # the tests' own helpers are modules under tests/support

from bot.logs import configure
from tests.support.scene import ENDPOINT, Scene, Wobbly, config, free_port, scene, wobbly


@pytest.fixture(autouse=True)
def _quiet() -> None:
    configure("ERROR", json_lines=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk() -> AsyncIterator[Scene]:
    """Everything over Socket Mode, at once. Shared by tests that leave the team and the services as they are."""
    async with scene(config()) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def fresh() -> AsyncIterator[Scene]:
    """A scene of the test's own."""
    async with scene(config()) as found:
        yield found


@pytest.fixture
def signed_http() -> Callable[[], AbstractAsyncContextManager[Scene]]:
    """Opens a scene in which Slack calls the bot over signed HTTP."""

    def opened() -> AbstractAsyncContextManager[Scene]:
        port = free_port()
        url = f"http://127.0.0.1:{port}/slack/events"
        return scene(config(event_url=url, settings={"POLICYBOT_HTTP_PORT": str(port)}))

    return opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shaky() -> AsyncIterator[tuple[Scene, Wobbly]]:
    """A scene whose bot reaches the control plane through a proxy that can fail."""
    async with wobbly() as (proxy, url), scene(config(settings={ENDPOINT: url})) as found:
        proxy.target = found.engine.boto.meta.endpoint_url
        yield found, proxy
