"""The leaves that repeat what a description says of a boolean: "the sanctions check has cleared"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.language.gateway.context import Context
from bot.language.gateway.lexicon import Lexicon
from bot.language.grammar.chart import Phrase
from bot.language.text.tokens import Token
from bot.language.text.words import parts, stem
from bot.language.wordlists import ARTICLES

_TRUE_WHEN = re.compile(r"true (?:when|if|once|where|while) ([a-z][a-z' -]+)", re.IGNORECASE)
# Forms that say the same in a rule and in a description; what a call is about is "it" in both.
_SAME = {
    **dict.fromkeys(("is", "are", "was", "were"), "be"),
    **dict.fromkeys(("has", "have"), "have"),
    **dict.fromkeys(("it", "they", "that", "which"), "it"),
}
_NEG = frozenset({"not"})
# A clause with one of these says more than one thing, or what is not so.
_UNCLEAR = frozenset({"and", "or", "no", "not", "without", "never", "unless", "nobody", "there"})


def _same(word: str) -> str:
    return _SAME.get(word) or stem(word)


@lru_cache(maxsize=4096)
def _told(description: str) -> tuple[str, ...]:
    """What a description says is so when its boolean is true."""
    found = _TRUE_WHEN.fullmatch(description.strip().rstrip("."))
    said = [word for word in parts(found[1]) if word not in ARTICLES] if found else []
    return tuple(map(_same, said)) if len(said) > 2 and _UNCLEAR.isdisjoint(said) else ()


@lru_cache(maxsize=32)  # as many as are kept
def _clauses(lexicon: Lexicon) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The booleans with such a clause, by the first word of it: the name of each and the clause."""
    found: dict[str, dict[tuple[str, tuple[str, ...]], None]] = {}
    for tool in lexicon.tools:
        for each in tool.inputs:
            told = _told(each.description) if each.kind == "Bool" else ()
            if told:
                found.setdefault(told[0], {})[each.name, told] = None
    return {first: tuple(listed) for first, listed in found.items()}


def told_flags(context: Context, at: int) -> Iterator[Phrase]:
    """A clause that repeats a description's own, word for word, or its denial: "has not cleared"."""
    tokens = context.tokens
    for name, told in _clauses(context.lexicon).get(_same(tokens[at].low), ()):
        found = _repeated(tokens, at, told)
        if found is not None:
            end, denied = found
            span = tokens[at:end]
            flag = Token(name, span[0].start, span[-1].end, "quoted", name, name)
            which = "yes" if span[0].low in {"that", "which"} else "no"
            yield Phrase("ToldFlag", (("deny", "yes" if denied else "no"), ("which", which)), at, end, (flag,))


def _repeated(tokens: tuple[Token, ...], at: int, told: tuple[str, ...]) -> tuple[int, bool] | None:
    """Where words end that stand in a rule at a place, but for articles between them, and whether they are denied."""
    denied = False
    for n, each in enumerate(told):
        while n and at < len(tokens) and tokens[at].low in ARTICLES:
            at += 1
        if at >= len(tokens) or len(tokens[at].words) > 1 or _same(tokens[at].low) != each:
            return None
        at += 1
        if each in {"be", "have"} and at < len(tokens) and tokens[at].low in _NEG:
            denied, at = not denied, at + 1
    return at, denied
