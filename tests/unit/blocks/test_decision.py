"""The buttons of a card: what each state and analysis offers, and what is asked before a click counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import (
    CardRef,
    FormOrigin,
    SlackCards,
    approve_error,
    approve_form,
    findings_reason,
    form_origin,
    ids,
    ticked,
)
from bot.blocks.decision import decision
from bot.review.decision import Tick
from bot.review.found import Finding, SecondReading, Verdict
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Act, Draft, DraftState, Proposal, Stood

Fits = Callable[[SlackMessage], None]
FitsModal = Callable[[Mapping[str, Any]], None]
RESTRICTIVE = "Overly Restrictive: Policy Engine will deny every request for action (Desk___refund) and resource"
PERMISSIVE = "Overly Permissive: Policy Engine will allow every request for action (Desk___refund) and resource"
LOOSER = SecondReading(Verdict.DIFFER, "AgentCore's policy also lets alice refund 600.", looser=True)
FORBID = "forbid(principal, action, resource);"
LOOKING = {ids.SHOW_CHANGES, ids.TRY_REQUEST}


def buttons(proposal: Proposal, draft: Draft, fits: Fits) -> dict[str, dict[str, Any]]:
    message = SlackCards().message(MessageKind.CARD, proposal, (draft,), draft)
    fits(message)
    found = [block for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"]: element for block in found for element in block["elements"]}


@pytest.fixture
def proposal(proposal: Proposal) -> Proposal:
    """Every word of it is in a policy."""
    return replace(proposal, uncovered=())


@pytest.mark.parametrize(
    ("refusal", "second", "statement", "offered"),
    [
        ("", None, FORBID, {ids.APPROVE}),
        ("", LOOSER, FORBID, {ids.APPROVE_FORM}),
        (RESTRICTIVE, None, FORBID, {ids.APPROVE_FORM, ids.WAIT}),
        (RESTRICTIVE, LOOSER, FORBID, {ids.APPROVE_FORM, ids.WAIT}),
        (PERMISSIVE, None, "permit(principal, action, resource);", {ids.APPROVE_FORM}),
    ],
)
def test_approve_is_offered_only_as_it_works(
    proposal: Proposal,
    draft: Draft,
    fits: Fits,
    refusal: str,
    second: SecondReading | None,
    statement: str,
    offered: set[str],
) -> None:
    """No plain Approve where AgentCore will refuse it or it is looser than its rule; waiting only if it helps."""
    analysis = replace(draft.analysis, refusal=refusal, second=second)
    found = buttons(proposal, replace(draft, statement=statement, analysis=analysis), fits)
    assert set(found) == {*offered, ids.REJECT, ids.MORE, *LOOKING}


def test_what_is_left_out_and_what_breaks_has_to_be_seen(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    """Words in no policy, another piece that came to nothing, a test that would not hold: no plain Approve."""
    left = replace(proposal, uncovered=("on weekends",))
    assert ids.APPROVE not in buttons(left, draft, fits)
    broken = replace(draft, analysis=replace(draft.analysis, broken=("refunds stay possible",)))
    assert ids.APPROVE not in buttons(proposal, broken, fits)
    for state in (DraftState.UNUSABLE, DraftState.REJECTED, DraftState.WITHDRAWN, DraftState.NOT_ENACTED):
        other = replace(draft, id="P-7K2M9Q.2", ordinal=2, state=state)
        found = decision(draft, proposal, (draft, other))
        assert ids.APPROVE_FORM in str(found), state


def test_all_clean_ones_are_offered_once(proposal: Proposal, draft: Draft) -> None:
    """On the first clean card, when there are several; one with something to be looked at does not count."""
    clean = replace(draft, analysis=replace(draft.analysis, findings=()))
    pieces = [replace(clean, id=f"P-7K2M9Q.{number}", ordinal=number) for number in (1, 2, 3)]
    weak = replace(pieces[1], analysis=replace(clean.analysis, second=LOOSER))
    cards = [decision(each, proposal, (pieces[0], weak, pieces[2])) for each in (pieces[0], weak, pieces[2])]
    assert [ids.APPROVE_CLEAN in str(card) for card in cards] == [True, False, False]
    assert "Approve all 2 clean ones" in str(cards[0])
    assert ids.APPROVE_CLEAN not in str(decision(pieces[0], proposal, (pieces[0], weak)))


def test_what_does_not_fit_the_gateway_cannot_be_approved(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    """INVALID leaves Reject, and saying it differently."""
    found = buttons(proposal, replace(draft, findings=(Finding("INVALID", "no such tool"),)), fits)
    assert set(found) == {ids.REJECT, ids.MORE}


@pytest.mark.parametrize("state", [state for state in DraftState if state is not DraftState.IN_REVIEW])
def test_what_is_offered_of_a_card_that_is_not_in_review(
    proposal: Proposal, draft: Draft, fits: Fits, state: DraftState
) -> None:
    """A decided card has no button that decides; what is in effect leads on, what came to nothing is said anew."""
    offered = {
        DraftState.WAITING: {ids.REJECT, ids.MORE},
        DraftState.UNUSABLE: {ids.EDIT_RULE, ids.EDIT_CEDAR},
        DraftState.APPROVED: {ids.WITHDRAW},
        DraftState.SCHEDULED: {ids.EXTEND},
        DraftState.EXPIRED: {ids.AGAIN},
        DraftState.NOT_ENACTED: {ids.AGAIN},
        DraftState.IN_EFFECT: {ids.PROMOTE, ids.REVOKE, ids.EDIT_RULE, ids.EDIT_CEDAR, ids.UNDO},
    }
    assert set(buttons(proposal, replace(draft, state=state), fits)) == offered.get(state, set())


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("undoes", ["", "P-1.1"])
def test_what_is_in_effect_leads_to_its_own_acts(
    proposal: Proposal, draft: Draft, fits: Fits, act: Act, undoes: str
) -> None:
    """What is enforced is demoted, what is log-only promoted; what is gone only comes back; an undo is not undone."""
    mode = "ACTIVE" if act is Act.PROMOTE else "LOG_ONLY"
    before = Stood("id", "permit_refund", draft.statement or "", "ACTIVE")
    done = replace(draft, state=DraftState.IN_EFFECT, act=act, before=before, enforcement_mode=mode, undoes=undoes)
    turn = ids.DEMOTE if mode == "ACTIVE" else ids.PROMOTE
    expected = set() if act is Act.REVOKE else {turn, ids.REVOKE, ids.EDIT_RULE, ids.EDIT_CEDAR}
    assert set(buttons(proposal, done, fits)) == expected | (set() if undoes else {ids.UNDO})


def test_what_waits_says_for_what_and_that_it_comes_back(proposal: Proposal, draft: Draft) -> None:
    """A forbid waits for a permit; a permit that a forbid overrides does not."""
    analysis = replace(draft.analysis, refusal=RESTRICTIVE)
    for statement, title in (
        (FORBID, "Waiting for a permit"),
        ("permit(principal, action, resource);", "Waiting for the engine"),
    ):
        waiting = replace(draft, state=DraftState.WAITING, statement=statement, analysis=analysis)
        message = SlackCards().message(MessageKind.CARD, proposal, (waiting,), waiting)
        assert message.blocks[0]["text"]["text"] == title
        assert "comes back to review by itself" in str(message.blocks)


def test_approve_is_the_only_primary_button_and_says_mode_and_consequence(
    proposal: Proposal, draft: Draft, fits: Fits
) -> None:
    """The dialog before an approval says what AgentCore then does with the policy."""
    found = buttons(proposal, draft, fits)
    assert [name for name, button in found.items() if button.get("style") == "primary"] == [ids.APPROVE]
    assert "records what it decides and blocks nothing" in found[ids.APPROVE]["confirm"]["text"]["text"]
    enforced = buttons(proposal, replace(draft, enforcement_mode="ACTIVE"), fits)
    assert "enforced at once" in enforced[ids.APPROVE]["confirm"]["text"]["text"]


@pytest.mark.parametrize("kind", ["not_attached", "other_engine", "gateway_log_only", "gateway_mode"])
@pytest.mark.parametrize("mode", ["LOG_ONLY", "ACTIVE"])
def test_nothing_is_said_to_be_enforced_where_the_gateway_does_not(
    proposal: Proposal, draft: Draft, fits: Fits, kind: str, mode: str
) -> None:
    """Neither the card nor the dialog says "enforced at once" or "blocks nothing" of an engine that nobody asks."""
    analysis = replace(draft.analysis, warnings=(Finding(kind, "It is so.", "policybot"),))
    weak = replace(draft, enforcement_mode=mode, analysis=analysis)
    message = SlackCards().message(MessageKind.CARD, proposal, (weak,), weak)
    assert "enforced at once" not in str(message.blocks)
    assert "the gateway" in buttons(proposal, weak, fits)[ids.APPROVE]["confirm"]["text"]["text"]
    assert "enforce" in message.blocks[0]["text"]["text"]


def test_a_form_says_how_many_more_tests_break_than_it_lists(proposal: Proposal, draft: Draft) -> None:
    """Whoever ticks that they have seen which they are knows when these are not all."""
    broken = tuple(f"“{number}” must stay allowed, and would not be" for number in range(15))
    asked = replace(draft, analysis=replace(draft.analysis, broken=broken))
    shown = str(approve_form(FormOrigin(CardRef(draft.id, 3), "C1"), asked, proposal, (asked,)))
    assert "“11” must stay" in shown
    assert "“12” must stay" not in shown
    assert "and 3 more" in shown


@pytest.mark.parametrize("refusal", ["", RESTRICTIVE])
@pytest.mark.parametrize("second", [None, LOOSER])
@pytest.mark.parametrize("uncovered", [(), ("on weekends",)])
@pytest.mark.parametrize("broken", [(), ("refunds of 20 stay possible",)])
def test_the_form_shows_what_is_asked_for_and_asks_for_each_tick(
    proposal: Proposal,
    draft: Draft,
    fits_modal: FitsModal,
    refusal: str,
    second: SecondReading | None,
    uncovered: tuple[str, ...],
    broken: tuple[str, ...],
) -> None:
    """The boxes and the reason are required, what they are about is shown, and the form knows its card."""
    origin = FormOrigin(CardRef(draft.id, 3), "C1")
    analysis = replace(draft.analysis, refusal=refusal, second=second, broken=broken)
    asked = replace(draft, statement=FORBID, analysis=analysis)
    view = approve_form(origin, asked, replace(proposal, uncovered=uncovered), (asked,))
    fits_modal(view)
    assert form_origin(view) == origin
    shown = str(view["blocks"])
    assert ("also lets alice refund 600" in shown) == bool(second)
    assert ("“on weekends” will not hold." in shown) == bool(uncovered)
    assert ("refunds of 20 stay possible" in shown) == bool(broken)
    assert ("IGNORE_ALL_FINDINGS" in shown and "this policy only" in shown) == bool(refusal)
    wanted = {Tick.LOOSER: second, Tick.LEFT_OUT: uncovered, Tick.BREAKS: broken}
    inputs = {each["element"]["action_id"]: each for each in view["blocks"] if each["type"] == "input"}
    assert inputs.pop("until")["optional"]
    assert not any(each.get("optional") for each in inputs.values())
    assert set(inputs) == {*(["seen"] if any(wanted.values()) else []), *(["reason"] if refusal else [])}
    options = inputs["seen"]["element"]["options"] if "seen" in inputs else []
    values: dict[str, Any] = {}
    if options:
        values[inputs["seen"]["block_id"]] = {"seen": {"selected_options": options}}
    if refusal:
        values[inputs["reason"]["block_id"]] = {"reason": {"value": " It is wanted. "}}
    filled = {**view, "state": {"values": values}}
    assert ticked(filled) == {tick for tick, is_there in wanted.items() if is_there}
    assert findings_reason(filled) == ("It is wanted." if refusal else None)
    asked_for = {each["block_id"] for each in view["blocks"] if each["type"] == "input"}
    assert set(approve_error(filled, "No.")) <= asked_for


def test_over_a_boundary_there_is_nothing_to_approve(proposal: Proposal, draft: Draft) -> None:
    crossing = replace(draft, analysis=replace(draft.analysis, crossing="It crosses the boundary no_refunds."))
    found = [each for block in decision(crossing, proposal, (crossing,)) for each in block.get("elements", [])]
    assert [each["text"]["text"] for each in found if each["type"] == "button"] == ["Reject"]
