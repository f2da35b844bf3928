"""What Cedar decides on requests before and after an act, over everything that is uncertain."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from bot.analysis.standing import Standing
from bot.cedar import GatewaySchema, Request, evaluate
from bot.errors import PolicyError
from bot.review.effect import Effect
from bot.review.tested import Example, Outcome

_MOST_UNCERTAIN = 6


def outcomes(
    effect: Effect, stands: Standing, examples: Sequence[Example], schema: GatewaySchema
) -> tuple[Outcome, ...]:
    """The outcome of every test. Takes processor time, and waits for nothing."""
    unknown = _unknown(effect, stands)
    if unknown:
        return tuple(Outcome(unknown=unknown) for _ in examples)
    worlds = list(_worlds(effect, stands))
    return tuple(_outcome(each.request, worlds, schema) for each in examples)


_World = tuple[Mapping[str, str], Mapping[str, str]]


def _unknown(effect: Effect, stands: Standing) -> str:
    for each in (*stands.uncertain, *effect.standing.uncertain):
        if each.statement is None:
            return f"{each.name} {each.why}"
    if len(stands.uncertain) > _MOST_UNCERTAIN:
        return f"{len(stands.uncertain)} policies are uncertain"
    return ""


def _worlds(effect: Effect, stands: Standing) -> Iterator[_World]:
    """The policies that decide before and after, for each choice among what is uncertain; what has conditions that are
    not Cedar may mean all of its text or nothing of it."""
    maybe = [(each.name, each.statement or "") for each in stands.uncertain]
    for chosen in itertools.product((False, True), repeat=len(maybe)):
        taken = dict(each for each, there in zip(maybe, chosen, strict=True) if there)
        before = {**stands.enforced, **taken}
        if effect.idle:
            yield before, before
            continue
        rest = {name: text for name, text in before.items() if name != effect.name}
        if effect.removed or effect.free:
            yield before, rest
        if not effect.removed:
            yield before, {**rest, effect.name: effect.statement}


def _outcome(request: Request, worlds: Sequence[_World], schema: GatewaySchema) -> Outcome:
    try:
        found = {
            (evaluate(before, request, schema).allowed, evaluate(after, request, schema).allowed)
            for before, after in worlds
        }
    except PolicyError as error:
        return Outcome(unknown=f"it does not fit the gateway's tools any more: {error.sentence}")
    return Outcome(frozenset(found))
