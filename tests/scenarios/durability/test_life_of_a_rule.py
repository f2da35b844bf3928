"""A rule from the command to its end, step by step, on a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import ServiceError, ServiceUnavailable
from bot.review.model import DraftState, ProposalState
from bot.review.votes import Vote
from tests.support.bot import Bot


def texts(bot: Bot) -> list[str]:
    return [str(text) for (text,) in bot.world.rows("SELECT text FROM posts WHERE NOT gone ORDER BY ts")]


async def in_review(bot: Bot, rule: str = "allow agents to use refund") -> str:
    """A proposal in review, with its cards shown."""
    proposal_id = await bot.propose(rule)
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).state is ProposalState.IN_REVIEW
    return proposal_id


async def test_a_rule_becomes_a_policy(bot: Bot) -> None:
    """The whole way: parent, thread, card, approval, one policy under its own token, and only then closed."""
    proposal_id = await in_review(bot)
    draft_id = f"{proposal_id}.1"
    assert (await bot.decide(draft_id)).draft.state is DraftState.APPROVED
    await bot.pass_time()
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.decided_by) == (DraftState.IN_EFFECT, "U_APPROVES")
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
    [(token, name, status)] = bot.world.rows("SELECT token, name, status FROM policies")
    assert (token, name, status) == (draft.create_token, f"permit_refund_{proposal_id.replace('-', '')}_1", "ACTIVE")
    assert [text.split()[0] for text in texts(bot)] == ["parent", "progress", "card"]
    assert texts(bot)[2].startswith(f"card {draft_id} v1 in_effect U_APPROVES")
    assert [thread for (thread,) in bot.world.rows("SELECT thread FROM posts ORDER BY ts")] == ["", "1", "1"]


async def test_what_the_generation_is_asked_is_the_rule_and_the_stored_token(bot: Bot) -> None:
    """The token was in the row before the first call."""
    proposal_id = await bot.propose("  allow agents to use refund ")
    stored = await bot.proposal(proposal_id)
    await bot.pass_time()
    [(token, name, rule)] = bot.world.rows("SELECT token, name, rule FROM generations")
    assert (token, name, rule) == (stored.generation_token, stored.generation_name, "allow agents to use refund")


async def test_each_asset_is_a_draft_with_a_card_and_what_is_left_over_is_named(bot: Bot) -> None:
    """A part without a statement is shown with its reason, and does not hold up the rest."""
    proposal_id = await in_review(bot, "allow refund; ? be nice to everybody; allow cancel")
    one, two, three = await bot.store.drafts(proposal_id)
    states = [one.state, two.state, three.state]
    assert states == [DraftState.IN_REVIEW, DraftState.UNUSABLE, DraftState.IN_REVIEW]
    assert two.findings[0].description == "It names no tool."
    assert [text.split()[1] for text in texts(bot) if text.startswith("card")] == [one.id, two.id, three.id]
    await bot.decide(one.id)
    await bot.pass_time()
    await bot.decide(three.id, Vote.REJECT, reason="too wide")
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
    assert bot.world.count("policies") == 1
    assert (await bot.draft(three.id)).reject_reason == "too wide"


async def test_a_proposal_of_which_nothing_can_be_reviewed_closes_by_itself(bot: Bot) -> None:
    proposal_id = await bot.propose("? be nice")
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
    assert any("unusable" in text for text in texts(bot))


@pytest.mark.parametrize(
    ("rule", "said"),
    [("! impossible", "The rule is about nothing."), ("nothing at all", "found no policy in the rule")],
)
async def test_a_failed_generation_says_why_in_the_thread(bot: Bot, rule: str, said: str) -> None:
    proposal_id = await bot.propose(rule)
    await bot.pass_time()
    proposal = await bot.proposal(proposal_id)
    assert proposal.state is ProposalState.FAILED
    assert said in proposal.trouble
    assert said in next(text for text in texts(bot) if text.startswith("progress"))
    [(text,)] = bot.world.rows("SELECT text FROM told WHERE user = 'U_ASKS'")
    assert str(text).startswith(f"Nothing came of {proposal_id}: ")
    assert said in str(text)


@pytest.mark.parametrize("operation", ["start_generation", "generation", "assets", "engine_state"])
async def test_a_refusal_of_the_service_ends_in_the_thread(bot: Bot, operation: str) -> None:
    """An answer that will not change is not asked for again."""
    bot.world.faults[operation] = [ServiceError("You may not do that.", code="AccessDeniedException")]
    proposal_id = await bot.propose()
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).state is ProposalState.FAILED
    assert "You may not do that." in next(text for text in texts(bot) if text.startswith("progress"))
    assert bot.world.calls(operation) == 1


@pytest.mark.parametrize(
    "operation",
    [
        *("person", "start_generation", "start_generation answer", "generation", "assets", "engine_state"),
        *("create_policy", "create_policy answer", "policy", "post", "post answer", "update"),
    ],
)
async def test_an_outage_of_any_call_is_outlived(bot: Bot, operation: str) -> None:
    """Each call fails three times, before or after its effect; one policy is created and each message stands once."""
    bot.world.faults[operation] = [outage(operation) for _ in range(3)]
    proposal_id = await bot.propose()
    await bot.pass_time(120)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(120)
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT
    assert bot.world.faults[operation] == []
    assert [bot.world.count(table) for table in ("generations", "policies", "posts", "told")] == [1, 1, 3, 1]
    assert "was created" in str(bot.world.rows("SELECT text FROM told"))


def outage(operation: str) -> Exception:
    from bot.errors import ChatUnavailable

    slack = operation.partition(" ")[0] in ("post", "update", "person")
    return ChatUnavailable("Slack is down.") if slack else ServiceUnavailable("AgentCore is down.")


async def test_trouble_is_shown_while_it_lasts_and_forgotten_after(bot: Bot) -> None:
    """The thread says that AgentCore is down, and stops saying it."""
    bot.world.faults["generation"] = [ServiceUnavailable("AgentCore is down.")] * 4
    proposal_id = await bot.propose()
    await bot.due()
    await bot.pass_time(6)
    assert (await bot.proposal(proposal_id)).trouble == "AgentCore is down."
    assert "AgentCore is down." in next(text for text in texts(bot) if text.startswith("progress"))
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).trouble == ""
    assert not any("down" in text for text in texts(bot))


async def test_an_outage_without_end_ends_in_the_thread(bot: Bot) -> None:
    """After the last try the proposal is failed, with what the service said last and how often it was asked."""
    bot.world.faults["start_generation"] = [ServiceUnavailable("AgentCore is down.")] * 100
    proposal_id = await bot.propose()
    await bot.pass_time(900)
    proposal = await bot.proposal(proposal_id)
    assert proposal.state is ProposalState.FAILED
    assert proposal.trouble == f"AgentCore is down. Tried {bot.options.retry_limit} times."
    assert bot.world.calls("start_generation") == bot.options.retry_limit


async def test_a_policy_that_agentcore_refuses_at_once_says_why(bot: Bot) -> None:
    proposal_id = await in_review(bot)
    bot.world.faults["create_policy"] = [ServiceError("It is not valid.", code="ValidationException")]
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.trouble) == (DraftState.NOT_ENACTED, "It is not valid. Nothing was created.")
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED


async def test_a_policy_that_agentcore_refuses_afterwards_says_why(bot: Bot) -> None:
    """CREATE_FAILED with the service's reasons; never "created" in between."""
    bot.world.policy_ends = "CREATE_FAILED"
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.trouble) == (
        DraftState.NOT_ENACTED,
        "Overly Permissive. Nothing of it is left on the engine.",
    )
    assert "Overly Permissive." in texts(bot)[-1]


async def test_a_slow_policy_is_waited_for_and_said_to_be_slow(bot: Bot) -> None:
    """An accepted policy is never given up: only AgentCore can say what became of it."""
    bot.world.policy_polls = 10_000
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(bot.options.policy_patience + 10)
    draft = await bot.draft(f"{proposal_id}.1")
    assert draft.state is DraftState.SETTLING
    assert "still waiting" in draft.trouble
    bot.world.policy_polls = 0
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.trouble) == (DraftState.IN_EFFECT, "")


async def test_a_policy_deleted_before_it_was_active_is_told_so(bot: Bot) -> None:
    """Somebody deletes it on the console: the card does not wait for ever."""
    bot.world.policy_polls = 10_000
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    bot.world.database.execute("DELETE FROM policies")
    await bot.pass_time(bot.options.policy_patience + 10)
    draft = await bot.draft(f"{proposal_id}.1")
    assert draft.state is DraftState.NOT_ENACTED
    assert "somebody deleted it" in draft.trouble


async def test_a_generation_without_end_is_given_up(bot: Bot) -> None:
    """It has no effect, so giving it up loses nothing; the thread says so."""
    bot = Bot(bot.store, bot.world, bot.clock, replace(bot.options, generation_poll=60))
    bot.world.generation_polls = 1_000_000
    proposal_id = await bot.propose()
    await bot.pass_time(bot.options.generation_patience + 120)
    proposal = await bot.proposal(proposal_id)
    assert proposal.state is ProposalState.FAILED
    assert "did not finish the generation in 16 minutes" in proposal.trouble


async def test_an_engine_that_changed_elsewhere_keeps_the_approval(bot: Bot) -> None:
    """Another policy that does not alter the difference shown does not trouble the reviewers."""
    proposal_id = await in_review(bot)
    bot.world.add_policy("unrelated")
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.IN_EFFECT


async def test_a_difference_that_changed_voids_the_approval(bot: Bot) -> None:
    """Nothing is created; a new version is reviewed, says what changed, and can be approved."""
    proposal_id = await in_review(bot)
    draft_id = f"{proposal_id}.1"
    bot.world.add_policy("clash_1")
    await bot.decide(draft_id)
    await bot.pass_time()
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.version, draft.decided_by) == (DraftState.IN_REVIEW, 2, "")
    assert draft.analysis.difference is not None
    assert draft.analysis.difference["clashing"] == ["clash_1"]
    assert "decision does not count any more" in draft.note
    assert bot.world.calls("create_policy") == 0
    assert any(text.startswith(f"card {draft_id} v2 ") for text in texts(bot))
    await bot.decide(draft_id, version=2)
    await bot.pass_time()
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.note) == (DraftState.IN_EFFECT, "")
    assert [vote.version for vote in await bot.store.votes(draft_id)] == [1, 2]


async def test_a_create_whose_answer_was_lost_is_not_reviewed_anew(bot: Bot) -> None:
    """Once our policy stands, a changed engine cannot void it: its token is sent again and its outcome awaited."""
    proposal_id = await in_review(bot)
    bot.world.faults["create_policy answer"] = [ServiceUnavailable("The connection broke.")]
    await bot.decide(f"{proposal_id}.1")
    await bot.due()
    bot.world.add_policy("clash_1")
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert (draft.state, draft.version) == (DraftState.IN_EFFECT, 1)
    assert bot.world.rows("SELECT count(*) FROM policies WHERE token = ?", draft.create_token) == [(1,)]
