"""A message stands once, also when Slack is slow, somebody is killed, or two replicas post it."""

from __future__ import annotations

import asyncio

from bot.errors import ChatError, ChatUnavailable
from bot.review.model import DraftState
from bot.review.votes import Vote
from bot.review.work import WorkKind
from tests.support.bot import Bot
from tests.support.world import MovableClock


def standing(bot: Bot, kind: str = "") -> list[str]:
    query = "SELECT key, text FROM posts WHERE NOT gone ORDER BY ts"
    return [f"{key} {text}" for key, text in bot.world.rows(query) if f"/{kind}" in str(key)]


async def _killed_while_posting(bot: Bot) -> str:
    """A parent is on its way to Slack, which is slow; its sender is gone."""
    proposal_id = await bot.propose()
    await bot.handlers[WorkKind.PROPOSAL](await bot.claim(WorkKind.PROPOSAL))
    claim = await bot.claim(WorkKind.MESSAGE)
    bot.world.holds["post"] = asyncio.Event()
    posting = asyncio.ensure_future(bot.handlers[WorkKind.MESSAGE](claim))
    while "post" in bot.world.holds:  # noqa: ASYNC110  (until it is at Slack's door)
        await asyncio.sleep(0)
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    await bot.store.release(claim)
    return proposal_id


def _arrives(bot: Bot, key: str) -> None:
    """Slack gets to what a dead process sent."""
    query = "INSERT INTO posts (channel, thread, key, text) VALUES ('C1', '', ?, 'late buttons')"
    bot.world.database.execute(query, (key,))


async def test_what_is_on_its_way_is_waited_for(bot: Bot) -> None:
    """Looked for at once it is not there yet: it is posted a second time when it can no longer arrive."""
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await _killed_while_posting(bot)
    await bot.due()
    assert standing(bot) == []
    _arrives(bot, f"{proposal_id}/parent#0")
    await bot.pass_time(60)
    (parent,) = standing(bot, "parent")
    assert "late" not in parent


async def test_what_does_not_arrive_is_posted(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    await _killed_while_posting(bot)
    await bot.pass_time(60)
    assert len(standing(bot, "parent")) == len(standing(bot, "card")) == 1


async def test_what_arrives_after_all_is_taken_away(bot: Bot) -> None:
    """Slack needed longer than anybody waits: two stand for a while, and then the one that is kept up to date."""
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await _killed_while_posting(bot)
    await bot.pass_time(25)
    _arrives(bot, f"{proposal_id}/parent#0")
    await bot.pass_time(60)
    (parent,) = standing(bot, "parent")
    assert "late" not in parent


async def test_what_arrives_very_late_is_taken_away_at_the_second_look(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await _killed_while_posting(bot)
    await bot.pass_time(120)
    _arrives(bot, f"{proposal_id}/parent#0")
    await bot.pass_time(400)
    assert len(standing(bot, "parent")) == 1


async def test_a_second_look_is_not_lost_by_a_decision(bot: Bot) -> None:
    """Messages are brought up to date meanwhile; the time of the look stays."""
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await _killed_while_posting(bot)
    await bot.pass_time(25)
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)
    await bot.pass_time(10)
    _arrives(bot, f"{proposal_id}/parent#0")
    await bot.pass_time(60)
    assert len(standing(bot, "parent")) == 1


async def test_an_answered_failure_is_tried_again_without_waiting(bot: Bot) -> None:
    """Slack said no: nothing is on its way."""
    assert isinstance(bot.clock, MovableClock)
    await bot.propose()
    bot.world.faults["post"] = [ChatUnavailable("Slack has a fault.", code="internal_error")]
    await bot.pass_time(5)
    assert len(standing(bot, "parent")) == 1


async def test_whoever_is_asked_to_wait_need_not_look_whether_it_stands(bot: Bot) -> None:
    """A 429 posted nothing."""
    assert isinstance(bot.clock, MovableClock)
    await bot.propose()
    bot.world.faults["post"] = [ChatUnavailable("Wait.", code="ratelimited", retry_after=3.0)]
    await bot.pass_time(10)
    assert len(standing(bot, "parent")) == 1
    assert bot.world.calls("standing") == 0


async def test_a_copy_that_cannot_be_changed_is_taken_away(bot: Bot) -> None:
    """A card that is too old to be changed would keep its buttons for good beside the new one."""
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await bot.propose()
    await bot.pass_time()
    bot.world.faults["update 3"] = [ChatError("Too old.", code="edit_window_closed")]
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)
    await bot.pass_time(60)
    (card,) = standing(bot, "card")
    assert "rejected" in card
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.REJECTED


async def test_a_copy_that_cannot_be_taken_away_loses_its_buttons(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await _killed_while_posting(bot)
    await bot.pass_time(25)
    _arrives(bot, f"{proposal_id}/parent#0")
    bot.world.faults["delete"] = [ChatError("No.", code="cant_delete_message")]
    await bot.pass_time(60)
    assert [text for text in standing(bot, "parent") if "late buttons" in text] == []


async def test_two_replicas_that_post_one_message_leave_one(bot: Bot) -> None:
    """The first slept past its lease while its post was under way; when it wakes, what it posted is taken away."""
    assert isinstance(bot.clock, MovableClock)
    await bot.propose()
    await bot.handlers[WorkKind.PROPOSAL](await bot.claim(WorkKind.PROPOSAL))
    claim = await bot.claim(WorkKind.MESSAGE)
    held = bot.world.holds["post"] = asyncio.Event()
    sleeping = asyncio.ensure_future(bot.handlers[WorkKind.MESSAGE](claim))
    while "post" in bot.world.holds:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await bot.store.release(claim)
    await bot.pass_time(200)
    assert len(standing(bot, "parent")) == 1
    held.set()
    await asyncio.gather(sleeping, return_exceptions=True)
    assert len(standing(bot, "parent")) == 2
    await bot.store.lost(claim)
    await bot.pass_time(60)
    assert len(standing(bot, "parent")) == 1
