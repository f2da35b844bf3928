"""A permit beside another piece of its rule that forbids, and does not hold yet: what its card says, and what comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks import CardRef, FormOrigin, SlackCards
from bot.blocks.approving import approve_form
from bot.review import decision, together
from bot.review.decision import Tick
from bot.review.messages import MessageKind
from bot.review.model import Draft, DraftState, Proposal

TOOL = 'action == AgentCore::Action::"Desk___refund"'
WAITS = "piece 2 of the rule forbids calls of the same tools. Approved, this waits until it is in force"
ALLOWS = "piece 2 of the rule forbids calls of the same tools and waits for a permit. Until it is in force, this allows"


@pytest.mark.parametrize(
    ("effect", "action", "other", "state", "mode", "told"),
    [
        ("permit", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "ACTIVE", WAITS),
        ("permit", TOOL, "forbid(principal, action, resource);", DraftState.WAITING, "ACTIVE", ALLOWS),
        ("permit", "action", f"forbid(principal, {TOOL}, resource);", DraftState.APPROVED, "ACTIVE", WAITS),
        ("permit", "action", f"forbid(principal, {TOOL}, resource);", DraftState.SENDING, "ACTIVE", WAITS),
        ("permit", "action", f"forbid(principal, {TOOL}, resource);", DraftState.SETTLING, "ACTIVE", WAITS),
        ("permit", "action", f"forbid(principal, {TOOL}, resource);", DraftState.REJECTED, "ACTIVE", ""),
        ("permit", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_EFFECT, "ACTIVE", ""),
        ("permit", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "LOG_ONLY", ""),
        ("permit", TOOL, f"permit(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "ACTIVE", ""),
        ("forbid", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "ACTIVE", ""),
        ("permit", TOOL, f'forbid(principal, {TOOL[:-1]}_all", resource);', DraftState.IN_REVIEW, "ACTIVE", ""),
    ],
)
def test_what_another_piece_forbids_and_does_not_hold_yet_is_told(
    proposal: Proposal, draft: Draft, effect: str, action: str, other: str, state: DraftState, mode: str, told: str
) -> None:
    """Whoever approves the permit first allows what the rule forbids, until the forbid is in force."""
    permit = replace(draft, statement=f"{effect}(principal, {action}, resource);", enforcement_mode=mode)
    forbid = replace(draft, id="P-7K2M9Q.2", ordinal=2, statement=other, state=state, enforcement_mode=mode)
    shown = str(SlackCards().message(MessageKind.CARD, proposal, (permit, forbid), permit).blocks)
    assert ("Mode if approved: enforced once what it waits for is in force." in shown) is (told == WAITS)
    assert [said for said in (WAITS, ALLOWS) if said in shown] == ([told] if told else [])


def pieces(draft: Draft, state: DraftState) -> tuple[Draft, Draft]:
    permit = replace(draft, statement=f"permit(principal, {TOOL}, resource);", enforcement_mode="ACTIVE")
    forbid = replace(permit, id="P-7K2M9Q.2", ordinal=2, statement=f"forbid(principal, {TOOL}, resource);")
    return permit, replace(forbid, state=state, fragment="nobody above 500", policy_name="forbid_refund")


def test_the_forbid_is_decided_on_first(draft: Draft) -> None:
    permit, forbid = pieces(draft, DraftState.IN_REVIEW)
    assert together.in_order([permit, forbid]) == [forbid, permit]


def test_what_is_put_off_until_a_permit_is_enforced_has_to_be_ticked(proposal: Proposal, draft: Draft) -> None:
    """The two would wait for each other: whoever approves the permit sees what it allows until then."""
    permit, forbid = pieces(draft, DraftState.WAITING)
    assert not together.goes_first(permit, (permit, forbid))
    assert Tick.LEFT_OUT in decision.ticks(permit, proposal, (permit, forbid))
    form = str(approve_form(FormOrigin(CardRef(permit.id, 1), "C1"), permit, proposal, (permit, forbid)))
    assert "“nobody above 500” will not hold until a permit is enforced" in form


def test_an_approved_permit_says_what_it_waits_for(proposal: Proposal, draft: Draft) -> None:
    permit, forbid = pieces(draft, DraftState.SETTLING)
    held = replace(permit, state=DraftState.APPROVED, trouble=together.waiting_words(permit, (permit, forbid)))
    shown = str(SlackCards().message(MessageKind.CARD, proposal, (held, forbid), held).blocks)
    assert "Approved, not sent yet" in shown
    assert "It waits for piece 2 of the rule to be in force" in shown
    assert "being sent" not in shown
    assert "tried again" not in shown
