"""The buttons of a card: what each state and analysis offers, and what is asked before a click counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import CardRef, FormOrigin, SlackCards, form_origin, ids, looser_error, looser_form, looser_seen
from bot.blocks.decision import decision
from bot.review.model import (
    Draft,
    DraftState,
    Finding,
    MessageKind,
    Proposal,
    SecondReading,
    SlackMessage,
    Verdict,
)

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


@pytest.mark.parametrize(
    ("refusal", "second", "statement", "offered"),
    [
        ("", None, FORBID, {ids.APPROVE}),
        ("", LOOSER, FORBID, {ids.APPROVE_LOOSER}),
        (RESTRICTIVE, None, FORBID, {ids.APPROVE_UNVALIDATED, ids.WAIT}),
        (RESTRICTIVE, LOOSER, FORBID, {ids.APPROVE_UNVALIDATED_LOOSER, ids.WAIT}),
        (PERMISSIVE, None, "permit(principal, action, resource);", {ids.APPROVE_UNVALIDATED}),
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
    assert set(found) == {*offered, ids.REJECT, *LOOKING}


def test_what_does_not_fit_the_gateway_cannot_be_approved(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    """INVALID leaves Reject alone."""
    assert set(buttons(proposal, replace(draft, findings=(Finding("INVALID", "no such tool"),)), fits)) == {ids.REJECT}


@pytest.mark.parametrize("state", [state for state in DraftState if state is not DraftState.IN_REVIEW])
def test_only_what_waits_can_still_be_rejected(proposal: Proposal, draft: Draft, fits: Fits, state: DraftState) -> None:
    """A decided card has no button that decides; one that waits for a permit keeps Reject."""
    found = buttons(proposal, replace(draft, state=state), fits)
    assert set(found) == ({ids.REJECT} if state is DraftState.WAITING else set())


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


@pytest.mark.parametrize("kind", ["not_attached", "other_engine", "gateway_log_only"])
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


def test_approving_without_agentcores_analysis_says_what_that_means(
    proposal: Proposal, draft: Draft, fits: Fits
) -> None:
    """Its own dialog names the one thing that is left out, and that it is for this policy alone."""
    analysis = replace(draft.analysis, refusal=RESTRICTIVE)
    found = buttons(proposal, replace(draft, statement=FORBID, analysis=analysis), fits)
    confirm = found[ids.APPROVE_UNVALIDATED]["confirm"]["text"]["text"]
    assert "IGNORE_ALL_FINDINGS" in confirm
    assert "this policy only" in confirm
    assert not confirm.endswith("…")
    assert "confirm" not in found[ids.WAIT]


@pytest.mark.parametrize("unvalidated", [True, False])
def test_the_form_of_a_looser_policy_shows_the_difference_and_asks_for_a_tick(
    draft: Draft, fits_modal: FitsModal, unvalidated: bool
) -> None:
    """The box is required, the difference is shown, and the form knows its card."""
    origin = FormOrigin(CardRef(draft.id, 3), "C1")
    view = looser_form(origin, replace(draft, analysis=replace(draft.analysis, second=LOOSER)), unvalidated=unvalidated)
    fits_modal(view)
    assert form_origin(view) == origin
    assert LOOSER.said in str(view["blocks"])
    assert ("IGNORE_ALL_FINDINGS" in str(view["blocks"])) == unvalidated
    box = view["blocks"][-1]
    assert not box.get("optional")
    for chosen, seen in (([], False), (box["element"]["options"], True)):
        state: dict[str, Any] = {
            "values": {box["block_id"]: {box["element"]["action_id"]: {"selected_options": chosen}}}
        }
        assert looser_seen({**view, "state": state}) == seen
    assert list(looser_error("No.")) == [box["block_id"]]


def test_over_a_boundary_there_is_nothing_to_approve(draft: Draft) -> None:
    crossing = replace(draft, analysis=replace(draft.analysis, crossing="It crosses the boundary no_refunds."))
    buttons = [each["text"]["text"] for block in decision(crossing) for each in block.get("elements", [])]
    assert buttons == ["Reject"]
