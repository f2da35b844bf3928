"""Where one rule ends and the next begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.translate.lexicon import build_lexicon
from bot.translate.pieces import split


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
