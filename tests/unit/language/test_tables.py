"""Tables of a message: which are read, and what text each row keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate

ROWS = "| managers | refunds | 500 |\n| leads | close tickets | - |"


def test_each_row_is_a_rule_with_its_own_text(desk: Callable[[str], Gateway]) -> None:
    assets = translate(f"| Role | Tool | Limit |\n|:---|---|---:|\n{ROWS}\n\nthanks!", desk("support"))
    assert [asset.statement is not None for asset in assets] == [True, True]
    assert "context.input.amount <= 500" in (assets[0].statement or "")
    assert "context" not in (assets[1].statement or "")
    assert assets[0].fragment == "managers | refunds | 500"


@pytest.mark.parametrize(
    "head",
    ["| role | tool | team |", "| role | tool | tool |", "| role | limit | condition |", "| role | tool |"],
)
def test_a_table_of_other_columns_is_not_read(head: str, desk: Callable[[str], Gateway]) -> None:
    assets = translate(f"{head}\n|---|---|---|\n{ROWS}", desk("support"))
    assert None in [asset.statement for asset in assets]


def test_a_row_without_people_or_tool_leaves_the_whole_table_unread(desk: Callable[[str], Gateway]) -> None:
    assets = translate(f"| role | tool | limit |\n|---|---|---|\n{ROWS}\n| | refunds | 50 |", desk("support"))
    assert None in [asset.statement for asset in assets]
    bound = "| tool | role | limit | allowed |\n|---|---|---|---|\n| refunds | interns | 50 | no |"
    assert None in [asset.statement for asset in translate(bound, desk("support"))]


def _read(text: str, gateway: Gateway) -> list[str]:
    """The policies of a message on one line each; nothing where some of it is refused."""
    statements = [asset.statement for asset in translate(text, gateway)]
    return [] if None in statements else [" ".join((each or "").split()) for each in statements]


def test_a_head_needs_no_line_of_dashes_and_may_name_inputs(desk: Callable[[str], Gateway]) -> None:
    head = "| role | tool | max amount | currency |"
    rows = f"{head}\n| manager | refunds | 500 | EUR, USD |\n| leads | refunds | no limit | EUR |"
    first, second = _read(rows, desk("support"))
    assert "context.input.amount <= 500" in first
    assert '"EUR"' in first
    assert '"USD"' in first
    assert "context.input.amount" not in second
    assert '"EUR"' in second
    assert '"USD"' not in second
    assert _read(rows.replace("| EUR |", "| - |"), desk("support")) == []
    assert _read(rows.replace("currency", "colour"), desk("support")) == []
    assert _read(rows.replace("max amount", "max nights"), desk("support")) == []


def test_labelled_lines_are_one_rule_with_all_that_they_say(desk: Callable[[str], Gateway]) -> None:
    rule = "Who: managers\nAction: refunds\nCurrency: EUR\nLimit: 500"
    (policy,) = _read(rule, desk("support"))
    assert policy.startswith("permit")
    assert '"EUR"' in policy
    assert "context.input.amount <= 500" in policy
    assert len(_read(f"{rule}\n\nRole: leads\nTool: refunds\nEffect: allow", desk("support"))) == 2
    (ban,) = _read("Tool: refunds\nRole: intern\nEffect: deny", desk("support"))
    assert ban.startswith("forbid")
    assert '"intern"' in ban
    lines = ("Note: ask Bo", "Currency: any", "not on weekends", "(Bo must agree)", "Effect: deny", "Except: EUR")
    assert [line for line in lines if _read(f"{rule}\n{line}", desk("support"))] == []


def test_rows_below_the_name_of_a_tool(desk: Callable[[str], Gateway]) -> None:
    first, second, last = _read("Refunds\nclerks | up to 50\nEUR | leads\nmanagers | no limit", desk("support"))
    assert "context.input.amount <= 50" in first
    assert '"clerk"' in first
    assert '"EUR"' in second
    assert '"lead"' in second
    assert "context" not in last
    for text in (
        "No refunds\nEUR | leads",
        "Refunds\nclerks | 50 | EUR",
        "Refunds\nclerks | -",
        "Hello\nclerks | EUR",
        "Refunds are blocked\nEUR | clerks",
        "Refunds\nclerks | up to 5\nleads | up to 9\nonly in EUR",
    ):
        assert _read(text, desk("support")) == [], text
