"""Newer blocks and the plain ones that stand for them: neither says more than the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from bot.blocks.difference import Row
from bot.blocks.newer import HEAD, changes_table, plainly
from bot.review.messages import SlackMessage
from tests.support.phone import lines
from tests.unit.blocks.golden import messages

NEWER = {"table"}
ROWS = (Row("Newly allowed", "calls of refund", "alice calls refund"), Row("Still denied", example="bob calls refund"))


def words(*texts: str) -> Counter[str]:
    return Counter(word.lower() for text in texts for word in re.findall(r"\w+", text))


def test_no_card_says_more_in_newer_blocks_than_plainly_nor_less(fits: Callable[[SlackMessage], None]) -> None:
    """Every word of either is in the other as often, but for the head of the table."""
    newer = [card for card in messages() if card.plain]
    assert newer
    for card in newer:
        fits(card)
        tables = [block for block in card.blocks if block["type"] in NEWER]
        examples = sum(row[2]["text"] != "–" for table in tables for row in table["rows"][1:])
        shown = [line for line in lines(card.blocks, 10_000) if line != " | ".join(HEAD)]
        heads = words(*(HEAD[2:] * examples))
        assert words(*shown) + heads == words(*lines(card.plain, 10_000))


def test_only_cards_that_have_newer_blocks_have_plain_ones_as_well() -> None:
    for card in messages():
        assert bool(card.plain) == any(block["type"] in NEWER for block in card.blocks)
        assert not any(block["type"] in NEWER for block in card.plain)


def test_each_row_of_a_table_is_a_sentence_plainly() -> None:
    assert lines(plainly(changes_table(ROWS)), 1000) == [
        "Newly allowed: calls of refund. For example: alice calls refund.",
        "Still denied, for example: bob calls refund.",
    ]


def test_a_single_change_is_a_sentence_everywhere() -> None:
    """A table compares; one row has nothing to be compared with."""
    found = changes_table(ROWS[:1])
    assert [block["type"] for block in found] == ["rich_text"]
    assert plainly(found) == []
