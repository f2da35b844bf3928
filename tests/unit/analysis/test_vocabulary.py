"""One vocabulary of findings: every kind has its words, and they say what to do."""

from __future__ import annotations

import typing

import pytest

from bot.analysis.findings import FindingType
from bot.analysis.vocabulary import MEANING, Kind

CALLS_FOR_NOTHING = {Kind.VALID, Kind.NOT_TRANSLATABLE, Kind.GATEWAY_LOG_ONLY}
"""Either all is well, or the finding's own sentence says what to do."""


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_what_it_means_and_what_to_do(kind: Kind) -> None:
    meaning = MEANING[kind]
    assert meaning.means.endswith(".")
    assert meaning.advice.endswith(".") is (kind not in CALLS_FOR_NOTHING)


def test_what_analysis_finds_is_in_the_vocabulary() -> None:
    assert set(typing.get_args(FindingType)) <= set(Kind)


def test_a_kind_is_spelled_in_two_ways_and_no_third() -> None:
    """As it is kept, and as an analysis prints it, which other programs read."""
    assert (Kind.MAY_ERROR.value, Kind.MAY_ERROR.spoken) == ("may_error", "may error")
    assert (Kind.ALLOW_ALL.value, Kind.ALLOW_ALL.spoken) == ("ALLOW_ALL", "ALLOW_ALL")
