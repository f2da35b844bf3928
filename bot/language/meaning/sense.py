"""Conditions that can never hold together: a forbid with one would stop nothing, whatever was meant."""

from __future__ import annotations

import re
from decimal import Decimal

from cedarpy import pst

from bot.language.meaning.claims import never_both
from bot.language.meaning.logic import All, Atom, Either, Logic, Not

_LOWER = {"greater", "greater_eq", "decimal_greater", "decimal_greater_eq"}
_UPPER = {"less", "less_eq", "decimal_less_than", "decimal_less_eq"}
_MILLISECONDS = {"h": 3_600_000, "m": 60_000, "s": 1_000}


def never_holds(logic: Logic | None) -> bool:
    """Whether a conjunction asks one thing to be above one bound and below a lower one, or equal to two values.

    An alternative that never holds is a misreading too: nobody writes one on purpose.
    """
    if isinstance(logic, All | Either) and any(never_holds(item) for item in logic.items):
        return True
    lower: dict[str, Decimal | str] = {}
    upper: dict[str, Decimal | str] = {}
    equal: dict[str, set[str]] = {}
    for test in _tests(logic):
        key, bound = repr(test.left), _bound(test.right)
        if test.op == "eq" and isinstance(test.right, pst.StringLit | pst.LongLit | pst.BoolLit | pst.EntityLit):
            equal.setdefault(key, set()).add(repr(test.right))
        elif bound is not None and test.op in _LOWER:
            lower[key] = max(bound, lower.get(key, bound), key=_sortable)
        elif bound is not None and test.op in _UPPER:
            upper[key] = min(bound, upper.get(key, bound), key=_sortable)
    crossed = any(key in upper and _sortable(lower[key]) > _sortable(upper[key]) for key in lower)
    return crossed or _denied(logic) or any(len(values) > 1 for values in equal.values())


def bounded_twice(logic: Logic | None) -> bool:
    """Whether a conjunction bounds one thing twice on one side: "over 500, and over 100 when express" means "or"."""
    if isinstance(logic, All | Either) and any(bounded_twice(item) for item in logic.items):
        return True
    sides = [
        (repr(test.left), test.op in _LOWER)
        for test in _tests(logic)
        if test.op in _LOWER | _UPPER and _bound(test.right) is not None
    ]
    return len(set(sides)) < len(sides)


def of_nobody(who: Logic | None, logic: Logic | None) -> bool:
    """Whether a condition asks for another role than that of the people: "clerks may …, only with role lead"."""
    return any(never_both(who, item) for item in _items(logic))


def _denied(logic: Logic | None) -> bool:
    """Whether a conjunction asks for a test and for its negation."""
    tests = {repr(item.test) for item in _items(logic) if isinstance(item, Atom)}
    denied = {repr(item.item.test) for item in _items(logic) if isinstance(item, Not) and isinstance(item.item, Atom)}
    denied |= {repr(pst.BinaryOp("eq", test.left, test.right)) for test in _tests(logic) if test.op == "not_eq"}
    return not tests.isdisjoint(denied)


def _items(logic: Logic | None) -> list[Logic]:
    if isinstance(logic, All):
        return [found for item in logic.items for found in _items(item)]
    return [logic] if logic is not None else []


def _tests(logic: Logic | None) -> list[pst.BinaryOp]:
    """The comparisons that must all hold."""
    if isinstance(logic, All):
        return [test for item in logic.items for test in _tests(item)]
    return [logic.test] if isinstance(logic, Atom) and isinstance(logic.test, pst.BinaryOp) else []


def _bound(expr: pst.Expr) -> Decimal | str | None:
    if isinstance(expr, pst.LongLit):
        return Decimal(expr.value)
    if not isinstance(expr, pst.UnaryOp) or not isinstance(expr.arg, pst.StringLit):
        return None
    if expr.op == "decimal":
        return Decimal(expr.arg.value)
    if expr.op == "duration":
        return Decimal(
            sum(int(count) * _MILLISECONDS[unit] for count, unit in re.findall(r"(\d+)([hms])", expr.arg.value))
        )
    return expr.arg.value if expr.op == "datetime" else None


def _sortable(bound: Decimal | str) -> tuple[Decimal, str]:
    return (bound, "") if isinstance(bound, Decimal) else (Decimal(0), bound)
