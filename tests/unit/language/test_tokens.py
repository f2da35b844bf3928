"""Texts as tokens: nothing between them but white space, each in its place."""

from __future__ import annotations

import pytest

from bot.language.text.tokens import hidden_character, tokenise


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("$2,500.50 10k 15% 2.5", ["number"] * 4),
        ("9am 09:30 5 pm", ["time"] * 3),
        ("2026-12-31 03/04/2027", ["date"] * 2),
        ('"a b" “c” `d`', ["quoted"] * 3),
        ("payments:send customers.read us-east-1 csr-2 j.chen T___op", ["word"] * 6),
        ("arn:aws:sts::123456789012:assumed-role/Bot.", ["arn", "punct"]),
        ("x >= 5", ["word", "sign", "number"]),
    ],
)
def test_tokens_have_their_kinds(text: str, kinds: list[str]) -> None:
    tokens = tokenise(text)
    assert [token.kind for token in tokens] == kinds
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_a_contraction_is_two_words_in_one_place() -> None:
    first, second = tokenise("can't")
    assert (first.low, second.low) == ("can", "not")
    assert (first.start, first.end) == (second.start, second.end) == (0, 5)


def test_a_possessive_loses_its_ending_and_an_apostrophe_opens_no_quote() -> None:
    assert [token.low for token in tokenise("the customer's 'big order'")] == ["the", "customer", "'big order'"]


def test_accents_are_letters_and_invisible_characters_are_not() -> None:
    assert hidden_character("Zürich ↔ 5 €") is None
    assert hidden_character("a\u200bb") is not None
    assert hidden_character("\u0430dmin") is not None
