"""A time is read as people write it, and nothing else is taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refused
from bot.review.errors import Reason
from bot.review.timing import read_until, split_option

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


@pytest.mark.parametrize("dash", ["--", "—", "–"])
def test_an_option_at_the_end_of_a_command_is_its_time(dash: str) -> None:
    rule = "allow support agents to call refund tool"
    assert split_option(f"{rule} {dash}for 7 days", NOW) == (rule, NOW + timedelta(days=7))
    until = datetime(2026, 12, 31, 18, tzinfo=UTC)
    assert split_option(f"{rule} {dash}until 2026-12-31 18:00 UTC", NOW) == (rule, until)


@pytest.mark.parametrize(
    "rule",
    [
        "allow refunds for 7 days",
        "allow refunds until 2026-12-31 18:00 UTC",
        "allow refunds - for managers",
        "a--for b",
    ],
)
def test_what_a_rule_itself_says_of_time_stays_in_it(rule: str) -> None:
    assert split_option(rule, NOW) == (rule, None)


@pytest.mark.parametrize("option", ["--for", "--for ever", "--for 7 days please", "--until", "--for 7 days --for x"])
def test_an_option_that_cannot_be_read_is_no_part_of_the_rule(option: str) -> None:
    with pytest.raises(Refused) as refused:
        split_option(f"allow refunds {option}", NOW)
    assert refused.value.reason == Reason.BAD_TIME
