"""Messages show what the store says, also when Slack's answer to the first post was lost."""

from __future__ import annotations

from bot.errors import ChatError, ChatUnavailable
from bot.review.model import DraftState
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import MovableClock


async def test_a_card_that_was_posted_unnoticed_and_then_decided_shows_the_decision(bot: Bot) -> None:
    """The card stands, its answer is lost, somebody rejects on it: its buttons go, although it was posted before."""
    proposal_id = await bot.propose()
    assert isinstance(bot.clock, MovableClock)
    draft_id = f"{proposal_id}.1"
    await bot.due()
    bot.world.faults["post answer"] = [ChatUnavailable("The connection broke.")]
    bot.clock.advance(bot.options.generation_poll)
    await bot.due()
    [(text,)] = bot.world.rows("SELECT text FROM posts WHERE text LIKE 'card%'")
    assert "in_review" in str(text)
    await bot.decide(draft_id, Vote.REJECT, reason="too wide")
    await bot.pass_time(120)
    assert (await bot.draft(draft_id)).state is DraftState.REJECTED
    [(text,)] = bot.world.rows("SELECT text FROM posts WHERE text LIKE 'card%'")
    assert "rejected" in str(text)


async def test_what_could_not_be_shown_is_shown_when_the_bot_is_invited_again(bot: Bot) -> None:
    """Removed from the channel, the bot cannot post the card; whoever follows the sentence and invites it gets it."""
    assert isinstance(bot.clock, MovableClock)
    proposal_id = await bot.propose()
    await bot.due()
    refused: list[Exception] = [ChatError("Slack refused.", code="not_in_channel") for _ in range(9)]
    bot.world.faults["post"], bot.world.faults["update"] = refused, refused
    await bot.pass_time(120)
    bot.world.faults.clear()
    assert bot.world.rows("SELECT ts FROM posts WHERE text LIKE 'card%'") == []
    await bot.review.invited("C2")
    await bot.pass_time(120)
    assert bot.world.rows("SELECT ts FROM posts WHERE text LIKE 'card%'") == []
    await bot.review.invited("C1")
    await bot.pass_time(120)
    shown = [str(text) for (text,) in bot.world.rows("SELECT text FROM posts ORDER BY ts")]
    assert [text.split()[0] for text in shown] == ["parent", "progress", "card"]
    assert all("in_review" in text for text in shown), proposal_id
