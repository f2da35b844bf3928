"""The worker does not spin on what it cannot read, and no kind of work waits behind another."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.review.clock import SystemClock
from bot.review.work import Claim, WorkKind
from bot.review.worker import Worker
from bot.storage.queue import AT_ONCE
from bot.storage.store import SqlStore
from bot.storage.tables import drafts, messages
from tests.support.bot import Bot
from tests.support.world import HASTY


async def test_a_row_of_a_newer_version_is_not_tried_without_pause(bot: Bot) -> None:
    """While versions mix, a card whose draft is in a state unknown here is left for whoever knows it."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    bot.store.database.clock = SystemClock()
    async with bot.store.database.write() as connection:
        await connection.execute(sa.update(drafts).values(state="revoked"))
        await connection.execute(sa.text("UPDATE messages SET due_at = '2020-01-01 00:00:00'"))
    tries = 0
    show = bot.handlers[WorkKind.UPDATE]

    async def counted(claim: Claim) -> None:
        nonlocal tries
        tries += 1
        await show(claim)

    worker = Worker(bot.store, {WorkKind.UPDATE: counted}, replace(HASTY, retry_first=60.0, retry_longest=60.0))
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(1.0)
    worker.stop()
    await running
    assert tries == bot.world.count("posts") == 3, proposal_id


async def test_private_sentences_and_messages_do_not_wait_for_agentcore(bot: Bot) -> None:
    """More proposals hang at AgentCore than may run at once: a message is still shown."""
    bot.store.database.clock = SystemClock()
    hang, shown = asyncio.Event(), asyncio.Event()
    hanging: list[str] = []

    async def propose(claim: Claim) -> None:
        hanging.append(claim.id)
        if len(hanging) == HASTY.concurrency:
            async with bot.store.database.write() as connection:
                await connection.execute(sa.text("UPDATE messages SET due_at = '2020-01-01 00:00:00'"))
        await hang.wait()

    async def show(claim: Claim) -> None:
        shown.set()
        await bot.store.later(claim, after=None)

    await bot.propose()
    await bot.pass_time()
    for _ in range(HASTY.concurrency + 1):
        await bot.propose()
    worker = Worker(bot.store, {WorkKind.PROPOSAL: propose, WorkKind.UPDATE: show}, HASTY)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        await shown.wait()
    assert len(hanging) == HASTY.concurrency
    hang.set()
    worker.stop()
    await running


async def test_a_fault_while_claiming_does_not_end_the_worker(bot: Bot) -> None:
    """A bot whose worker has silently ended would go on taking rules."""
    bot.store.database.clock = SystemClock()
    await bot.propose()
    done = asyncio.Event()

    class Faulty(SqlStore):
        faults = 1

        async def claim(self, kind: WorkKind, *, limit: int, lease: float) -> tuple[Claim, ...]:
            if self.faults:
                self.faults -= 1
                raise RuntimeError("can't start new thread")
            return await super().claim(kind, limit=limit, lease=lease)

    async def propose(claim: Claim) -> None:
        await bot.store.later(claim, after=None)
        done.set()

    worker = Worker(Faulty(bot.store.database), {WorkKind.PROPOSAL: propose}, HASTY)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        await done.wait()
    worker.stop()
    await running


async def test_what_stands_is_updated_while_posts_wait_for_their_turn(bot: Bot) -> None:
    """A burst of proposals fills every place for posts; the outcome of another one is shown all the same, cards that
    nobody should press any more first."""
    settled = await bot.propose("settled")
    waiting = await bot.propose("waiting")
    await bot.pass_time()
    bot.store.database.clock = SystemClock()
    async with bot.store.database.write() as connection:
        await connection.execute(sa.update(drafts).where(drafts.c.proposal_id == settled).values(state="rejected"))
        due = {"due_at": datetime(2020, 1, 2, tzinfo=UTC)}
        await connection.execute(sa.update(messages).where(messages.c.proposal_id == settled).values(due))
        due = {"due_at": datetime(2020, 1, 1, tzinfo=UTC)}
        await connection.execute(sa.update(messages).where(messages.c.proposal_id == waiting).values(due))
    first = await bot.store.claim(WorkKind.UPDATE, limit=1, lease=15)
    assert [claim.id for claim in first] == [f"{settled}/card/1"]

    hang, shown = asyncio.Event(), asyncio.Event()
    posting: list[str] = []

    async def post(claim: Claim) -> None:
        posting.append(claim.id)
        await hang.wait()

    async def update(claim: Claim) -> None:
        if len(posting) == AT_ONCE:  # of one channel no more are posted at a time
            shown.set()
        await bot.store.later(claim, after=0.05)

    async with bot.store.database.write() as connection:
        row = (await connection.execute(sa.select(messages).limit(1))).mappings().one()
        for number in range(HASTY.concurrency + 5):
            copied = {**row, "id": f"new/{number}", "ts": "", "position": 0, "lease": None, "lease_until": None}
            await connection.execute(sa.insert(messages).values(copied))
    worker = Worker(bot.store, {WorkKind.UPDATE: update, WorkKind.MESSAGE: post}, HASTY)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        await shown.wait()
    hang.set()
    worker.stop()
    await running
