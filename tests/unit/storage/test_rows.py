"""Rows to values and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import RowMapping

from bot.review.found import Analysis, Finding, Offer, Replay, SecondReading, Since, Verdict
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.storage.rows import changes, rule_digest, to_draft, to_row
from bot.storage.tables import drafts, proposals

PROPOSAL = Proposal(
    id="P-1",
    key="k",
    team_id="T1",
    channel_id="C1",
    requester_id="U1",
    rule="r",
    engine_id="e",
    gateway_arn="g",
    state=ProposalState.RECEIVED,
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
)
DRAFT = Draft("P-1.1", "P-1", 1, "a", "f", None, (Finding("VALID"),), DraftState.IN_REVIEW)


def test_every_member_has_its_column() -> None:
    """A member added to the model without a column fails here, not in production."""
    assert set(to_row(PROPOSAL)) <= set(proposals.c.keys())
    assert set(to_row(DRAFT)) <= set(drafts.c.keys())


def test_only_what_differs_is_written() -> None:
    """A worker does not write back what it read, which others may have changed meanwhile."""
    assert changes(PROPOSAL, PROPOSAL) == {}
    after = replace(PROPOSAL, state=ProposalState.ADMITTED, uncovered=("on weekends",))
    assert changes(PROPOSAL, after) == {"state": "admitted", "uncovered": ["on weekends"]}
    analysed = replace(DRAFT, analysis=Analysis(refusal="s"))
    assert list(changes(DRAFT, analysed)) == ["analysis"]


@given(st.text(), st.sampled_from([" ", "\n", "\t  "]))
def test_the_same_words_have_the_same_digest(rule: str, space: str) -> None:
    """Case and spacing aside; other words have another one."""
    assert rule_digest(rule) == rule_digest(space + space.join(rule.split()) + space)
    assert rule_digest(rule) != rule_digest(rule + " please")


def test_case_does_not_make_another_rule() -> None:
    assert rule_digest("ALLOW Straße") == rule_digest("allow STRASSE")


def test_what_a_newer_version_wrote_beside_is_passed_over() -> None:
    """Two versions stand side by side while replicas are replaced: a member more is no failure, at any depth."""
    second = SecondReading(Verdict.AGREE, "As it says.")
    since = Since(1, "r", ("permit(principal, action, resource);",))
    analysis = Analysis(
        second=second, since=since, replay=Replay(calls=3, shown=("a call",)), offers=(Offer("r", "s"),)
    )
    row = to_row(replace(DRAFT, analysis=analysis))
    found = row["analysis"]
    for each in (found, found["second"], found["since"], found["replay"], found["offers"][0]):
        each["of_tomorrow"] = 1
    assert to_draft(cast("RowMapping", row)).analysis == analysis
