"""An approved draft is enacted once, and nobody is told that it was not while that is not known."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import Refused, ServiceError, ServiceUnavailable
from bot.review.errors import Reason
from bot.review.model import DraftState
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import MovableClock


async def approved(bot: Bot) -> str:
    """A draft that was just approved, not yet sent."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1")
    return f"{proposal_id}.1"


async def test_a_create_that_is_never_answered_is_not_called_failed(bot: Bot) -> None:
    """AgentCore made the policy and cannot be reached for an hour: the card waits, and then says that it is there."""
    draft_id = await approved(bot)
    bot.world.faults["create_policy answer"] = [ServiceUnavailable("AgentCore is down.")]
    await bot.due()
    assert bot.world.count("policies") == 1
    bot.world.faults["create_policy"] = [ServiceUnavailable("AgentCore is down.")] * (3 * bot.options.retry_limit)
    await bot.pass_time(900)
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.trouble) == (DraftState.SENDING, "AgentCore is down.")
    await bot.pass_time(3600)
    assert (await bot.draft(draft_id)).state is DraftState.IN_EFFECT
    assert bot.world.count("policies") == 1


async def test_a_create_that_is_refused_is_called_failed_at_once(bot: Bot) -> None:
    draft_id = await approved(bot)
    bot.world.faults["create_policy"] = [ServiceError("It is not valid.", code="ValidationException")]
    await bot.pass_time(1)
    assert (await bot.draft(draft_id)).state is DraftState.NOT_ENACTED


async def test_a_voided_approval_gives_its_token_back(bot: Bot) -> None:
    """The next approval has another description, and AgentCore refuses another body under a token it knows."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    before = await bot.draft(f"{proposal_id}.1")
    bot.world.add_policy("clash_1")
    await bot.decide(before.id)
    await bot.pass_time()
    voided = await bot.draft(before.id)
    assert (voided.state, voided.version) == (DraftState.IN_REVIEW, 2)
    assert voided.create_token not in ("", before.create_token)
    await bot.decide(before.id, user="U_SECOND", version=2)
    await bot.pass_time()
    assert bot.world.rows("SELECT token FROM policies WHERE token != ''") == [(voided.create_token,)]


async def test_a_sent_create_is_not_voided_by_what_changes_meanwhile(bot: Bot) -> None:
    """The call may have landed: another policy comes, the process starts anew, and it is sent again, never reviewed."""
    draft_id = await approved(bot)
    bot.world.faults["create_policy answer"] = [ServiceUnavailable("AgentCore is down.")]
    await bot.due()
    assert (await bot.draft(draft_id)).state is DraftState.SENDING
    bot.world.add_policy("clash_1")
    await bot.pass_time()
    assert (await bot.draft(draft_id)).state is DraftState.IN_EFFECT
    assert bot.world.rows("SELECT count(*) FROM policies WHERE token != ''") == [(1,)]


async def test_what_stands_otherwise_than_approved_is_said_at_once(bot: Bot) -> None:
    """The engine changed while the call was on its way: thread, requester and approver hear of it."""
    draft_id = await approved(bot)
    bot.world.faults["create_policy answer"] = [ServiceUnavailable("AgentCore is down.")]
    await bot.due()
    bot.world.add_policy("clash_1")
    await bot.pass_time()
    assert "not what the card showed" in (await bot.draft(draft_id)).trouble
    told = {row[0] for row in bot.world.rows("SELECT user FROM told WHERE text LIKE '%not what the card showed%'")}
    posts = bot.world.rows("SELECT text FROM posts WHERE text LIKE 'permit%not what the card showed%'")
    assert told == {"U_ASKS", "U_APPROVES"}
    assert len(posts) == 1


async def test_whoever_approved_is_told_when_it_does_not_count_any_more(bot: Bot) -> None:
    """In the thread and in private, with what changed."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    bot.world.add_policy("clash_1")
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    said = "%does not count any more%"
    assert bot.world.rows("SELECT user FROM told WHERE text LIKE ?", said) == [("U_APPROVES",)]
    assert bot.world.rows("SELECT count(*) FROM posts WHERE text LIKE ?", f"<@U_APPROVES>{said}") == [(1,)]


async def test_two_approvals_at_once_are_checked_one_after_the_other(bot: Bot) -> None:
    """The second is checked only when the first is settled, so that neither is created on what no longer holds."""
    proposal_id = await bot.propose("allow refund; allow clash")
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1")
    await bot.decide(f"{proposal_id}.2")
    bot.world.faults["create_policy answer"] = [ServiceUnavailable("AgentCore is down.")]
    await bot.due()
    states = {(await bot.draft(f"{proposal_id}.{number}")).state for number in (1, 2)}
    assert states == {DraftState.SENDING, DraftState.APPROVED}
    await bot.pass_time()
    assert {(await bot.draft(f"{proposal_id}.{number}")).state for number in (1, 2)} == {DraftState.IN_EFFECT}


async def test_a_policy_that_agentcore_refused_leaves_nothing_to_be_deleted_by_hand(bot: Bot) -> None:
    bot.world.policy_ends = "CREATE_FAILED"
    draft_id = await approved(bot)
    await bot.pass_time()
    draft = await bot.draft(draft_id)
    assert draft.state is DraftState.NOT_ENACTED
    assert draft.trouble.endswith("Nothing of it is left on the engine.")
    assert bot.world.count("policies") == 0


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        ("UPDATE_FAILED", DraftState.IN_EFFECT),
        ("DELETE_FAILED", DraftState.SETTLING),
        ("DELETING", DraftState.SETTLING),
        ("SOMETHING_NEW", DraftState.SETTLING),
    ],
)
async def test_only_a_policy_that_was_never_created_is_taken_away(bot: Bot, ends: str, state: DraftState) -> None:
    """Others may touch it before its outcome was seen: what stands by an approval is nobody's to clear."""
    bot.world.policy_ends = ends
    draft_id = await approved(bot)
    await bot.pass_time()
    assert (await bot.draft(draft_id)).state is state
    assert bot.world.count("policies") == 1


async def test_a_name_that_is_anothers_gives_way_to_a_new_one(bot: Bot) -> None:
    draft_id = await approved(bot)
    before = await bot.draft(draft_id)
    bot.world.faults["create_policy"] = [ServiceError("The name is taken.", code="NameTaken")]
    await bot.pass_time()
    after = await bot.draft(draft_id)
    assert (after.state, after.policy_name) == (DraftState.IN_EFFECT, f"{before.policy_name}_2")
    assert after.create_token != before.create_token


async def test_a_first_guardrail_waits_for_a_permit_and_comes_back_by_itself(bot: Bot) -> None:
    """AgentCore refuses it as things stand: it is kept, and its approver is told when it can be decided again."""
    proposal_id = await bot.propose("first block refund")
    await bot.pass_time()
    draft_id = f"{proposal_id}.1"
    with pytest.raises(Refused) as refused:
        await bot.decide(draft_id)
    assert refused.value.fields["reason"] is Reason.WILL_BE_REFUSED
    await bot.decide(draft_id, Vote.WAIT)
    await bot.pass_time(600)
    assert (await bot.draft(draft_id)).state is DraftState.WAITING
    bot.world.add_policy("a_permit")
    await bot.pass_time(600)
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.version, draft.analysis.refusal) == (DraftState.IN_REVIEW, 2, "")
    assert bot.world.rows("SELECT user FROM told WHERE text LIKE '%waits for a decision again%'") == [("U_APPROVES",)]


async def test_a_form_of_the_card_before_decides_nothing_on_a_draft_that_waits(bot: Bot) -> None:
    """Put off, and what it would change becomes otherwise: who still looks at the old card has seen something else."""
    proposal_id = await bot.propose("first block refund")
    await bot.pass_time()
    draft_id = f"{proposal_id}.1"
    await bot.decide(draft_id, Vote.WAIT)
    bot.world.add_policy("clash_1")
    await bot.pass_time(600)
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.version) == (DraftState.WAITING, 2)
    with pytest.raises(Refused) as refused:
        await bot.decide(draft_id, Vote.APPROVE_UNVALIDATED, user="U_SECOND")
    assert refused.value.fields["reason"] is Reason.CARD_OUTDATED


async def test_a_card_is_made_anew_when_its_engine_changes_before_anybody_decides(bot: Bot) -> None:
    """A click on the old card is refused; the new one shows what is so."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    bot.world.add_policy("clash_1")
    await bot.pass_time(600)
    assert (await bot.draft(f"{proposal_id}.1")).version == 2
    with pytest.raises(Refused):
        await bot.decide(f"{proposal_id}.1", version=1)


async def test_a_statement_for_another_gateway_never_comes_to_a_decision(bot: Bot) -> None:
    proposal_id = await bot.propose("allow elsewhere")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.trouble) == (DraftState.UNUSABLE, "It is for another gateway.")


async def test_what_is_looser_than_the_rule_needs_a_tick(bot: Bot) -> None:
    proposal_id = await bot.propose("a loose one refund")
    await bot.pass_time()
    with pytest.raises(Refused) as refused:
        await bot.decide(f"{proposal_id}.1")
    assert refused.value.fields["reason"] is Reason.LOOSER_NOT_SEEN


async def test_nobody_approves_over_a_boundary(bot: Bot) -> None:
    proposal_id = await bot.propose("allow agents to wire refund")
    await bot.pass_time()
    for vote in (Vote.APPROVE, Vote.APPROVE_UNVALIDATED, Vote.WAIT):
        with pytest.raises(Refused) as refused:
            await bot.decide(f"{proposal_id}.1", vote)
        assert refused.value.fields["reason"] is Reason.CROSSES_BOUNDARY
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)


async def test_a_decision_while_the_card_is_looked_at_again_is_taken_up_at_once(bot: Bot) -> None:
    """The look finds the draft moved under it and lets go of it: nobody waits for its lease to run out."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    bot.world.add_policy("clash_1")
    looking = bot.world.calls("engine_state")
    bot.world.holds["engine_state"] = hold = asyncio.Event()
    assert isinstance(bot.clock, MovableClock)
    bot.clock.advance(120)
    worker = bot.worker(poll_every=0.01)
    working = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(10):
            while bot.world.calls("engine_state") == looking:  # noqa: ASYNC110 (the world has no event for it)
                await asyncio.sleep(0.01)
            await bot.decide(f"{proposal_id}.1")
            hold.set()
            while (await bot.draft(f"{proposal_id}.1")).state is DraftState.APPROVED:  # noqa: ASYNC110 (nor the store)
                await asyncio.sleep(0.01)
    finally:
        worker.stop()
        await working
    assert (await bot.draft(f"{proposal_id}.1")).version == 2
