"""How a change is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.governance import Need, Requirement, Tally
from bot.review.decision import (
    Tick,
    against_draft,
    against_person,
    against_way,
    approved,
    draft_digest,
    is_clean,
    standing_votes,
    ticks,
)
from bot.review.errors import Reason
from bot.review.evidence import Seen
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.model import Act, Draft, DraftState, Proposal, ProposalState, Stood
from bot.review.people import Person
from bot.review.votes import CastVote, Vote

ANA = Person("U_ANA", "T1")
KNOWN = {"changes": [{"reason": ""}]}
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
SEEN = Seen(PROPOSAL.created_at, PROPOSAL.created_at)
STOOD = Stood("p-1", "refunds", "permit(principal, action, resource);", "LOG_ONLY")
DRAFT = Draft("P-1.1", "P-1", 1, "a", "f", "permit(principal, action, resource);", (), DraftState.IN_REVIEW)


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        (None, ()),
        (replace(SEEN, matches=3, errors=0), ()),
        (replace(SEEN, matches=0, errors=0), (Tick.UNTESTED,)),
        (replace(SEEN, matches=3, errors=1), (Tick.UNTESTED,)),
        (replace(SEEN, unknown=("It cannot be seen.",)), (Tick.UNTESTED,)),
    ],
)
def test_a_promotion_of_what_log_only_did_not_show_to_work_is_ticked(
    evidence: Seen | None, wanted: tuple[Tick, ...]
) -> None:
    promotion = replace(DRAFT, act=Act.PROMOTE, before=STOOD, evidence=evidence)
    assert ticks(promotion, PROPOSAL, (promotion,)) == wanted
    demotion = replace(promotion, act=Act.DEMOTE)
    assert ticks(demotion, PROPOSAL, (demotion,)) == ()


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
            replace(DRAFT, findings_reason="It is wanted."),
            replace(DRAFT, act=Act.REVOKE),
            replace(DRAFT, until=datetime(2027, 1, 1, tzinfo=UTC)),
            replace(DRAFT, before=STOOD),
            replace(DRAFT, before=replace(STOOD, statement="forbid(principal, action, resource);")),
            replace(DRAFT, before=replace(STOOD, enforcement_mode="ACTIVE")),
            replace(DRAFT, before=replace(STOOD, policy_id="p-2")),
        )
        for engine in ("e1", "e2")
        for gateway in ("g1", "g2")
    }
    assert len(digests) == 44
    assert draft_digest(DRAFT, "e1", "g1") == draft_digest(replace(DRAFT, trouble="x", version=9), "e1", "g1")


LOOSER = Analysis(second=SecondReading(Verdict.DIFFER, "It lets alice in too.", looser=True))
REFUSED = Analysis(refusal="Overly Restrictive.")


@pytest.mark.parametrize(
    ("analysis", "vote", "reason"),
    [
        (Analysis(), Vote.APPROVE, None),
        (Analysis(), Vote.APPROVE_UNVALIDATED, Reason.CARD_OUTDATED),
        (LOOSER, Vote.APPROVE, None),
        (LOOSER, Vote.REJECT, None),
        (REFUSED, Vote.APPROVE, Reason.WILL_BE_REFUSED),
        (REFUSED, Vote.APPROVE_UNVALIDATED, None),
        (REFUSED, Vote.WAIT, None),
        (Analysis(), Vote.WAIT, Reason.CARD_OUTDATED),
        (Analysis(crossing="It crosses no_wires."), Vote.APPROVE, Reason.CROSSES_BOUNDARY),
        (Analysis(crossing="It crosses no_wires."), Vote.REJECT, None),
    ],
)
def test_what_will_be_refused_is_not_approved_as_it_is(analysis: Analysis, vote: Vote, reason: Reason | None) -> None:
    assert against_way(replace(DRAFT, analysis=analysis), vote) is reason


@pytest.mark.parametrize(
    ("analysis", "uncovered", "other", "wanted"),
    [
        (Analysis(), (), None, ()),
        (LOOSER, (), None, (Tick.LOOSER,)),
        (Analysis(), ("on weekends",), None, (Tick.LEFT_OUT,)),
        (Analysis(), (), DraftState.UNUSABLE, (Tick.LEFT_OUT,)),
        (Analysis(), (), DraftState.IN_REVIEW, ()),
        (Analysis(warnings=(Finding("missing_policy", "…"),)), (), None, (Tick.LEFT_OUT,)),
        (Analysis(broken=("a refund of 10",)), (), None, (Tick.BREAKS,)),
        (replace(LOOSER, broken=("x",)), ("y",), None, (Tick.LOOSER, Tick.LEFT_OUT, Tick.BREAKS)),
    ],
)
def test_whatever_a_hasty_approver_could_miss_has_to_be_ticked(
    analysis: Analysis, uncovered: tuple[str, ...], other: DraftState | None, wanted: tuple[Tick, ...]
) -> None:
    """And what has something to tick is never approved together with others."""
    draft = replace(DRAFT, analysis=replace(analysis, difference=KNOWN))
    proposal = replace(PROPOSAL, uncovered=uncovered)
    pieces = [draft, *([replace(DRAFT, id="P-1.2", state=other)] if other else [])]
    assert ticks(draft, proposal, pieces) == wanted
    assert is_clean(draft, proposal, pieces) is not bool(wanted)


@pytest.mark.parametrize(
    "analysis",
    [
        Analysis(),
        Analysis(difference={"changes": []}),
        Analysis(difference={"changes": [{"reason": ""}, {"reason": "depends on freeze, which is being deleted"}]}),
        Analysis(difference=KNOWN, second=SecondReading(Verdict.UNREAD, "It could not read the rule.")),
        Analysis(difference=KNOWN, second=SecondReading(Verdict.DIFFER, "It forbids more.")),
        Analysis(difference=KNOWN, warnings=(Finding("not_attached", "…"),)),
    ],
)
def test_what_nothing_confirms_or_whose_effect_is_not_known_is_not_approved_with_others(analysis: Analysis) -> None:
    """One click for several says of each that there is nothing to be looked at."""
    draft = replace(DRAFT, analysis=analysis)
    assert not is_clean(draft, PROPOSAL, [draft])


def test_an_approval_without_analysis_binds_to_that_and_has_a_token_of_its_own() -> None:
    """IGNORE_ALL_FINDINGS, and why, is part of what is approved."""
    votes = [CastVote(DRAFT.id, 1, "U_ANA", Vote.APPROVE, "", "It is wanted.")]
    tally = Tally(met=True, needs=(Need(Requirement(("p",)), ("U_ANA",), 0),))
    plain = approved(DRAFT, PROPOSAL, votes, tally)
    unvalidated = approved(replace(DRAFT, analysis=REFUSED), PROPOSAL, votes, tally)
    assert (plain.validation_mode, plain.findings_reason) == ("FAIL_ON_ANY_FINDINGS", "")
    assert (unvalidated.validation_mode, unvalidated.findings_reason) == ("IGNORE_ALL_FINDINGS", "It is wanted.")
    assert plain.digest != unvalidated.digest
    assert plain.create_token != unvalidated.create_token
    assert plain.deciders == ("U_ANA",)


def test_votes_on_another_version_and_those_taken_back_do_not_stand() -> None:
    votes = [
        CastVote(DRAFT.id, 2, "U_OLD", Vote.APPROVE, ""),
        CastVote(DRAFT.id, 1, "U_BACK", Vote.APPROVE, "", taken_back_at=datetime(2026, 11, 22, tzinfo=UTC)),
        CastVote(DRAFT.id, 1, "U_WAIT", Vote.WAIT, ""),
        CastVote(DRAFT.id, 1, "U_ANA", Vote.APPROVE, ""),
    ]
    assert [vote.user_id for vote in standing_votes(DRAFT, votes)] == ["U_ANA"]


@pytest.mark.parametrize("vote", [Vote.APPROVE, Vote.APPROVE_UNVALIDATED, Vote.WAIT])
def test_what_is_invalid_can_only_be_rejected(vote: Vote) -> None:
    """Whatever button or form the vote came from."""
    invalid = replace(DRAFT, findings=(Finding("INVALID", "There is no such tool."),))
    assert against_way(invalid, vote) is Reason.NOT_REVIEWABLE
    assert against_way(invalid, Vote.REJECT) is None
