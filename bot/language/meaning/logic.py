"""Conditions as data: atoms over Cedar expressions, joined by and, or and not, before they become one expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

from cedarpy import pst


@dataclass(frozen=True)
class Atom:
    """A test, and the presence checks that must hold before it can be made; its negation needs them too."""

    test: pst.Expr
    guards: tuple[pst.Expr, ...] = ()


@dataclass(frozen=True)
class Not:
    """A negation."""

    item: Logic


@dataclass(frozen=True)
class All:
    """Every one of the items."""

    items: tuple[Logic, ...]


@dataclass(frozen=True)
class Either:
    """At least one of the items."""

    items: tuple[Logic, ...]


Logic = Atom | Not | All | Either


def both(*items: Logic | None) -> Logic | None:
    """All of the items that are there; None when there are none."""
    found = tuple(item for item in items if item is not None)
    if not found:
        return None
    return found[0] if len(found) == 1 else All(found)


def either(items: Iterable[Logic]) -> Logic:
    """At least one of the items, of which there must be one."""
    found = tuple(items)
    return found[0] if len(found) == 1 else Either(found)


def atoms(logic: Logic) -> Iterator[Atom]:
    """The tests of a logic, from left to right."""
    match logic:
        case Not(item):
            yield from atoms(item)
        case All(items) | Either(items):
            for item in items:
                yield from atoms(item)
        case Atom():
            yield logic


def bare(logic: Logic) -> Logic:
    """The logic without its presence checks: two tools with equal bare logic can share a policy."""
    match logic:
        case Atom(test):
            return Atom(test)
        case Not(item):
            return Not(bare(item))
        case All(items):
            return All(tuple(bare(item) for item in items))
        case Either(items):
            return Either(tuple(bare(item) for item in items))


def merged(left: Logic, right: Logic) -> Logic:
    """Two logics with equal bare forms as one that makes the presence checks of both."""
    match left, right:
        case Atom(test, guards), Atom(_, more):
            return Atom(test, tuple(dict.fromkeys((*guards, *more))))
        case Not(item), Not(other):
            return Not(merged(item, other))
        case All(items), All(others):
            return All(tuple(merged(item, other) for item, other in zip(items, others, strict=True)))
        case Either(items), Either(others):
            return Either(tuple(merged(item, other) for item, other in zip(items, others, strict=True)))
    raise AssertionError("only logics of one form are merged")


def expression(logic: Logic, *, negated: bool = False) -> pst.Expr:
    """The Cedar expression. A negation reaches down to the atoms, which keep their presence checks outside of it."""
    match logic:
        case Atom(test, guards):
            return _chain("and", [*guards, pst.UnaryOp("not", test) if negated else test])
        case Not(item):
            return expression(item, negated=not negated)
        case All(items):
            return _chain("or" if negated else "and", [expression(item, negated=negated) for item in items])
        case Either(items):
            return _chain("and" if negated else "or", [expression(item, negated=negated) for item in items])


def _chain(op: pst.BinaryOpName, items: list[pst.Expr]) -> pst.Expr:
    parts = [part for item in items for part in _parts(op, item)]
    return reduce(lambda left, right: pst.BinaryOp(op, left, right), parts)


def _parts(op: pst.BinaryOpName, item: pst.Expr) -> list[pst.Expr]:
    """The operands of a chain of one operator, from left to right."""
    parts: list[pst.Expr] = []
    while isinstance(item, pst.BinaryOp) and item.op == op:
        parts = [*_parts(op, item.right), *parts]
        item = item.left
    return [item, *parts]


def like_pattern(before: str, value: str, after: str) -> tuple[pst.PatternElem, ...]:
    """A `like` pattern: a star in the frame around the value is a wildcard, a star in the value is a star."""
    frame = {"*": pst.Wildcard()}
    return (
        *(frame.get(char, pst.Char(char)) for char in before),
        *(pst.Char(char) for char in value),
        *(frame.get(char, pst.Char(char)) for char in after),
    )
