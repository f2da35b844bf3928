"""What ended is kept for as long as was said; what is in effect, and the record, always."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from bot.review.keeping import keep
from bot.review.votes import Vote
from bot.storage.tables import drafts, messages, notices, proposals, votes
from tests.support.bot import Bot
from tests.support.world import MovableClock


async def _left(bot: Bot) -> dict[str, int]:
    async with bot.store.database.read() as connection:
        return {
            table.name: int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
            for table in (proposals, drafts, messages, notices, votes)
        }


async def _ended(bot: Bot, vote: Vote = Vote.REJECT) -> str:
    proposal_id = await bot.propose()
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1", vote)
    await bot.pass_time()
    return proposal_id


async def test_what_ended_is_given_up_with_all_that_belongs_to_it(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    await _ended(bot)
    rows = [row async for row in bot.store.recorded()]
    assert await bot.store.give_up(bot.clock.now() - timedelta(days=1), most=10) == 0
    bot.clock.advance(2 * 86400)
    assert await bot.store.give_up(bot.clock.now() - timedelta(days=1), most=10) == 1
    assert set((await _left(bot)).values()) == {0}
    assert [row async for row in bot.store.recorded()] == rows


async def test_what_is_in_effect_or_open_is_kept(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    await _ended(bot, Vote.APPROVE)
    await bot.propose("allow something else")
    await bot.pass_time()
    before = await _left(bot)
    bot.clock.advance(5 * 86400)
    assert await bot.store.give_up(bot.clock.now(), most=10) == 0
    assert await _left(bot) == before


async def test_it_is_done_in_small_steps(bot: Bot) -> None:
    """Nobody waits behind a deletion of years."""
    assert isinstance(bot.clock, MovableClock)
    for _ in range(5):
        await _ended(bot)
    bot.clock.advance(2 * 86400)
    steps = [await bot.store.give_up(bot.clock.now(), most=2) for _ in range(4)]
    assert steps == [2, 2, 1, 0]


async def test_it_goes_on_by_itself_and_only_when_that_was_said(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    await _ended(bot)
    bot.clock.advance(40 * 86400)
    await keep(bot.store, bot.clock, 0.0)
    assert (await _left(bot))["proposals"] == 1
    keeping = asyncio.create_task(keep(bot.store, bot.clock, 30.0, pause=0.0))
    async with asyncio.timeout(10):
        while (await _left(bot))["proposals"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
