"""Pieces of one rule come into force in the order in which they never stand looser than the rule."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.blocks import ids
from tests.scenarios.test_acts import approve, key_of, newest, option, proposes_by
from tests.support.scene import Json, Scene, buttons, cedar_in, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENFORCED = {"POLICYBOT_ENFORCEMENT_MODE": "ACTIVE", "POLICYBOT_VALIDATION_MODE": "IGNORE_ALL_FINDINGS"}
BASE = "allow managers to call refund tool"
RULE = "Allow support agents to call refund tool. Nobody may call refund tool if the amount is above 500."
LEFT_OUT = "Not covered by any policy: “Nobody may call refund tool if the amount is above 500”"


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[Scene]:
    """What managers may is in force."""
    async with scene(config(settings=ENFORCED)) as found:
        base = await found.proposes(BASE)
        await found.avery.clicks(await found.card(base), ids.APPROVE)
        await found.card(base, "created, enforced, ACTIVE")
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def log_only() -> AsyncIterator[Scene]:
    async with scene(config(settings={"POLICYBOT_VALIDATION_MODE": "IGNORE_ALL_FINDINGS"})) as found:
        yield found


async def test_of_all_clean_pieces_the_forbid_is_in_force_first(desk: Scene) -> None:
    """And what the permit was approved to open, beside the forbid, is what it opens: it is not asked for again."""
    proposal = await desk.proposes(RULE)
    card = await desk.card(proposal, "Approve all 2 clean ones")
    assert "piece 2 of the rule forbids calls of the same tools. Approved, this waits" in card["shown"]
    await desk.avery.clicks(card, ids.APPROVE_CLEAN)
    after = await desk.settled(proposal, "2 policies created, enforced, ACTIVE")
    forbid, permit = await made(desk, proposal)
    assert (forbid[:6], permit[:6]) == ("forbid", "permit")
    assert "Changed since" not in str(after)


async def test_an_approved_permit_waits_for_the_forbid_of_its_rule(desk: Scene) -> None:
    """When nothing comes of the forbid, the permit is asked for again, with what is left out to be ticked."""
    proposal = await desk.proposes(RULE)
    await desk.avery.clicks(await desk.card(proposal, "Mode if approved"), ids.APPROVE)
    await desk.card(proposal, "Approved, not sent yet", "It waits for piece 2 of the rule to be in force")
    assert await made(desk, proposal) == []

    await desk.blair.clicks(await desk.card(proposal, "Mode if approved", piece=2), ids.REJECT)
    assert (await desk.blair.submits(await desk.form(desk.blair, "Reject"), {"reason": "No."}))["closed"]
    again = await desk.card(proposal, "Another piece of the rule came to nothing", "Mode if approved")
    assert ids.APPROVE_FORM in buttons(again)
    assert "waits until" not in again["shown"]
    assert await made(desk, proposal) == []


async def test_an_approved_permit_waits_for_the_forbid_that_somebody_edited(desk: Scene) -> None:
    """Another text of a piece is a proposal of its own, and still a piece of the rule."""
    proposal = await desk.proposes(RULE)
    card = await desk.card(proposal, "Mode if approved", piece=2)
    await desk.avery.clicks(card, ids.MORE, option(card, "Edit Cedar"))
    form = await desk.form(desk.avery, "One Cedar statement")
    assert (await desk.avery.submits(form, {"text": cedar_in(card).replace("500", "400")}))["closed"]
    edited = await newest(desk, proposal, "A person wrote this Cedar", "Mode if approved")
    permit = await desk.card(proposal, ".1 of the rule forbids calls of the same tools. Approved, this waits")
    await desk.avery.clicks(permit, ids.APPROVE)
    await desk.card(proposal, "Approved, not sent yet", ".1 of the rule to be in force")
    assert await made(desk, proposal) == []

    await desk.blair.clicks(edited, ids.APPROVE)
    await desk.card(proposal, "created, enforced, ACTIVE")


async def test_a_permit_that_somebody_edited_waits_for_the_forbid_of_its_rule(desk: Scene) -> None:
    """And is asked for again once somebody takes the forbid back, with what is left out to be ticked."""
    proposal = await desk.proposes(RULE)
    card = await desk.card(proposal, "Mode if approved")
    await desk.avery.clicks(card, ids.MORE, option(card, "Edit Cedar"))
    form = await desk.form(desk.avery, "One Cedar statement")
    assert (await desk.avery.submits(form, {"text": cedar_in(card).replace("support-agent", "support")}))["closed"]
    waits = f"piece {proposal}.2 of the rule forbids calls of the same tools. Approved, this waits"
    edited = await newest(desk, proposal, "A person wrote this Cedar", "Mode if approved", waits)
    if ids.APPROVE_FORM in buttons(edited):
        await desk.blair.clicks(edited, ids.APPROVE_FORM)
        await desk.blair.submits(await desk.form(desk.blair, "Approve"), {"seen": ["looser"]})
    else:
        await desk.blair.clicks(edited, ids.APPROVE)
    await newest(desk, proposal, "Approved, not sent yet", f"{proposal}.2 of the rule to be in force")

    forbid = await desk.card(proposal, "Mode if approved", piece=2)
    await desk.riley.clicks(forbid, ids.MORE, option(forbid, "Withdraw"))
    again = await newest(desk, proposal, "A person wrote this Cedar", "Another piece of the rule came to nothing")
    assert ids.APPROVE_FORM in buttons(again)
    assert await made(desk, proposal) == []


async def test_a_forbid_that_agentcore_refuses_without_a_permit_is_put_off_and_comes_after_it() -> None:
    """Neither waits for the other for good: whoever approves the permit ticks what does not hold until then."""
    async with scene(config(settings={"POLICYBOT_ENFORCEMENT_MODE": "ACTIVE"})) as desk:
        proposal = await desk.proposes(RULE)
        await desk.avery.clicks(await desk.card(proposal, "Mode if approved"), ids.APPROVE)
        await desk.card(proposal, "Approved, not sent yet")
        forbid = await desk.card(proposal, "AgentCore will refuse it as things stand", piece=2)
        await desk.avery.clicks(forbid, ids.WAIT)
        await desk.card(proposal, "Waiting for a permit", piece=2)

        again = await desk.card(
            proposal, "and waits for a permit. Until it is in force, this allows", "Mode if approved"
        )
        assert await made(desk, proposal) == []
        await desk.avery.clicks(again, ids.APPROVE_FORM)
        form = await desk.form(desk.avery, "will not hold until a permit is enforced")
        assert (await desk.avery.submits(form, {}))["errors"]
        assert (await desk.avery.submits(form, {"seen": ["left_out"]}))["closed"]
        await desk.card(proposal, "created, enforced, ACTIVE")
        back = await desk.card(proposal, "AgentCore would take the policy now", "Mode if approved", piece=2)
        await desk.avery.clicks(back, ids.APPROVE)
        await desk.settled(proposal, "2 policies created, enforced, ACTIVE")


async def test_a_promotion_says_what_the_rule_forbids_and_no_policy_does() -> None:
    """Log-only a permit allows nothing, and stands without the forbid of its rule; enforced, it would."""
    async with scene(config()) as desk:
        proposal = await desk.proposes(RULE)
        await desk.avery.clicks(await desk.card(proposal, "Mode if approved"), ids.APPROVE)
        card = await desk.card(proposal, "created, log-only, ACTIVE")
        await desk.blair.clicks(card, ids.PROMOTE)
        await desk.blair.submits(await desk.form(desk.blair, "Promote"), {})
        promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved")
        assert "Not covered by any policy: “Nobody may call refund tool if the amount is above 500”" in promote["shown"]
        assert ids.APPROVE_FORM in buttons(promote)


async def made(desk: Scene, proposal: str) -> list[str]:
    """The names of the policies that came of it, in the order in which they came."""
    found = await desk.engine.made_for(proposal)
    return [str(each["name"]) for each in sorted(found, key=lambda each: each["createdAt"])]


async def test_a_permit_whose_forbid_was_taken_back_meanwhile_is_ticked_as_left_out(desk: Scene) -> None:
    """The forbid was in force and is not any more when the permit is approved."""
    proposal = await desk.proposes(RULE)
    await desk.avery.clicks(await desk.card(proposal, "Mode if approved", piece=2), ids.APPROVE)
    forbid = await desk.card(proposal, "created, enforced, ACTIVE", piece=2)
    assert ids.APPROVE in buttons(await desk.card(proposal, "Mode if approved"))
    await proposes_by(desk, desk.blair, forbid, ids.REVOKE, {}, "it is deleted")
    await approve(desk, await newest(desk, proposal, "Deletes the policy", "If approved"))
    await newest(desk, proposal, "deleted.")
    again = await desk.card(proposal, "is not in force", "Mode if approved")
    await desk.avery.clicks(again, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "“Nobody may call refund tool if the amount is above 500” will not hold")
    assert (await desk.avery.submits(form, {}))["errors"]


async def test_a_promotion_names_what_the_rule_forbids_in_log_only(log_only: Scene) -> None:
    """A policy that is log-only forbids nothing."""
    desk = log_only
    proposal = await desk.proposes(RULE)
    await desk.avery.clicks(await desk.card(proposal, "Mode if approved"), ids.APPROVE)
    permit = await desk.card(proposal, "created, log-only, ACTIVE")
    await desk.avery.clicks(await desk.card(proposal, "Mode if approved", piece=2), ids.APPROVE)
    forbid = await desk.card(proposal, "created, log-only, ACTIVE", piece=2)
    await proposes_by(desk, desk.blair, permit, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved")
    assert LEFT_OUT in promote["shown"]
    await desk.blair.clicks(promote, ids.MORE, option(promote, "Withdraw"))
    await newest(desk, proposal, "Withdrawn")

    await proposes_by(desk, desk.blair, forbid, ids.PROMOTE, {}, "promoted")
    await approve(desk, await newest(desk, proposal, "Promotes the policy", "Mode if approved"))
    # The card of the promotion itself: the policy's own may say so first, and this one would still offer Approve.
    forbid = await newest(desk, proposal, "promoted, enforced, ACTIVE", but={key_of(permit), key_of(forbid)})
    await proposes_by(desk, desk.blair, permit, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved")
    assert LEFT_OUT not in promote["shown"]

    await proposes_by(desk, desk.blair, forbid, ids.DEMOTE, {}, "enforces nothing")
    await approve(desk, await newest(desk, proposal, "Demotes the policy", "Mode if approved"))
    again = await newest(desk, proposal, "Promotes the policy", LEFT_OUT, "Mode if approved")
    assert key_of(again) == key_of(promote)


async def test_a_permit_that_is_brought_back_without_its_forbid_is_ticked(desk: Scene) -> None:
    """Both were revoked, and one of the two revocations is undone."""
    proposal = await desk.proposes(RULE)
    await desk.avery.clicks(await desk.card(proposal, "Approve all 2 clean ones"), ids.APPROVE_CLEAN)
    seen, revoked = set[str](), list[Json]()
    for piece in (1, 2):
        card = await desk.card(proposal, "created, enforced, ACTIVE", piece=piece)
        await proposes_by(desk, desk.blair, card, ids.REVOKE, {}, "it is deleted")
        await approve(desk, await newest(desk, proposal, "Deletes the policy", "If approved", but=seen))
        gone = await newest(desk, proposal, "deleted.", "Undo", but={*seen, key_of(card)})
        seen |= {key_of(card), key_of(gone)}
        revoked.append(gone)
    await proposes_by(desk, desk.blair, revoked[0], ids.UNDO, {}, "is taken back")
    undo = await newest(desk, proposal, "Undo ", "Mode if approved", but=seen)
    assert LEFT_OUT in undo["shown"]
    assert ids.APPROVE_FORM in buttons(undo)


async def test_an_enforced_permit_of_which_the_forbid_is_to_be_log_only_is_ticked(log_only: Scene) -> None:
    """Another rule for a policy that is enforced: what permits takes its place, and what forbids only records."""
    desk = log_only
    proposal = await desk.proposes(BASE)
    await approve(desk, await desk.card(proposal))
    card = await desk.card(proposal, "created, log-only, ACTIVE")
    await proposes_by(desk, desk.blair, card, ids.PROMOTE, {}, "promoted")
    await approve(desk, await newest(desk, proposal, "Promotes the policy", "Mode if approved"))
    card = await newest(desk, proposal, "promoted, enforced, ACTIVE", but={key_of(card)})
    assert (await proposes_by(desk, desk.riley, card, ids.EDIT_RULE, {"text": RULE}, "The rule"))["closed"]
    permit = await newest(desk, proposal, "Changed: opens", "Mode if approved")
    assert ids.APPROVE_FORM in buttons(permit), permit["shown"]
    await desk.avery.clicks(permit, ids.APPROVE_FORM)
    await desk.form(desk.avery, "“Nobody may call refund tool if the amount is above 500” will not hold")
