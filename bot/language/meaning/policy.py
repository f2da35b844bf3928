"""A policy as it is meant, with nothing left open: equal readings have equal meanings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.language.meaning.logic import All, Atom, Either, Logic, Not, both
from bot.language.meaning.normal import shape, ways
from bot.language.wordlists import FORBID, PERMIT, Effect


@dataclass(frozen=True, slots=True)
class Meaning:
    """One policy: no actions are every action of the gateway, `group` says that the one action is a target."""

    effect: Effect
    actions: tuple[str, ...]
    group: bool
    when: Logic | None
    unless: Logic | None

    def normal(self) -> Iterator[tuple[object, ...]]:
        """One form for each way to meet it, the same for policies that differ only in order and repetition."""
        when, unless = self.when, self.unless
        if unless is not None and not _guarded(unless):
            when, unless = both(when, Not(unless)), None  # without presence checks "unless" is "and not"
        for way in ways(shape(when)):
            yield (self.effect, frozenset(self.actions), self.group, way, shape(unless))

    def covers(self, other: Meaning) -> bool:
        """Whether all calls of another policy are also of this one."""
        alike = self.group == other.group and bool(other.actions) and {*other.actions} <= {*self.actions}
        mine, its = (ways(shape(each.when)) if each.when else {frozenset[object]()} for each in (self, other))
        wide = self.unless is None and all(any(way <= one for way in mine) for one in its)
        return wide and (alike or not self.actions)


def undone(first: Iterable[Meaning], then: Iterable[Meaning]) -> bool:
    """Whether a policy forbids all that one before it permits, which then says nothing."""
    forbids = [each for each in then if each.effect == FORBID]
    return any(each.effect == PERMIT and ban.covers(each) for each in first for ban in forbids)


def _guarded(logic: Logic) -> bool:
    match logic:
        case Atom(_, guards):
            return bool(guards)
        case Not(item):
            return _guarded(item)
        case All(items) | Either(items):
            return any(_guarded(item) for item in items)
