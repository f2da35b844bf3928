"""Numbers in digits and in words, with what they are counted in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.language.text.quantities import number_at
from bot.language.text.tokens import tokenise


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("500", "500", ""),
        ("$1.5k", "1500.0", "dollar"),
        ("2.5 million", "2500000.0", ""),
        ("1 million dollars", "1000000", "dollar"),
        ("€20", "20", "euro"),
        ("five", "5", ""),
        ("twenty-five", "25", ""),
        ("two hundred and fifty", "250", ""),
        ("one thousand two hundred", "1200", ""),
        ("a hundred", "100", ""),
        ("a dozen", "12", ""),
    ],
)
def test_a_number_is_exact(text: str, value: str, currency: str) -> None:
    tokens = tokenise(text)
    found = number_at(tokens, 0, len(tokens))
    assert found is not None
    assert (found[0].value, found[0].currency, found[1]) == (Decimal(value), currency, len(tokens))


@pytest.mark.parametrize("text", ["half", "several", "a", "refund", "and five"])
def test_what_is_no_number_is_none(text: str) -> None:
    tokens = tokenise(text)
    assert number_at(tokens, 0, len(tokens)) is None
