"""What the cards of acts say: never more than is so, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.blocks import SlackCards, ids
from bot.governance import Need, Requirement, Tally
from bot.review import timed
from bot.review.found import Since
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Act, Draft, DraftState, Origin, Proposal, ProposalState, Stood
from tests.support.phone import lines

Fits = Callable[[SlackMessage], None]
TIME = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
STOOD = Stood("permit_refund-0123456789", "permit_refund", "permit(principal, action, resource);", "LOG_ONLY")


def shown(proposal: Proposal, draft: Draft, kind: MessageKind = MessageKind.CARD, *others: Draft) -> str:
    message = SlackCards().message(kind, proposal, (draft, *others), draft)
    return "\n".join(lines(message.blocks, 10_000))


def buttons(proposal: Proposal, draft: Draft) -> dict[str, dict[str, Any]]:
    message = SlackCards().message(MessageKind.CARD, proposal, (draft,), draft)
    found = [block for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"]: element for block in found for element in block["elements"]}


@pytest.fixture
def first(draft: Draft) -> Draft:
    """A policy that was created for a time, and is in effect."""
    made = replace(draft, state=DraftState.IN_EFFECT, until=TIME, policy_id="p-1", deciders=("U2",), decided_at=TIME)
    return replace(made, analysis=replace(made.analysis, read_back=""))


@pytest.fixture
def end(first: Draft, proposal: Proposal) -> Draft:
    """What takes it back."""
    found = timed.end_of(first, proposal, (first,), "")
    assert found is not None
    return found


@pytest.fixture
def extension(first: Draft, end: Draft, proposal: Proposal) -> Draft:
    """What puts that off."""
    return timed.extension(first, end, replace(proposal, until=TIME))


def test_an_act_names_its_policy_by_name_and_id(proposal: Proposal, draft: Draft) -> None:
    """Two policies of an engine can look alike; the id tells which one it is."""
    for act in (Act.REPLACE, Act.PROMOTE, Act.DEMOTE, Act.REVOKE):
        said = shown(proposal, replace(draft, act=act, before=STOOD, policy_name=STOOD.name))
        assert f"the policy {STOOD.name}" in said
        assert STOOD.policy_id in said


def test_who_revised_a_draft_did_not_approve_it(proposal: Proposal, draft: Draft) -> None:
    """The card that was replaced says by which revision and by whom, and claims no approval."""
    replaced = replace(draft, state=DraftState.REPLACED, deciders=("U7",), decided_at=TIME, note="See P-222222.")
    said = shown(replace(proposal, revision=3), replaced)
    assert "Replaced by revision 4" in said
    assert "Replaced by <@U7>" in said
    assert "See P-222222." in said
    assert "Approved" not in said


def test_whoever_withdrew_a_draft_is_named_and_nobody_else(proposal: Proposal, draft: Draft) -> None:
    """Governance may let others than the requester withdraw."""
    said = shown(proposal, replace(draft, state=DraftState.WITHDRAWN, deciders=("U7",), decided_at=TIME))
    assert "Withdrawn by <@U7>" in said
    assert "requester" not in said


def test_what_was_approved_too_late_is_not_said_to_have_no_decision(proposal: Proposal, draft: Draft) -> None:
    late = replace(draft, state=DraftState.EXPIRED, deciders=("U2",), decided_at=TIME, trouble="Its time was over.")
    said = shown(proposal, late)
    assert "Approved, but too late" in said
    assert "Why: Its time was over." in said
    assert "Nobody decided" not in said
    assert "without a decision" not in said
    assert "Nobody decided in time; nothing is created." in shown(proposal, replace(late, deciders=(), trouble=""))


def test_the_end_of_a_change_says_what_happens_and_when(proposal: Proposal, first: Draft, end: Draft) -> None:
    """It is no piece of the rule, and is not taken back itself; nobody saw another card of it."""
    said = shown(proposal, end, MessageKind.CARD, first)
    assert f"The policy {first.policy_name} is deleted by itself at 2026-12-31 18:00 UTC." in said
    assert f"it takes back what {first.id} did" in said
    assert "taken back by itself" not in said
    assert "(piece" not in said
    assert "The card said then" not in said
    assert "ot analysed" not in said
    assert set(buttons(proposal, end)) == {ids.EXTEND}


def test_an_end_that_does_not_come_says_so_and_why(proposal: Proposal, end: Draft) -> None:
    """No revision is reviewed instead of it."""
    said = shown(proposal, replace(end, state=DraftState.REPLACED, note="The policy was taken back before."))
    assert "It does not happen at its time any more." in said
    assert "The policy was taken back before." in said
    assert "evision" not in said


@pytest.mark.parametrize("state", [state for state in DraftState if state is not DraftState.SCHEDULED])
def test_an_extension_never_says_that_a_policy_is_created(
    proposal: Proposal, extension: Draft, fits: Fits, state: DraftState
) -> None:
    """Nothing is sent to AgentCore for it, whatever the change was that it keeps."""
    asked = replace(proposal, origin=Origin.ACT, uncovered=())
    draft = replace(extension, state=state, deciders=("U2",), decided_at=TIME)
    fits(SlackCards().message(MessageKind.CARD, asked, (draft,), draft))
    said = shown(asked, draft)
    assert "created" not in said
    assert "ACTIVE" not in said
    assert ids.UNDO not in buttons(asked, draft)


def test_an_extension_is_approved_as_what_it_is(proposal: Proposal, extension: Draft) -> None:
    """The card, the dialog and the small print say that what stands stays, and until when."""
    clean = replace(extension, analysis=replace(extension.analysis, findings=()))
    asked = replace(proposal, origin=Origin.ACT, uncovered=())
    assert "Puts off when" in shown(asked, clean)
    dialog = buttons(asked, clean)[ids.APPROVE]["confirm"]
    assert dialog["title"]["text"] == "Approve this change?"
    assert "the policy stays as it is until 2026-12-31 18:00 UTC" in dialog["text"]["text"]
    gone = replace(clean, act=Act.REVOKE, before=STOOD)
    assert "Mode if approved: deleted as now until" in shown(asked, gone)


def test_the_parent_says_for_how_long_a_policy_stands(
    proposal: Proposal, first: Draft, end: Draft, extension: Draft
) -> None:
    """And counts neither ends nor extensions among what was created or replaced."""
    closed = replace(proposal, state=ProposalState.CLOSED)
    said = shown(closed, first, MessageKind.PARENT, end)
    assert "1 policy created, log-only, ACTIVE, The policy" in said
    assert "is deleted by itself at 2026-12-31 18:00 UTC." in said
    later = shown(closed, first, MessageKind.PARENT, replace(end, state=DraftState.REPLACED))
    assert "replaced" not in later
    extended = shown(closed, replace(extension, state=DraftState.IN_EFFECT), MessageKind.PARENT)
    assert "created" not in extended
    assert "stays until 2026-12-31 18:00 UTC" in extended
    open_still = replace(first, id="P-7K2M9Q.9", state=DraftState.IN_REVIEW)
    reviewed = shown(proposal, open_still, MessageKind.PARENT, first, end)
    assert "1 draft waits for a decision." in reviewed
    making = replace(first, state=DraftState.SETTLING, act=Act.PROMOTE, before=STOOD)
    assert "1 change being made" in shown(proposal, making, MessageKind.PARENT)


def test_an_approved_draft_is_withdrawn_after_a_question(proposal: Proposal, draft: Draft) -> None:
    """The votes are lost with it."""
    found = buttons(proposal, replace(draft, state=DraftState.APPROVED))[ids.WITHDRAW]
    assert found["confirm"]["confirm"]["text"] == "Withdraw"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(min_size=1, max_size=800) | st.integers(1, 12_000).map(lambda length: "w<&> " * (length // 5 + 1)),
    act=st.sampled_from(Act),
    state=st.sampled_from(DraftState),
    mode=st.sampled_from(["LOG_ONLY", "ACTIVE", "SOMETHING"]),
    origin=st.sampled_from(Origin),
    ends=st.sampled_from(["", "undoes", "extends"]),
    until=st.sampled_from([None, TIME]),
    needs=st.integers(0, 9),
    people=st.integers(0, 60),
)
def test_no_card_of_any_act_and_state_breaks_slacks_limits(
    proposal: Proposal,
    draft: Draft,
    fits: Fits,
    text: str,
    act: Act,
    state: DraftState,
    mode: str,
    origin: Origin,
    ends: str,
    until: datetime | None,
    needs: int,
    people: int,
) -> None:
    """Whatever people write, however many may vote and however often something was done since."""
    many = tuple(f"U{number:09}" for number in range(people))
    need = Need(Requirement(("approvers",), 5, "S000000001", text, many, ("S000000001",)), many, 2)
    before = None if act is Act.CREATE else Stood("p" * 59, "n" * 48, text, mode, text)
    each = replace(
        draft,
        act=act,
        state=state,
        before=before,
        enforcement_mode=mode,
        fragment=text,
        statement=None if state is DraftState.UNUSABLE else text,
        policy_name="n" * 48,
        policy_id="p" * 59,
        until=until,
        undoes="P-7K2M9Q.1" if ends == "undoes" else "",
        extends="P-7K2M9Q.2" if ends == "extends" else "",
        deciders=many[:5],
        decided_at=TIME,
        tally=Tally(met=False, needs=(need,) * needs),
        findings_reason=text[:2000],
        reject_reason=text[:500],
        trouble=text,
        note=text,
        analysis=replace(draft.analysis, since=Since(2, text, (text,), draft.analysis.difference), broken=(text,) * 3),
    )
    asked = replace(proposal, origin=origin, rule=text, why=text[:500], uncovered=(text,) * 5)
    since = tuple(replace(each, id=f"P-33333{number}.1", state=DraftState.IN_EFFECT) for number in range(5))
    for kind in (MessageKind.CARD, MessageKind.PARENT, MessageKind.PROGRESS):
        fits(SlackCards().message(kind, asked, (each,), each, since))
