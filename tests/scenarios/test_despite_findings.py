"""What stands although AgentCore's analysis had findings is updated in the same way: each update is validated."""

from __future__ import annotations

import pytest

from bot.blocks import ids
from tests.scenarios.test_acts import approve, newest, policy_of, proposes_by
from tests.support.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

GUARDRAIL = "nobody may call refund tool if the amount is above 500"
WHY = "The permit comes tomorrow."


async def test_a_guardrail_that_comes_first_is_promoted_as_it_was_created(fresh: Scene) -> None:
    """Created without AgentCore's analysis, with a reason that the card shows; the promotion says so again."""
    desk = fresh
    proposal = await desk.proposes(GUARDRAIL)
    card = await desk.card(proposal, "AgentCore will refuse it as things stand")
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "IGNORE_ALL_FINDINGS")
    short = await desk.avery.submits(form, {"reason": "   "})
    assert short["errors"], "a reason has to be written"
    assert (await desk.avery.submits(form, {"reason": WHY}))["closed"]
    created = await newest(desk, proposal, "created, log-only, ACTIVE", WHY)
    assert "Approved, without AgentCore's analysis," in created["shown"]

    await proposes_by(desk, desk.riley, created, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved", f"Despite findings: {WHY}")
    assert "AgentCore will refuse" not in promote["shown"]
    await approve(desk, promote)
    await newest(desk, proposal, "promoted, enforced, ACTIVE")
    policy = await policy_of(desk, proposal)
    assert policy is not None
    assert (policy["enforcementMode"], policy["status"]) == ("ACTIVE", "ACTIVE")
