"""Rules that would work in the place of one that was refused: a slip put right, each of them translated before it is
offered. A near word is never taken for the one that it is near to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rapidfuzz import fuzz, process

from bot.language import vocabulary
from bot.language.context import Context
from bot.language.leaves import slipped
from bot.language.lexicon import Lexicon
from bot.language.tokens import Token
from bot.language.wordlists import PEOPLE_NOUNS

_CLOSE = 80.0
_SHORTEST = 4
_NEAR = 3
_TRIES = 6


def strange(context: Context) -> list[Token]:
    """The words that are neither of the closed vocabulary nor of the gateway."""
    return [
        token
        for token in context.tokens
        if token.is_word and len(token.low) >= 3 and token.low.isalpha() and not _has_place(context.lexicon, token)
    ]


def _has_place(lexicon: Lexicon, token: Token) -> bool:
    low = token.low
    if slipped(lexicon, token):
        return False
    return low in _closed() or low in lexicon.own_words or token.stem in lexicon.words or low in lexicon.listed


@cache
def _closed() -> frozenset[str]:
    return vocabulary.all_words() | PEOPLE_NOUNS


def near(context: Context, token: Token) -> list[str]:
    """The known words that are spelled most like one, nearest first."""
    known = [word for word in {*_closed(), *context.lexicon.own_words} if len(word) >= _SHORTEST]
    found = process.extract(token.low, known, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=_NEAR)
    exact = token.text.lower()
    names = process.extract(exact, context.lexicon.by_name.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=1)
    return list(dict.fromkeys([*(word for word, _, _ in names), *(word for word, _, _ in found if word != token.low)]))


def candidates(context: Context, text: str, start: int) -> Iterator[tuple[Token, str, str]]:
    """Each strange word with a near one, and the text with the near word in its place."""
    tried = 0
    for token in (*strange(context), *(token for token in context.tokens if "_" in token.text)):
        for word in near(context, token):
            if tried == _TRIES:
                return
            tried += 1
            yield token, word, text[: token.start - start] + word + text[token.end - start :]
