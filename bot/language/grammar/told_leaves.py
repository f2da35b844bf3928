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
from bot.language.grammar.actions.tools import Deed
from bot.language.grammar.chart import Phrase
from bot.language.meaning.model import Draft, What
from bot.language.text.tokens import Token
from bot.language.text.words import parts, singular, stem
from bot.language.wordlists import ARTICLES, PREPOSITIONS

_TRUE_WHEN = re.compile(r"true (?:when|if|once|where|while) ([a-z][a-z' -]+)", re.IGNORECASE)
_TRUE_WHERE = re.compile(
    r"true (?:for )?[a-z' -]*?\b((?:outside|inside|on|in|during|within|beyond|after|before) [a-z' -]+)", re.I
)
_TRUE_TO = re.compile(r"true to ([a-z]+) ([a-z' -]+?)(?: too)?", re.IGNORECASE)
# Forms that say the same in a rule and in a description; what a call is about is "it" in both.
_SAME = {
    **dict.fromkeys(("is", "are", "was", "were"), "be"),
    **dict.fromkeys(("has", "have", "having"), "have"),
    **dict.fromkeys(("it", "they", "that", "which", "who", "them", "she", "he"), "it"),
}
_NEG = frozenset({"not"})
# A clause with one of these says more than one thing, or what is not so.
_UNCLEAR = frozenset({"and", "or", "no", "not", "without", "never", "unless", "nobody", "there", "only", "but"})
_DONE = frozenset({"done", "made", "sent", "held"})
# What these do to a thing is that it is there.
_ADDS = ("add", "include", "show", "print")

Way = tuple[str, tuple[str, ...]]


def _same(word: str) -> str:
    return _SAME.get(word) or stem(word)


def _said(clause: str) -> list[str]:
    words = [word for word in parts(clause) if word not in ARTICLES | {"must"}]
    return words if _UNCLEAR.isdisjoint(words) else []


def _ways(tool: ToolWords, description: str) -> Iterator[Way]:
    """The words that say what a boolean is true for, each with its form: `so` of a clause, `post` of what stands
    behind its noun, `with` of what stands behind "with"."""
    text = description.strip().rstrip(".")
    if found := _TRUE_WHEN.fullmatch(text):
        yield from _clause_ways(tool, _said(found[1]))
    elif found := _TRUE_TO.fullmatch(text):
        yield from _adding_ways(found[1].lower(), _said(found[2]))
    elif (found := _TRUE_WHERE.fullmatch(text)) and _said(found[1])[2:]:
        yield "post", tuple(map(_same, _said(found[1])))


def _clause_ways(tool: ToolWords, said: list[str]) -> Iterator[Way]:
    """ "The device was reported lost": it is, "reported lost"; "customs has cleared it": it is "cleared by customs"."""
    alike = tuple(map(_same, said))
    at = next((n for n, word in enumerate(said) if n and (alike[n] in {"be", "have"} or word.endswith("ed"))), 0)
    if not at or len(said) < 2 + (alike[at] in {"be", "have"}):
        if len(said) > 2:
            yield "so", alike
        if len(said) > 2 and alike[0] == "it" and said[1].endswith("s") and alike[1] not in {"be", "have"}:
            yield "post", alike[1:]  # "carrying hazardous cargo"
        return
    subject, behind = alike[:at], alike[at + 1 :]
    if alike[at] in {"be", "have"} and not behind:
        return
    if alike[at] == "have" and behind[0] == "been":
        alike, behind = (*subject, "be", *behind[1:]), behind[1:]
    yield "so", alike
    thing = ("it",) if subject == ("it",) or tool.does.acted.issuperset(subject) else ()
    if alike[at] == "be":
        for each in {subject, thing} - {()}:
            yield "so", (*each, "be", *behind)
            yield "so", (*each, "have", "been", *behind)
        bare = behind[1:] if said[-len(behind)] in _DONE else behind
        if thing and len(bare) > 1:
            yield "post", bare
        if subject != ("it",):
            yield "with", (*subject, *behind)  # "with a receipt attached"
    elif alike[at] == "have" and not said[at + 1].endswith("ed"):
        if thing:
            yield from (("so", (*thing, *alike[at:])), ("post", alike[at:]))
    else:
        verb, *objects = alike[at:] if alike[at] != "have" else behind
        yield "so", (*subject, verb, *objects)
        yield "so", (*subject, "have", verb, *objects)
        if subject == ("it",) or thing:
            yield "post", ("have", verb, *objects)  # "having given consent"
        if objects and (objects == ["it"] or tool.does.acted.issuperset(objects)):
            done = (verb, "by", *subject)
            yield "post", done
            yield from (("so", ("it", "be", *done)), ("so", ("it", "have", "been", *done)))


def _adding_ways(verb: str, said: list[str]) -> Iterator[Way]:
    """ "To mask card numbers": with "card numbers masked"; "to print bank details on them": with "bank details"."""
    end = next((n for n, word in enumerate(said) if word in PREPOSITIONS), len(said))
    nouns, tail = tuple(map(_same, said[:end])), tuple(map(_same, said[end:]))
    adds = verb in _ADDS
    if not nouns or (not adds and tail):
        return
    if adds and len(nouns) > 1:
        yield "with", nouns
    for each in map(stem, _ADDS if adds else (verb,)):
        yield from (("with", (*nouns, each, *more)) for more in {(), tail})
        yield "so", (*nouns, "be", each)


@lru_cache(maxsize=32)  # as many as are kept
def _clauses(lexicon: Lexicon) -> dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """The booleans with such words, by the first of them: the name of each, the form and the words."""
    found: dict[str, dict[tuple[str, str, tuple[str, ...]], None]] = {}
    for tool in lexicon.tools:
        for each in tool.inputs:
            for form, told in _ways(tool, each.description) if each.kind == "Bool" else ():
                found.setdefault(told[0], {})[each.name, form, told] = None
    return {first: tuple(listed) for first, listed in found.items()}


def told_flags(context: Context, at: int) -> Iterator[Phrase]:
    """What repeats a description's own words, or their denial: "has not cleared"."""
    tokens = context.tokens
    for name, form, told in _clauses(context.lexicon).get(_same(tokens[at].low), ()):
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
            told = tuple(map(_same, _said(re.split(r"[:,.(]", each.description)[0])))
            if each.kind != "Bool" and 1 < len(told) <= _LONGEST_CALL:
                found.setdefault(told[0], {})[each.name, told] = None
    return {first: tuple(listed) for first, listed in found.items()}


def told_inputs(context: Context, at: int) -> Iterator[Phrase]:
    """An input by all the words of its description: "the number of violations found"."""
    for name, told in _calls(context.lexicon).get(_same(context.tokens[at].low), ()):
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
        if at >= len(tokens) or len(tokens[at].words) > 1 or _same(tokens[at].low) != each:
            return None
        at += 1
        if each in {"be", "have"} and at < len(tokens) and tokens[at].low in _NEG:
            denied, at = not denied, at + 1
    return at, denied
