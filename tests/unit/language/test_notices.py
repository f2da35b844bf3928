"""Notices of teams: lines below one that breaks off, and words that are not all of a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate


def statements(rule: str, gateway: Gateway) -> list[str]:
    """The policies of a rule, each on one line, and "" for a piece that has none."""
    return [" ".join((asset.statement or "").split()) for asset in translate(rule, gateway)]


@pytest.mark.parametrize(
    "head",
    [
        "It is forbidden to:",
        "It is forbidden to",
        "Nobody may",
        "The following are prohibited:",
        "Forbid the following:",
    ],
)
def test_lines_below_one_that_breaks_off_are_rules_with_limits_of_their_own(
    head: str, desk: Callable[[str], Gateway]
) -> None:
    first, second = statements(f"{head}\n- cancel orders\n- refund more than 500", desk("support"))
    assert first.startswith("forbid(")
    assert "cancel_order" in first
    assert "when" not in first
    assert second.endswith("when { context.input.amount > 500 };")


def test_a_verb_of_an_effect_is_what_is_done_below_a_line_that_breaks_off(desk: Callable[[str], Gateway]) -> None:
    found = statements("Tellers may:\n- freeze accounts\n- block a card", desk("banking"))
    assert [each[:7] for each in found] == ["permit(", "permit("]
    assert "block_card" in found[1]


@pytest.mark.parametrize(
    "below",
    [
        "- refund\n- up to 500",
        "- refund\n- cancel orders\n- up to 500",
        "- refund\n- only express",
        "- refund\n- cancel orders\n- unless express",
        "- up to 500\n- refund\n- cancel orders",
    ],
)
def test_a_limit_alone_below_a_line_may_be_of_all_lines(below: str, desk: Callable[[str], Gateway]) -> None:
    assert set(statements(f"Managers may\n{below}", desk("support"))) == {""}


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ("Reps can update the customer's address.", False),
        ("Reps can edit customer addresses", False),
        ("Reps can update the customer's email address", True),
        ("Reps can replace the mail address of a customer", True),
        ("Forbid the replacement of the mail address of a customer", True),
        ("Forbid the replacement of the address of a customer", False),
    ],
)
def test_the_end_of_a_compound_names_nothing_alone(rule: str, read: bool, desk: Callable[[str], Gateway]) -> None:
    assert (statements(rule, desk("support")) != [""]) == read


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ("outside collaborators may not delete files of the repository web", True),
        ("by outside contractors, no branch may be created", True),
        ("everyone outside collaborators may create a branch", False),
        ("nobody outside vendors may create a branch", False),
        ("creating a branch outside contractors is blocked", False),
    ],
)
def test_outside_people_are_no_people_outside(rule: str, read: bool, desk: Callable[[str], Gateway]) -> None:
    assert (statements(rule, desk("github")) != [""]) == read
