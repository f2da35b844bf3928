"""Leaves of listed values in other words: with the noun of their class, or in another form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.gateway.context import Context
from bot.language.gateway.inputs import listing
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.schema_inputs import Input
from bot.language.grammar.chart import Phrase
from bot.language.grammar.value_leaves import is_listed
from bot.language.meaning.model import Value
from bot.language.text.tokens import Token
from bot.language.text.words import parts, singular, stem, stems
from bot.language.wordlists import words

_WHY = frozenset({"why", "reason", "cause", "resolution", "resolved"})
_CLASSES = words("values", "classes")
_HEAD = re.compile(r"(?:which|what) ([a-z]+)|([a-z]+) (?:to|of|for|on|in)\b|(?:[a-z]+ ){0,2}([a-z]+)$", re.IGNORECASE)


def other_values(context: Context, at: int) -> Iterator[Phrase]:
    """The listed values that start at a token in other words than the schema's."""
    lexicon, tokens = context.lexicon, context.tokens
    for size in (1, 2, 3):
        span, noun = tokens[at : at + size], tokens[at + size : at + size + 1]
        if len(span) < size or not all(each.is_word for each in span):
            break
        text = " ".join(each.low if " " in each.text or "'" in each.text else each.text for each in span)
        if noun and noun[0].is_word and has_class(lexicon, text, noun[0]):
            yield _listed(text, (*span, *noun), at)
        owned = re.sub(r"['’]s?\b", "", text).replace("will not ", "wont ")
        if owned != text and _lists(lexicon, owned):
            yield _listed(owned, span, at)
    yield from _other_forms(lexicon, tokens[at], at)


def _other_forms(lexicon: Lexicon, token: Token, at: int) -> Iterator[Phrase]:
    """ "Company-wide", "externally", "compromised", "temporarily"."""
    wide = token.low.removesuffix("-wide")
    if wide != token.low and _lists(lexicon, wide):
        yield _listed(wide, (token,), at)
    for kind, value in _ways(token):
        if not (_lists(lexicon, value) or (value,) in lexicon.spelled_flags):
            continue
        if kind == "done" and any(_says_why(found) for tool in lexicon.tools for found, _ in listing(tool, value)):
            yield _listed(value, (token,), at)
        elif kind == "manner" and _lists(lexicon, value):
            yield Phrase("Value", (("kind", kind),), at, at + 1, Value(value, False, (token,)))
        if kind == "manner" and (value,) in lexicon.spelled_flags and token.low not in lexicon.spelled:
            flag = Token(value, token.start, token.end, "word", value)
            yield Phrase("Manner", (), at, at + 1, (flag,))


def _listed(text: str, said: tuple[Token, ...], at: int) -> Phrase:
    return Phrase("Value", (("kind", "listed"),), at, at + len(said), Value(text, False, said))


def _ways(token: Token) -> Iterator[tuple[str, str]]:
    """What a word is the adverb of ("externally", "temporarily"), or the participle ("compromised")."""
    low = token.low
    if low.endswith("ly") and len(low) > 5:
        yield from (("manner", root) for root in (low[:-2], f"{low[:-3]}y"))
    if low.endswith("ed") and len(low) > 5:
        yield from (("done", root) for root in (low[:-1], low[:-2]))


def _says_why(found: Input) -> bool:
    return not _WHY.isdisjoint((*found.own, *parts(found.description)))


def _lists(lexicon: Lexicon, value: str) -> bool:
    return is_listed(value.lower(), lexicon.listed)


def has_class(lexicon: Lexicon, text: str, noun: Token) -> bool:
    """Whether every input that lists a value is of the class that a noun behind it says: "xlarge cluster"."""
    if not _lists(lexicon, text):
        return False
    listers = [(tool, found) for tool in lexicon.tools for found, _ in listing(tool, text)]
    word = stem(singular(noun.low))
    return bool(listers) and all(
        (word in found.leaf and found.kind == "set")
        or (word not in {*tool.name, *found.leaf} and word in _heads(found))
        or (word in _CLASSES and not any(word in {*other.leaf, *_heads(other)} for other in tool.inputs))
        for tool, found in listers
    )


def _heads(found: Input) -> tuple[str, ...]:
    """The noun that a description opens with: "Which cluster to run on", "Cabin class", "Certificates on file"."""
    head = _HEAD.match(re.split(r"[:,.(;]", found.description)[0].strip())
    return stems(singular(next(each for each in head.groups() if each))) if head is not None else ()
