"""Rules that would work in the place of one that was refused: a slip put right, each of them translated before it is
offered. A near word is never taken for the one that it is near to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

from rapidfuzz import fuzz, process

from bot.language import vocabulary
from bot.language.context import Context
from bot.language.groups import surely_people
from bot.language.leaves import slipped
from bot.language.lexicon import Lexicon
from bot.language.tokens import Token
from bot.language.wordlists import ACT_VERBS, PEOPLE_NOUNS, USE_VERBS, VERB_CLASSES

_CLOSE = 80.0
_SHORTEST = 4
_NEAR = 3
_TRIES = 6
_DEEDS = frozenset[str]().union(ACT_VERBS, USE_VERBS, *VERB_CLASSES.values())


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
    known = [word for word in {*_closed(), *_DEEDS, *context.lexicon.own_words} if len(word) >= _SHORTEST]
    found = process.extract(token.low, known, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=_NEAR)
    exact = token.text.lower()
    names = process.extract(exact, context.lexicon.by_name.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=1)
    words = dict.fromkeys([*(word for word, _, _ in names), *(word for word, _, _ in found if word != token.low)])
    return [word for word in words if not _opposite(token.low, word)]


def _opposite(low: str, word: str) -> bool:
    """Whether one word denies the other: who is "unable" is not offered to be able."""
    longer, shorter = sorted((low, word), key=len, reverse=True)
    return longer in {f"{denied}{shorter}" for denied in ("un", "in", "im", "ir", "dis", "non", "non-", "de")}


Slips = tuple[tuple[Token, str], ...]
"""Strange words, each with a near one."""


def candidates(context: Context, text: str, start: int) -> Iterator[tuple[Slips, str]]:
    """Each strange word with a near one, or two of them at once, and the text with the near words in their place."""
    odd = [*strange(context), *(token for token in context.tokens if "_" in token.text)]
    odd = sorted(odd, key=lambda token: surely_people(token.low))[:_TRIES]  # people are most likely a role
    ones = [((token, word),) for token in odd for word in near(context, token)]
    twos = [(left[0], right[0]) for left, right in itertools.combinations(ones, 2) if left[0][0] is not right[0][0]]
    for slips in (*twos[: _TRIES // 2], *ones)[:_TRIES]:
        right = text
        for token, word in sorted(slips, key=lambda slip: -slip[0].start):
            right = right[: token.start - start] + word + right[token.end - start :]
        yield slips, right
