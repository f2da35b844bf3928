"""Where one rule ends and the next begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language.gateway.lexicon import build_lexicon
from bot.language.message.pieces import at_least, split
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("managers may refund. interns may not.", ["managers may refund", "interns may not"]),
        ("- allow refunds\n- block cards", ["allow refunds", "block cards"]),
        ("1. allow refunds\n2) block cards", ["allow refunds", "block cards"]),
        ("allow refunds; block cards", ["allow refunds", "block cards"]),
        ("managers may refund but may not block cards", ["managers may refund", "may not block cards"]),
        ("managers may refund but only when it is late", ["managers may refund but only when it is late"]),
        ("managers may refund, but not on Sundays", ["managers may refund, but not on Sundays"]),
        ("managers may refund and block cards", ["managers may refund and block cards"]),
        ("allow refunds of $2.50 for v1.2 users", ["allow refunds of $2.50 for v1.2 users"]),
        ("Hi team! allow refunds. Thanks!", ["allow refunds"]),
        ("managers may refund. Only if it is late.", ["managers may refund. Only if it is late"]),
    ],
)
def test_pieces(text: str, pieces: list[str], gateway_of: Callable[..., Gateway]) -> None:
    lexicon = build_lexicon(gateway_of(Desk={"refund": {}, "block_card": {}}))
    assert [piece.text for piece in split(text, lexicon)] == pieces


def test_a_header_says_who_for_every_bullet(gateway_of: Callable[..., Gateway]) -> None:
    lexicon = build_lexicon(gateway_of(Desk={"refund": {}}))
    pieces = split("Managers may:\n- refund\n- refund twice", lexicon)
    assert [[token.low for token in piece.tokens][:2] for piece in pieces] == [["managers", "may"]] * 2


def test_no_message_is_counted_for_more_pieces_than_it_makes() -> None:
    """Whoever is refused for too many pieces must really have written so many."""
    lexicons = {file.stem: build_lexicon(load_gateway(file)) for file in (CORPORA / "gateways").glob("*.json")}
    rules = [json.loads(line) for line in (CORPORA / "rules.jsonl").read_text().splitlines()]
    counted = [(at_least(each["rule"]), len(split(each["rule"], lexicons[each["gateway"]]))) for each in rules]
    assert [pair for pair in counted if pair[0] > pair[1]] == []
    assert sum(least == most for least, most in counted) > len(counted) / 2


@pytest.mark.parametrize(
    "rule", ["x y. ", "deny all. ", "deny all; ", "- refund\n", "1. nobody may refund\n", "hi. x. "]
)
def test_a_flood_of_short_pieces_is_counted(rule: str) -> None:
    """Two hundred of them are seen without a gateway."""
    assert at_least(rule * 200) == 200
