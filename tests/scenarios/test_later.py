"""A card beside what is for a time says what becomes of its change once that is taken back by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.clock import MovableClock
from tests.scenarios.test_times import offers, said
from tests.support.scene import REFUND_RULE, Scene, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENFORCED = {"POLICYBOT_ENFORCEMENT_MODE": "ACTIVE", "POLICYBOT_VALIDATION_MODE": "IGNORE_ALL_FINDINGS"}
FREEZE = "nobody may call refund tool --for 2 days"
OPENS = "From then on: Opens process_refund to callers with role = support-agent"


@pytest_asyncio.fixture(loop_scope="session")
async def enforced() -> AsyncIterator[tuple[Scene, MovableClock]]:
    clock = MovableClock()
    async with scene(config(clock=clock, settings=ENFORCED)) as found:
        yield found, clock


async def in_force(desk: Scene, rule: str) -> str:
    """A rule for a time, approved; its proposal."""
    proposal = await desk.proposes(rule)
    await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    await offers(desk, proposal, ids.EXTEND)
    return proposal


async def test_a_permit_beside_a_forbid_for_a_time_says_what_it_opens_then(
    enforced: tuple[Scene, MovableClock],
) -> None:
    """It changes nothing today, and whoever clicks Approve on that ground has to know that this is not for good."""
    desk, clock = enforced
    freeze = await in_force(desk, FREEZE)
    permit = await desk.proposes(REFUND_RULE)
    card = await desk.card(permit, "Mode if approved")
    assert "Changes nothing today" in card["shown"]
    assert "is deleted by itself at" in card["shown"]
    assert OPENS in card["shown"]

    # Put off, the card says when, and a vote that was cast on the earlier time does not count.
    await desk.blair.clicks(await offers(desk, freeze, ids.EXTEND), ids.EXTEND)
    sent = await desk.blair.submits(await desk.form(desk.blair, "Extend"), {"until": "5 days"})
    assert sent["closed"], sent
    day = f"{clock.now() + timedelta(days=5):%Y-%m-%d}"
    await desk.avery.clicks(await said(desk, freeze, "Extend ", "Mode if approved"), ids.APPROVE)
    await said(desk, freeze, day, "Approved for its time")
    await desk.avery.clicks(card, ids.APPROVE)
    again = await desk.card(permit, "Mode if approved", f"by itself at {day}", OPENS)
    assert not await desk.engine.made_for(permit)
    await desk.avery.clicks(again, ids.APPROVE)
    await desk.card(permit, "created, enforced, ACTIVE")


async def test_a_permit_that_ends_before_the_forbid_does_says_nothing_of_it(
    enforced: tuple[Scene, MovableClock],
) -> None:
    desk, _ = enforced
    await in_force(desk, FREEZE)
    card = await desk.card(await desk.proposes(f"{REFUND_RULE} --for 1 day"), "Mode if approved")
    assert "From then on" not in card["shown"]


async def test_that_a_forbid_ends_soon_is_told_with_what_that_opens(enforced: tuple[Scene, MovableClock]) -> None:
    """As things stand then: what came meanwhile counts."""
    desk, clock = enforced
    freeze = await in_force(desk, FREEZE)
    permit = await desk.proposes(REFUND_RULE)
    await desk.avery.clicks(await desk.card(permit, OPENS), ids.APPROVE)
    await desk.card(permit, "created, enforced, ACTIVE")
    await clock.advance(1.1 * 86400)
    await said(desk, freeze, "is deleted by itself", "As things stand: Deleted: opens process_refund to callers")


async def test_an_act_on_a_policy_that_is_for_a_time_says_until_when() -> None:
    """Promoted, it is deleted all the same at the time that its creation was approved for."""
    async with scene(config()) as desk:
        proposal = await in_force(desk, f"{REFUND_RULE} --for 2 days")
        await desk.blair.clicks(await offers(desk, proposal, ids.PROMOTE), ids.PROMOTE)
        await desk.blair.submits(await desk.form(desk.blair, "Promote"), {})
        card = await said(desk, proposal, "Promotes the policy", "Mode if approved")
        assert "Not for good: the policy" in card["shown"]
        assert "is deleted by itself at" in card["shown"]
        assert f"as was approved with {proposal}.1" in card["shown"]
