"""When people are reminded, and when a review ends: dates, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.review.due import TIMES, Times, due, ends_at, working_days_after
from bot.review.model import Draft, DraftState, Origin, Proposal, ProposalState

FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)
PROPOSAL = Proposal(
    "P-1", "k", "T1", "C1", "U1", "allow refunds", "e-1", "arn", ProposalState.IN_REVIEW, FRIDAY, origin=Origin.ACT
)
DRAFT = Draft("P-1.1", "P-1", 1, "", "allow refunds", "permit", (), DraftState.IN_REVIEW, called=1, called_at=FRIDAY)


@pytest.mark.parametrize(
    ("days", "weekday", "passed"), [(0, "Fri", 0), (1, "Mon", 3), (2, "Tue", 4), (5, "Fri", 7), (6, "Mon", 10)]
)
def test_working_days_leave_weekends_out(days: int, weekday: str, passed: int) -> None:
    after = working_days_after(FRIDAY, days)
    assert (f"{after:%a}", after - FRIDAY) == (weekday, timedelta(days=passed))


def test_a_reminder_waits_for_the_working_day_and_is_due_once() -> None:
    monday = FRIDAY + timedelta(days=3)
    assert due(PROPOSAL, (DRAFT,), monday - timedelta(seconds=1), TIMES).remind == ()
    assert due(PROPOSAL, (DRAFT,), monday - timedelta(seconds=1), TIMES).next == monday
    assert due(PROPOSAL, (DRAFT,), monday, TIMES).remind == ((DRAFT, 1),)
    assert due(PROPOSAL, (replace(DRAFT, reminders=1),), monday, TIMES).remind == ()


def test_no_reminders_where_none_are_wanted() -> None:
    found = due(PROPOSAL, (DRAFT,), FRIDAY + timedelta(days=9), Times(remind_most=0))
    assert (found.remind, found.next) == ((), FRIDAY + timedelta(days=13))


def test_a_draft_that_came_anew_calls_its_people() -> None:
    anew = replace(DRAFT, version=2)
    assert due(PROPOSAL, (anew,), FRIDAY, TIMES).call == (anew,)
    assert due(PROPOSAL, (DRAFT,), FRIDAY, TIMES).call == ()


def test_what_nobody_can_decide_on_is_left_alone() -> None:
    for state in set(DraftState) - {DraftState.IN_REVIEW, DraftState.WAITING}:
        found = due(PROPOSAL, (replace(DRAFT, state=state),), FRIDAY + timedelta(days=30), TIMES)
        assert (found.call, found.remind, found.expire, found.warn, found.next) == ((), (), (), None, None)


@pytest.mark.parametrize(
    ("origin", "until", "days"),
    [
        (Origin.ACT, None, 14),
        (Origin.CEDAR, None, 14),
        (Origin.RULE, None, 7),
        (Origin.ACT, 2, 2),
        (Origin.RULE, 30, 7),
    ],
)
def test_a_review_ends_at_the_first_of_its_ends(origin: Origin, until: int | None, days: int) -> None:
    """After the set time, with what AgentCore generated, or when the time is over for which it was wanted."""
    draft = replace(DRAFT, until=FRIDAY + timedelta(days=until) if until else None)
    proposal = replace(PROPOSAL, origin=origin)
    end = FRIDAY + timedelta(days=days)
    assert ends_at(draft, proposal, TIMES) == end
    assert due(proposal, (draft,), end, TIMES).expire == (draft,)
    before = due(proposal, (draft,), end - timedelta(hours=1), TIMES)
    assert (before.expire, before.warn) == ((), end)


def test_an_end_that_comes_within_a_day_is_not_announced_apart() -> None:
    draft = replace(DRAFT, until=FRIDAY + timedelta(hours=5))
    assert due(PROPOSAL, (draft,), FRIDAY + timedelta(hours=4), TIMES).warn is None
