"""The whole life of a policy in one thread: log-only, promoted, demoted, changed, revoked, undone; all under review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.blocks import ids
from bot.governance import Governance
from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import Json, Scene, buttons, cedar_in, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHER_RULE = "allow support agents to call refund tool if the amount is below 100"


async def thread(desk: Scene, proposal: str) -> dict[str, Json]:
    """Every message of the thread of a proposal, by its key."""
    for parent in await desk.client.perform("reads_channel", {"channel": team.AGENT_RULES}):
        if key_of(parent).startswith(f"{proposal}/"):
            found = await desk.client.perform("reads_thread", {"channel": team.AGENT_RULES, "ts": parent["ts"]})
            return {key_of(message): message for message in found}
    return {}


def key_of(message: Json) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", "")).partition("#")[0]


async def newest(desk: Scene, proposal: str, *said: str, but: set[str] | None = None) -> Json:
    """The card in a thread that says all of `said`, and is none of those `but`."""

    async def look() -> Json | None:
        for key, message in (await thread(desk, proposal)).items():
            if "/card/" in key and key not in (but or set()) and all(part in message["shown"] for part in said):
                return message
        return None

    try:
        return await desk.until(look)
    except TimeoutError:
        standing = {key: message["shown"] for key, message in (await thread(desk, proposal)).items()}
        raise AssertionError(f"no card says {said}; there stands {standing}") from None


async def proposes_by(desk: Scene, person: Person, card: Json, action: str, values: Json, title: str) -> Json:
    """Click a button of a card, fill the form and submit it."""
    await person.clicks(card, action)
    return await person.submits(await desk.form(person, title), values)


async def approved(desk: Scene, proposal: str) -> Json:
    """A policy of a rule, approved and in effect; gives its card."""
    await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    return await newest(desk, proposal, "created, log-only, ACTIVE")


async def approve(desk: Scene, card: Json) -> None:
    """Avery approves, with the form where the card asks for one."""
    if ids.APPROVE in buttons(card):
        await desk.avery.clicks(card, ids.APPROVE)
        return
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "Approve")
    inputs = {each["element"]["action_id"]: each["element"] for each in form["blocks"] if each["type"] == "input"}
    said: dict[str, Any] = {"reason": "It is wanted."} if "reason" in inputs else {}
    if "seen" in inputs:
        said["seen"] = [option["value"] for option in inputs["seen"]["options"]]
    assert (await desk.avery.submits(form, said))["closed"]


async def policy_of(desk: Scene, proposal: str) -> Json | None:
    found = await desk.engine.made_for(proposal)
    return found[0] if found else None


async def test_log_only_first_then_really_then_back_again(fresh: Scene) -> None:
    """Promote, demote, revoke and the undo of it: each shows which requests it opens or closes, and each is decided."""
    desk = fresh
    proposal = await desk.proposes()
    card = await approved(desk, proposal)
    seen = {key_of(card)}
    policy = await policy_of(desk, proposal)
    assert policy is not None
    assert policy["enforcementMode"] == "LOG_ONLY"

    assert (await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted, AgentCore enforces it"))["closed"]
    promote = await newest(desk, proposal, "Promotes the policy", "log-only → enforced", "Mode if approved", but=seen)
    assert "Promoted: opens" in promote["shown"]
    assert "Newly allowed" in promote["shown"]
    assert (await policy_of(desk, proposal) or {})["enforcementMode"] == "LOG_ONLY", "nothing before the approval"
    await approve(desk, promote)
    promoted = await newest(desk, proposal, "promoted, enforced, ACTIVE", but=seen)
    assert (await policy_of(desk, proposal) or {})["enforcementMode"] == "ACTIVE"
    first = await newest(desk, proposal, "Since then: ", "promoted, enforced")
    assert not buttons(first), "the newest card of a policy has its buttons"

    seen.add(key_of(promoted))
    await proposes_by(desk, desk.riley, promoted, ids.DEMOTE, {"text": "Too many refunds."}, "enforces nothing")
    demote = await newest(desk, proposal, "Demotes the policy", "Too many refunds.", "Mode if approved", but=seen)
    assert "Made log-only: " in demote["shown"]
    assert "Newly denied" in demote["shown"]
    await approve(desk, demote)
    demoted = await newest(desk, proposal, "demoted, log-only, ACTIVE", but=seen)
    assert (await policy_of(desk, proposal) or {})["enforcementMode"] == "LOG_ONLY"

    seen.add(key_of(demoted))
    await proposes_by(desk, desk.riley, demoted, ids.REVOKE, {}, "it is deleted")
    revoke = await newest(desk, proposal, "Deletes the policy", "If approved: the policy is deleted", but=seen)
    assert "Deleted, it still changes nothing: it was log-only" in revoke["shown"]
    await approve(desk, revoke)
    revoked = await newest(desk, proposal, f"Policy {policy['name']} deleted.", but=seen)
    assert await policy_of(desk, proposal) is None

    seen.add(key_of(revoked))
    assert buttons(revoked) == [ids.UNDO]
    await proposes_by(desk, desk.riley, revoked, ids.UNDO, {}, "is taken back")
    undo = await newest(desk, proposal, "Undo ", "Mode if approved", but=seen)
    assert cedar_in(undo) == cedar_in(card)
    await approve(desk, undo)
    undone = await newest(desk, proposal, "created, log-only, ACTIVE", but=seen)
    assert ids.UNDO not in buttons(undone), "an undo of an undo is not offered"
    parent = next(message for key, message in (await thread(desk, proposal)).items() if key == f"{proposal}/parent")
    assert "Since then: " in parent["shown"]


async def test_the_requester_of_an_act_does_not_approve_it(desk: Scene) -> None:
    """A promotion has its own requester and its own vote: whoever asks for it is not the one."""
    proposal = await desk.proposes()
    card = await approved(desk, proposal)
    await proposes_by(desk, desk.avery, card, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved")
    await desk.avery.clicks(promote, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "Approve")
    assert "somebody else has to approve it" in str(await desk.avery.submits(form, {"seen": ["untested"]}))
    assert (await policy_of(desk, proposal) or {})["enforcementMode"] == "LOG_ONLY"


async def test_another_rule_is_reviewed_in_the_same_thread(desk: Scene) -> None:
    """Edit rule: the old card closes as replaced, its votes are gone; the new one says what it decides otherwise."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.riley.clicks(card, ids.MORE, option(card, "Edit rule"))
    form = await desk.form(desk.riley, "The rule")
    assert form["blocks"][1]["element"]["initial_value"] == "allow support agents to call refund tool"
    refused = await desk.riley.submits(form, {"text": " "})
    assert refused["errors"]
    assert (await desk.riley.submits(form, {"text": OTHER_RULE}))["closed"]

    await newest(desk, proposal, "Replaced by revision 2")
    again = await newest(desk, proposal, "Compared with revision 1", "Mode if approved")
    assert "The rule was: “allow support agents to call refund tool”" in again["shown"]
    assert "Newly denied" in again["shown"].partition("Compared with")[2]
    await approve(desk, again)
    await newest(desk, proposal, "created, log-only, ACTIVE")


async def test_a_statement_that_a_person_wrote_is_held_against_the_rule(desk: Scene) -> None:
    """Edit Cedar: parsed, validated and analysed like any other, and the card says who wrote it."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    statement = cedar_in(card)
    await desk.avery.clicks(card, ids.MORE, option(card, "Edit Cedar"))
    form = await desk.form(desk.avery, "One Cedar statement")
    bad = {
        "": "there is none",
        "permit(": "Cedar cannot read",
        f"{statement}\n{statement}": "cannot be reviewed",
        statement.replace("refund", "refnud"): "does not fit",
        statement.replace("gateway/", "gateway/other-"): "this review is for",
    }
    for text, why in bad.items():
        refused = await desk.avery.submits(form, {"text": text or " "})
        assert why in " ".join(refused["errors"].values()), (text, refused)
    wider = statement.split("when")[0].rstrip().rstrip(";") + ";"
    assert (await desk.avery.submits(form, {"text": wider}))["closed"]
    again = await newest(desk, proposal, "A person wrote this Cedar", "Mode if approved")
    assert "Looser than the rule says" in again["shown"]
    assert "Compared with revision 1" in again["shown"]
    assert ids.APPROVE_FORM in buttons(again)


async def test_the_requester_takes_it_back_and_others_do_not(desk: Scene) -> None:
    """Withdraw, at any time before it is sent."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    heard = len(await desk.heard(desk.blair))
    await desk.blair.clicks(card, ids.MORE, option(card, "Withdraw"))
    await desk.told(desk.blair, after=heard)
    await desk.card(proposal)
    await desk.riley.clicks(card, ids.MORE, option(card, "Withdraw"))
    await newest(desk, proposal, "Withdrawn; nothing is created.")
    await desk.message(proposal, "parent", "Closed: 1 withdrawn")
    assert await desk.engine.made_for(proposal) == []


async def test_all_clean_pieces_are_approved_with_one_click(fresh: Scene) -> None:
    """Each gets the vote; whoever may not approve changes nothing by it."""
    desk = fresh
    proposal = await desk.proposes("Allow support agents to call refund tool. Allow managers to look up orders.")
    card = await desk.card(proposal, "Approve all 2 clean ones")
    heard = len(await desk.heard(desk.riley))
    await desk.riley.clicks(card, ids.APPROVE_CLEAN)
    await desk.told(desk.riley, after=heard)
    assert await desk.engine.made_for(proposal) == []
    await desk.avery.clicks(card, ids.APPROVE_CLEAN)
    await desk.settled(proposal, "2 policies created, log-only, ACTIVE")


async def test_a_policy_that_is_gone_is_not_promoted(fresh: Scene) -> None:
    """Deleted elsewhere, before the form and while the promotion is reviewed: a sentence, and nothing moves."""
    desk = fresh
    proposal = await desk.proposes()
    card = await approved(desk, proposal)
    await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved")
    (policy,) = await desk.engine.made_for(proposal)
    await desk.engine.call("delete_policy", policyEngineId=desk.engine.engine_id, policyId=policy["policyId"])
    await approve(desk, promote)
    await newest(desk, proposal, "is not there any more")
    refused = await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted")
    assert "no such policy" in " ".join(refused["errors"].values())


async def test_a_policy_that_somebody_changed_meanwhile_is_left_alone(fresh: Scene) -> None:
    """What was approved was about the policy as it stood."""
    desk = fresh
    proposal = await desk.proposes()
    card = await approved(desk, proposal)
    await proposes_by(desk, desk.riley, card, ids.REVOKE, {}, "deleted")
    revoke = await newest(desk, proposal, "Deletes the policy", "If approved")
    (policy,) = await desk.engine.made_for(proposal)
    await desk.engine.updates(policy, enforcementMode="ACTIVE", validationMode="IGNORE_ALL_FINDINGS")
    await approve(desk, revoke)
    await newest(desk, proposal, "was changed by somebody else meanwhile")
    assert await policy_of(desk, proposal) is not None


def option(card: Json, label: str) -> str:
    """The value of a menu's entry."""
    menus = [
        element
        for block in card["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "overflow"
    ]
    return next(str(each["value"]) for menu in menus for each in menu["options"] if label in each["text"]["text"])


async def test_what_cannot_be_revised_is_refused_and_nothing_moves(desk: Scene) -> None:
    """Cedar by somebody who may not write it, and the form of a card that closed meanwhile."""
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.avery.clicks(card, ids.MORE, option(card, "Edit Cedar"))
    form = await desk.form(desk.avery, "One Cedar statement")
    await desk.riley.clicks(card, ids.MORE, option(card, "Edit Cedar"))
    theirs = await desk.form(desk.riley, "One Cedar statement")
    refused = await desk.riley.submits(theirs, {"text": cedar_in(card)})
    assert "is for the approvers" in " ".join(refused["errors"].values())

    await desk.riley.clicks(card, ids.MORE, option(card, "Withdraw"))
    await newest(desk, proposal, "Withdrawn; nothing is created.")
    refused = await desk.avery.submits(form, {"text": cedar_in(card)})
    assert refused["errors"], "the card closed while the form was open"
    assert await desk.engine.made_for(proposal) == []
    assert len([key for key in await thread(desk, proposal) if "/card/" in key]) == 1


async def test_a_vote_is_taken_back_until_it_is_enough(tmp_path: Path) -> None:
    """Two votes are wanted: one is given, taken back and given again; nothing is created before both stand."""
    ours = Governance.default((team.APPROVERS_GROUP,)).text
    mark = '@id("approvers-approve")'
    assert mark in ours
    (tmp_path / "governance.cedar").write_text(ours.replace(mark, f'{mark}\n@quorum("2")'))
    async with scene(config(settings={"POLICYBOT_GOVERNANCE": str(tmp_path / "governance.cedar")})) as desk:
        proposal = await desk.proposes()
        card = await desk.card(proposal, "It takes 2 votes, 2 more.")
        heard = len(await desk.heard(desk.blair))
        await desk.blair.clicks(card, ids.MORE, option(card, "Take my vote back"))
        await desk.told(desk.blair, "You have no vote", after=heard)

        await desk.avery.clicks(card, ids.APPROVE)
        card = await desk.card(proposal, "It takes 2 votes, 1 more.", "Voted: ")
        await desk.avery.clicks(card, ids.MORE, option(card, "Take my vote back"))
        await desk.told(desk.avery, "Your vote is taken back.")
        card = await desk.card(proposal, "It takes 2 votes, 2 more.")
        await desk.blair.clicks(card, ids.APPROVE)
        card = await desk.card(proposal, "It takes 2 votes, 1 more.")
        assert await desk.engine.made_for(proposal) == []
        await desk.avery.clicks(card, ids.APPROVE)
        await desk.settled(proposal, "1 policy created, log-only, ACTIVE")
