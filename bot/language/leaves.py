"""The leaves of a rule: closed words with their categories, and the words of the gateway, of values and of people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language import vocabulary
from bot.language.chart import Phrase
from bot.language.context import Context
from bot.language.meaning import Fact, Value
from bot.language.rules import Grammar
from bot.language.terms import Amount, fits_any
from bot.translate.inputs import flag_named
from bot.translate.lexicon import Lexicon, unit_of
from bot.translate.people import _may_be_people, _surely_people, _unclear
from bot.translate.quantities import number_at
from bot.translate.refusals import Refusal
from bot.translate.times import time_at
from bot.translate.tokens import Token
from bot.translate.tool_scores import _VERBS
from bot.translate.vocabulary import ABSENT, ARTICLES, EVERYONE, PRESENT, SUBJECT_FILLERS, STOPS, TOOL_NOUNS, UNITS
from bot.translate.words import is_plural, kebab, parts, singular, stem

_LONGEST_INPUT = 5
_LONGEST_GROUP = 4
_CLOSED = STOPS | ARTICLES
_NO_VALUES = frozenset({*PRESENT, *ABSENT, "true", "false", "yes"})
_CLAIM_NOUNS = frozenset({"role", "scope", "department", "dept", "claim"})


def leaves(context: Context, grammar: Grammar) -> Iterator[Phrase]:
    """Every leaf of the tokens. A token is one leaf for each way that the grammar or the gateway can take it."""
    tokens = context.tokens
    table = vocabulary.phrases()
    for at, token in enumerate(tokens):
        if token.low in grammar.words and token.kind != "quoted":
            yield Phrase(f"'{token.low}'", (), at, at + 1, token.low)
        for entries, stop in table.all_at(tokens, at, len(tokens)):
            for category, features, meaning in entries:
                yield Phrase(category, features, at, stop, meaning)
        if token.kind == "emoji":
            yield Phrase("Emoji", (), at, at + 1, token.low)
        yield from _numbers(context, at)
        yield from _times(context, at)
        yield from _values(context, at)
        yield from _inputs(context, at)
        yield from _tools(context, at)
        yield from _groups(context, at)


def _numbers(context: Context, at: int) -> Iterator[Phrase]:
    tokens = context.tokens
    found = number_at(list(tokens), at, len(tokens))
    if found is not None:
        quantity, stop = found
        yield Phrase("Number", (), at, stop, Amount(quantity, "", tokens[at:stop]))
    token = tokens[at]
    if at and token.is_word and token.low not in _CLOSED:
        unit = unit_of(token.low) or (token.low if token.low in UNITS else "")
        noun = singular(token.low)
        if unit or stem(noun) in counted(context.lexicon):
            yield Phrase("Unit", (), at, at + 1, unit or noun)


def counted(lexicon: Lexicon) -> frozenset[str]:
    """The stems that a numeric input of the gateway is counted in, perhaps."""
    known = _COUNTED.get(id(lexicon))
    if known is None:
        known = frozenset(
            word
            for tool in lexicon.tools
            for found in tool.inputs
            if found.is_number
            for word in {*found.leaf, *(found.described - set(tool.name))}
        )
        _COUNTED.clear()
        _COUNTED[id(lexicon)] = known
    return known


_COUNTED: dict[int, frozenset[str]] = {}


def _times(context: Context, at: int) -> Iterator[Phrase]:
    tokens = list(context.tokens)
    try:
        found = time_at(tokens, at, len(tokens))
    except Refusal as refusal:
        context.give_up(refusal)
        return
    if found is not None:
        yield Phrase("Time", (), at, found[1], Fact(found[0]))


def _values(context: Context, at: int) -> Iterator[Phrase]:
    tokens = context.tokens
    token = tokens[at]
    if token.kind == "quoted":
        yield Phrase("Value", (("kind", "quoted"),), at, at + 1, Value(token.value, True, (token,)))
        return
    listed = context.lexicon.listed
    single = False
    for size in (1, 2, 3):
        span = tokens[at : at + size]
        if len(span) < size or not all(each.kind in {"word", "number"} for each in span):
            break
        text = " ".join(each.text for each in span)
        if _is_listed(text.lower(), listed) and (text.lower() not in _CLOSED or text.isupper()):
            single = single or size == 1
            yield Phrase("Value", (("kind", "listed"),), at, at + size, Value(text, False, span))
    closed = token.low in _CLOSED or token.low in _NO_VALUES
    free = token.kind in {"word", "number", "arn", "date"} and (not closed or token.text.isupper())
    if free and not single:
        yield Phrase("Value", (("kind", "free"),), at, at + 1, Value(token.text, False, (token,)))


def _is_listed(low: str, listed: frozenset[str]) -> bool:
    return low in listed or low.replace(" ", "-") in listed or low.replace(" ", "_") in listed


def _inputs(context: Context, at: int) -> Iterator[Phrase]:
    tokens = context.tokens
    if tokens[at].low in ARTICLES or tokens[at].kind not in {"word", "quoted"}:
        return
    for size in range(1, _LONGEST_INPUT + 1):
        span = tokens[at : at + size]
        if len(span) < size or span[-1].kind not in {"word", "quoted"}:
            break
        last = span[-1]
        if last.low in _CLOSED and last.low not in SUBJECT_FILLERS:
            break
        if last.low in {"of", "the", "for", "in", "on", "a"} or span[0].low in _CLOSED:
            continue
        kinds = fits_any(context.lexicon, span)
        if kinds:
            features = (("flag", "yes" if "Bool" in kinds else "no"),)
            yield Phrase("Input", features, at, at + size, span)


def _tools(context: Context, at: int) -> Iterator[Phrase]:
    tokens, lexicon = context.tokens, context.lexicon
    token = tokens[at]
    name = (token.value or token.text).lower()
    if name in lexicon.by_name and (token.kind == "quoted" or len(parts(token.text)) > 1 or _beside_noun(tokens, at)):
        yield Phrase("ToolName", (), at, at + 1, token)
    for target, size in _targets(tokens, at, lexicon):
        yield Phrase("Target", (("exact", "yes" if size == 1 and tokens[at].text == target else "no"),), at, at + size, target)
    if not token.is_word or token.low in _CLOSED:
        return
    known = any(word in lexicon.by_any_stem for word in token.words)
    verb = token.stem in _VERBS
    if known or verb or token.low in TOOL_NOUNS:
        yield Phrase("Word", (("verb", "yes" if verb else "no"),), at, at + 1, at)


def _beside_noun(tokens: tuple[Token, ...], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].low in TOOL_NOUNS


def _targets(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    if tokens[at].kind == "quoted" and tokens[at].value in lexicon.by_target:
        yield tokens[at].value, 1
    for size in range(1, 5):
        span = tokens[at : at + size]
        if len(span) < size or not all(each.is_word for each in span):
            return
        found = lexicon.target_names.get(tuple(word for each in span for word in parts(each.text)), ())
        if len(found) == 1:
            yield found[0], size


def _groups(context: Context, at: int) -> Iterator[Phrase]:
    """Group nouns: "support agents" is a role."""
    tokens = context.tokens
    for size in range(1, _LONGEST_GROUP + 1):
        span = tokens[at : at + size]
        if len(span) < size or not span[-1].is_word or span[-1].low in _CLOSED:
            return
        last = span[-1]
        several = is_plural(last.low)
        if (size == 1 and last.low in EVERYONE) or any(singular(each.low) in _CLAIM_NOUNS for each in span):
            continue
        if re.fullmatch(r"non-\w+", span[0].low):
            yield Phrase("NonGroup", (), at, at + size, kebab((span[0].text[4:], *(each.text for each in span[1:]))))
            continue
        if not several and not _surely_people(last.low):
            continue
        if _unclear(list(span)) is not None or not _may_be_people(context.line(), list(span), False):
            continue
        value = kebab(tuple(each.text for each in span))
        sure = _may_be_people(context.line(), list(span), True)
        features = (("number", "many" if several else "one"), ("sure", "yes" if sure else "no"))
        yield Phrase("Group", features, at, at + size, value)
