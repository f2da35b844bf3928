"""What CloudWatch is asked to sum: nothing of an earlier text, and nothing left out that it still keeps apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agentcore.telemetry import _times

_BEGUN = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda found: found.replace(tzinfo=UTC))
_AGES = st.timedeltas(timedelta(), timedelta(days=400))


@given(begun=_BEGUN, age=_AGES, whole=st.booleans())
def test_the_times_follow_each_other_in_whole_periods(begun: datetime, age: timedelta, whole: bool) -> None:
    times = _times(begun, begun + age, whole=whole)
    for start, end, period in times:
        assert start < end
        assert start.timestamp() % period == 0
    assert [end for _, end, _ in times[:-1]] == [start for start, _, _ in times[1:]]
    if times:
        assert times[-1][1] == begun + age
        assert (times[0][0] >= begun) is whole or times[0][0] == begun


@pytest.mark.parametrize(("days", "lost"), [(0.5, 60), (13, 60), (30, 300), (300, 3600)])
def test_no_more_is_left_out_than_what_cannot_be_told_apart(days: float, lost: int) -> None:
    begun = datetime(2026, 1, 1, 9, 0, 1, tzinfo=UTC)
    assert _times(begun, begun + timedelta(days=days))[0][0] - begun == timedelta(seconds=lost - 1)
