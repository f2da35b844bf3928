"""Words of a rule that nothing covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.coverage import uncovered


@pytest.mark.parametrize(
    ("rule", "fragments", "left"),
    [
        ("Allow agents to call refund", ["Allow agents to call refund"], ()),
        ("allow  AGENTS\nto call refund.", ["Allow agents to call refund"], ()),
        ("Allow agents to refund on weekends", ["Allow agents to refund"], ("on weekends",)),
        ("Allow agents to refund, and please block guests", ["Allow agents to refund", "block guests"], ()),
        ("Please allow agents to refund. Thanks!", ["allow agents to refund"], ()),
        ("Allow agents and also only on Mondays", ["Allow agents"], ("only on Mondays",)),
        ("Hourly allow agents under $500 daily", ["allow agents"], ("Hourly", "under $500 daily")),
        ("Block guests. Block guests.", ["Block guests"], ("Block guests",)),
        ("Block guests. Block guests.", ["Block guests", "block guests"], ()),
        ("Allow agents to refund and to cancel", ["Allow agents to refund", "Allow agents to cancel"], ()),
        ("Allow refunds unless the amount is > 5", ["Allow refunds"], ("unless the amount is > 5",)),
        ("Allow refunds", [], ("Allow refunds",)),
        ("Allow refunds", [""], ("Allow refunds",)),
        ("Größere Beträge verbieten", ["größere Beträge"], ("verbieten",)),
        ("allow issue_refund but not refund", ["allow issue_refund"], ("but not refund",)),
    ],
)
def test_what_is_left_is_named_as_it_was_typed(rule: str, fragments: list[str], left: tuple[str, ...]) -> None:
    """Case and spacing do not matter, a word is covered as often as it is said, joining words are not reported."""
    assert uncovered(rule, fragments) == left


@given(st.text(max_size=200))
def test_a_rule_covers_itself(rule: str) -> None:
    assert uncovered(rule, [rule]) == ()


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=4))
def test_what_is_left_stands_in_the_rule(rule: str, fragments: list[str]) -> None:
    """Never an invented word, whatever is typed."""
    assert all(run in rule for run in uncovered(rule, fragments))
