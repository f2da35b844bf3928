"""From a rule to its end: approved, rejected, refused, twice, and by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest

from bot.blocks import ids
from bot.workspace import team
from tests.support.scene import REFUND_RULE, Json, Scene, buttons, cedar_in, config, proposal_in, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

DECISIONS = {ids.APPROVE, ids.REJECT}


@pytest.mark.parametrize("transport", ["socket mode", "signed HTTP"])
async def test_what_avery_approves_is_what_is_created(
    transport: str, signed_http: Callable[[], AbstractAsyncContextManager[Scene]]
) -> None:
    """The policy in the engine is the card's statement, log-only, and nothing says so before it is so."""
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(signed_http() if transport == "signed HTTP" else scene(config()))
        proposal = await desk.proposes()
        card = await desk.card(proposal)
        assert set(buttons(card)) >= DECISIONS
        assert await desk.engine.made_for(proposal) == []
        before = await desk.messages(proposal)
        assert not any("ACTIVE" in message["shown"] for kind in before.values() for message in kind)

        clicked = await desk.avery.clicks(card, ids.APPROVE)
        assert clicked["acknowledged"]
        after = await desk.settled(proposal)

        (policy,) = await desk.engine.made_for(proposal)
        assert policy["status"] == "ACTIVE"
        assert policy["definition"]["cedar"]["statement"] == cedar_in(card)
        assert policy["enforcementMode"] == "LOG_ONLY"
        (done,) = after["card/1"]
        assert f"Policy {policy['name']} created, log-only, ACTIVE." in done["shown"]
        assert not DECISIONS & set(buttons(done))
        assert "avery" in done["shown"]
        (parent,), (progress,) = after["parent"], after["progress"]
        assert "1 policy created, log-only, ACTIVE" in parent["shown"]
        assert "✓ Reviewed" in progress["shown"]


async def test_a_reason_for_rejecting_stands_on_the_card(desk: Scene) -> None:
    """Rejected through the form: the reason and who said it are there for everyone, and nothing is created."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.blair.clicks(card, ids.REJECT)
    (form,) = await desk.blair.reads_modals()

    short = await desk.blair.submits(form, {"reason": "no"})
    assert short["errors"]
    assert not short["closed"]
    done = await desk.blair.submits(form, {"reason": "Refunds need <@U0AVERYAPP> & *finance* first."})
    assert done["closed"]

    after = await desk.settled(proposal, "1 rejected")
    (shown,) = after["card/1"]
    assert "Refunds need <@U0AVERYAPP> & *finance* first." in shown["shown"]
    assert "Rejected by @blair" in shown["shown"]
    assert not DECISIONS & set(buttons(shown))
    assert team.APPROVER_AVERY not in shown["notified"]
    assert await desk.engine.made_for(proposal) == []


async def test_the_requester_may_withdraw_but_not_approve(desk: Scene) -> None:
    """Whoever asks for a rule does not approve it, and may still take it back."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.riley.clicks(card, ids.APPROVE)
    await desk.told(desk.riley, "somebody else has to approve it")
    await desk.riley.clicks(card, ids.REJECT)
    (form,) = await desk.riley.reads_modals()
    await desk.riley.submits(form, {"reason": "I meant another tool."})
    await desk.settled(proposal, "1 rejected")
    assert await desk.engine.made_for(proposal) == []


@pytest.mark.parametrize(
    ("who", "channel_rule", "sentence"),
    [
        (team.MEMBER, REFUND_RULE, "You are not one of the approvers"),
        (team.GUEST, REFUND_RULE, "Guests cannot take part"),
    ],
)
async def test_who_has_no_say_is_told_so_in_private(desk: Scene, who: str, channel_rule: str, sentence: str) -> None:
    """A member who is no approver, or a guest, clicks Approve and Reject: a private sentence each, nothing created."""
    proposal = await desk.proposes(channel_rule)
    card = await desk.card(proposal)
    person = desk.person(who)
    await person.clicks(card, ids.APPROVE)
    await desk.told(person, sentence)
    await person.clicks(card, ids.REJECT)
    (form,) = await person.reads_modals()
    refused = await person.submits(form, {"reason": "because I say so"})
    assert sentence in " ".join(refused["errors"].values())
    assert set(buttons(await desk.card(proposal))) >= DECISIONS
    assert await desk.engine.made_for(proposal) == []


async def test_an_outsider_in_a_shared_channel_has_no_say(desk: Scene) -> None:
    """Somebody of another company clicks Approve in the shared channel: a private sentence, nothing created."""
    answer = await desk.riley.types(f"/policy {REFUND_RULE}", team.SHARED)
    proposal = proposal_in(answer["ack"]["text"])

    async def posted() -> Json | None:
        return next(iter((await desk.messages(proposal, team.SHARED)).get("card/1", [])), None)

    card = await desk.until(posted)
    orla = desk.person(team.OUTSIDER)
    await orla.clicks(card, ids.APPROVE)
    await desk.told(orla, "Only members of the workspace that owns these rules")
    assert await desk.engine.made_for(proposal) == []


async def test_with_an_empty_approver_group_nobody_approves(fresh: Scene) -> None:
    """A user group without members gives nobody the right, not everybody."""
    desk = fresh
    await desk.client.perform("changes_usergroup", {"users": []})
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    for person in (desk.avery, desk.blair):
        await person.clicks(card, ids.APPROVE)
        await desk.told(person, "Nobody may approve at the moment")
    assert set(buttons(await desk.card(proposal))) >= DECISIONS
    assert await desk.engine.made_for(proposal) == []


async def test_an_approver_who_left_the_group_cannot_approve_any_more(fresh: Scene) -> None:
    """Membership is asked at the click, not remembered from when the card was posted."""
    desk = fresh
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.client.perform("changes_usergroup", {"users": [team.APPROVER_BLAIR]})
    await desk.avery.clicks(card, ids.APPROVE)
    await desk.told(desk.avery, "You are not one of the approvers")
    assert await desk.engine.made_for(proposal) == []
    await desk.blair.clicks(card, ids.APPROVE)
    await desk.settled(proposal)


async def test_the_same_person_clicking_twice_makes_one_policy(desk: Scene) -> None:
    """The second click is told who decided and when."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    earlier = len(await desk.heard(desk.avery))
    await asyncio.gather(desk.avery.clicks(card, ids.APPROVE), desk.avery.clicks(card, ids.APPROVE))
    await desk.told(desk.avery, "already decided: approved by @avery", " UTC", after=earlier)
    await desk.settled(proposal)
    assert len(await desk.engine.made_for(proposal)) == 1


async def test_two_approvers_at_the_same_moment_make_one_policy(desk: Scene) -> None:
    """One of them decides; the other is told who and when."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    avery, blair = len(await desk.heard(desk.avery)), len(await desk.heard(desk.blair))
    await asyncio.gather(desk.avery.clicks(card, ids.APPROVE), desk.blair.clicks(card, ids.APPROVE))
    await desk.settled(proposal)
    told = [*(await desk.heard(desk.avery))[avery:], *(await desk.heard(desk.blair))[blair:]]
    (late,) = told
    assert "already decided: approved by @" in late
    assert len(await desk.engine.made_for(proposal)) == 1
    assert len((await desk.messages(proposal))["card/1"]) == 1


async def test_one_card_for_each_piece_of_a_message_with_several_rules(desk: Scene) -> None:
    """Each rule is decided by itself; the one that cannot be translated names its culprit."""
    proposal = await desk.proposes(
        "Allow support agents to call refund tool. Allow support agents to use the flux capacitor tool. "
        "Allow support agents to look up orders."
    )
    await desk.card(proposal, piece=3)
    messages = await desk.messages(proposal)
    assert sorted(messages) == ["card/1", "card/2", "card/3", "parent", "progress"]
    (bad,) = messages["card/2"]
    assert "No policy from this piece" in bad["shown"]
    assert "flux capacitor" in bad["shown"]
    assert not buttons(bad)
    await desk.avery.clicks(messages["card/1"][0], ids.APPROVE)
    await desk.avery.clicks(messages["card/3"][0], ids.APPROVE)
    await desk.settled(
        proposal, "2 policies created, log-only, ACTIVE, 1 of the rule's pieces could not become a policy"
    )
    assert len({policy["name"] for policy in await desk.engine.made_for(proposal)}) == 2


async def test_the_same_command_delivered_twice_is_one_proposal(fresh: Scene) -> None:
    """Slack may deliver a command twice at once; the thread, the generation and the card stay single."""
    desk = fresh
    await desk.fault("duplicate", "slash_commands")
    proposal = await desk.proposes()
    await desk.card(proposal)
    assert (await desk.client.perform("status", {}))["faults"] == []
    assert len(await desk.riley.reads(team.AGENT_RULES)) == 1
    assert len(await desk.engine.generations()) == 1


async def test_a_click_delivered_twice_is_one_decision(desk: Scene) -> None:
    """A repeated delivery of one click does not tell the approver that somebody was faster."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    earlier = len(await desk.heard(desk.avery))
    await desk.fault("duplicate", "interactive")
    await desk.avery.clicks(card, ids.APPROVE)
    await desk.settled(proposal)
    assert len(await desk.heard(desk.avery)) == earlier
    assert len(await desk.engine.made_for(proposal)) == 1


async def test_two_people_proposing_the_same_rule_are_both_reviewed(desk: Scene) -> None:
    """Neither swallows the other: each has its thread, and the parent of one says that the rule was proposed before."""
    rule = "allow billing agents to call refund tool"
    first, second = await asyncio.gather(desk.proposes(rule), desk.proposes(rule, who=team.MEMBER))
    assert first != second
    cards = [await desk.card(proposal) for proposal in (first, second)]
    parents = [(await desk.message(proposal, "parent"))["shown"] for proposal in (first, second)]
    assert sum("The same rule was proposed before" in shown for shown in parents) == 1
    for proposal, card in zip((first, second), cards, strict=True):
        await desk.avery.clicks(card, ids.APPROVE)
        await desk.settled(proposal)
        assert len(await desk.engine.made_for(proposal)) == 1
