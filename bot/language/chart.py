"""The chart: every phrase that the rules find in a line of tokens, bottom up, each phrase with one meaning once.

A phrase with the same category, features, place and meaning as another is the same phrase, however it was built. A word
is a leaf, and a leaf is used by one rule of a parse: no rule can drop one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.language.rules import Features, Grammar, Rule, Symbol

# A sentence that makes more phrases than this, or tries more of them, is refused: it says more than one policy can.
LIMIT = 8_000
TRIES = 8_000


class TooMuch(Exception):
    """A sentence with more phrases than the chart holds."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens from `start` up to `end` as one category, with what they mean and what they were built of."""

    category: str
    features: Features
    start: int
    end: int
    meaning: Hashable
    parts: tuple[Phrase, ...] = field(default=(), compare=False, hash=False, repr=False)
    rule: str = field(default="", compare=False, hash=False, repr=False)

    def fits(self, symbol: Symbol) -> bool:
        return all(pair in self.features for pair in symbol.features)

    def leaves(self) -> Iterator[Phrase]:
        """The leaves below, from left to right."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(slots=True)
class _Open:
    """A rule that has found its first `at` symbols."""

    rule: Rule
    at: int
    start: int
    parts: tuple[Phrase, ...]


@dataclass
class Chart:
    """The phrases by where they start and by where they end."""

    size: int
    found: set[Phrase] = field(default_factory=set)
    starting: dict[tuple[int, str], list[Phrase]] = field(default_factory=dict)
    waiting: dict[tuple[int, str], list[_Open]] = field(default_factory=dict)
    tries: int = 0

    def whole(self, category: str) -> list[Phrase]:
        """The phrases of a category that span all tokens."""
        return [phrase for phrase in self.starting.get((0, category), ()) if phrase.end == self.size]

    def reach(self, category: str) -> int:
        """The end of the longest phrase of a category from the first token on."""
        return max((phrase.end for phrase in self.starting.get((0, category), ())), default=0)


def parse(
    size: int, leaves: Iterable[Phrase], grammar: Grammar, actions: Mapping[str, Callable[..., Any]], context: object
) -> Chart:
    """The chart of a line of `size` tokens. Raises TooMuch.

    An action is given the context, the meanings of the rule's named symbols, its constants, and returns the meaning of
    the phrase, or None where the parts do not make one.
    """
    chart = Chart(size)
    agenda = deque(leaves)
    while agenda:
        phrase = agenda.popleft()
        if phrase in chart.found:
            continue
        chart.found.add(phrase)
        if len(chart.found) > LIMIT:
            raise TooMuch
        chart.starting.setdefault((phrase.start, phrase.category), []).append(phrase)
        opened = [_Open(rule, 0, phrase.start, ()) for rule in grammar.openers.get(phrase.category, ())]
        for one in [*opened, *chart.waiting.get((phrase.start, phrase.category), ())]:
            _advance(chart, one, phrase, actions, context, agenda)
    return chart


def _advance(
    chart: Chart, one: _Open, phrase: Phrase, actions: Mapping[str, Callable[..., Any]], context: object,
    agenda: deque[Phrase],
) -> None:  # fmt: skip
    """Move one open rule over a phrase, and on over every phrase that is already there."""
    pending = [(one, phrase)]
    while pending:
        open_, next_ = pending.pop()
        rule = open_.rule
        if not next_.fits(rule.symbols[open_.at]):
            continue
        moved = _Open(rule, open_.at + 1, open_.start, (*open_.parts, next_))
        if moved.at == len(rule.symbols):
            chart.tries += 1
            if chart.tries > TRIES:
                raise TooMuch
            if (made := _closed(moved, next_.end, actions, context)) is not None:
                agenda.append(made)
            continue
        key = (next_.end, rule.symbols[moved.at].category)
        chart.waiting.setdefault(key, []).append(moved)
        pending += [(moved, after) for after in chart.starting.get(key, ())]


def _closed(one: _Open, end: int, actions: Mapping[str, Callable[..., Any]], context: object) -> Phrase | None:
    named = {symbol.name: part.meaning for symbol, part in zip(one.rule.symbols, one.parts, strict=True) if symbol.name}
    meaning = actions[one.rule.action](context, **named, **dict(one.rule.constants))
    if meaning is None:
        return None
    return Phrase(one.rule.category, one.rule.features, one.start, end, meaning, one.parts, one.rule.line)
