"""From a rule to its end: approved, rejected, refused, twice, and by whom."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import pytest

from bot.blocks import ids
from bot.governance import Governance
from bot.workspace import team
from tests.support.scene import REFUND_RULE, Json, Scene, buttons, cedar_in, config, scene

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


async def test_nothing_is_proposed_before_people_of_another_company(desk: Scene) -> None:
    """Rule, policy, account and ARNs would be read by them: the requester is told so, and nothing is posted."""
    standing = await desk.client.perform("reads_channel", {"channel": team.SHARED})
    before = len(await desk.engine.generations())
    answer = await desk.riley.types(f"/policy {REFUND_RULE}", team.SHARED)
    assert answer["ack"]["text"].startswith("People of another company are in this channel")
    assert await desk.client.perform("reads_channel", {"channel": team.SHARED}) == standing
    assert len(await desk.engine.generations()) == before


async def test_an_outsider_in_a_shared_channel_has_no_say(tmp_path: Path) -> None:
    """Where governance lets rules be proposed in a shared channel, somebody of another company clicks Approve: a
    private sentence, nothing created."""
    ours = Governance.default((team.APPROVERS_GROUP,)).text
    own = re.sub(r'@id\("not-in-shared-channels"\).*?;\n', "", ours, flags=re.DOTALL)
    (tmp_path / "governance.cedar").write_text(own)
    async with scene(config(settings={"POLICYBOT_GOVERNANCE": str(tmp_path / "governance.cedar")})) as desk:
        await _outsider_clicks(desk)


async def _outsider_clicks(desk: Scene) -> None:
    proposal = await desk.proposes(channel=team.SHARED)

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
    """However the two clicks fall: they are one vote, and a click that came late is told who decided and when."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    earlier = len(await desk.heard(desk.avery))
    await asyncio.gather(desk.avery.clicks(card, ids.APPROVE), desk.avery.clicks(card, ids.APPROVE))
    await desk.settled(proposal)
    told = (await desk.heard(desk.avery))[earlier:]
    assert all("already decided: approved by @avery" in late and " UTC" in late for late in told)
    assert len(await desk.engine.made_for(proposal)) == 1


async def test_two_approvers_at_the_same_moment_make_one_policy(desk: Scene) -> None:
    """One vote is enough: whoever is late, if anybody, is told who decided and when."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    avery, blair = len(await desk.heard(desk.avery)), len(await desk.heard(desk.blair))
    await asyncio.gather(desk.avery.clicks(card, ids.APPROVE), desk.blair.clicks(card, ids.APPROVE))
    await desk.settled(proposal)
    told = [*(await desk.heard(desk.avery))[avery:], *(await desk.heard(desk.blair))[blair:]]
    assert all("already decided: approved by @" in late for late in told)
    assert len(told) < 2
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
    assert buttons(bad) == [ids.EDIT_RULE, ids.EDIT_CEDAR]
    for piece in ("card/1", "card/3"):
        await desk.avery.clicks(messages[piece][0], ids.APPROVE_FORM)
        form = await desk.form(desk.avery, "flux capacitor")
        assert (await desk.avery.submits(form, {}))["errors"], "what is left out has to be ticked"
        assert (await desk.avery.submits(form, {"seen": ["left_out"]}))["closed"]
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


async def test_a_workspace_without_newer_blocks_reads_the_same_card_in_plain_ones() -> None:
    """The first refusal is answered at once with the plain card, and nothing newer is sent there after it."""
    async with scene(config()) as desk:
        proposal = await desk.proposes()
        newer = await desk.card(proposal, "Newly allowed")
        assert "table" in {block["type"] for block in newer["blocks"]}
        await desk.client.perform("refuses_blocks", {"types": ["table"]})
        older = [await desk.proposes(REFUND_RULE + each) for each in (" ", "  ")]
        cards = [await desk.card(each, "Newly allowed: ", "For example: ") for each in older]
        assert not any(block["type"] == "table" for card in cards for block in card["blocks"])
        await desk.avery.clicks(cards[0], ids.APPROVE)
        await desk.settled(older[0])
        calls = await desk.client.perform("reads_calls", {})
        assert sum(call["error"] == "invalid_blocks" for call in calls) == 1
