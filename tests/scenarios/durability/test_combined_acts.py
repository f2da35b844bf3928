"""Acts on one policy that meet: what stands afterwards is what some card showed and somebody approved, and no more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Refused
from bot.review.commands import ApproveClean, DecideDraft, ProposeAct, Revise, Undo, Withdraw
from bot.review.decision import clean, clean_digest
from bot.review.errors import Reason
from bot.review.model import Act, Draft, DraftState
from bot.review.routes import everywhere
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY, PATIENT, PERMIT, MovableClock

OpenBot = Callable[..., Awaitable[Bot]]
DAY = 86400.0
OTHER = PERMIT.format(tool="wider", arn=GATEWAY)


@pytest.fixture
async def bot(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> Bot:
    """A bot that looks at waiting cards seldom: what falls due in days is what the tests are about."""
    options = replace(PATIENT, routes=everywhere(ENGINE, GATEWAY, mentions=False), look_again=6 * 3600.0)
    return await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock, options)


async def in_effect(bot: Bot, proposal_id: str) -> Draft:
    """The first draft of a proposal, approved and enacted."""
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1", user="U_SECOND")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert draft.state is DraftState.IN_EFFECT
    return draft


async def created(bot: Bot) -> Draft:
    return await in_effect(bot, await bot.propose())


async def act(bot: Bot, what: Act, draft: Draft, days: float = 0) -> Draft:
    until = bot.clock.now() + timedelta(days=days) if days else None
    command = ProposeAct(f"{what}-{draft.id}", what, "T1", "C1", "U_ASKS", "T1", draft.id, until=until)
    return await in_effect(bot, (await bot.revising.act(command)).proposal_id)


async def written(bot: Bot, draft: Draft, statement: str, key: str = "hand") -> str:
    """A statement that an approver wrote, proposed instead of a draft, or of its policy."""
    command = Revise(
        f"{key}-{draft.id}",
        draft.proposal_id,
        "U_APPROVES",
        "T1",
        statement=statement,
        draft_id=draft.id,
        version=draft.version,
        by_hand=True,
    )
    return (await bot.revising.revise(command)).proposal_id


def stands(bot: Bot) -> list[tuple[str, str]]:
    """The policies of the engine: text and mode."""
    rows = bot.world.rows("SELECT statement, body FROM policies ORDER BY id")
    return [(str(statement), json.loads(str(body))[3]) for statement, body in rows]


async def test_an_edit_of_a_change_is_a_change_of_the_same_policy(bot: Bot) -> None:
    """Written anew while it is reviewed, it takes the place of the policy; it does not come beside it."""
    policy = await created(bot)
    change = await written(bot, policy, OTHER)
    await bot.pass_time()
    narrower = OTHER.replace(");", ") when { true };")
    again = await written(bot, await bot.draft(f"{change}.1"), narrower)
    draft = await in_effect(bot, again)
    assert (draft.act, draft.policy_id) == (Act.REPLACE, policy.policy_id)
    assert stands(bot) == [(narrower, "LOG_ONLY")]


async def test_another_rule_for_a_change_is_a_change_of_the_same_policy(bot: Bot) -> None:
    policy = await created(bot)
    change = await written(bot, policy, OTHER)
    await bot.pass_time()
    command = Revise("rule", change, "U_ASKS", "T1", rule="allow agents to use cancel", draft_id=f"{change}.1")
    draft = await in_effect(bot, (await bot.revising.revise(command)).proposal_id)
    assert (draft.act, draft.policy_id) == (Act.REPLACE, policy.policy_id)
    assert len(stands(bot)) == 1


@pytest.mark.parametrize(("turned", "mode"), [(Act.PROMOTE, "ACTIVE"), (Act.DEMOTE, "LOG_ONLY")])
async def test_an_undo_of_a_text_leaves_the_mode_that_others_gave_the_policy(bot: Bot, turned: Act, mode: str) -> None:
    """Changed, then promoted or demoted, then the change undone: the card says that the mode stays, and so it does."""
    policy = await created(bot)
    if turned is Act.DEMOTE:
        await act(bot, Act.PROMOTE, policy)
    change = await in_effect_by_hand(bot, policy, OTHER)
    await act(bot, turned, policy)
    undone = await bot.revising.undo(Undo("undo", change.id, "U_ASKS", "T1"))
    draft = await in_effect(bot, undone.proposal_id)
    assert draft.before is not None
    assert (draft.act, draft.before.enforcement_mode, draft.enforcement_mode) == (Act.REPLACE, mode, mode)
    assert stands(bot) == [(policy.statement, mode)]


async def in_effect_by_hand(bot: Bot, draft: Draft, statement: str) -> Draft:
    return await in_effect(bot, await written(bot, draft, statement))


async def test_the_end_of_a_demotion_never_enforces_a_text_that_was_approved_as_log_only(bot: Bot) -> None:
    """Demoted for a time, and given another text meanwhile: that it is enforced was approved of the earlier one."""
    policy = await created(bot)
    await act(bot, Act.PROMOTE, policy)
    demoted = await act(bot, Act.DEMOTE, policy, days=3)
    await in_effect_by_hand(bot, policy, OTHER)
    await bot.pass_time(4 * DAY)
    assert stands(bot) == [(OTHER, "LOG_ONLY")]
    end = await bot.draft(f"{demoted.proposal_id}.2")
    assert end.state is DraftState.NOT_ENACTED
    posts = bot.world.rows("SELECT text FROM posts WHERE text LIKE '%was not taken back%'")
    assert len(posts) == 1


async def test_what_was_undone_before_its_time_is_not_done_again_at_its_time(bot: Bot) -> None:
    """Revoked for a time, the revocation undone, and then revoked for good: nothing brings the policy back."""
    policy = await created(bot)
    revoked = await act(bot, Act.REVOKE, policy, days=3)
    assert stands(bot) == []
    undone = await bot.revising.undo(Undo("undo", revoked.id, "U_ASKS", "T1"))
    again = await in_effect(bot, undone.proposal_id)
    assert len(stands(bot)) == 1
    await act(bot, Act.REVOKE, again)
    await bot.pass_time(4 * DAY)
    assert stands(bot) == []
    assert (await bot.draft(f"{revoked.proposal_id}.2")).state is DraftState.REPLACED


async def test_a_vote_that_is_missing_again_is_given_for_what_will_be_sent(bot: Bot) -> None:
    """Approved without AgentCore's analysis by somebody who left: whoever is asked next is asked for just that."""
    proposal_id = await bot.propose("first block refund")
    await bot.pass_time()
    draft_id = f"{proposal_id}.1"
    await bot.decide(draft_id, Vote.APPROVE_UNVALIDATED)
    bot.world.may_approve = frozenset({"U_SECOND"})
    await bot.pass_time()
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.validation_mode, draft.findings_reason) == (
        DraftState.IN_REVIEW,
        "FAIL_ON_ANY_FINDINGS",
        "",
    )
    with pytest.raises(Refused) as refused:
        await bot.decide(draft_id, user="U_SECOND")
    assert refused.value.fields["reason"] is Reason.WILL_BE_REFUSED
    await bot.decide(draft_id, Vote.APPROVE_UNVALIDATED, user="U_SECOND", reason="Mine.")
    await bot.pass_time()
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.findings_reason, draft.deciders) == (DraftState.IN_EFFECT, "Mine.", ("U_SECOND",))


async def test_all_clean_ones_are_those_that_the_button_was_shown_with(bot: Bot) -> None:
    """The engine changed after the card was shown: what it would change is otherwise, and nobody approved that."""
    proposal_id = await bot.propose("allow refund; allow cancel")
    await bot.pass_time()
    proposal = await bot.proposal(proposal_id)
    seen = clean_digest(clean(proposal, await bot.review.pieces(proposal)))
    bot.world.add_policy("clash_1")
    await bot.pass_time(DAY / 2)
    assert (await bot.draft(f"{proposal_id}.2")).version == 2
    with pytest.raises(Refused) as refused:
        await bot.deciding.approve_clean(ApproveClean(proposal_id, "U_APPROVES", "T1", seen))
    assert refused.value.fields["reason"] is Reason.CARD_OUTDATED
    assert await bot.store.votes(f"{proposal_id}.2") == ()


async def test_a_revision_ends_when_the_draft_before_it_would_have(bot: Bot) -> None:
    """An approver set the time: the next revision is for that time as well, and not for good."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    until = bot.clock.now() + timedelta(days=2)
    await bot.decide(f"{proposal_id}.1", until=until)
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.until) == (DraftState.APPROVED, until)
    revision = await written(bot, draft, OTHER)
    await bot.pass_time()
    assert (await bot.draft(f"{revision}.1")).until == until


async def test_what_no_piece_holds_has_to_be_ticked_on_a_piece_that_a_person_wrote_anew(bot: Bot) -> None:
    """Words that came to no policy are not forgotten because another piece is written by hand, once or twice."""
    proposal_id = await bot.propose("allow refund; ? nobody exports on weekends")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    for key in ("once", "twice"):
        revision = await written(bot, draft, OTHER, key)
        await bot.pass_time()
        draft = await bot.draft(f"{revision}.1")
        assert (await bot.proposal(revision)).uncovered == ("? nobody exports on weekends",)
        with pytest.raises(Refused) as refused:
            await bot.deciding.decide(DecideDraft(draft.id, draft.version, Vote.APPROVE, "U_SECOND", "T1"))
        assert refused.value.fields["reason"] is Reason.LEFT_OUT_NOT_SEEN


@pytest.mark.parametrize("forbids", [1, 2])
async def test_what_a_rule_permits_for_a_time_is_taken_back_before_what_it_forbids(bot: Bot, forbids: int) -> None:
    """Whichever piece is the forbid, and although it is a proposal of its own."""
    proposal_id = await bot.propose("allow refund; allow cancel", until=bot.clock.now() + timedelta(days=1))
    await bot.pass_time()
    piece, permit = await bot.draft(f"{proposal_id}.{forbids}"), await bot.draft(f"{proposal_id}.{3 - forbids}")
    forbid = "forbid" + str(permit.statement).removeprefix("permit")
    edited = await in_effect(bot, await written(bot, piece, forbid))
    await bot.decide(permit.id, user="U_SECOND", version=(await bot.draft(permit.id)).version)
    await bot.pass_time()
    assert sorted(text for text, _ in stands(bot)) == sorted([forbid, str(permit.statement)])
    bot.world.rows("CREATE TABLE gone (statement)")
    bot.world.rows("CREATE TRIGGER deleted AFTER DELETE ON policies BEGIN INSERT INTO gone VALUES (OLD.statement); END")
    await bot.pass_time(2 * DAY)
    assert bot.world.rows("SELECT statement FROM gone ORDER BY rowid") == [(permit.statement,), (forbid,)]
    assert (await bot.draft(f"{edited.proposal_id}.2")).state is DraftState.IN_EFFECT


def told(bot: Bot, user: str) -> list[str]:
    """What somebody was told in private."""
    return [str(text) for (text,) in bot.world.rows("SELECT text FROM told WHERE user = ? ORDER BY id", user)]


async def test_who_approved_what_is_withdrawn_before_it_is_sent_hears_of_it(bot: Bot) -> None:
    proposal_id = await bot.propose()
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1")
    await bot.deciding.withdraw(Withdraw(f"{proposal_id}.1", "U_ASKS", "T1"))
    await bot.pass_time()
    [said] = told(bot, "U_APPROVES")
    assert "was withdrawn by <@U_ASKS>" in said
    assert told(bot, "U_ASKS") == []


async def test_who_approved_too_late_hears_of_it(bot: Bot, clock: MovableClock) -> None:
    until = clock.now() + timedelta(hours=2)
    proposal_id = await bot.propose(until=until)
    await bot.pass_time()
    clock.moment = until - timedelta(seconds=1)
    await bot.decide(f"{proposal_id}.1")
    clock.moment = until
    await bot.pass_time()
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.EXPIRED
    assert bot.world.calls("create_policy") == 0
    for user in ("U_ASKS", "U_APPROVES"):
        [said] = told(bot, user)
        assert "was closed" in said


async def test_who_leaves_while_the_engine_is_looked_at_does_not_count(bot: Bot) -> None:
    """Votes are counted last, right before the policy is sent: AgentCore may have been slow to answer."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1")
    bot.world.holds["engine_state"] = hold = asyncio.Event()
    looking = bot.world.calls("engine_state")
    checking = asyncio.create_task(bot.due())
    async with asyncio.timeout(10):
        while bot.world.calls("engine_state") == looking:  # noqa: ASYNC110 (the world has no event for it)
            await asyncio.sleep(0.01)
    bot.world.may_approve = frozenset({"U_SECOND"})
    hold.set()
    await checking
    await bot.pass_time()
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_REVIEW
    assert bot.world.calls("create_policy") == 0
