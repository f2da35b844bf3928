"""What the chaos looks for, it finds."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.review.record import FIRST, Entry, chained
from tests.chaos.checking import Votes


def found(*votes: tuple[str, str, int, str]) -> list[str]:
    """The faults of votes, each an event, whose it is, on which version, and how they voted."""
    entries = [
        Entry(event, "", "P-000001", "P-000001.1", who, {"version": version, "vote": how})
        for event, who, version, how in votes
    ]
    looking = Votes()
    rows = chained(entries, datetime(2026, 11, 27, tzinfo=UTC), (0, FIRST))
    return [fault for row in rows for fault in looking.faults(row)]


def test_a_vote_that_stands_and_is_recorded_again_is_a_fault() -> None:
    yes = ("vote", "U1", 1, "approve")
    assert found(yes, ("vote", "U2", 1, "approve"), yes) == ["P-000001.1: the vote of U1 is twice in the record"]


def test_a_vote_on_another_version_or_otherwise_or_anew_is_none() -> None:
    yes = ("vote", "U1", 1, "approve")
    assert found(yes, ("vote", "U1", 2, "approve"), ("vote", "U1", 1, "reject")) == []
    assert found(yes, ("vote.taken_back", "U1", 1, "approve"), yes) == []
