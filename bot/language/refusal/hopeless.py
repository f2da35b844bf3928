"""Words that no policy can check, whatever the rest of a rule says: counts, relative times, vague words, whose."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.language import vocabulary
from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.refusals import Refusal
from bot.language.grammar.chart import Chart
from bot.language.grammar.people_leaves import is_set_apart
from bot.language.lowering.times import hopeless_in
from bot.language.refusal.instruments import other_instrument
from bot.language.text.tokens import Token
from bot.language.text.words import stem
from bot.language.wordlists import EVERYONE, RATES, STOPS, UNITS, VAGUE

_SPANS = frozenset({"day", "hour", "week", "month", "minut", "second", "year", "quarter", "cycl"})
_WHOSE = frozenset({"their", "his", "her", "my", "your", "own", "our own"})
_LIMITS = frozenset({"mostly", "partly", "partially", "twice", "often", "rarely", "initially", "usually", "sometimes"})
_SAYS_MAY = frozenset({"is", "are", "be", "only", "not"})
_AS_OFTEN = frozenset({"a", "an", "per", "each", "every", "daily", "weekly", "monthly", "in"})
_OFTEN = frozenset({"monthly", "daily", "weekly", "yearly", "hourly", "annually"})


def hopeless(context: Context, chart: Chart) -> Refusal | None:
    """Words that no policy can check, wherever they stand: counts over time, relative dates, vague words, whose. Those
    that are of a longer name say nothing by themselves: "shift leads", "dangerous goods officers"."""
    tokens = list(context.tokens)
    if (found := _counted(context, tokens) or other_instrument(context)) is not None:
        return found
    inside = _in_names(chart)
    for at, token in enumerate(tokens):
        if token.low in EVERYONE and at not in inside and is_set_apart(tokens, at, at + 1):
            return Refusal.of("everybody_only", [token])
    relative = hopeless_in(tokens)
    if relative and not all(_known(context, token) or tokens.index(token) in inside for token in relative):
        said = _with_which(tokens, relative)
        return Refusal.of("no_clock", said)
    phrased = _phrased(tokens)
    found_odd = [
        each
        for at, token in enumerate(tokens)
        if at not in phrased
        and (at not in inside or token.low in _WHOSE)
        and not _of_people(tokens, at)
        and token.is_word
        and (token.low in VAGUE | _WHOSE | _LIMITS)
        and not _known(context, token)
        and not (token.low == "possible" and at and tokens[at - 1].low in _SAYS_MAY)
        for each in (_noun_behind(tokens, at) if token.low in _WHOSE else [token])
    ]
    if odd := sorted(set(found_odd), key=lambda token: token.start):
        return Refusal.of("unchecked", odd)
    return None


def _in_names(chart: Chart) -> set[int]:
    """The places inside of people and inputs that several words name."""
    return {
        at
        for phrases in chart.starting.values()
        for phrase in phrases
        if phrase.end > phrase.start + 1
        and (
            (phrase.category == "Group" and ("sure", "yes") in phrase.features)
            or (phrase.category == "Input" and ("named", "yes") in phrase.features)
        )
        for at in range(phrase.start, phrase.end)
    }


def _counted(context: Context, tokens: list[Token]) -> Refusal | None:
    """ "Twice a day": a count over time; "0.80 dollars per km" and "once the limit is …" are none."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        unit = after is not None and stem(after.low) in _SPANS and not _orders(tokens, at + 1)
        each = token.low in {"a", "an", "each", "every", "per"} and at and unit and _after_number(tokens, at)
        rate = token.low in RATES - _OFTEN and not _known(context, token)
        if token.low == "per" and after is not None and not unit:
            if after.low in UNITS or after.stem in context.lexicon.words:
                continue  # "0.80 dollars per km"
            said = [token, after]
            return Refusal.of("not_of_one_call", said)
        if token.low == "once":
            rate = rate and (after is None or not after.is_word or after.low in _AS_OFTEN)
        if token.is_word and (each or rate):
            ends = [n + 1 for n in range(at, min(at + 6, len(tokens))) if stem(tokens[n].low) in _SPANS]
            said = tokens[max(at - 2, 0) : max([at + 1, *ends])]
            return Refusal.of("count_over_time", said)
    return None


def _orders(tokens: Sequence[Token], at: int) -> bool:
    """Whether "second" says which one: "a second signature"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return tokens[at].low == "second" and after is not None and after.is_word and after.low not in STOPS


def _of_people(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is the first of the name of some people: "dangerous goods officers"."""
    run = list(itertools.takewhile(lambda token: token.is_word and token.low not in STOPS, tokens[at : at + 4]))
    return any(surely_people(token.low) for token in run[2:])


def _noun_behind(tokens: Sequence[Token], at: int) -> list[Token]:
    """A word that says whose, with what is theirs."""
    stop = at + 1
    while stop < len(tokens) and tokens[stop].is_word and tokens[stop].low not in STOPS and stop < at + 3:
        stop += 1
    return list(tokens[at:stop])


def _with_which(tokens: Sequence[Token], said: Sequence[Token]) -> list[Token]:
    """ "Next Tuesday", with the word before it that says which."""
    at = tokens.index(said[0])
    stop = tokens.index(said[-1]) + 1
    led = at and tokens[at - 1].low in {"next", "last", "this", "every", "each"}
    unit = stop < len(tokens) and (tokens[stop].kind == "number" or stem(tokens[stop].low) in _SPANS)
    behind = _spanned(tokens, stop) if unit else stop
    return [*tokens[at - 1 : at], *tokens[at:behind]] if led else list(tokens[at:behind])


def _spanned(tokens: Sequence[Token], at: int) -> int:
    """Where a number and its unit of time end."""
    while at < len(tokens) and (tokens[at].kind == "number" or stem(tokens[at].low) in _SPANS):
        at += 1
    return at


def _phrased(tokens: list[Token]) -> set[int]:
    """The places inside phrases of several words of the closed vocabulary: "most" in "at most" is not vague."""
    table = vocabulary.phrases()
    return {
        n
        for at in range(len(tokens))
        for _, stop in table.all_at(tokens, at, len(tokens))
        if stop > at + 1
        for n in range(at, stop)
    }


def _after_number(tokens: Sequence[Token], at: int) -> bool:
    return any(
        token.kind == "number" or token.low in {"times", "once", "twice"} for token in tokens[max(at - 3, 0) : at]
    ) or any(
        token.low in {"two", "three", "four", "five", "ten", "once", "twice", "times", "most"}
        for token in tokens[max(at - 3, 0) : at]
    )


def _known(context: Context, token: Token) -> bool:
    lexicon = context.lexicon
    counted = token.stem in lexicon.by_input_word and any(
        first.kind == "number" and then is token for first, then in itertools.pairwise(context.tokens)
    )  # "7 nights" of `nights`
    return counted or token.low in lexicon.listed or token.stem in lexicon.by_name_stem or token.stem in lexicon.flags
