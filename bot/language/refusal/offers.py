"""Rules that would work in the place of one that was refused: a slip put right, each of them translated before it is
offered. A near word is never taken for the one that it is near to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.language.gateway.beside import named_text
from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.grammar.leaves import slipped
from bot.language.grammar.rules import closed_words
from bot.language.text.tokens import Token
from bot.language.text.words import forms, singular, stem
from bot.language.wordlists import (
    ACT_VERBS,
    ARTICLES,
    CARDINALS,
    CURRENCIES,
    MONTHS,
    MULTIPLIERS,
    PEOPLE_NOUNS,
    PEOPLE_WORDS,
    PREPOSITIONS,
    RATES,
    STOPS,
    UNITS,
    USE_VERBS,
    UTC,
    VERB_CLASSES,
)

_CLOSE = 80.0
_ALIKE = 70.0
_SHORTEST = 4
_NEAR = 3
_TRIES = 6
_DEEDS = frozenset[str]().union(ACT_VERBS, USE_VERBS, *VERB_CLASSES.values())


def strange(context: Context) -> list[Token]:
    """The words that are neither of the closed vocabulary nor of the gateway."""
    return [
        token
        for at, token in enumerate(context.tokens)
        if token.is_word
        and len(token.low) >= 3
        and token.low.replace("_", "").isalpha()
        and not _has_place(context.lexicon, token)
        and not is_value(context, at)
    ]


def is_value(context: Context, at: int) -> bool:
    """Whether a word stands behind the noun of a free text, which takes any value: the "core" of "in project core"."""
    before = context.tokens[at - 2 : at] if at > 1 else ()
    led = bool(before) and before[0].low in {*PREPOSITIONS, *ARTICLES}
    return led and named_text(context.lexicon, before[1:])


def _has_place(lexicon: Lexicon, token: Token) -> bool:
    low = token.low
    if token.text in lexicon.input_names:
        return True
    if "_" in low:
        return low in lexicon.by_name or low in lexicon.listed
    if slipped(lexicon, token):
        return False
    if singular(low) in PEOPLE_WORDS or low in _measures():
        return True
    return low in _closed() or low in lexicon.own_words or token.stem in lexicon.words or _is_listed(lexicon, low)


def _is_listed(lexicon: Lexicon, low: str) -> bool:
    """Whether a word is a value that an input lists, or several of it: "loans"."""
    return low in lexicon.listed or singular(low) in lexicon.listed


@cache
def _closed() -> frozenset[str]:
    return closed_words() | PEOPLE_NOUNS


def slips(context: Context) -> list[Token]:
    """The strange words that may well be another one, spelled wrong; people are most likely a role."""
    return [token for token in strange(context) if not surely_people(token.low) and near(context, token)]


def near(context: Context, token: Token) -> list[str]:
    """The known words that are spelled most like one, nearest first: names, then what differs in one letter."""
    exact = token.text.lower()
    if exact in _DEEDS:
        return []  # "handle" is no slip of "handles"
    names = process.extract(exact, context.lexicon.by_name.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=1)
    found = [
        (OSA.distance(token.low, word), at > 0, -score, word)
        for at, known in enumerate((_plain(), context.lexicon.own_words, _formed(), context.lexicon.own_forms))
        for word, score, _ in process.extract(token.low, known, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_NEAR)
        if len(word) >= _SHORTEST and word != token.low
    ]
    likely = [word for distance, _, score, word in sorted(found) if distance == 1 or -score >= _CLOSE]
    words = dict.fromkeys([*(word for word, _, _ in names), *likely])
    return [word for word in words if word != exact and not _opposite(token.low, word) and not _does(token.low, word)][
        :_NEAR
    ]


def _does(low: str, word: str) -> bool:
    """Whether one word is who does what the other says: "managers" are no slip of "manages"."""
    one = singular(low)
    doers = {one.removesuffix("er"), one[:-1]} if one.endswith("er") else {one.removesuffix("or")}
    return one.endswith(("er", "or")) and not singular(word).endswith(("er", "or")) and stem(word) in map(stem, doers)


@cache
def _measures() -> frozenset[str]:
    return frozenset({*UNITS, *CURRENCIES, *CARDINALS, *MULTIPLIERS, *MONTHS, *RATES, *STOPS, *PREPOSITIONS, *UTC})


@cache
def _plain() -> tuple[str, ...]:
    return tuple(sorted({*_closed(), *_DEEDS, *UNITS, *CURRENCIES}))


@cache
def _formed() -> tuple[str, ...]:
    return tuple(sorted({form for word in (*_DEEDS, *UNITS, *CURRENCIES) for form in forms(word)}))


def _opposite(low: str, word: str) -> bool:
    """Whether one word denies the other: who is "unable" is not offered to be able."""
    longer, shorter = sorted((low, word), key=len, reverse=True)
    return longer in {f"{denied}{shorter}" for denied in ("un", "in", "im", "ir", "dis", "non", "non-", "de")}


Slips = tuple[tuple[Token, str], ...]
"""Strange words, each with a near one."""


def candidates(context: Context, text: str, start: int) -> Iterator[tuple[Slips, str]]:
    """Each strange word with a near one, or two of them at once, and the text with the near words in their place."""
    ones = [
        (surely_people(token.low), OSA.distance(token.low, word), at, ((token, word),))
        for token in strange(context)[:_TRIES]
        for at, word in enumerate(near(context, token))
    ]  # people are most likely a role
    single = [slip for _, _, _, slip in sorted(ones, key=lambda one: one[:3])]
    twos = [(left[0], right[0]) for left, right in itertools.combinations(single, 2) if left[0][0] is not right[0][0]]
    for slips in (*single[:_TRIES], *twos[: _TRIES // 2]):
        right = text
        for token, word in sorted(slips, key=lambda slip: -slip[0].start):
            right = right[: token.start - start] + word + right[token.end - start :]
        yield slips, right
