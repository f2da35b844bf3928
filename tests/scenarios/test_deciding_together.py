"""The team decides: two groups, votes that come and go, people who leave, and everybody at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.blocks import ids
from bot.workspace import team
from bot.workspace.wire import CannotAct
from tests.scenarios.test_acts import approve, newest, option
from tests.support.scene import REFUND_RULE, Json, Scene, buttons, config, scene, wobbly

pytestmark = pytest.mark.asyncio(loop_scope="session")

TWO_GROUPS = """
permit(principal, action in [Action::"propose", Action::"edit", Action::"promote", Action::"revoke"], resource);

@id("security approves")
@group("security")
@reason("Only somebody of security can give this vote.")
permit(principal in Group::"security", action in [Action::"approve", Action::"reject"], resource);

@id("payments approves")
@group("payments")
@reason("Only somebody of payments can give this vote.")
permit(principal in Group::"payments", action in [Action::"approve", Action::"reject"], resource);

@id("own")
permit(principal, action == Action::"withdraw", resource) when { resource.requester == principal };
@id("no self approval")
@reason("Somebody else has to approve what you propose.")
forbid(principal, action == Action::"approve", resource) when { resource.requester == principal };
"""
TWO_VOTES = """
permit(principal, action in [Action::"propose", Action::"edit", Action::"promote", Action::"revoke"], resource);
@quorum("2")
permit(principal in Group::"policy-approvers", action in [Action::"approve", Action::"reject"], resource);
permit(principal, action == Action::"withdraw", resource) when { resource.requester == principal };
forbid(principal, action == Action::"approve", resource) when { resource.requester == principal };
"""


@asynccontextmanager
async def governed(folder: Path, text: str, **settings: str) -> AsyncIterator[Scene]:
    """A scene whose people decide by a governance text; security is Avery, payments is Blair."""
    file = folder / "governance.cedar"
    file.write_text(text)
    async with scene(config(settings={"POLICYBOT_GOVERNANCE": str(file), **settings})) as desk:
        for handle, person in (("security", team.APPROVER_AVERY), ("payments", team.APPROVER_BLAIR)):
            await desk.client.perform("adds_usergroup", {"handle": handle, "users": [person]})
        yield desk


async def group_id(desk: Scene, handle: str) -> str:
    groups = desk.slack.workspace.conversations.groups
    return next(str(key) for key, group in groups.items() if group["handle"] == handle)


async def test_one_of_security_and_one_of_payments(tmp_path: Path) -> None:
    """One vote is not enough, two of one group neither; the card says who has voted and what is missing."""
    async with governed(tmp_path, TWO_GROUPS) as desk:
        await desk.client.perform("adds_usergroup", {"handle": "more-security", "users": [team.MEMBER]})
        proposal = await desk.proposes()
        card = await desk.card(proposal, "May approve: ", "It takes one vote")
        await desk.avery.clicks(card, ids.APPROVE)
        voted = await desk.card(proposal, "Voted: ", "avery")
        assert await desk.engine.made_for(proposal) == []
        heard = len(await desk.heard(desk.person(team.MEMBER)))
        await desk.person(team.MEMBER).clicks(voted, ids.APPROVE)
        await desk.told(desk.person(team.MEMBER), after=heard)
        assert await desk.engine.made_for(proposal) == []
        await desk.blair.clicks(voted, ids.APPROVE)
        done = await desk.settled(proposal)
        (shown,) = done["card/1"]
        assert "Approved by @avery, @blair" in shown["shown"]


async def test_a_vote_is_taken_back_while_it_is_not_enough(tmp_path: Path) -> None:
    async with governed(tmp_path, TWO_VOTES) as desk:
        proposal = await desk.proposes()
        card = await desk.card(proposal)
        await desk.avery.clicks(card, ids.APPROVE)
        voted = await desk.card(proposal, "It takes 2 votes, 1 more. Voted: ")
        await desk.avery.clicks(voted, ids.MORE, option(voted, "Take my vote back"))
        await desk.told(desk.avery, "taken back")
        again = await desk.card(proposal, "It takes 2 votes, 2 more.")
        await desk.blair.clicks(again, ids.APPROVE)
        third = await desk.card(proposal, "1 more. Voted: @blair")
        assert await desk.engine.made_for(proposal) == []
        await desk.avery.clicks(third, ids.APPROVE)
        await desk.settled(proposal)


async def test_who_leaves_the_group_before_it_is_sent_does_not_count(tmp_path: Path) -> None:
    """Enough votes, but AgentCore is out of reach; one voter leaves meanwhile: nothing is sent, and it is said."""
    async with wobbly() as (proxy, url):
        settings = {"AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": url}
        async with governed(tmp_path, TWO_VOTES, **settings) as desk:
            proxy.target = desk.engine.boto.meta.endpoint_url
            proposal = await desk.proposes()
            card = await desk.card(proposal)
            proxy.breaks("down")
            await desk.avery.clicks(card, ids.APPROVE)
            await desk.blair.clicks(card, ids.APPROVE)
            await newest(desk, proposal, "being sent")
            await desk.client.perform("leaves_usergroup", {"user": team.APPROVER_BLAIR})
            proxy.mends()
            after = await desk.card(proposal, "Somebody who approved it may not decide on it any more")
            assert "1 more. Voted: @avery" in after["shown"]
            assert await desk.engine.made_for(proposal) == []


async def test_one_reject_ends_it_with_a_reason_that_the_requester_hears(tmp_path: Path) -> None:
    """Deny wins, also over votes that were given before; the requester is mentioned, and told in private."""
    async with governed(tmp_path, TWO_VOTES) as desk:
        proposal = await desk.proposes()
        card = await desk.card(proposal)
        await desk.avery.clicks(card, ids.APPROVE)
        voted = await desk.card(proposal, "1 more. Voted: ")
        await desk.blair.clicks(voted, ids.REJECT)
        form = await desk.form(desk.blair, "Why not?")
        assert (await desk.blair.submits(form, {"reason": "Refunds go through finance."}))["closed"]
        await newest(desk, proposal, "Rejected; nothing is created.", "Refunds go through finance.")
        await desk.told(desk.riley, "rejected", "Refunds go through finance.")
        notified = await desk.until(lambda: called(desk, team.REQUESTER, "Refunds go through finance."))
        assert notified["why"] == "mention"


async def called(desk: Scene, user: str, said: str) -> Json | None:
    found = await desk.client.perform("reads_notifications", {"user": user})
    return next((each for each in found if said in each["text"] and each["why"] == "mention"), None)


async def test_nobody_is_a_sentence_at_once(tmp_path: Path) -> None:
    """A group that does not exist: the requester is told before anybody waits in vain."""
    async with governed(tmp_path, TWO_VOTES.replace("policy-approvers", "nobody-here")) as desk:
        await desk.proposes()
        await desk.told(desk.riley, "Nobody can approve")


ACTS = ("approve", "approve too", "reject", "edit", "withdraw", "leave", "revoke elsewhere")


@pytest.mark.parametrize(
    ("first", "second"),
    [(one, other) for at, one in enumerate(ACTS) for other in ACTS[at + 1 :] if "approve" in one],
)
async def test_whatever_comes_at_the_same_instant_one_story_is_told(fresh: Scene, first: str, second: str) -> None:
    """Two people act on one card at once: it ends in one way, and what stands on the engine is what the card says."""
    desk = fresh
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    form = None
    if second == "edit":
        await desk.riley.clicks(card, ids.MORE, option(card, "Edit rule"))
        form = await desk.form(desk.riley, "The rule")
    elif second == "reject":
        await desk.blair.clicks(card, ids.REJECT)
        form = await desk.form(desk.blair, "Why not?")
    await asyncio.gather(acts(desk, card, first, form), acts(desk, card, second, form))

    ended = await desk.until(lambda: how_it_ended(desk, proposal))
    policies = await desk.engine.made_for(proposal)
    assert len(policies) == ("created, log-only, ACTIVE" in ended), ended
    if second in ("reject", "withdraw", "edit") and not policies:
        assert any(word in ended for word in ("Rejected", "Withdrawn", "Replaced", "waits")), ended


async def acts(desk: Scene, card: Json, what: str, form: Json | None) -> None:
    try:
        if what == "approve":
            await desk.avery.clicks(card, ids.APPROVE)
        elif what == "approve too":
            await desk.blair.clicks(card, ids.APPROVE)
        elif what == "reject" and form:
            await desk.blair.submits(form, {"reason": "Not like this."})
        elif what == "edit" and form:
            await desk.riley.submits(form, {"text": "allow support agents to call refund tool below 9"})
        elif what == "withdraw":
            await desk.riley.clicks(card, ids.MORE, option(card, "Withdraw"))
        elif what == "leave":
            await desk.client.perform("changes_usergroup", {"users": []})
        elif what == "revoke elsewhere":
            for policy in await desk.engine.policies():
                await desk.engine.call(
                    "delete_policy", policyEngineId=policy["policyEngineId"], policyId=policy["policyId"]
                )
    except CannotAct:
        pass  # the card changed under the hand


async def how_it_ended(desk: Scene, proposal: str) -> str | None:
    """What the first card says once it says an end; or that it waits for somebody who may."""
    for each in (await desk.messages(proposal)).get("card/1", []):
        shown = str(each["shown"])
        for end in ("created, log-only, ACTIVE", "Rejected", "Withdrawn", "Replaced", "did not become ACTIVE"):
            if end in shown:
                return shown
    heard = [said for person in (desk.avery, desk.blair) for said in await desk.heard(person)]
    refused = any("Nobody may approve" in said or "not one of" in said for said in heard)
    return "waits: " + heard[-1] if refused else None


async def test_what_is_left_out_is_part_of_what_is_approved(tmp_path: Path) -> None:
    """One of two has voted for a piece; the other piece is rejected: the vote was for a rule that held as a whole."""
    async with governed(tmp_path, TWO_VOTES) as desk:
        proposal = await desk.proposes(f"{REFUND_RULE}. Nobody may call refund tool above 500.")
        card = await desk.card(proposal)
        await approve(desk, card)
        await desk.card(proposal, "1 more. Voted: @avery")
        other = await desk.card(proposal, piece=2)
        await desk.blair.clicks(other, ids.REJECT)
        form = await desk.form(desk.blair, "Why not?")
        assert (await desk.blair.submits(form, {"reason": "No limit."}))["closed"]
        again = await desk.card(proposal, "Another piece of the rule came to nothing", "2 more.")
        assert ids.APPROVE not in buttons(again)
        await desk.blair.clicks(again, ids.APPROVE_FORM)
        form = await desk.form(desk.blair, "will not hold")
        assert (await desk.blair.submits(form, {"seen": ["left_out"]}))["closed"]
        await desk.card(proposal, "1 more. Voted: @blair")
        assert await desk.engine.made_for(proposal) == []
