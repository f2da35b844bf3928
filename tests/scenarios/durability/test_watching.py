"""What others change is said once, whatever fails in between, and what policybot did is not in it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import ChatError, ChatUnavailable, ServiceError, ServiceUnavailable
from bot.review.commands import ProposeAct
from bot.review.model import Act, DraftState, ProposalState
from bot.review.ports import Clock
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY, PATIENT, PERMIT, MovableClock, World

OpenBot = Callable[..., Awaitable[Bot]]
STATEMENT = PERMIT.format(tool="pay", arn=GATEWAY)


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'policybot.db'}"


@pytest.fixture
async def bot(open_bot: OpenBot, url: str, clock: MovableClock) -> Bot:
    """A bot that watches its one route, whose channel is C1."""
    return await watching(open_bot, url, clock, "C1")


async def watching(open_bot: OpenBot, url: str, clock: Clock, channel: str) -> Bot:
    bot = await open_bot(url, clock, replace(PATIENT, drift_seconds=300.0))
    await bot.store.watch_routes("T1", [(channel, ENGINE, GATEWAY)])
    return bot


def drifts(world: World) -> list[tuple[object, ...]]:
    """Channel, text and updates of what was posted of others' changes."""
    query = "SELECT channel, text, updates FROM posts WHERE text LIKE 'drift%' OR text LIKE 'Everything is%'"
    return world.rows(f"{query} ORDER BY ts")


def deletes(world: World, name: str) -> None:
    world.database.execute("DELETE FROM policies WHERE name = ?", (name,))


async def recorded(bot: Bot) -> list[str]:
    return [row.event async for row in bot.store.recorded() if row.event.startswith("drift")]


async def test_the_first_look_only_records_and_a_look_without_news_reads_no_texts(bot: Bot) -> None:
    bot.world.add_policy("known", STATEMENT)
    await bot.pass_time(3000)
    assert drifts(bot.world) == []
    assert await recorded(bot) == []
    assert bot.world.calls("policies_summary") == bot.world.calls("attachment") == 11
    assert bot.world.calls("engine_state") == 1


async def test_a_change_is_said_once_and_closed_once_it_is_undone(bot: Bot) -> None:
    await bot.pass_time(600)
    bot.world.add_policy("theirs", STATEMENT)
    await bot.pass_time(3000)
    assert drifts(bot.world) == [("C1", "drift open: The policy theirs was created, enforced.", 0)]
    deletes(bot.world, "theirs")
    await bot.pass_time(3000)
    assert drifts(bot.world) == [
        ("C1", "drift closed: The policy theirs was created, enforced.", 1),
        ("C1", "Everything is again as it was before this.", 0),
    ]
    [(thread,)] = bot.world.rows("SELECT thread FROM posts WHERE text LIKE 'Everything%'")
    assert [(thread,)] == bot.world.rows("SELECT CAST(ts AS TEXT) FROM posts WHERE text LIKE 'drift%'")
    assert await recorded(bot) == ["drift", "drift.closed"]


async def test_nothing_is_said_before_people_of_another_company(bot: Bot) -> None:
    """It is in the record all the same; what was said before says nothing any more, and is not closed before them."""
    await bot.pass_time(600)
    bot.world.add_policy("theirs", STATEMENT)
    await bot.pass_time(600)
    [(channel, said, _)] = drifts(bot.world)
    bot.world.shared.add("C1")
    await bot.review.shared("C1")
    await bot.due()
    assert drifts(bot.world) == [(channel, "drift hidden", 1)]
    bot.world.shared.clear()
    await bot.pass_time(600)
    assert drifts(bot.world) == [(channel, said, 2)], "whoever missed the event sees it at the next look"
    bot.world.shared.add("C1")
    bot.world.add_policy("more", STATEMENT)
    await bot.pass_time(600)
    deletes(bot.world, "more")
    deletes(bot.world, "theirs")
    await bot.pass_time(600)
    assert {text for _, text, _ in drifts(bot.world)} == {"drift hidden"}
    assert await recorded(bot) == ["drift", "drift", "drift.closed"]


async def test_what_policybot_does_is_not_said_whenever_it_is_looked_at(bot: Bot) -> None:
    """Created, promoted, and taken back by itself at its time: a look comes between every two steps."""
    bot.options = replace(bot.options, drift_seconds=0.5)
    bot.__post_init__()
    await bot.pass_time(10)
    proposal_id = await bot.propose()
    await bot.pass_time(20)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(20)
    until = bot.clock.now() + timedelta(hours=2)
    command = ProposeAct("k", Act.PROMOTE, "T1", "C1", "U_ASKS", "T1", f"{proposal_id}.1", until=until)
    promoting = await bot.revising.act(command)
    await bot.pass_time(20)
    await bot.decide(f"{promoting.proposal_id}.1", until=until)
    await bot.pass_time(20)
    assert (await bot.draft(f"{promoting.proposal_id}.1")).state is DraftState.IN_EFFECT
    bot.options = replace(bot.options, drift_seconds=300.0)
    bot.__post_init__()
    await bot.pass_time(3 * 3600)
    assert bot.world.rows("SELECT json_extract(body, '$[3]') FROM policies") == [("LOG_ONLY",)], "it was taken back"
    assert drifts(bot.world) == []
    assert await recorded(bot) == []

    bot.world.database.execute("UPDATE policies SET body = json_set(body, '$[3]', 'ACTIVE')")
    await bot.pass_time(600)
    [(_, said, _)] = drifts(bot.world)
    assert str(said).endswith("was promoted: log-only → enforced."), "that was not us"


async def test_a_look_while_a_draft_is_being_sent_waits_for_its_end(bot: Bot) -> None:
    """AgentCore did it and the answer was lost: the policy stands, and that it is ours is not known yet."""
    await bot.pass_time(600)
    proposal_id = await bot.propose()
    await bot.pass_time(60)
    bot.world.faults["create_policy answer"] = [ServiceUnavailable("The answer was lost.")] * 200
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(10)
    bot.world.database.execute("UPDATE policies SET status = 'ACTIVE'")
    await bot.pass_time(600)
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.SENDING
    bot.world.faults.clear()
    await bot.pass_time(900)
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT
    assert drifts(bot.world) == []


@pytest.mark.parametrize("point", ["post", "post answer", "update", "update answer"])
async def test_killed_while_it_is_said_the_next_one_says_it_once(
    bot: Bot, open_bot: OpenBot, url: str, clock: MovableClock, point: str
) -> None:
    await bot.pass_time(600)
    bot.world.add_policy("theirs", STATEMENT)
    if point.startswith("update"):
        await bot.pass_time(600)
        deletes(bot.world, "theirs")
    bot.world.faults[point] = [Killed()]  # type: ignore[list-item]
    with pytest.raises(Killed):
        await bot.pass_time(600)
    await bot.store.close()
    next_one = await watching(open_bot, url, clock, "C2")
    async with next_one.store.database.write() as connection:
        await connection.exec_driver_sql("UPDATE watches SET lease_until = 0")
    await next_one.pass_time(3000)
    [first, *rest] = drifts(bot.world)
    assert first[:1] == ("C1",), "where it was found, whatever the route says by now"
    assert [text for _, text, _ in rest] == ["Everything is again as it was before this."] * point.startswith("update")
    assert str(first[1]).startswith("drift closed" if point.startswith("update") else "drift open")


async def test_slack_that_is_down_is_waited_for_and_one_that_refuses_hides_nothing_later(bot: Bot) -> None:
    await bot.pass_time(600)
    bot.world.faults["post"] = [ChatUnavailable("Slack is down.")] * 3 + [ChatError("No.", code="is_archived")]
    bot.world.add_policy("first", STATEMENT)
    await bot.pass_time(600)
    assert drifts(bot.world) == []
    bot.world.add_policy("second", STATEMENT)
    await bot.pass_time(600)
    assert drifts(bot.world) == [("C1", "drift open: The policy second was created, enforced.", 0)]
    bot.world.database.execute("UPDATE posts SET gone = 1")
    deletes(bot.world, "first")
    deletes(bot.world, "second")
    await bot.pass_time(600)
    bot.world.add_policy("third", STATEMENT)
    await bot.pass_time(600)
    assert drifts(bot.world)[-1][1] == "drift open: The policy third was created, enforced."
    assert await recorded(bot) == ["drift", "drift", "drift.closed", "drift"]


async def test_without_a_channel_it_is_in_the_record_and_the_log(
    open_bot: OpenBot, url: str, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    bot = await watching(open_bot, url, clock, "")
    await bot.pass_time(600)
    bot.world.add_policy("theirs", STATEMENT)
    await bot.pass_time(600)
    assert bot.world.count("posts") == 0
    assert await recorded(bot) == ["drift"]
    assert "changed elsewhere" in caplog.messages


async def test_it_is_closed_where_it_was_said_whoever_proposes_elsewhere_meanwhile(
    open_bot: OpenBot, url: str, clock: MovableClock
) -> None:
    """A route without a channel takes that of its engine's newest proposal."""
    bot = await watching(open_bot, url, clock, "")
    proposal_id = await bot.propose(channel_id="C7")
    await bot.pass_time(600)
    assert (await bot.proposal(proposal_id)).state is ProposalState.IN_REVIEW
    bot.world.add_policy("theirs", STATEMENT)
    await bot.pass_time(600)
    await bot.propose("allow agents to use cancel", channel_id="C8")
    await bot.pass_time(600)
    deletes(bot.world, "theirs")
    await bot.pass_time(600)
    assert [(channel, updates) for channel, _, updates in drifts(bot.world)] == [("C7", 1), ("C7", 0)]


@pytest.mark.parametrize("error", [ServiceUnavailable("Nobody answers."), ServiceError("You may not.", code="No")])
async def test_agentcore_failing_is_one_line_of_the_log_after_an_hour(
    bot: Bot, caplog: pytest.LogCaptureFixture, error: ServiceError
) -> None:
    caplog.set_level(logging.WARNING)
    await bot.pass_time(600)
    bot.world.faults["policies_summary"] = [error] * 100
    await bot.pass_time(3500)
    assert caplog.messages == []
    bot.world.add_policy("theirs", STATEMENT)
    await bot.pass_time(8000)
    assert [each for each in caplog.messages if "an hour" in each] == [
        "what others change cannot be seen since an hour"
    ]
    assert drifts(bot.world) == []
    bot.world.faults.clear()
    await bot.pass_time(600)
    assert len(drifts(bot.world)) == 1
    assert bot.world.count("told") == 0


async def test_a_policy_that_stays_on_its_way_hides_nothing_for_long(bot: Bot) -> None:
    """A change under way is looked at once it is done; one that never ends is said as it stands."""
    await bot.pass_time(600)
    bot.world.add_policy("theirs", STATEMENT)
    bot.world.database.execute("UPDATE policies SET status = 'CREATING'")
    await bot.pass_time(330)
    assert drifts(bot.world) == []
    bot.world.database.execute("UPDATE policies SET status = 'ACTIVE'")
    await bot.pass_time(300)
    assert drifts(bot.world) == [("C1", "drift open: The policy theirs was created, enforced.", 0)]
    bot.world.database.execute("UPDATE policies SET status = 'DELETING'")
    await bot.pass_time(600)
    assert drifts(bot.world)[1:] == [("C1", "drift open: The policy theirs is DELETING, and was ACTIVE.", 0)]
