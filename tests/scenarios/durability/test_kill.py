"""Killed with -9 at any point, put to sleep, or without its database: nothing is lost and nothing is doubled."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.review.clock import SystemClock
from bot.review.model import DraftState, ProposalState
from bot.storage.store import open_store
from tests.support import killable
from tests.support.bot import Bot
from tests.support.postgres import Cluster
from tests.support.world import HASTY, World

OpenBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
def processes() -> Iterator[ForkServerContext]:
    """Starts processes that have everything imported, so that a kill hits work and not imports."""
    if sys.platform == "win32":
        pytest.skip("there is no SIGKILL here")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.killable"])
    yield context
    for child in multiprocessing.active_children():
        child.kill()
        child.join()


def start(
    processes: ForkServerContext, url: str, world: Path, commands: range, lease: float = 15.0
) -> ForkServerProcess:
    """A bot at work in a process of its own."""
    ready = processes.Event()
    child = processes.Process(target=killable.run, args=(url, str(world), commands, ready, lease), daemon=True)
    child.start()
    assert ready.wait(60), "the bot did not start"
    return child


def acked(world: World) -> list[str]:
    return [str(text) for (text,) in world.rows("SELECT text FROM told WHERE channel = 'acked'")]


def active(world: World) -> int:
    return len(world.rows("SELECT id FROM policies WHERE status = 'ACTIVE'"))


async def settled(world: World, commands: int, stray: int = 0) -> None:
    """Wait until Slack shows the end of every rule: progress closed, two cards active and one unusable; beside them at
    most so many posts that arrived late."""
    async with asyncio.timeout(120):
        while True:
            texts = [str(text) for (text,) in world.rows("SELECT text FROM posts")]
            ends = [sum(word in text for text in texts) for word in (" in_effect ", " unusable ", "progress")]
            closed = sum(text.startswith("progress") and " closed " in text for text in texts)
            wanted = [2 * commands, commands, commands, commands]
            if all(each <= found <= each + stray for each, found in zip(wanted, [*ends, closed], strict=True)):
                return
            await asyncio.sleep(0.05)


async def check(url: str, world: World, commands: int, stray_posts: int = 0) -> None:
    """Every acknowledged rule came to its end; every effect happened once, but for posts that nothing can call back."""
    proposals = set(acked(world))
    assert len(proposals) == commands
    bot = Bot(await open_store(url, SystemClock()), world, SystemClock(), HASTY)
    for proposal_id in proposals:
        assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
        states = [draft.state for draft in await bot.store.drafts(proposal_id)]
        assert states == [DraftState.IN_EFFECT, DraftState.UNUSABLE, DraftState.IN_EFFECT]
    await bot.store.close()
    names = [name for (name,) in world.rows("SELECT name FROM policies")]
    assert len(names) == len(set(names)) == 2 * commands
    assert world.count("generations") == commands
    keys = [key for (key,) in world.rows("SELECT key FROM posts")]
    assert len(set(keys)) == 5 * commands
    assert len(keys) <= 5 * commands + stray_posts


@pytest.mark.parametrize(("kind", "kills"), [("sqlite", 8), ("postgresql", 5)])
async def test_killed_at_any_point_nothing_is_lost_and_no_policy_is_created_twice(
    request: pytest.FixtureRequest, tmp_path: Path, processes: ForkServerContext, kind: str, kills: int
) -> None:
    """kill -9 at seeded random moments, each time with work under way, and started again."""
    cluster = request.getfixturevalue("postgres") if kind == "postgresql" else None
    url = cluster.url() if cluster else f"sqlite:///{tmp_path / 'bot.db'}"
    chance, path, interrupted = random.Random(20261122), tmp_path / "world.db", 0
    world = World(path)
    for number in range(kills):
        child = start(processes, url, path, range(number), lease=1.0)
        await asyncio.sleep(chance.uniform(0.01, 0.4))
        child.kill()
        child.join()
        interrupted += active(world) < 2 * number
    assert interrupted >= kills * 2 // 3, "the kills fell on an idle bot"
    world.database.execute("DELETE FROM told")
    child = start(processes, url, path, range(kills), lease=1.0)
    await settled(world, kills)
    child.kill()
    child.join()
    await check(url, world, kills)
    world.close()


async def test_a_replica_that_sleeps_past_its_lease_doubles_nothing(
    tmp_path: Path, postgres: Cluster, processes: ForkServerContext
) -> None:
    """SIGSTOP in the middle of work, another replica takes over, SIGCONT: the zombie's writes are refused.

    A post that was on its way when the process was stopped may still arrive: Slack has no key to refuse it by.
    """
    url, path, chance = postgres.url(), tmp_path / "world.db", random.Random(7)
    world = World(path)
    zombie = start(processes, url, path, range(6), lease=1.5)
    while len(acked(world)) < 6:  # noqa: ASYNC110  (another process does it)
        await asyncio.sleep(0.01)
    other = start(processes, url, path, range(0), lease=1.5)
    for _ in range(3):
        await asyncio.sleep(chance.uniform(0.05, 0.25))
        os.kill(zombie.pid or 0, signal.SIGSTOP)
        await asyncio.sleep(2.0)
        os.kill(zombie.pid or 0, signal.SIGCONT)
    await settled(world, 6, stray=3)
    for child in (zombie, other):
        child.kill()
        child.join()
    await check(url, world, 6, stray_posts=3)
    world.close()


async def test_a_dead_replicas_work_is_taken_over(
    tmp_path: Path, postgres: Cluster, processes: ForkServerContext
) -> None:
    """The survivor needs no restart and nobody's help: leases of the dead one run out."""
    url, path = postgres.url(), tmp_path / "world.db"
    world = World(path)
    dying = start(processes, url, path, range(6), lease=1.0)
    survivor = start(processes, url, path, range(0), lease=1.0)
    while len(acked(world)) < 6:  # noqa: ASYNC110  (another process does it)
        await asyncio.sleep(0.01)
    dying.kill()
    dying.join()
    await settled(world, 6)
    survivor.kill()
    survivor.join()
    await check(url, world, 6)
    world.close()


async def test_a_database_that_crashes_and_returns_stops_nothing_for_good(open_bot: OpenBot, postgres: Cluster) -> None:
    """While it is down people get an error at once; when it is back the work goes on without a restart."""
    bot = await open_bot(postgres.url(), options=replace(HASTY, generation_poll=0.2))
    bot.world.latency = 0.01
    worker = bot.worker()
    working = asyncio.create_task(worker.run())
    proposals = [await bot.propose(f"allow tool{number}") for number in range(6)]
    await asyncio.sleep(0.1)
    postgres.stop()
    try:
        with pytest.raises(StoreError):
            await bot.propose("allow during the outage")
        await asyncio.sleep(0.5)
        assert not working.done()
    finally:
        postgres.start()
    async with asyncio.timeout(60):
        for proposal_id in proposals:
            while (await bot.proposal(proposal_id)).state is not ProposalState.IN_REVIEW:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await bot.decide(f"{proposal_id}.1")
            while (await bot.draft(f"{proposal_id}.1")).state is not DraftState.IN_EFFECT:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    worker.stop()
    await working
    assert [bot.world.count(table) for table in ("generations", "policies")] == [6, 6]
    keys = [key for (key,) in bot.world.rows("SELECT key FROM posts")]
    assert len(keys) == len(set(keys))
