"""The chart: every phrase that the rules find in a line of tokens, bottom up, each phrase with one meaning once.

A phrase with the same category, features, place and meaning as another is the same phrase, however it was built. A word
is a leaf, and a leaf is used by one rule of a parse: no rule can drop one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.language.grammar.rules import Features, Grammar, Rule, Step

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

    def has(self, wanted: Features) -> bool:
        """Whether it has every one of some features."""
        return all(pair in self.features for pair in wanted)

    def below(self, category: str) -> Iterator[Phrase]:
        """It and the phrases that it was built of, where they are of a category."""
        if self.category == category:
            yield self
        for part in self.parts:
            yield from part.below(category)

    def leaves(self) -> Iterator[Phrase]:
        """The leaves below, from left to right."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


_Open = tuple[Step, int, tuple[Phrase, ...]]  # how far some rules are, where they began, and with which phrases


@dataclass
class Chart:
    """The phrases by where they start, and the rules that wait for one there."""

    size: int
    found: set[Phrase] = field(default_factory=set)
    starting: dict[tuple[int, str], list[Phrase]] = field(default_factory=dict)
    waiting: dict[tuple[int, str], list[tuple[Features, _Open]]] = field(default_factory=dict)
    tries: int = 0

    def whole(self, category: str) -> list[Phrase]:
        """The phrases of a category that span all tokens."""
        return [phrase for phrase in self.starting.get((0, category), ()) if phrase.end == self.size]


def parse(
    size: int, leaves: Iterable[Phrase], grammar: Grammar, actions: Mapping[str, Callable[..., Any]], context: object
) -> Chart:
    """The chart of a line of `size` tokens. Raises TooMuch.

    An action is given the context, the meanings of the rule's named symbols, its constants, and returns the meaning of
    the phrase, or None where the parts do not make one.
    """
    chart = Chart(size)
    agenda = deque(leaves)
    possible: list[set[str]] = [set() for _ in range(size + 1)]  # which categories can begin at each token
    for leaf in agenda:
        possible[leaf.start] |= grammar.begins.get(leaf.category, {leaf.category})
    while agenda:
        phrase = agenda.popleft()
        known = len(chart.found)
        chart.found.add(phrase)
        if len(chart.found) == known:
            continue
        if known == LIMIT:
            raise TooMuch
        place = (phrase.start, phrase.category)
        chart.starting.setdefault(place, []).append(phrase)
        opened = [(wanted, (step, phrase.start, ())) for wanted, step in grammar.root.steps.get(phrase.category, ())]
        pending: list[tuple[_Open, Phrase]] = [
            (open_, phrase)
            for wanted, open_ in (*chart.waiting.get(place, ()), *opened)
            if not wanted or phrase.has(wanted)
        ]
        while pending:
            (step, start, before), after = pending.pop()
            parts = (*before, after)
            if step.ends:
                agenda += _made(chart, step.ends, parts, actions, context)
            coming = possible[after.end]
            for category in filter(coming.__contains__, step.steps):
                pending += _moved(chart, (after.end, category), step.steps[category], start, parts)
    return chart


def _made(
    chart: Chart, rules: Iterable[Rule], parts: tuple[Phrase, ...], actions: Mapping[str, Callable[..., Any]],
    context: object,
) -> Iterator[Phrase]:  # fmt: skip
    """The phrases that rules make of the parts that they asked for. Raises TooMuch."""
    for rule in rules:
        chart.tries += 1
        if chart.tries > TRIES:
            raise TooMuch
        if (made := _closed(rule, parts, actions, context)) is not None:
            yield made


def _moved(
    chart: Chart, key: tuple[int, str], ways: Iterable[tuple[Features, Step]], start: int, parts: tuple[Phrase, ...]
) -> Iterator[tuple[_Open, Phrase]]:
    """Let rules wait for a phrase at `key`, and give them with every phrase that is there already."""
    waiting = chart.waiting.setdefault(key, [])
    there = chart.starting.get(key, ())
    for wanted, step in ways:
        open_ = (step, start, parts)
        waiting.append((wanted, open_))
        for phrase in there:
            if not wanted or phrase.has(wanted):
                yield open_, phrase


def _closed(
    rule: Rule, parts: tuple[Phrase, ...], actions: Mapping[str, Callable[..., Any]], context: object
) -> Phrase | None:
    """The phrase that a rule makes of its parts, if they mean something together."""
    named = {name: parts[at].meaning for at, name in rule.named}
    meaning = actions[rule.action](context, **named, **rule.constants)
    if meaning is None:
        return None
    return Phrase(rule.category, rule.features, parts[0].start, parts[-1].end, meaning, parts, rule.line)
