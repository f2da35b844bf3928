"""Clicks on cards: authority asked live, refusals in private, one decision however many click."""

from __future__ import annotations

import asyncio

import pytest

from bot.blocks import ids
from bot.review.model import DraftState
from bot.workspace import team
from tests.support.desk import Desk


async def test_an_approvers_click_approves_the_draft(desk: Desk) -> None:
    clicked = await desk.avery.clicks(await desk.card(), ids.APPROVE)
    assert clicked["acknowledged"]
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.APPROVED
    assert desk.shelf.kept["P-ABCDEF.1"].decided_by == team.APPROVER_AVERY


@pytest.mark.parametrize(
    ("who", "part"),
    [
        (team.REQUESTER, "You proposed this change"),
        (team.MEMBER, "not one of the approvers"),
        (team.GUEST, "Guests cannot"),
    ],
)
async def test_who_may_not_approve_is_told_in_private_and_nothing_happens(desk: Desk, who: str, part: str) -> None:
    card = await desk.card()
    assert (await desk.person(who).clicks(card, ids.APPROVE))["acknowledged"]
    await desk.told(desk.person(who), part)
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW
    assert not await desk.avery.reads_private()


async def test_two_people_at_once_approve_once_and_whoever_is_late_is_told(desk: Desk) -> None:
    """One vote is enough here: the draft is approved once, and a third click finds it decided."""
    card = await desk.card()
    await asyncio.gather(desk.avery.clicks(card, ids.APPROVE), desk.blair.clicks(card, ids.APPROVE))
    draft = desk.shelf.kept["P-ABCDEF.1"]
    assert draft.state is DraftState.APPROVED
    assert draft.decided_by in (team.APPROVER_AVERY, team.APPROVER_BLAIR)
    await desk.blair.clicks(card, ids.APPROVE)
    await desk.told(desk.blair, "already decided: approved by @")
    assert desk.shelf.kept["P-ABCDEF.1"] == draft


async def test_an_emptied_user_group_stops_approvals_at_the_next_click(desk: Desk) -> None:
    card = await desk.card()
    await desk.does("changes_usergroup", users=[])
    await desk.avery.clicks(card, ids.APPROVE)
    await desk.told(desk.avery, "Nobody may approve")


async def test_an_outdated_card_is_refused(desk: Desk) -> None:
    card = await desk.card()
    await desk.card(version=2)
    await desk.avery.clicks(card, ids.APPROVE)
    await desk.told(desk.avery, "card changed")


async def test_rejecting_asks_for_a_reason_and_keeps_it(desk: Desk) -> None:
    await desk.avery.clicks(await desk.card(), ids.REJECT)
    form = await desk.form(desk.avery, "Why not?")
    submitted = await desk.avery.submits(form, {"reason": "too wide"})
    assert submitted["closed"]
    draft = desk.shelf.kept["P-ABCDEF.1"]
    assert (draft.state, draft.reject_reason) == (DraftState.REJECTED, "too wide")


async def test_a_blank_reason_is_said_at_the_field(desk: Desk) -> None:
    await desk.avery.clicks(await desk.card(), ids.REJECT)
    submitted = await desk.avery.submits(await desk.form(desk.avery), {"reason": "     "})
    assert "Say in a few words why." in submitted["errors"].values()
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW


async def test_a_refused_rejection_is_said_in_the_open_form_without_ids(desk: Desk) -> None:
    card = await desk.card()
    await desk.blair.clicks(card, ids.REJECT)
    form = await desk.form(desk.blair)
    await desk.avery.clicks(card, ids.APPROVE)
    submitted = await desk.blair.submits(form, {"reason": "too wide"})
    (sentence,) = submitted["errors"].values()
    assert "approved by somebody else" in sentence


async def test_the_requester_may_withdraw(desk: Desk) -> None:
    await desk.riley.clicks(await desk.card(), ids.REJECT)
    await desk.riley.submits(await desk.form(desk.riley), {"reason": "changed my mind"})
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.REJECTED


async def test_a_long_policy_is_shown_whole_in_a_modal(desk: Desk) -> None:
    lines = "\n".join(f"// line {number} of a long policy with a comment" for number in range(200))
    card = await desk.card(statement=lines + "\npermit(principal, action, resource);")
    await desk.avery.clicks(card, ids.SHOW_POLICY)
    view = await desk.form(desk.avery, "permit(principal")
    assert "line 0 of" in str(view["blocks"])
    assert "line 199 of" in str(view["blocks"])


async def test_a_request_is_tried_with_the_tools_own_inputs(desk: Desk) -> None:
    await desk.avery.clicks(await desk.card(), ids.TRY_REQUEST)
    form = await desk.form(desk.avery, "amount")
    blocks = {block["label"]["text"]: block for block in form["blocks"] if block["type"] == "input"}
    assert not blocks["amount"]["optional"]
    assert blocks["express"]["element"]["type"] == "static_select"
    values = {
        blocks["amount"]["block_id"]: {"value": "20"},
        blocks["express"]["block_id"]: {"value": "true"},
        blocks["Claims of the caller's token"]["block_id"]: {"value": "role = support-agent"},
    }
    submitted = await desk.avery.submits(form, values)
    assert not submitted["errors"]
    (request,) = desk.tried
    assert request.action == "Desk___refund"
    assert request.inputs == {"amount": 20, "express": True}
    assert request.tags == {"role": "support-agent"}
    shown = str(submitted["view"]["blocks"])
    assert "The draft changes this request." in shown
    assert "this policy" in shown


async def test_a_claim_that_is_none_is_said_at_its_field(desk: Desk) -> None:
    await desk.avery.clicks(await desk.card(), ids.TRY_REQUEST)
    form = await desk.form(desk.avery, "amount")
    blocks = {block["label"]["text"]: block["block_id"] for block in form["blocks"] if block["type"] == "input"}
    values = {blocks["amount"]: {"value": "20"}, blocks["Claims of the caller's token"]: {"value": "support"}}
    submitted = await desk.avery.submits(form, values)
    assert list(submitted["errors"]) == [blocks["Claims of the caller's token"]]
    assert not desk.tried


async def test_a_policy_about_every_tool_lets_one_be_chosen(desk: Desk) -> None:
    await desk.avery.clicks(await desk.card(statement="permit(principal, action, resource);"), ids.TRY_REQUEST)
    form = await desk.form(desk.avery, "amount")
    await desk.avery.clicks_in(form, ids.TRY_TOOL, "Desk___lookup")
    view = await desk.form(desk.avery, "order")
    assert "amount" not in str([block.get("label") for block in view["blocks"]])


async def test_a_draft_that_is_gone_is_said_in_the_modal(desk: Desk) -> None:
    card = await desk.card()
    desk.shelf.kept.clear()
    await desk.avery.clicks(card, ids.TRY_REQUEST)
    await desk.form(desk.avery, "does not exist any more")


async def test_a_click_is_acknowledged_while_slack_is_slow_to_open_a_form(desk: Desk) -> None:
    card = await desk.card()
    await desk.does("fault", kind="slow", method="views.open", seconds=1.0)
    assert (await desk.avery.clicks(card, ids.REJECT))["acknowledged"]
    assert not await desk.avery.reads_modals()
    await desk.form(desk.avery, "Why not?")


async def test_slack_refusing_to_open_a_form_is_told(desk: Desk) -> None:
    card = await desk.card()
    await desk.does("fault", kind="error", method="views.open", code="expired_trigger_id")
    await desk.avery.clicks(card, ids.REJECT)
    await desk.told(desk.avery, "Click again")


async def test_a_click_that_fails_inside_is_told_with_an_incident(desk: Desk) -> None:
    card = await desk.card()
    desk.shelf.broken = True
    assert (await desk.avery.clicks(card, ids.APPROVE))["acknowledged"]
    await desk.told(desk.avery, "the number")


class TestSlowDatabase:
    """Clicks are acknowledged in time however slow the database is."""

    @pytest.fixture
    def patience(self) -> float:
        return 0.05

    async def test_an_approval_goes_on_after_the_acknowledgement(self, desk: Desk) -> None:
        card = await desk.card()
        desk.shelf.gate.clear()
        assert (await desk.avery.clicks(card, ids.APPROVE))["acknowledged"]
        assert not desk.shelf.kept["P-ABCDEF.1"].decided_by
        desk.shelf.gate.set()
        await desk.services.tasks.finish(5)
        assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.APPROVED

    async def test_a_late_refusal_of_a_rejection_is_told_in_private(self, desk: Desk) -> None:
        card = await desk.card()
        person = desk.person(team.MEMBER)
        await person.clicks(card, ids.REJECT)
        form = await desk.form(person)
        desk.shelf.gate.clear()
        assert (await person.submits(form, {"reason": "no" * 3}))["closed"]
        desk.shelf.gate.set()
        await desk.told(person, "not one of the approvers")

    async def test_a_late_trial_arrives_in_the_modal(self, desk: Desk) -> None:
        card = await desk.card()
        await desk.avery.clicks(card, ids.TRY_REQUEST)
        form = await desk.form(desk.avery, "amount")
        blocks = {block["label"]["text"]: block["block_id"] for block in form["blocks"] if block["type"] == "input"}
        desk.shelf.gate.clear()
        submitted = await desk.avery.submits(form, {blocks["amount"]: {"value": "20"}})
        assert "Deciding" in str(submitted["view"]["blocks"])
        desk.shelf.gate.set()
        await desk.form(desk.avery, "The draft changes this request.")
