"""The normal form of a condition: equal for conditions that differ only in order, repetition and where "not" stands."""

from __future__ import annotations

from cedarpy import pst

from bot.language.meaning.logic import All, Atom, Either, Logic, Not

_MOST_WAYS = 64
_OPPOSITE: dict[str, pst.BinaryOpName] = {
    "less": "greater_eq",
    "less_eq": "greater",
    "greater": "less_eq",
    "greater_eq": "less",
    "eq": "not_eq",
    "not_eq": "eq",
    "decimal_less_than": "decimal_greater_eq",
    "decimal_less_eq": "decimal_greater",
    "decimal_greater": "decimal_less_eq",
    "decimal_greater_eq": "decimal_less_than",
}


def _turned(test: pst.Expr) -> pst.Expr | None:
    """What a denied comparison is without its negation; its presence checks stay outside of it either way."""
    if not isinstance(test, pst.BinaryOp) or test.op not in _OPPOSITE:
        return None
    if test.op == "eq" and isinstance(test.right, pst.BoolLit):
        return pst.BinaryOp("eq", test.left, pst.BoolLit(not test.right.value))
    return pst.BinaryOp(_OPPOSITE[test.op], test.left, test.right)


def shape(logic: Logic | None, negative: bool = False) -> object:
    """The normal form of a condition: negations at the tests, chains as sets."""
    match logic:
        case None:
            return None
        case Atom(test, guards):
            return _chained("and", [*(_tested(guard, False) for guard in guards), _tested(test, negative)])
        case Not(item):
            return shape(item, not negative)
        case All(items) | Either(items):
            return _chained(
                "and" if isinstance(logic, All) != negative else "or", [shape(item, negative) for item in items]
            )


def _tested(test: pst.Expr, negative: bool) -> object:
    """The normal form of a test, down to what has no "and" or "or" in it."""
    if isinstance(test, pst.BinaryOp) and test.op in {"and", "or"}:
        kind = "and" if (test.op == "and") != negative else "or"
        return _chained(kind, [_tested(test.left, negative), _tested(test.right, negative)])
    if negative and (turned := _turned(test)) is not None:
        test, negative = turned, False
    return ("test", repr(test), negative)


def _chained(kind: str, items: list[object]) -> object:
    parts: set[object] = set()
    for item in items:
        if isinstance(item, tuple) and item[0] == kind:
            parts |= item[1]
        else:
            parts.add(item)
    return next(iter(parts)) if len(parts) == 1 else (kind, frozenset(parts))


def ways(form: object) -> frozenset[frozenset[object]]:
    """The ways in which a normal form can hold: "a and either b or c" is "a and b", or "a and c"."""
    match form:
        case ("or", frozenset() as parts):
            return frozenset(way for part in parts for way in ways(part))
        case ("and", frozenset() as parts):
            found: frozenset[frozenset[object]] = frozenset({frozenset()})
            for part in parts:
                found = frozenset(one | other for one in found for other in ways(part))
                if len(found) > _MOST_WAYS:
                    return frozenset({frozenset({form})})
            return found
        case _:
            return frozenset({frozenset({form})})
