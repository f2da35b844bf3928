"""The leaves that repeat a description: what is so of a boolean ("the sanctions check has cleared"), and what a tool
does ("take a website off the blocklist")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.language.gateway.context import Context
from bot.language.gateway.deeds import DETERMINERS, PLAIN
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.tool_words import ToolWords
from bot.language.grammar.chart import Phrase
from bot.language.meaning.model import Draft, What
from bot.language.text.tokens import Token
from bot.language.text.words import parts, singular, stem
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


@lru_cache(maxsize=32)
def _deeds(lexicon: Lexicon) -> dict[str, tuple[tuple[ToolWords, tuple[str, ...]], ...]]:
    """The tools whose descriptions say more than a name could, by the stem of its verb, with the words of it."""
    found: dict[str, tuple[tuple[ToolWords, tuple[str, ...]], ...]] = {}
    for tool in lexicon.tools:
        said = tuple(word for word in tool.does.clause if word not in DETERMINERS)
        others = (other.name for other in lexicon.tools if other is not tool)
        stems = tuple(map(stem, said))
        if len(said) > 2 and not any(_within(name, stems) for name in others):  # whose exact name would be said too
            found[stems[0]] = (*found.get(stems[0], ()), (tool, said))
    return found


def _within(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[at : at + len(name)] == name for at in range(len(said)))


def told_tools(context: Context, at: int) -> Iterator[Phrase]:
    """What a description says that its tool does, word for word: all that is said is what every call does."""
    tokens = context.tokens
    for tool, said in _deeds(context.lexicon).get(tokens[at].stem, ()):
        between = PLAIN | DETERMINERS.intersection(tool.does.clause)
        end = _spelled(tokens, at + 1, said[1:], between)
        if end is not None:
            places = tuple(place for place in range(at, end) if tokens[place].low not in DETERMINERS)
            yield Phrase("ToldTool", (), at, end, Draft(what=What(((tool.key,),), verb=tokens[at].stem, places=places)))


def _spelled(tokens: tuple[Token, ...], at: int, wanted: tuple[str, ...], between: frozenset[str]) -> int | None:
    """Where words end that stand in a rule at a place as they are spelled, or in their other number."""
    n = 0
    while n < len(wanted):
        while at < len(tokens) and tokens[at].low in between:
            at += 1
        said = parts(tokens[at].low.removesuffix("'s")) if at < len(tokens) else ()
        if not said or tuple(map(singular, said)) != tuple(map(singular, wanted[n : n + len(said)])):
            return None
        n, at = n + len(said), at + 1
    return at


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
