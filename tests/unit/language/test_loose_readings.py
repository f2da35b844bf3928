"""Rules that were once read more loosely than they are meant, and their kin: each is exact, or it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "corpora" / "loose.jsonl").read_text(encoding="utf-8").splitlines()
]
# Rules that were refused once, and have one meaning: each is what the plain rule beside it says.
SAME = {
    "Allow refunds. Never express.": "Allow refunds when express is false.",
    "Users whose team is billing or ops may refund.": "Users with team billing or team ops may refund.",
    "Block refunds when the amount is not over 100 and not under 5.": "Block refunds between 5 and 100.",
    "Block refunds if the reason is not late nor damaged.": "Block refunds if the reason is neither late nor damaged.",
}
PERMIT, FORBID = "Allow refunds", "Block refunds"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
def test_a_rule_that_was_read_loosely_is_exact_or_refused(
    row: dict[str, Any],
    desk: Callable[[str], Gateway],
    compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any],
) -> None:
    gateway = desk(row["gateway"])
    statements = [asset.statement for asset in translate(row["rule"], gateway) if asset.statement]
    if statements:
        assert "equal" in [compare(gateway, statements, [gold]).verdict for gold in row["gold"]], statements


@pytest.mark.parametrize(("rule", "plain"), SAME.items())
def test_a_rule_says_what_its_plain_form_says(
    rule: str, plain: str, desk: Callable[[str], Gateway], compare: Callable[..., Any]
) -> None:
    gateway = desk("support")
    (asset,), (told,) = translate(rule, gateway), translate(plain, gateway)
    assert compare(gateway, [asset.statement], [told.statement]).verdict == "equal"


@pytest.mark.parametrize(
    "rule",
    [
        "Block refunds over 100 or unless express.",
        "Block refunds unless express or unless under 50.",
        "Block refunds unless express, unless over 100.",
        "Block refunds unless the user is a manager and not if express.",
        "Allow refunds except express and over 500.",
        "Allow refunds except for interns or over 500.",
        "Allow refunds except interns, contractors and over 500.",
        "Allow refunds for everyone but interns and when express.",
        "No refunds except by managers when over 50.",
        "Allow refunds except by interns when over 50.",
        "Block refunds unless express by managers.",
        "Block refunds except by managers after 5pm UTC.",
        "Nobody but managers may refund and over 500.",
        "Nobody but managers may refund and when over 500.",
        "Nobody may refund for interns.",
        "Everyone can issue refunds to managers.",
        "Block refunds to interns.",
        "Never escalate tickets to interns.",
        "Nobody may grant points to contractors.",
        "Users with team billing or managers may refund.",
        "Block refunds for the entire team.",
        "Block refunds over 500 and refunds over 100 when express.",
        "Block refunds over 500 plus express.",
        "Block creating urgent tickets and phone tickets.",
        "Allow refunds unless it is not express or over 500.",
        "Allow refunds when the amount is not over 100 or express.",
        "Allow refunds without a reason or express.",
        "Allow refunds with no reason or under 5.",
        "Managers may refund, but not over 500 or express.",
        "Refunds that are not express or over 100 are blocked.",
        "Allow refunds by managers or by leads under 100.",
        "Allow refunds below NZ$100.",
        "Allow refunds below $100 AUD.",
        "Allow refunds when the reason is damagd.",
        "Interns may cancel two orders.",
        "Allow refunds or express.",
        "Managers may send customers for an order.",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(rule: str, desk: Callable[[str], Gateway]) -> None:
    assets = translate(rule, desk("support"))
    assert [asset.statement for asset in assets] == [None] * len(assets)


@pytest.mark.parametrize("negation", ["when not express", "when !express", "when it is not express", "!express"])
@pytest.mark.parametrize("opening", [PERMIT, FORBID])
def test_every_way_to_negate_a_flag_says_the_same(
    opening: str, negation: str, desk: Callable[[str], Gateway], compare: Callable[..., Any]
) -> None:
    gateway = desk("support")
    (asset,) = translate(f"{opening} {negation}", gateway)
    (plain,) = translate(f"{opening} when express is false", gateway)
    assert compare(gateway, [asset.statement], [plain.statement]).verdict == "equal"


@pytest.mark.parametrize("joiner", ["or when", "or if", "or whenever", "or"])
@pytest.mark.parametrize("first", ["over 100", "when the amount is over 100"])
@pytest.mark.parametrize("opening", [PERMIT, FORBID, "Managers may refund", "Interns may not refund"])
def test_or_joins_two_conditions_and_never_asks_for_both(
    opening: str, first: str, joiner: str, desk: Callable[[str], Gateway], compare: Callable[..., Any]
) -> None:
    """The permit or forbid of "A or when B" matches where either of the two rules would."""
    gateway = desk("support")
    (asset,) = translate(f"{opening} {first} {joiner} the reason is fraud", gateway)
    halves = [translate(f"{opening} {half}", gateway)[0] for half in (first, "when the reason is fraud")]
    if asset.statement:
        assert compare(gateway, [asset.statement], [half.statement for half in halves]).verdict == "equal"
    else:
        assert joiner == "or"


@pytest.mark.parametrize("people", ["interns", "interns and contractors"])
@pytest.mark.parametrize("condition", ["over 500", "when express", "express", "with reason fraud", "before 5pm UTC"])
@pytest.mark.parametrize("link", [" and", " or", ""])
@pytest.mark.parametrize(
    "opening",
    ["Allow refunds except for", "Block refunds except by", "No refunds except by", "Allow refunds, excluding"],
)
def test_a_condition_right_behind_an_exception_is_never_one_of_the_rule(
    opening: str, link: str, condition: str, people: str, desk: Callable[[str], Gateway]
) -> None:
    """ "Except for interns and over 500": the second exception is no requirement."""
    found = translate(f"{opening} {people}{link} {condition}", desk("support"))
    assert [asset.statement for asset in found] == [None] * len(found)


@pytest.mark.parametrize("condition", ["over 500", "when express", "before 5pm UTC"])
def test_a_comma_ends_an_exception(condition: str, desk: Callable[[str], Gateway], compare: Callable[..., Any]) -> None:
    gateway = desk("support")
    (asset,) = translate(f"Allow refunds except for interns, {condition}", gateway)
    (plain,) = translate(f"Everyone except interns may refund {condition}", gateway)
    assert compare(gateway, [asset.statement], [plain.statement]).verdict == "equal"
