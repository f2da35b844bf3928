"""The words of a subject, and the inputs that they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.gateway.inputs import listing, matching
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.schema_inputs import MONEY_STEMS, Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.meaning.model import Flagged, Formula, Said, Value, terms
from bot.language.text.quantities import Quantity
from bot.language.text.tokens import Token
from bot.language.text.words import stems
from bot.language.wordlists import PREPOSITIONS, SUBJECT_FILLERS


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit."""

    quantity: Quantity
    unit: str
    said: Said
    tail: Said = ()


_IDS = frozenset({"id", "key", "number", "uuid", "slug"})
# These say more than nothing before the noun of an input.
_NO_FILLERS = frozenset({"one", "list", "set", "call", "request"})


def stems_of(span: Said, tool: ToolWords | None = None) -> list[str]:
    """The stems of the words of a subject that can name an input."""
    return [
        word
        for token in span
        if token.low not in SUBJECT_FILLERS - _NO_FILLERS or (tool is not None and token.stem in tool.input_names)
        for word in (stems(token.value) if token.kind == "quoted" else token.words)
    ]


def fitting(tool: ToolWords, words: Sequence[str]) -> list[Input]:
    """The inputs that words name. A thing is not its number: "the issue" is not `issueKey`."""
    if called := [found for found in tool.inputs if found.label and found.label == tuple(words)]:
        return called
    return [
        found
        for found in matching(tool, list(words))
        if ({*found.leaf, *found.outer, *found.described, *tool.name}.issuperset(words) and len(found.own) == 1)
        or found.own[-1] not in _IDS
        or found.leaf[-1] in words
        or "number" in words
    ]


def has_input(tools: Sequence[ToolWords], subject: Said) -> bool:
    """Whether all of some tools have an input of a noun, or an amount of one of money."""
    stems = [word for token in subject for word in token.words]
    money = MONEY_STEMS.issuperset(stems)
    return all(fitting(tool, stems) or (money and any(found.is_amount for found in tool.inputs)) for tool in tools)


def fits_any(lexicon: Lexicon, span: Said) -> frozenset[str]:
    """The kinds of the inputs that some tool of the gateway has for the words."""
    words = stems_of(span) or [word for token in span for word in token.words]
    if not words:
        return frozenset()
    kinds: set[str] = set()
    seen: set[tuple[int, frozenset[str]]] = set()
    for tool in lexicon.by_input_word.get(words[0], ()):
        # Of the tools with the same inputs, those whose own words say the same of these are one.
        alike = (lexicon.alike[tool.action], tool.around.intersection(words))
        if alike not in seen:
            seen.add(alike)
            kinds.update(found.kind for found in fitting(tool, words))
    return frozenset(kinds)


def of_one_list(lexicon: Lexicon, values: Sequence[Value]) -> bool:
    """Whether some input lists all of the values: "email or phone and high tickets" is no list."""
    listers = ([{found.path for found, _ in listing(tool, each.text)} for each in values] for tool in lexicon.tools)
    return any(set.intersection(*each) for each in listers)


def has_value_mark(tokens: Sequence[Token], cond: Formula | None) -> bool:
    """Whether a mark follows right behind a boolean's name: of "express = no" it is not said whether the boolean has
    that value, or the calls that verdict. "With express: no" is of the calls."""
    flags = {each.subject[-1].end for each in terms(cond) if isinstance(each, Flagged)} if cond is not None else set()
    return any(
        token.end in flags
        and not then.is_word
        and (then.text == "=" or (first.is_word and first.low not in PREPOSITIONS))
        for first, token, then in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )
