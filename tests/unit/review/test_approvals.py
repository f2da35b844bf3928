"""Who may propose and decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.review.approvals import against_draft, against_person, against_vote, against_way, decided, draft_digest
from bot.review.model import (
    Analysis,
    Draft,
    DraftState,
    Finding,
    Person,
    Proposal,
    ProposalState,
    Reason,
    SecondReading,
    Verdict,
    Vote,
)

ANA = Person("U_ANA", "T1")
PROPOSAL = Proposal(
    id="P-1",
    key="k",
    team_id="T1",
    channel_id="C1",
    requester_id="U_REQ",
    rule="r",
    engine_id="e",
    gateway_arn="g",
    state=ProposalState.IN_REVIEW,
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
)
DRAFT = Draft("P-1.1", "P-1", 1, "a", "f", "permit(principal, action, resource);", (), DraftState.IN_REVIEW)


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (None, Reason.UNKNOWN_PERSON),
        (replace(ANA, deleted=True), Reason.UNKNOWN_PERSON),
        (replace(ANA, is_bot=True), Reason.BOT_PERSON),
        (replace(ANA, is_stranger=True), Reason.OUTSIDER),
        (replace(ANA, team_id="T2"), Reason.OUTSIDER),
        (replace(ANA, team_id=""), Reason.OUTSIDER),
        (replace(ANA, is_guest=True), Reason.GUEST),
        (ANA, None),
    ],
)
def test_only_full_members_of_the_team_take_part(person: Person | None, reason: Reason | None) -> None:
    """Closed by default: whoever is not known to be a member of that team is none."""
    assert against_person(person, "T1") is reason


def test_the_team_that_slack_named_in_the_click_counts_too() -> None:
    """In a shared channel a click can come from another organisation."""
    assert against_person(ANA, "T1", "T2") is Reason.OUTSIDER
    assert against_person(ANA, "T1", "T1") is None


@pytest.mark.parametrize(
    ("user", "vote", "approvers", "reason"),
    [
        ("U_ANA", Vote.APPROVE, {"U_ANA"}, None),
        ("U_ANA", Vote.REJECT, {"U_ANA"}, None),
        ("U_ANA", Vote.APPROVE, {"U_BEN"}, Reason.NOT_APPROVER),
        ("U_ANA", Vote.REJECT, {"U_BEN"}, Reason.NOT_APPROVER),
        ("U_ANA", Vote.APPROVE, set(), Reason.NO_APPROVERS),
        ("U_REQ", Vote.APPROVE, {"U_REQ"}, Reason.OWN_PROPOSAL),
        ("U_REQ", Vote.APPROVE, set(), Reason.OWN_PROPOSAL),
        ("U_REQ", Vote.REJECT, set(), None),
    ],
)
def test_approvers_decide_and_the_requester_may_only_withdraw(
    user: str, vote: Vote, approvers: set[str], reason: Reason | None
) -> None:
    assert against_vote(Person(user, "T1"), PROPOSAL, vote, frozenset(approvers)) is reason


@pytest.mark.parametrize(
    ("state", "version", "reason"),
    [
        (DraftState.IN_REVIEW, 1, None),
        (DraftState.WAITING, 1, None),
        (DraftState.IN_REVIEW, 2, Reason.CARD_OUTDATED),
        (DraftState.IN_REVIEW, 0, Reason.CARD_OUTDATED),
        (DraftState.UNUSABLE, 1, Reason.NOT_REVIEWABLE),
        *[
            (state, 1, Reason.ALREADY_DECIDED)
            for state in DraftState
            if state not in (DraftState.IN_REVIEW, DraftState.WAITING, DraftState.UNUSABLE)
        ],
    ],
)
def test_a_draft_is_decided_once_and_as_it_was_seen(state: DraftState, version: int, reason: Reason | None) -> None:
    assert against_draft(replace(DRAFT, state=state), version) is reason


def test_the_digest_covers_everything_that_would_be_created() -> None:
    """Statement, both modes, engine and gateway: any other value is another digest."""
    digests = {
        draft_digest(draft, engine, gateway)
        for draft in (
            DRAFT,
            replace(DRAFT, statement="forbid(principal, action, resource);"),
            replace(DRAFT, enforcement_mode="ACTIVE"),
            replace(DRAFT, validation_mode="IGNORE_ALL_FINDINGS"),
        )
        for engine in ("e1", "e2")
        for gateway in ("g1", "g2")
    }
    assert len(digests) == 16
    assert draft_digest(DRAFT, "e1", "g1") == draft_digest(replace(DRAFT, trouble="x", version=9), "e1", "g1")


LOOSER = Analysis(second=SecondReading(Verdict.DIFFER, "It lets alice in too.", looser=True))
REFUSED = Analysis(refusal="Overly Restrictive.")


@pytest.mark.parametrize(
    ("analysis", "vote", "seen", "reason"),
    [
        (Analysis(), Vote.APPROVE, False, None),
        (LOOSER, Vote.APPROVE, False, Reason.LOOSER_NOT_SEEN),
        (LOOSER, Vote.APPROVE_UNVALIDATED, False, Reason.LOOSER_NOT_SEEN),
        (LOOSER, Vote.APPROVE, True, None),
        (LOOSER, Vote.REJECT, False, None),
        (REFUSED, Vote.APPROVE, False, Reason.WILL_BE_REFUSED),
        (REFUSED, Vote.APPROVE_UNVALIDATED, False, None),
        (REFUSED, Vote.WAIT, False, None),
        (Analysis(), Vote.WAIT, False, Reason.CARD_OUTDATED),
    ],
)
def test_what_allows_more_is_seen_and_what_will_be_refused_is_not_approved_as_it_is(
    analysis: Analysis, vote: Vote, seen: bool, reason: Reason | None
) -> None:
    draft = replace(DRAFT, analysis=analysis)
    assert against_way(draft, vote, seen_looser=seen) is reason


def test_an_approval_without_analysis_binds_to_that_and_has_a_token_of_its_own() -> None:
    """IGNORE_ALL_FINDINGS is part of what is approved."""
    plain, unvalidated = (decided(DRAFT, PROPOSAL, vote, "") for vote in (Vote.APPROVE, Vote.APPROVE_UNVALIDATED))
    assert (plain.validation_mode, unvalidated.validation_mode) == ("FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS")
    assert plain.digest != unvalidated.digest
    assert plain.create_token != unvalidated.create_token


@pytest.mark.parametrize("vote", [Vote.APPROVE, Vote.APPROVE_UNVALIDATED, Vote.WAIT])
def test_what_is_invalid_can_only_be_rejected(vote: Vote) -> None:
    """Whatever button or form the vote came from."""
    invalid = replace(DRAFT, findings=(Finding("INVALID", "There is no such tool."),))
    assert against_way(invalid, vote, seen_looser=True) is Reason.NOT_REVIEWABLE
    assert against_way(invalid, Vote.REJECT, seen_looser=True) is None
