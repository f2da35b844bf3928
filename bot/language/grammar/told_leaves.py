"""The leaves that repeat a description: what is so of a boolean ("the sanctions check has cleared"), and what a tool
does ("take a website off the blocklist")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.language.gateway.context import Context
from bot.language.gateway.deeds import DETERMINERS, PLAIN
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.told_ways import said_in, same, ways_of
from bot.language.gateway.tool_words import ToolWords
from bot.language.grammar.actions.tools import Deed
from bot.language.grammar.chart import Phrase
from bot.language.meaning.model import Draft, What
from bot.language.text.tokens import Token
from bot.language.text.words import parts, singular, stem
from bot.language.wordlists import ARTICLES, PREPOSITIONS

_NEG = frozenset({"not"})


@lru_cache(maxsize=32)  # as many as are kept
def _clauses(lexicon: Lexicon) -> dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """The booleans with such words, by the first of them: the name of each, the form and the words."""
    found: dict[str, dict[tuple[str, str, tuple[str, ...]], None]] = {}
    for tool in lexicon.tools:
        for each in tool.inputs:
            for form, told in ways_of(tool, each.description) if each.kind == "Bool" else ():
                found.setdefault(told[0], {})[each.name, form, told] = None
    return {first: tuple(listed) for first, listed in found.items()}


def told_flags(context: Context, at: int) -> Iterator[Phrase]:
    """What repeats a description's own words, or their denial: "has not cleared"."""
    tokens = context.tokens
    for name, form, told in _clauses(context.lexicon).get(same(tokens[at].low), ()):
        found = _repeated(tokens, at, told)
        said_by = found is not None and [token.low for token in tokens[found[0] : found[0] + 1]] == ["by"]
        if found is not None and not (said_by and told[0] not in PREPOSITIONS):  # "reported lost by …" says by whom
            end, denied = found
            span = tokens[at:end]
            flag = Token(name, span[0].start, span[-1].end, "quoted", name, name)
            form = "which" if span[0].low in {"that", "which", "who"} else form
            yield Phrase("ToldFlag", (("deny", "yes" if denied else "no"), ("form", form)), at, end, (flag,))


@lru_cache(maxsize=32)
def _calls(lexicon: Lexicon) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """What descriptions call inputs, in more words than a name has: "Agency that asked for it"."""
    found: dict[str, dict[tuple[str, tuple[str, ...]], None]] = {}
    for tool in lexicon.tools:
        for each in tool.inputs:
            told = tuple(map(same, said_in(re.split(r"[:,.(]", each.description)[0])))
            if each.kind != "Bool" and 1 < len(told) <= _LONGEST_CALL:
                found.setdefault(told[0], {})[each.name, told] = None
    return {first: tuple(listed) for first, listed in found.items()}


def told_inputs(context: Context, at: int) -> Iterator[Phrase]:
    """An input by all the words of its description: "the number of violations found"."""
    for name, told in _calls(context.lexicon).get(same(context.tokens[at].low), ()):
        end, _ = _repeated(context.tokens, at, told) or (0, False)
        if end:
            span = context.tokens[at:end]
            named = Token(name, span[0].start, span[-1].end, "quoted", name, name)
            yield Phrase("Input", _CALLED, at, end, (named,))


_LONGEST_CALL = 7
_CALLED = (("flag", "no"), ("named", "yes"), ("told", "no"), ("deed", "no"), ("ing", "no"))


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
        of = any(token.low == "of" for token in tokens[at + 1 : at + 2])  # "the removal of an item from …"
        end = _spelled(tokens, at + 1 + of, said[1:], between)
        if end is not None:
            places = tuple(place for place in range(at, end) if tokens[place].low not in DETERMINERS)
            what = What(((tool.key,),), verb=tokens[at].stem, places=places)
            yield Phrase("ToldTool", (("of", "yes" if of else "no"),), at, end, Draft(what=what))
        for k in range(2, len(said)):
            end = _spelled(tokens, at + 1, said[k:], between)
            if end is not None:
                yield Phrase("ToldRest", (), at, end, Deed((at,), told=(tool.action, tuple(map(stem, said[1:k])))))


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
        if at >= len(tokens) or len(tokens[at].words) > 1 or same(tokens[at].low) != each:
            return None
        at += 1
        if each in {"be", "have"} and at < len(tokens) and tokens[at].low in _NEG:
            denied, at = not denied, at + 1
    return at, denied
