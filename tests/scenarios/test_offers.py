"""A refusal becomes a conversation: what may have been meant is a button, and a click reviews it instead."""

from __future__ import annotations

import pytest

from bot.blocks import ids
from bot.workspace import team
from tests.support.scene import Scene, buttons

pytestmark = pytest.mark.asyncio(loop_scope="session")
SLIP = "allow support agents to call the procss_refund tool"


async def test_a_slip_is_put_right_by_a_click(fresh: Scene) -> None:
    proposal_id = await fresh.proposes(SLIP)
    card = await fresh.message(proposal_id, "card/1", "Did you mean one of these?")
    assert ids.OFFERS[0] in buttons(card)
    await fresh.riley.clicks(card, ids.OFFERS[0])
    said = await fresh.told(fresh.riley, "is reviewed instead")
    assert "process_refund" in said
    parents = await fresh.riley.reads(team.AGENT_RULES)
    assert len(parents) == 1  # in the same thread

    async def reviewed() -> bool:
        thread = await fresh.riley.reads_thread(parents[0])
        return any(ids.APPROVE in buttons(each) and "process_refund" in each["shown"] for each in thread)

    assert await fresh.until(reviewed)
    assert not buttons(await fresh.message(proposal_id, "card/1", "eplaced"))
    assert len(await fresh.engine.generations()) == 2


async def test_a_member_who_may_not_edit_is_told_so(fresh: Scene) -> None:
    proposal_id = await fresh.proposes(SLIP)
    card = await fresh.message(proposal_id, "card/1", "Did you mean one of these?")
    outsider = fresh.person(team.GUEST)
    await outsider.clicks(card, ids.OFFERS[0])
    assert await fresh.told(outsider, "Guests cannot take part")
    assert len(await fresh.engine.generations()) == 1


async def test_what_was_understood_of_a_rule_is_reviewed_by_a_click(fresh: Scene) -> None:
    """The words stand once on the card: what is proposed is what it says."""
    proposal_id = await fresh.proposes("the managers, refunds under 100 these they do when it is express")
    card = await fresh.message(proposal_id, "card/1", "Did you mean one of these?")
    offered = card["shown"].partition("Did you mean one of these?")[2]
    assert offered.count("may use process_refund when the amount is less than 100 and express is true") == 1
    await fresh.riley.clicks(card, ids.OFFERS[0])
    assert "process_refund" in await fresh.told(fresh.riley, "is reviewed instead")
