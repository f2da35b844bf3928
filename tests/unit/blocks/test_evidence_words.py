"""What is said of a log-only policy's record: nothing is fine where nothing was tested or an evaluation failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.evidence import evidence_words
from bot.review.evidence import Flips, Seen

SINCE = datetime(2026, 11, 24, 9, tzinfo=UTC)
SEEN = Seen(SINCE, SINCE + timedelta(days=2), calls=2000, matches=1240, flips=0, errors=0)
FORBID = "forbid(principal, action, resource);"
PERMIT = "permit(principal, action, resource);"
REFUND = "Desk___process_refund"


@pytest.mark.parametrize(
    ("seen", "statement", "said"),
    [
        (
            replace(SEEN, flips=37, by_tool=(Flips(REFUND, denied=37),)),
            FORBID,
            "Since 24 Nov, 1,240 calls matched, 37 would have been denied (all process_refund), no errors.",
        ),
        (
            replace(SEEN, flips=5, by_tool=(Flips(REFUND, allowed=3), Flips("Desk___close", allowed=2))),
            PERMIT,
            "Since 24 Nov, 1,240 calls matched, 5 would have been allowed (process_refund 3, close 2), no errors.",
        ),
        (
            replace(SEEN, flips=5000, by_tool=(Flips(REFUND, denied=1000),)),
            FORBID,
            "Since 24 Nov, 1,240 calls matched, 5,000 would have been denied (process_refund 1,000, of the last "
            "1,000), no errors.",
        ),
        (
            replace(SEEN, matches=1),
            FORBID,
            "Since 24 Nov, 1 call matched, none would have been decided otherwise, no errors.",
        ),
        (
            replace(SEEN, matches=0, calls=812),
            FORBID,
            "Since 24 Nov none of 812 calls matched it: no call has tested it yet.",
        ),
        (
            replace(SEEN, matches=0, calls=0),
            FORBID,
            "Since 24 Nov no call came to the gateway: no call has tested it yet.",
        ),
        (
            replace(SEEN, matches=0, errors=90),
            FORBID,
            "Since 24 Nov no call matched it, and on 90 calls it could not be evaluated, and would decide nothing. No "
            "call has tested it yet.",
        ),
        (
            replace(SEEN, errors=2),
            FORBID,
            "Since 24 Nov, 1,240 calls matched, none would have been decided otherwise, on 2 calls it could not be "
            "evaluated, and would decide nothing.",
        ),
        (
            Seen(SINCE, SINCE, unknown=("policybot cannot see CloudWatch's metrics.",)),
            FORBID,
            "What it would have done in log-only is not known. policybot cannot see CloudWatch's metrics.",
        ),
        (
            replace(SEEN, flips=1, unknown=("Which tools they were of is not known.",)),
            FORBID,
            "Since 24 Nov, 1,240 calls matched, 1 would have been denied, no errors. Which tools they were of is not "
            "known.",
        ),
    ],
)
def test_what_was_recorded_in_words(seen: Seen, statement: str, said: str) -> None:
    assert evidence_words(seen, statement) == said


_COUNT = st.none() | st.integers(0, 3)


@given(_COUNT, _COUNT, _COUNT, _COUNT)
def test_only_what_met_calls_and_never_failed_is_said_to_have_no_errors(
    calls: int | None, matches: int | None, flips: int | None, errors: int | None
) -> None:
    seen = Seen(SINCE, SINCE, calls, matches, flips, errors)
    said = evidence_words(seen, FORBID)
    assert ("no errors" in said) is bool(matches and errors == 0)
    assert seen.tested is bool(matches and errors == 0)
    assert ("none would have been" in said) <= bool(matches)
    assert Seen.from_json(seen.as_json()) == seen
