"""An approved draft is enacted once, and nobody is told that it was not while that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.cedar import Gateway
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.enacting import Enacting
from bot.review.model import Analysis, DraftState, WorkKind
from tests.support.bot import Bot
from tests.support.world import FakeAgentCore, FakeAnalyst


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
    bot.world.faults["policies"] = [ServiceUnavailable("AgentCore is down.")] * (3 * bot.options.retry_limit)
    await bot.pass_time(900)
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.trouble) == (DraftState.APPROVED, "AgentCore is down.")
    await bot.pass_time(3600)
    assert (await bot.draft(draft_id)).state is DraftState.ACTIVE
    assert bot.world.count("policies") == 1


async def test_a_create_that_is_refused_is_called_failed_at_once(bot: Bot) -> None:
    draft_id = await approved(bot)
    bot.world.faults["create_policy"] = [ServiceError("It is not valid.", code="ValidationException")]
    await bot.pass_time(1)
    assert (await bot.draft(draft_id)).state is DraftState.CREATE_FAILED


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


async def test_a_difference_that_changed_by_itself_is_not_blamed_on_the_policies(bot: Bot) -> None:
    """The approval is void all the same, and the card does not say what is not so."""

    class Weary(FakeAnalyst):
        async def analyse(self, statement: str, gateway: Gateway, existing: Mapping[str, str]) -> Analysis:
            return replace(await super().analyse(statement, gateway, existing), signature="not analysed")

    draft_id = await approved(bot)
    enacting = Enacting(bot.store, FakeAgentCore(bot.world), Weary(), bot.clock, bot.options)
    await enacting.run(await bot.claim(WorkKind.DRAFT))
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.version) == (DraftState.IN_REVIEW, 2)
    assert "although the engine's policies are the same" in draft.note
    assert "does not count any more" in draft.note
