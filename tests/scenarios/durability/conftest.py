"""A bot's review over a small world that counts effects, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.review.clock import SystemClock
from bot.review.commands import DecideDraft, ProposeRule
from bot.review.model import Claim, Draft, Proposal, Vote, WorkKind
from bot.review.options import Options
from bot.review.ports import Clock
from bot.review.service import Decided, Review
from bot.review.worker import Worker
from bot.review.workflow import handlers_for
from bot.storage.store import SqlStore, open_store

sys.path.insert(0, str(Path(__file__).parents[3]))  # the tests' own helpers are modules under tests/support

from tests.support.postgres import Cluster, binaries
from tests.support.world import (
    OPTIONS,
    FakeAgentCore,
    FakeAnalyst,
    FakeCards,
    FakeDirectory,
    FakeSlack,
    MovableClock,
    World,
)


@dataclass
class Bot:
    """One process's worth of bot: a store, the use cases, and what its worker does."""

    store: SqlStore
    world: World
    clock: MovableClock
    options: Options = OPTIONS
    keys: int = field(default=0)

    def __post_init__(self) -> None:
        self.review = Review(self.store, FakeDirectory(self.world), self.clock, self.options)
        self.handlers = handlers_for(
            store=self.store,
            service=FakeAgentCore(self.world),
            messenger=FakeSlack(self.world),
            directory=FakeDirectory(self.world),
            analyst=FakeAnalyst(),
            cards=FakeCards(),
            clock=self.clock,
            options=self.options,
        )

    def worker(self, **options: Any) -> Worker:
        return Worker(self.store, self.handlers, replace(self.options, **options))

    async def propose(self, rule: str = "allow agents to use refund", **members: str) -> str:
        """A proposal of its own key, by U_ASKS in C1."""
        self.keys += 1
        command = ProposeRule(f"key-{self.keys}", "T1", "C1", "general", "U_ASKS", "T1", rule, "https://hooks.test/1")
        return (await self.review.propose(replace(command, **members))).proposal_id

    async def decide(
        self, draft_id: str, vote: Vote = Vote.APPROVE, user: str = "U_APPROVES", version: int = 1, reason: str = ""
    ) -> Decided:
        return await self.review.decide(DecideDraft(draft_id, version, vote, user, "T1", reason))

    async def claim(self, kind: WorkKind, lease: float = 15.0) -> Claim:
        (claim,) = await self.store.claim(kind, limit=1, lease=lease)
        return claim

    async def due(self) -> int:
        """Do everything that is due now, and what becomes due by it; how many steps that were."""
        steps = 0
        while True:
            claims = [claim for kind in self.handlers for claim in await self.store.claim(kind, limit=50, lease=15.0)]
            if not claims:
                return steps
            for claim in claims:
                await self.handlers[claim.kind](claim)
            steps += len(claims)

    async def pass_time(self, seconds: float = 60.0, step: float = 0.5) -> None:
        """Let time pass in steps, doing what falls due."""
        for _ in range(round(seconds / step)):
            await self.due()
            self.clock.advance(step)
        await self.due()

    async def proposal(self, proposal_id: str) -> Proposal:
        return await self.review.proposal(proposal_id)

    async def draft(self, draft_id: str) -> Draft:
        return await self.review.draft(draft_id)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL server for the session."""
    if binaries() is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    cluster = Cluster(tmp_path_factory.mktemp("postgres"))
    cluster.create()
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'policybot.db'}"
    url: str = request.getfixturevalue("postgres").url()
    return url


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def bot(tmp_path: Path, world: World, clock: MovableClock) -> AsyncIterator[Bot]:
    """A bot on SQLite whose clock is moved by hand."""
    store = await open_store(f"sqlite:///{tmp_path / 'policybot.db'}", clock)
    yield Bot(store, world, clock)
    await store.close()


@pytest.fixture
async def open_bot(world: World) -> AsyncIterator[Callable[..., Any]]:
    """Opens bots on a URL, all in the one world, on the system's clock unless told otherwise."""
    stores: list[SqlStore] = []

    async def opened(url: str, clock: Clock | None = None, options: Options = OPTIONS) -> Bot:
        store = await open_store(url, clock or SystemClock())
        stores.append(store)
        return Bot(store, world, clock or SystemClock(), options)  # type: ignore[arg-type]  # no moving it then

    yield opened
    for store in stores:
        await store.close()
