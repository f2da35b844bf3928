"""The worker itself: leases held and lost, faults survived, a gentle stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.review.model import DraftState, ProposalState
from bot.review.work import Claim, WorkKind
from bot.review.worker import Worker
from bot.storage.base import want
from bot.storage.tables import messages
from tests.support.bot import Bot
from tests.support.world import HASTY, MovableClock

OpenBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
async def hasty(open_bot: OpenBot, tmp_path: Path) -> Bot:
    """A bot on the system's clock, with short pauses."""
    return await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", options=HASTY)


@asynccontextmanager
async def at_work(worker: Worker) -> Any:
    """A worker that runs inside the block and has stopped after it."""
    running = asyncio.create_task(worker.run())
    try:
        yield running
    finally:
        worker.stop()
        await running


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what must come; a minute is for ever."""
    async with asyncio.timeout(60):
        while not await check():  # noqa: ASYNC110  (what is waited for is in a database)
            await asyncio.sleep(0.01)


async def test_the_worker_brings_a_rule_to_its_policy(hasty: Bot) -> None:
    """On the real clock, by hints and polls alone."""
    async with at_work(hasty.worker()):
        proposal_id = await hasty.propose()

        async def in_state(state: ProposalState) -> bool:
            return (await hasty.proposal(proposal_id)).state is state

        await until(lambda: in_state(ProposalState.IN_REVIEW))
        await hasty.decide(f"{proposal_id}.1")
        await until(lambda: in_state(ProposalState.CLOSED))
    assert (await hasty.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT


async def test_work_is_found_without_any_hint(hasty: Bot) -> None:
    """A lost hint costs a poll, not the work."""
    done = asyncio.Event()

    async def handler(claim: Claim) -> None:
        await hasty.store.later(claim, after=None)
        done.set()

    async with at_work(Worker(hasty.store, {WorkKind.PROPOSAL: handler}, HASTY)):
        await asyncio.sleep(0)
        hasty.store.database._wakers.clear()  # nobody hears of anything any more
        await hasty.propose()
        async with asyncio.timeout(60):
            await done.wait()


async def test_a_lease_is_renewed_while_its_handler_runs(hasty: Bot) -> None:
    """A step may last longer than its lease; nobody else gets it meanwhile."""
    begun, end = asyncio.Event(), asyncio.Event()
    runs = 0

    async def handler(claim: Claim) -> None:
        nonlocal runs
        runs += 1
        begun.set()
        await end.wait()
        await hasty.store.later(claim, after=None)

    options = replace(HASTY, lease=0.4, renew_every=0.05)
    async with at_work(Worker(hasty.store, {WorkKind.PROPOSAL: handler}, options)):
        await hasty.propose()
        await begun.wait()
        await asyncio.sleep(1.0)
        assert await hasty.store.claim(WorkKind.PROPOSAL, limit=1, lease=1) == ()
        end.set()
    assert runs == 1


async def test_a_handler_is_cancelled_when_its_lease_is_lost(hasty: Bot) -> None:
    """Whoever took the row over must not be joined by us."""
    begun, cancelled = asyncio.Event(), asyncio.Event()
    claims: list[Claim] = []

    async def handler(claim: Claim) -> None:
        claims.append(claim)
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    options = replace(HASTY, renew_every=0.05, concurrency=1)
    worker = Worker(hasty.store, {WorkKind.PROPOSAL: handler}, options)
    async with at_work(worker):
        await hasty.propose()
        await begun.wait()
        worker.stop()
        await hasty.store.release(claims[0])
        async with asyncio.timeout(60):
            await cancelled.wait()


async def test_a_fault_in_a_step_is_logged_shown_and_tried_again(hasty: Bot, caplog: pytest.LogCaptureFixture) -> None:
    """A bug does not end the worker, does not spin, and is not silent."""
    hasty.world.faults["start_generation"] = [ZeroDivisionError("a bug")]
    with caplog.at_level(logging.ERROR):
        async with at_work(hasty.worker()):
            proposal_id = await hasty.propose()

            async def in_review() -> bool:
                return (await hasty.proposal(proposal_id)).state is ProposalState.IN_REVIEW

            await until(in_review)
    [record] = [record for record in caplog.records if record.exc_info]
    assert record.exc_info
    assert isinstance(record.exc_info[1], ZeroDivisionError)
    assert hasty.world.calls("start_generation") == 2


async def test_stopping_waits_for_what_runs_and_takes_nothing_new(hasty: Bot) -> None:
    """A step that is under way ends as it would; what is due stays for the next start."""
    begun, end = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def handler(claim: Claim) -> None:
        begun.set()
        await end.wait()
        await hasty.store.later(claim, after=None)
        done.append(claim.id)

    worker = Worker(hasty.store, {WorkKind.PROPOSAL: handler}, replace(HASTY, concurrency=1))
    running = asyncio.create_task(worker.run())
    first = await hasty.propose()
    await begun.wait()
    await hasty.propose()
    worker.stop()
    await asyncio.sleep(0.05)
    assert not running.done()
    end.set()
    await running
    assert done == [first]


async def test_stopping_does_not_wait_for_ever(hasty: Bot) -> None:
    """What hangs is cancelled; its lease covers the rest."""
    begun = asyncio.Event()

    async def handler(_claim: Claim) -> None:
        begun.set()
        await asyncio.Event().wait()

    worker = Worker(hasty.store, {WorkKind.PROPOSAL: handler}, replace(HASTY, stop_wait=0.05))
    running = asyncio.create_task(worker.run())
    await hasty.propose()
    await begun.wait()
    worker.stop()
    async with asyncio.timeout(60):
        await running


async def test_what_a_zombie_shows_late_is_shown_right_again(hasty: Bot) -> None:
    """Slack cannot refuse an old update: whoever learns that its row was taken over has the message shown anew."""

    def shown() -> set[str]:
        return {str(text) for (text,) in hasty.world.rows("SELECT text FROM posts")}

    async def at_its_end() -> bool:
        return {text.split()[0]: text.split()[3 if text.startswith("card") else 2] for text in shown()} == {
            "parent": "closed",
            "progress": "closed",
            "card": "in_effect",
        }

    proposal_id = await hasty.propose()
    async with at_work(hasty.worker()):

        async def on_card() -> bool:
            return any("in_review" in text for text in shown() if text.startswith("card"))

        await until(on_card)
    await hasty.decide(f"{proposal_id}.1")
    arrives = hasty.world.holds["update"] = asyncio.Event()
    # Nor is it given up, however long the machine takes for the rest.
    never_renews = replace(HASTY, lease=0.3, renew_every=600.0, concurrency=1, stop_wait=600.0)
    zombie = Worker(hasty.store, {WorkKind.UPDATE: hasty.handlers[WorkKind.UPDATE]}, never_renews)
    sleeping = asyncio.create_task(zombie.run())

    async def on_its_way() -> bool:
        return "update" not in hasty.world.holds

    await until(on_its_way)
    zombie.stop()
    async with at_work(hasty.worker()):
        await until(at_its_end)
    arrives.set()
    await sleeping
    assert not await at_its_end(), "the zombie's update did not arrive"
    async with at_work(hasty.worker()):
        await until(at_its_end)


async def test_what_a_dead_process_had_shown_is_not_trusted(hasty: Bot) -> None:
    """It died between Slack's yes and our commit; by then the state is what it was before, and must be shown again."""
    proposal_id = await hasty.propose()
    async with at_work(hasty.worker()):

        async def on_card() -> bool:
            return hasty.world.count("posts") == 3

        await until(on_card)
    hasty.world.database.execute("UPDATE posts SET text = 'what the dead process showed' WHERE ts = 1")
    async with hasty.store.database.write() as connection:
        await connection.execute(sa.update(messages).where(messages.c.position == 0).values(lease="d", lease_until=0.0))
        await want(connection, proposal_id, hasty.clock.now())

    async def right() -> bool:
        return all("dead process" not in str(text) for (text,) in hasty.world.rows("SELECT text FROM posts"))

    async with at_work(hasty.worker()):
        await until(right)


@pytest.mark.parametrize("anew", [False, True], ids=["while it runs", "before it starts"])
async def test_a_clock_that_was_ahead_and_is_set_back_keeps_nothing_waiting(
    open_bot: OpenBot, database_url: str, clock: MovableClock, caplog: pytest.LogCaptureFixture, anew: bool
) -> None:
    """What waits for AgentCore is due by the clock as it was, six hours from now."""
    caplog.set_level(logging.WARNING)
    bot = await open_bot(database_url, clock, HASTY)
    proposal = await bot.propose()
    clock.moment += timedelta(hours=6)
    await bot.due()
    assert (await bot.proposal(proposal)).state is ProposalState.GENERATING
    clock.moment -= timedelta(hours=6)
    if anew:
        await bot.store.close()
        bot = await open_bot(database_url, clock, HASTY)
    await bot.pass_time(60)
    assert (await bot.draft(f"{proposal}.1")).state is DraftState.IN_REVIEW
    assert bot.world.count("posts") >= 3
    assert ("the clock was set back" in caplog.text) is not anew
