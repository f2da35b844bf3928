"""Messages as desired state: the newest once, in order, and back after anything that Slack does to them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import ChatError, ChatUnavailable
from bot.review.messages import SlackMessage, Told
from bot.review.model import DraftState
from bot.review.votes import Vote
from bot.review.work import WorkKind
from bot.storage.journal import changing
from bot.storage.moves import tell
from tests.support.bot import Bot
from tests.support.world import FakeSlack


async def in_review(bot: Bot, rule: str = "allow refund") -> str:
    proposal_id = await bot.propose(rule)
    await bot.pass_time()
    return proposal_id


def standing(bot: Bot) -> list[str]:
    return [str(text) for (text,) in bot.world.rows("SELECT text FROM posts WHERE NOT gone ORDER BY ts")]


async def test_many_changes_in_a_moment_are_one_update(bot: Bot) -> None:
    """Slack asks for one update in three seconds; only the newest state is ever shown."""
    proposal_id = await in_review(bot, "; ".join(f"allow tool{number}" for number in range(6)))
    before = bot.world.rows("SELECT updates FROM posts ORDER BY ts")[1][0]
    for ordinal in range(1, 7):
        draft_id = f"{proposal_id}.{ordinal}"
        await bot.decide(draft_id, Vote.REJECT, version=(await bot.draft(draft_id)).version)
        await bot.due()
    after = bot.world.rows("SELECT updates FROM posts ORDER BY ts")[1][0]
    assert int(str(after)) - int(str(before)) == 1
    await bot.pass_time(bot.options.message_pause)
    assert standing(bot)[1].split()[2:4] == ["closed", "6/6"]


async def test_a_message_that_already_shows_it_is_not_touched(bot: Bot) -> None:
    """A decision on one card does not update the others."""
    proposal_id = await in_review(bot, "allow one; allow two")
    before = bot.world.rows("SELECT updates FROM posts ORDER BY ts")[3]
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    assert bot.world.rows("SELECT updates FROM posts ORDER BY ts")[3] == before


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed", "cant_update_message"])
async def test_a_card_that_cannot_be_updated_is_posted_anew(bot: Bot, code: str) -> None:
    """Somebody deleted it, or it is too old: the record is not lost, and it stands in the same thread."""
    proposal_id = await in_review(bot)
    bot.world.faults["update 3"] = [ChatError("It cannot be changed.", code=code)]
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)
    await bot.pass_time()
    [(thread, text)] = bot.world.rows("SELECT thread, text FROM posts WHERE key LIKE '%/card/1#1'")
    assert thread == "1"
    assert "rejected" in str(text)


async def test_a_deleted_parent_stands_again_and_the_thread_goes_on_under_it(bot: Bot) -> None:
    """What is posted from then on goes under the new parent."""
    proposal_id = await in_review(bot)
    bot.world.database.execute("UPDATE posts SET gone = 1")
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)
    await bot.pass_time()
    rows = bot.world.rows("SELECT ts, thread, key FROM posts WHERE NOT gone ORDER BY ts")
    assert [str(key).partition("/")[2] for _, _, key in rows] == ["parent#1", "progress#1", "card/1#1"]
    assert [thread for _, thread, _ in rows] == ["", str(rows[0][0]), str(rows[0][0])]
    assert (await bot.proposal(proposal_id)).thread_ts == str(rows[0][0])


async def test_slack_down_for_long_loses_nothing(bot: Bot) -> None:
    """There is no giving up on a message: when Slack is back it shows the state of then."""
    bot = Bot(bot.store, bot.world, bot.clock, replace(bot.options, retry_limit=2))
    proposal_id = await in_review(bot)
    bot.world.faults["update"] = [ChatUnavailable("Slack is down.")] * 2000
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(200)
    assert bot.world.calls("update") > 3 * bot.options.retry_limit
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT
    bot.world.faults["update"].clear()
    await bot.pass_time(120)
    assert "in_effect" in standing(bot)[2]


async def test_slack_is_not_asked_before_it_said(bot: Bot) -> None:
    """Retry-After is kept, also when something changes meanwhile."""
    proposal_id = await in_review(bot)
    bot.world.faults["update"] = [ChatUnavailable("Slow down.", retry_after=90) for _ in range(3)]
    before = bot.world.calls("update")
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)
    await bot.pass_time(80)
    assert bot.world.calls("update") - before == len(("progress", "card", "parent"))
    await bot.pass_time(30)
    assert "rejected" in standing(bot)[2]


async def test_a_message_that_slack_refuses_rests_until_the_next_change(bot: Bot) -> None:
    """The bot was removed from the channel: the requester is told once, the policy is created all the same."""
    proposal_id = await in_review(bot)
    bot.world.faults["update"] = [ChatError("Slack refused.", code="not_in_channel") for _ in range(3)]
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT
    (text,), (end,) = bot.world.rows("SELECT text FROM told")
    assert "was created" in str(end)
    assert f"show the review of {proposal_id} in its channel any more (not_in_channel)" in str(text)
    assert "in_effect" in standing(bot)[2]


async def test_a_post_whose_answer_was_lost_is_found_and_not_posted_twice(bot: Bot) -> None:
    """The process died between Slack's yes and our commit: the next try looks for the key first."""
    await bot.propose()
    await bot.handlers[WorkKind.PROPOSAL](await bot.claim(WorkKind.PROPOSAL))
    bot.world.faults["post answer"] = [RuntimeError("killed here")]
    claim = await bot.claim(WorkKind.MESSAGE)
    with pytest.raises(RuntimeError, match="killed here"):
        await bot.handlers[WorkKind.MESSAGE](claim)
    await bot.store.release(claim)
    await bot.pass_time()
    keys = [str(key).partition("/")[2] for (key,) in bot.world.rows("SELECT key FROM posts ORDER BY ts")]
    assert keys == ["parent#0", "progress#0", "card/1#0"]


async def said_in_thread(bot: Bot) -> str:
    """A proposal in whose thread something is to be said next."""
    proposal_id = await in_review(bot)
    async with changing(bot.store.database) as change:
        told = (Told("", "Something to be said once."),)
        await tell(change, await bot.proposal(proposal_id), told, bot.clock.now())
    return proposal_id


async def killed_while_it_is_said(bot: Bot) -> str:
    """The process is gone after it sent a notice, which Slack has not come to yet; gives the key."""
    bot.world.faults["post"] = [RuntimeError("killed here")]
    claim = await bot.claim(WorkKind.NOTICE)
    with pytest.raises(RuntimeError, match="killed here"):
        await bot.handlers[WorkKind.NOTICE](claim)
    await bot.store.release(claim)
    return claim.id


def times_said(bot: Bot, key: str) -> int:
    return len(bot.world.rows("SELECT key FROM posts WHERE key = ?", key))


async def test_a_notice_on_its_way_when_the_process_was_killed_is_not_posted_again(bot: Bot) -> None:
    """The look at the restart comes before Slack has taken it; it is found later."""
    proposal = await bot.proposal(await said_in_thread(bot))
    key = await killed_while_it_is_said(bot)
    await bot.due()
    assert times_said(bot, key) == 0
    place = {"team": proposal.team_id, "channel": proposal.channel_id, "thread_ts": proposal.thread_ts}
    await FakeSlack(bot.world).post(**place, message=SlackMessage("Something to be said once."), key=key)
    await bot.pass_time(bot.options.post_seconds)
    assert times_said(bot, key) == 1
    assert (await bot.store.notice(key)).ts


async def test_a_notice_that_never_arrived_is_posted_once_it_cannot_arrive_any_more(bot: Bot) -> None:
    await said_in_thread(bot)
    key = await killed_while_it_is_said(bot)
    await bot.due()
    assert times_said(bot, key) == 0
    await bot.pass_time(bot.options.post_seconds)
    assert times_said(bot, key) == 1


async def test_a_notice_that_arrives_after_all_is_taken_away(bot: Bot) -> None:
    """Slack needed longer than anybody waits: two stand for a while, and then one."""
    proposal = await bot.proposal(await said_in_thread(bot))
    key = await killed_while_it_is_said(bot)
    await bot.pass_time(bot.options.post_seconds + 1)
    place = {"team": proposal.team_id, "channel": proposal.channel_id, "thread_ts": proposal.thread_ts}
    late = await FakeSlack(bot.world).post(**place, message=SlackMessage("It came late."), key=key)
    assert times_said(bot, key) == 2
    await bot.pass_time(bot.options.look_after[0])
    assert bot.world.rows("SELECT gone FROM posts WHERE key = ? ORDER BY ts", key) == [(0,), (1,)]
    assert bot.world.rows("SELECT text FROM posts WHERE ts = ?", late) == [("It came late.",)]


async def test_a_notice_that_two_replicas_said_stands_once(bot: Bot) -> None:
    """The first slept past its lease while it said it; when it wakes, what it said is taken away."""
    await said_in_thread(bot)
    claim = await bot.claim(WorkKind.NOTICE)
    held = bot.world.holds["post"] = asyncio.Event()
    sleeping = asyncio.ensure_future(bot.handlers[WorkKind.NOTICE](claim))
    while "post" in bot.world.holds:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await bot.store.release(claim)
    await bot.pass_time(400)
    held.set()
    await asyncio.gather(sleeping, return_exceptions=True)
    assert times_said(bot, claim.id) == 2
    await bot.store.lost(claim)
    await bot.pass_time(60)
    assert bot.world.rows("SELECT gone FROM posts WHERE key = ? ORDER BY ts", claim.id) == [(0,), (1,)]


async def test_what_the_thread_was_told_is_withheld_however_long_slack_is_down(bot: Bot) -> None:
    """A sentence that nobody gets is given up after some tries, but not that others read one that stands."""
    bot = Bot(bot.store, bot.world, bot.clock, replace(bot.options, retry_limit=2))
    await said_in_thread(bot)
    await bot.pass_time()
    bot.world.faults["update"] = [ChatUnavailable("Slack is down.")] * 2000
    bot.world.shared.add("C1")
    await bot.review.shared("C1")
    await bot.pass_time(600)
    bot.world.faults["update"].clear()
    await bot.pass_time(120)
    assert "Something to be said once." not in standing(bot)
