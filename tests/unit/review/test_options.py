"""How patient a review is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.review.options import Options
from bot.review.routes import everywhere

OPTIONS = Options(everywhere("e", "g"), retry_first=1, retry_longest=60)


def test_delays_double_up_to_the_longest() -> None:
    """A service that is down is asked ever more rarely, and never less than once a minute."""
    assert [OPTIONS.delay(attempts, 1.0) for attempts in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_delays_are_spread_and_bounded(attempts: int, chance: float) -> None:
    """Many rows that failed at once do not all come back at once; no count of failures overflows."""
    longest = OPTIONS.delay(attempts, 1.0)
    assert longest / 2 <= OPTIONS.delay(attempts, chance) <= longest <= 60
