"""What a card says of the revision before it: of what other pieces were, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.analysis import Difference
from bot.blocks.since import since_blocks
from bot.review.found import Since
from bot.review.model import Draft

OTHER = "forbid(principal, action, resource);"


def said(draft: Draft, *before: str, difference: Difference | None) -> str:
    since = Since(1, "", before, difference.as_json() if difference else None)
    return str(since_blocks(replace(draft, analysis=replace(draft.analysis, since=since))))


def test_a_piece_that_is_gone_is_told_on_the_card_of_one_that_stays(draft: Draft, difference: Difference) -> None:
    """It has no card of its own any more."""
    assert draft.statement
    found = said(draft, draft.statement, OTHER, difference=difference)
    assert "this Cedar is the same, and with all pieces in force it decides otherwise:" in found
    assert "Newly allowed: " in found


@pytest.mark.parametrize("before", [(), (OTHER,)])
def test_what_is_not_analysed_is_not_called_the_same(draft: Draft, before: tuple[str, ...]) -> None:
    """The same Cedar beside another piece is no more than that."""
    assert draft.statement
    found = said(draft, draft.statement, *before, difference=None)
    assert ("not analysed" in found) is bool(before)
