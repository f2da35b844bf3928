"""A gateway's words written in two, or in one: "roll back" where a tool is `rollback_service`, "one-stop" for
`onestop`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.language.lexicon import Lexicon
from bot.language.tokens import Token
from bot.language.words import stem


def compounded(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens with those as one word that only together are a word of a tool's name. What was typed stays: the
    service roll-back is no service rollback."""
    found: list[Token] = []
    for token in tokens:
        if found and (whole := _joined(found[-1], token, lexicon)) is not None:
            found[-1] = whole
        else:
            found.append(_without_hyphen(token, lexicon))
    return tuple(found)


def _joined(first: Token, last: Token, lexicon: Lexicon) -> Token | None:
    """Two words as one: "rolled back", "check outs"; where a tool has the second for itself, they stay two."""
    if not (first.is_word and last.is_word and first.low.isalpha() and last.low.isalpha()) or first.end == last.end:
        return None
    word = first.stem + last.low
    if stem(word) not in lexicon.by_name_stem or {first.stem, last.stem} & lexicon.by_name_stem.keys():
        return None
    return replace(first, text=f"{first.text} {last.text}", low=word, end=last.end)


def _without_hyphen(token: Token, lexicon: Lexicon) -> Token:
    word = token.low.replace("-", "")
    if not token.is_word or "-" not in token.low or not word.isalpha() or stem(word) not in lexicon.by_name_stem:
        return token
    return replace(token, low=word)
