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
