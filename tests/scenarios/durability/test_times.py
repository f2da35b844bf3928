"""What is for a time ends by itself, and nothing that waits for people waits for ever: on a clock moved by hand, with
the process started anew in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Refused
from bot.governance import Governance
from bot.review.commands import Extend, ProposeAct, Revise
from bot.review.errors import Reason
from bot.review.model import Act, Draft, DraftState, ProposalState
from bot.review.routes import everywhere
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY, PATIENT, MovableClock

OpenBot = Callable[..., Awaitable[Bot]]
Restart = Callable[[Bot], Awaitable[Bot]]
CALLING = replace(PATIENT, routes=everywhere(ENGINE, GATEWAY), look_again=6 * 3600.0)
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
async def bot(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> Bot:
    """A bot whose route has people called. It is Sunday noon."""
    return await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock, CALLING)


@pytest.fixture
def restart(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> Restart:
    """Ends a bot and starts another one on the same database."""

    async def started(old: Bot) -> Bot:
        await old.store.close()
        new = await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock, CALLING)
        new.keys = old.keys
        return new

    return started


def posts(bot: Bot, part: str) -> list[str]:
    return [str(text) for (text,) in bot.world.rows("SELECT text FROM posts ORDER BY ts") if part in str(text)]


def told(bot: Bot, user: str, part: str) -> list[str]:
    found = bot.world.rows("SELECT text FROM told WHERE user = ? ORDER BY id", user)
    return [str(text) for (text,) in found if part in str(text)]


async def events(bot: Bot) -> list[str]:
    return [row.event async for row in bot.store.recorded()]


async def in_review(bot: Bot, rule: str = "allow agents to use refund", **members: object) -> str:
    proposal_id = await bot.propose(rule, **members)
    await bot.pass_time()
    return proposal_id


async def for_a_time(bot: Bot, days: float = 3) -> tuple[Draft, Draft]:
    """A change in effect for a time from now, and the draft that ends it."""
    proposal_id = await in_review(bot, until=bot.clock.now() + timedelta(days=days))
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    return await bot.draft(f"{proposal_id}.1"), await bot.draft(f"{proposal_id}.2")


async def act(bot: Bot, what: Act, draft: Draft) -> str:
    """A reviewed act on a draft's policy that came into effect."""
    command = ProposeAct(f"key-{what}", what, "T1", "C1", "U_ASKS", "T1", draft.id)
    proposal_id = (await bot.revising.act(command)).proposal_id
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT
    return proposal_id


async def test_a_change_for_a_time_is_taken_back_when_that_is_over(bot: Bot, restart: Restart) -> None:
    """The end is approved together with the change, survives a restart, is announced a day before and then done."""
    first, end = await for_a_time(bot)
    assert (first.state, end.state, end.act) == (DraftState.IN_EFFECT, DraftState.SCHEDULED, Act.REVOKE)
    assert (end.undoes, end.until, end.deciders) == (first.id, first.until, first.deciders)
    assert (await bot.proposal(first.proposal_id)).state is ProposalState.CLOSED
    bot = await restart(bot)
    await bot.pass_time(2 * DAY - 2 * HOUR)
    assert posts(bot, "by itself") == []
    await bot.pass_time(2 * HOUR)
    [notice] = posts(bot, "by itself")
    assert notice.startswith("<@U_ASKS>, <@U_APPROVES>, on 2026-11-25 12:00 UTC the policy permit_refund")
    assert "Extend" in notice
    bot = await restart(bot)
    await bot.pass_time(DAY - HOUR)
    assert bot.world.count("policies") == 1
    await bot.pass_time(HOUR)
    assert bot.world.count("policies") == 0
    assert (await bot.draft(end.id)).state is DraftState.IN_EFFECT
    [said] = posts(bot, f"the time of {first.id} is over")
    assert "is deleted. It was due on 2026-11-25 12:00 UTC." in said
    assert len(told(bot, "U_ASKS", "is over")) == len(told(bot, "U_APPROVES", "is over")) == 1
    assert len(posts(bot, "by itself")) == 1
    assert {"taken_back_soon", "taken_back", "draft.scheduled"} <= set(await events(bot))


async def test_who_was_down_at_that_moment_does_it_late_and_says_so(
    bot: Bot, restart: Restart, clock: MovableClock
) -> None:
    _, end = await for_a_time(bot)
    clock.advance(5 * DAY)
    bot = await restart(bot)
    await bot.pass_time(HOUR)
    assert bot.world.count("policies") == 0
    assert (await bot.draft(end.id)).state is DraftState.IN_EFFECT
    [said] = posts(bot, "is over")
    assert "This is late: it was due on 2026-11-25 12:00 UTC" in said


async def test_a_policy_that_others_changed_is_not_taken_back_and_that_is_said(bot: Bot) -> None:
    first, end = await for_a_time(bot)
    bot.world.database.execute("UPDATE policies SET statement = 'permit(principal, action, resource);'")
    await bot.pass_time(4 * DAY)
    assert bot.world.count("policies") == 1
    ended = await bot.draft(end.id)
    assert ended.state is DraftState.NOT_ENACTED
    [said] = posts(bot, "was not taken back")
    assert said.startswith("<@U_ASKS>, <@U_APPROVES>, ")
    assert len(told(bot, "U_ASKS", f"the time of {first.id} is over")) == 1
    assert "not_taken_back" in await events(bot)


async def test_what_was_promoted_meanwhile_is_taken_back_all_the_same(bot: Bot) -> None:
    """An act that the team reviewed does not make for good what was approved for a time."""
    first, end = await for_a_time(bot)
    await act(bot, Act.PROMOTE, first)
    assert (await bot.draft(end.id)).enforcement_mode == "ACTIVE"
    await bot.pass_time(4 * DAY)
    assert bot.world.count("policies") == 0
    assert (await bot.draft(end.id)).state is DraftState.IN_EFFECT


async def test_what_was_revoked_meanwhile_needs_no_end(bot: Bot) -> None:
    first, end = await for_a_time(bot)
    await act(bot, Act.REVOKE, first)
    assert (await bot.draft(end.id)).state is DraftState.REPLACED
    await bot.pass_time(4 * DAY)
    assert posts(bot, "is over") == []


async def test_a_promotion_for_a_time_is_demoted_again(bot: Bot) -> None:
    """Every act has its inverse: the policy stays, and is log-only again."""
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    until = bot.clock.now() + timedelta(days=2)
    command = ProposeAct("k", Act.PROMOTE, "T1", "C1", "U_ASKS", "T1", f"{proposal_id}.1", until=until)
    promoted = (await bot.revising.act(command)).proposal_id
    await bot.pass_time()
    await bot.decide(f"{promoted}.1")
    await bot.pass_time(3 * DAY)
    end = await bot.draft(f"{promoted}.2")
    assert (end.state, end.act) == (DraftState.IN_EFFECT, Act.DEMOTE)
    [(body,)] = bot.world.rows("SELECT body FROM policies")
    assert "LOG_ONLY" in str(body)
    assert "is log-only again" in posts(bot, "is over")[0]


async def test_an_approver_sets_the_time_and_it_is_what_is_approved(bot: Bot) -> None:
    """The draft is another version with another digest; a card that was seen before decides nothing any more."""
    proposal_id = await in_review(bot)
    before = await bot.draft(f"{proposal_id}.1")
    until = bot.clock.now() + timedelta(days=1)
    await bot.decide(before.id, until=until)
    with pytest.raises(Refused):
        await bot.decide(before.id, user="U_SECOND")
    await bot.pass_time()
    after = await bot.draft(before.id)
    assert (after.state, after.until, after.version) == (DraftState.IN_EFFECT, until, 2)
    assert after.digest != before.digest
    await bot.pass_time(2 * DAY)
    assert bot.world.count("policies") == 0


async def test_a_change_whose_time_is_over_before_it_is_approved_is_never_sent(bot: Bot, clock: MovableClock) -> None:
    """It ends when its time does; an approval at the last moment is too late when it would be sent."""
    until = clock.now() + timedelta(hours=2)
    waits, late = await in_review(bot, until=until), await in_review(bot, "allow cancel", until=until)
    clock.moment = until - timedelta(seconds=1)
    await bot.decide(f"{late}.1")
    clock.moment = until
    await bot.pass_time()
    states = [(await bot.draft(f"{each}.1")).state for each in (waits, late)]
    assert states == [DraftState.EXPIRED, DraftState.EXPIRED]
    assert bot.world.calls("create_policy") == 0
    assert len(posts(bot, "is closed. The policy")) == 2


async def extend(bot: Bot, end: Draft, days: float, user: str = "U_ASKS") -> str:
    assert end.until is not None
    command = Extend(f"extend-{days}-{user}", end.id, user, "T1", end.until + timedelta(days=days))
    return (await bot.extending.extend(command)).proposal_id


async def test_an_extension_is_decided_as_the_change_was(bot: Bot, restart: Restart) -> None:
    """In the thread of the change, by a vote; nothing is sent, and the policy goes at the later time only."""
    first, end = await for_a_time(bot)
    proposal_id = await extend(bot, end, 4)
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.act, draft.statement) == (DraftState.IN_REVIEW, Act.CREATE, first.statement)
    await bot.pass_time(HOUR)
    assert (await bot.draft(draft.id)).version == 1
    with pytest.raises(Refused):
        await bot.decide(draft.id, user="U_ASKS")
    await bot.decide(draft.id, user="U_SECOND")
    await bot.pass_time()
    assert (await bot.draft(draft.id)).state is DraftState.IN_EFFECT
    assert (await bot.draft(end.id)).state is DraftState.REPLACED
    assert bot.world.calls("create_policy") == 1
    bot = await restart(bot)
    await bot.pass_time(4 * DAY)
    assert bot.world.count("policies") == 1
    await bot.pass_time(4 * DAY)
    assert bot.world.count("policies") == 0
    later = await bot.draft(f"{proposal_id}.2")
    assert (later.state, later.undoes, later.deciders) == (DraftState.IN_EFFECT, first.id, ("U_SECOND",))


async def test_an_extension_that_nobody_approves_changes_nothing(bot: Bot) -> None:
    """The policy goes at the time that was approved; an approval after that has nothing to extend, and says so."""
    _, end = await for_a_time(bot)
    proposal_id = await extend(bot, end, 4)
    await bot.pass_time(4 * DAY)
    assert bot.world.count("policies") == 0
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert draft.state is DraftState.NOT_ENACTED
    assert "nothing to extend" in draft.trouble


@pytest.mark.parametrize("early", [True, False])
async def test_the_end_of_a_policy_that_others_changed_is_not_extended_as_if_it_stood(bot: Bot, early: bool) -> None:
    """The card of an extension says what stays as it is for longer: of a text that does not stand, that is nothing."""
    _, end = await for_a_time(bot)
    if early:
        await changed_by_others(bot)
    proposal_id = await extend(bot, end, 4)
    await bot.pass_time(60)
    if not early:
        assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_REVIEW
        await changed_by_others(bot)
        await bot.decide(f"{proposal_id}.1", user="U_SECOND")
        await bot.pass_time(60)
    draft = await bot.draft(f"{proposal_id}.1")
    assert draft.state is DraftState.UNUSABLE
    assert "is not as it was when this was proposed" in draft.trouble
    kept = await bot.draft(end.id)
    assert (kept.state, kept.until) == (DraftState.SCHEDULED, end.until), "the end stays as it is"


async def test_an_extension_never_keeps_enforced_what_its_card_showed_as_log_only(bot: Bot) -> None:
    """Created log-only for a time, an extension proposed, and the policy promoted before that is decided."""
    first, end = await for_a_time(bot)
    proposal_id = await extend(bot, end, 4)
    await bot.pass_time()
    promote = await bot.revising.act(ProposeAct("p", Act.PROMOTE, "T1", "C1", "U_ASKS", "T1", first.id))
    await bot.pass_time()
    await bot.decide(f"{promote.proposal_id}.1", user="U_SECOND")
    await bot.pass_time()
    assert (await bot.draft(f"{promote.proposal_id}.1")).state is DraftState.IN_EFFECT
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.UNUSABLE
    await bot.pass_time(4 * DAY)
    assert bot.world.count("policies") == 0, "it is taken back at the time that was approved"


async def changed_by_others(bot: Bot) -> None:
    """The text of the one policy is another, as if somebody had used the console."""
    bot.world.database.execute("UPDATE policies SET statement = 'permit(principal, action, resource);'")


async def test_an_extension_has_to_be_later_and_of_something_that_ends(bot: Bot) -> None:
    first, end = await for_a_time(bot)
    for days, reason in ((-1.0, Reason.NOT_LATER), (0.0, Reason.NOT_LATER)):
        with pytest.raises(Refused) as refused:
            await extend(bot, end, days)
        assert refused.value.reason == reason
    with pytest.raises(Refused) as refused:
        await bot.extending.extend(Extend("k", first.id, "U_ASKS", "T1", bot.clock.now() + timedelta(days=9)))
    assert refused.value.reason == Reason.UNKNOWN_DRAFT
    with pytest.raises(Refused):
        await extend(bot, end, 2, user="U_GUEST")
    await bot.pass_time(4 * DAY)
    with pytest.raises(Refused) as refused:
        await extend(bot, end, 5)
    assert refused.value.reason == Reason.NOT_EXTENDED


async def test_those_who_can_decide_are_reminded_on_working_days_only(bot: Bot, restart: Restart) -> None:
    """Called on a Sunday: reminded on Monday, Tuesday and Wednesday, once each, also over a restart."""
    proposal_id = await in_review(bot, "allow refund; allow cancel")
    reminders: list[int] = []
    for _ in range(5):
        await bot.pass_time(DAY)
        bot = await restart(bot)
        reminders.append(len(posts(bot, "reminder")))
    assert reminders == [1, 2, 3, 3, 3]
    first = posts(bot, "reminder 1 of 3")[0]
    assert first.startswith(f"<!subteam^S0APPROVERS>: 2 cards of {proposal_id} still wait for a decision")
    assert (await events(bot)).count("reminded") == 3


async def test_who_was_down_for_days_reminds_once(bot: Bot, restart: Restart, clock: MovableClock) -> None:
    await in_review(bot)
    clock.advance(2.5 * DAY)
    bot = await restart(bot)
    await bot.pass_time()
    [reminder] = posts(bot, "(reminder ")
    assert "reminder 2 of 3" in reminder


async def test_nobody_is_reminded_of_what_is_decided(bot: Bot) -> None:
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1", Vote.REJECT, reason="No.")
    await bot.pass_time(20 * DAY)
    assert posts(bot, "reminder") == []


async def test_who_has_voted_is_not_reminded(bot: Bot) -> None:
    """Of a group, as soon as one of it voted, those who have not."""
    text = """
        permit(principal, action == Action::"propose", resource);
        @id("two") @quorum("2") @group("S0APPROVERS")
        permit(principal in Group::"S0APPROVERS", action == Action::"approve", resource);
    """
    bot.governance = Governance.of(text)
    bot.__post_init__()
    bot.world.may_approve = frozenset({"U_APPROVES", "U_SECOND", "U_MEMBER", "U_ASKS"})
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(DAY)
    [reminder] = posts(bot, "reminder")
    assert reminder.startswith("<@U_MEMBER>, <@U_SECOND>: ")


async def test_what_agentcore_generated_ends_with_it_and_is_generated_again(bot: Bot, restart: Restart) -> None:
    """A day before, the thread and the requester hear of it; after seven days it ends, and one click starts anew."""
    proposal_id = await in_review(bot)
    await bot.pass_time(6 * DAY - HOUR)
    assert posts(bot, "unless somebody decides") == []
    bot = await restart(bot)
    await bot.pass_time(2 * HOUR)
    [warning] = posts(bot, "unless somebody decides")
    assert warning.startswith(f"<@U_ASKS>, {proposal_id} ends on 2026-11-29 12:00 UTC")
    assert "AgentCore deletes what it generated" in warning
    assert len(told(bot, "U_ASKS", "unless somebody decides")) == 1
    bot = await restart(bot)
    await bot.pass_time(DAY)
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.EXPIRED
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
    [end] = posts(bot, f"<@U_ASKS>, {proposal_id} is closed.")
    assert "was closed: Nobody decided in time." in end
    assert len(told(bot, "U_ASKS", "is closed")) == 1
    assert "draft.expired" in await events(bot)
    with pytest.raises(Refused) as refused:
        await bot.decide(f"{proposal_id}.1")
    assert "nobody decided in time" in refused.value.sentence
    again = Revise("again", proposal_id, "U_ASKS", "T1", rule=(await bot.proposal(proposal_id)).rule)
    renewed = (await bot.revising.revise(again)).proposal_id
    await bot.pass_time()
    assert (await bot.draft(f"{renewed}.1")).state is DraftState.IN_REVIEW


async def test_what_waits_for_a_permit_ends_too(bot: Bot) -> None:
    proposal_id = await in_review(bot, "allow first")
    await bot.decide(f"{proposal_id}.1", Vote.WAIT)
    await bot.pass_time(8 * DAY)
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.EXPIRED
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED


async def test_an_act_that_nobody_decides_on_ends_after_the_set_time(bot: Bot) -> None:
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    command = ProposeAct("k", Act.REVOKE, "T1", "C1", "U_ASKS", "T1", f"{proposal_id}.1")
    revoking = (await bot.revising.act(command)).proposal_id
    await bot.pass_time(13.9 * DAY)
    assert (await bot.draft(f"{revoking}.1")).state is DraftState.IN_REVIEW
    await bot.pass_time(0.2 * DAY)
    assert (await bot.draft(f"{revoking}.1")).state is DraftState.EXPIRED
    assert bot.world.count("policies") == 1


async def test_an_approval_and_an_expiry_at_the_same_moment_have_one_outcome(
    clock: MovableClock, open_bot: OpenBot, database_url: str
) -> None:
    """Two replicas: whoever writes first has decided, and the other moves nothing."""
    first = await open_bot(database_url, clock, CALLING)
    proposal_id = await in_review(first)
    second = await open_bot(database_url, clock, CALLING) if "postgresql" in database_url else first
    clock.advance(7 * DAY)
    await asyncio.gather(second.due(), first.decide(f"{proposal_id}.1"), return_exceptions=True)
    await first.pass_time()
    state = (await first.draft(f"{proposal_id}.1")).state
    assert (state, first.world.calls("create_policy")) in [(DraftState.EXPIRED, 0), (DraftState.IN_EFFECT, 1)]
