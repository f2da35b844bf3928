"""A time is read as people write it, and nothing else is taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refused
from bot.review.errors import Reason
from bot.review.timing import read_until

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("7 days", NOW + timedelta(days=7)),
        ("for 7 days", NOW + timedelta(days=7)),
        ("For 1 Day", NOW + timedelta(days=1)),
        ("2 hours.", NOW + timedelta(hours=2)),
        ("90 minutes", NOW + timedelta(minutes=90)),
        ("  for   2 weeks ", NOW + timedelta(weeks=2)),
        ("until 2026-12-31 18:00 UTC", datetime(2026, 12, 31, 18, tzinfo=UTC)),
        ("2026-12-31T18:00:00Z", datetime(2026, 12, 31, 18, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_that_people_write(text: str, until: datetime | None) -> None:
    assert read_until(text, NOW) == until


@pytest.mark.parametrize(
    "text",
    [
        *("soon", "7", "days", "-7 days", "0 days", "7 days ago", "1.5 hours", "for ever", "tomorrow", "999999 weeks"),
        *(
            "until 2026-12-31",
            "2026-12-31 18:00",
            "2026-12-31 18:00 CET",
            "2026-02-30 10:00 UTC",
            "2026-12-31 25:00 UTC",
        ),
    ],
)
def test_what_is_no_time_is_refused_with_what_to_write(text: str) -> None:
    """Also a date without a time, or in another zone: what it means would be a guess."""
    with pytest.raises(Refused) as refused:
        read_until(text, NOW)
    assert refused.value.reason == Reason.BAD_TIME
    assert "7 days" in refused.value.sentence


def test_a_time_that_is_over_is_refused() -> None:
    for text in ("until 2026-11-26 12:30 UTC", "2020-01-01 00:00 UTC"):
        with pytest.raises(Refused) as refused:
            read_until(text, NOW)
        assert refused.value.reason == Reason.PAST
