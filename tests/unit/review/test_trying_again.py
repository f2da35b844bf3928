"""What AgentCore refused in a bad minute is proposed again from its card, and reviewed as any change is."""

from __future__ import annotations

import pytest

from bot.blocks.timing import again
from bot.errors import Refused, ServiceError
from bot.review.commands import Again
from bot.review.errors import Reason
from bot.review.model import DraftState, Origin
from bot.review.votes import Vote
from tests.support.bot import Bot


async def _refused(bot: Bot) -> str:
    """A draft that was approved while AgentCore denied the call."""
    proposal_id = await bot.propose()
    await bot.pass_time()
    bot.world.faults["create_policy"] = [ServiceError("AccessDenied.", code="AccessDeniedException")]
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    assert (await bot.draft(f"{proposal_id}.1")).state is DraftState.NOT_ENACTED
    return f"{proposal_id}.1"


async def test_what_was_refused_is_proposed_again_and_takes_effect(bot: Bot) -> None:
    draft_id = await _refused(bot)
    before = await bot.draft(draft_id)
    assert [button["text"]["text"] for button in again(before, "ref")] == ["Propose again"]
    proposed = await bot.revising.again(Again("k", draft_id, "U_ASKS", "T1"))
    once = await bot.revising.again(Again("k", draft_id, "U_ASKS", "T1"))
    assert (once.proposal_id, once.again) == (proposed.proposal_id, True)
    await bot.pass_time()
    new = await bot.draft(f"{proposed.proposal_id}.1")
    assert (new.state, new.statement) == (DraftState.IN_REVIEW, before.statement)
    proposal = await bot.proposal(proposed.proposal_id)
    assert (proposal.origin, proposal.thread_of) == (Origin.CEDAR, draft_id.partition(".")[0])
    await bot.decide(new.id, version=new.version)
    await bot.pass_time()
    assert (await bot.draft(new.id)).state is DraftState.IN_EFFECT
    assert (await bot.draft(draft_id)).state is DraftState.NOT_ENACTED


async def test_what_somebody_rejected_is_not_proposed_again_by_a_button(bot: Bot) -> None:
    proposal_id = await bot.propose()
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.1", Vote.REJECT)
    await bot.pass_time()
    draft = await bot.draft(f"{proposal_id}.1")
    assert again(draft, "ref") == []
    with pytest.raises(Refused) as refused:
        await bot.revising.again(Again("k", draft.id, "U_ASKS", "T1"))
    assert refused.value.reason is Reason.NOT_REVISABLE
