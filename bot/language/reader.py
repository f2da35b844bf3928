"""One rule to its readings: every complete parse, each on every choice of tools, the same meanings once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.language.gateway.context import Context
from bot.language.gateway.refusals import Refusal, TooLong
from bot.language.grammar.actions import ACTIONS
from bot.language.grammar.chart import Chart, Phrase, TooMuch, parse
from bot.language.grammar.leaves import leaves
from bot.language.grammar.rules import grammar
from bot.language.lowering.lower import meanings
from bot.language.meaning.model import Compared, Draft, senses, spread
from bot.language.meaning.policy import Meaning
from bot.language.refusal.culprits import explain
from bot.language.text.inserted import fronted_orders
from bot.language.wordlists import PERMIT


@dataclass(frozen=True)
class Reading:
    """One way to read a rule: its draft, its policies, and the phrase that it was read from."""

    draft: Draft
    policies: tuple[Meaning, ...]
    phrase: Phrase
    context: Context

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """What all rules of the phrase say, the last one as it was read."""
        told = self.phrase.meaning
        first = told[:-1] if isinstance(told, tuple) else ()
        return (*(draft for draft in first if isinstance(draft, Draft)), self.draft)


def readings(context: Context) -> tuple[Reading, ...]:
    """The readings that differ, at least one. Raises the Refusal that explains best why there is none."""
    try:
        return _readings(context)
    except TooLong:
        raise
    except Refusal:
        if moved := _with_fronted(context):
            return moved
        raise


def normal(policies: Iterable[Meaning]) -> frozenset[object]:
    """What policies say together, in a form that is equal where they say the same."""
    return frozenset(form for policy in policies for form in policy.normal())


def _with_fronted(context: Context) -> tuple[Reading, ...]:
    """The readings that differ of a rule whose phrases between commas stand in front, if there are any."""
    found: dict[object, Reading] = {}
    for order in fronted_orders(context.tokens):
        other = replace(context, tokens=order.tokens, reasons=[], named={}, spans={})
        with suppress(Refusal):
            for reading in _readings(other):
                fronts = {(phrase.start, phrase.end) for phrase in reading.phrase.below("FrontMod")}
                if all(front in fronts or (front[0], front[1] + 1) in fronts for front in order.fronts):
                    found.setdefault(normal(reading.policies), reading)
    return tuple(found.values())


def chart_of(context: Context) -> Chart:
    """Every phrase of a rule or a question, worked out once. Raises TooMuch."""
    if not isinstance(context.parsed, Chart):
        rules = grammar()
        context.parsed = chart = parse(len(context.tokens), leaves(context, rules), rules, ACTIONS, context)
        return chart
    return context.parsed


def _readings(context: Context) -> tuple[Reading, ...]:
    try:
        chart = chart_of(context)
    except TooMuch:
        raise TooLong(context.tokens) from None
    found: dict[object, Reading] = {}
    refusals: list[Refusal] = []
    for phrase in (*chart.whole("Rule"), *chart.whole("Rules")):
        told = phrase.meaning if isinstance(phrase.meaning, tuple) else (phrase.meaning,)
        for said in itertools.product(*(senses(draft) if isinstance(draft, Draft) else () for draft in told)):
            if not all(map(_complete, said)):
                continue
            for policies in on_each_choice(context, said, refusals):
                key = normal(policies)
                if key not in found or len(policies) < len(found[key].policies):
                    found[key] = Reading(said[-1], policies, phrase, context)
    if found:
        return tuple(found.values())
    raise explain(context, chart, refusals)


def on_each_choice(context: Context, said: Sequence[Draft], refusals: list[Refusal]) -> Iterator[tuple[Meaning, ...]]:
    """The policies of drafts for each choice of their tools; why one gives none is added to `refusals`."""
    drafts = [part for draft in said for part in spread(draft)]
    listed = [at for at, draft in enumerate(said) for _ in spread(draft)]
    for chosen in itertools.product(*(draft.what.choices for draft in drafts if draft.what is not None)):
        bounded = [key for key, draft in zip(zip(listed, chosen, strict=True), drafts, strict=True)
                   if draft.effect == PERMIT and isinstance(draft.when, Compared)]  # fmt: skip
        if len({*bounded}) < len(bounded):
            continue  # "tyres at least 4, tyres at most 2" is no list of one tool twice
        try:
            yield tuple(
                policy
                for draft, actions in zip(drafts, chosen, strict=True)
                for policy in meanings(context, draft, actions)
            )
        except Refusal as refusal:
            refusals.append(refusal)


def _complete(draft: Draft) -> bool:
    """Whether a draft says an effect and a tool, and nobody is left for a rule that is still to come."""
    return draft.effect is not None and draft.what is not None and (draft.who is None or draft.who.form != "else")
