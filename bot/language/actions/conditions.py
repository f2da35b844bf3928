"""Conditions: comparisons, values, flags, presence and times, and what they are said of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.language.context import Context
from bot.language.meaning import (
    Against, Compared, Draft, Flagged, Formula, Given, Said, Value, Valued, about, joined, negated,
)  # fmt: skip
from bot.language.terms import Amount

_FLIP = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def flip(context: Context, op: str) -> str:
    """The relation that a negation makes of one."""
    return _FLIP[op]


def measured(context: Context, number: Amount, unit: str) -> Amount:
    """A number with its unit."""
    return replace(number, unit=unit)


def compared(context: Context, op: str, amount: Amount) -> Formula:
    """A relation to a number."""
    return Compared(op, amount.quantity, amount.unit, (), amount.said)


def between(context: Context, low: Amount, high: Amount) -> Formula | None:
    """Both ends included."""
    unit = low.unit or high.unit
    currency = low.quantity.currency or high.quantity.currency
    ends = [
        Compared(op, replace(end.quantity, currency=currency), unit, (), end.said) for op, end in ((">=", low), ("<=", high))
    ]
    return joined("and", *ends) if low.quantity.value <= high.quantity.value else None


def said_of(context: Context, subject: Said, pred: Formula) -> Formula:
    """A predicate of an input."""
    return about(subject, pred)


def denied_of(context: Context, subject: Said, pred: Formula) -> Formula:
    return negated(about(subject, pred))


def denied(context: Context, pred: Formula) -> Formula:
    return negated(pred)


def and_(context: Context, left: Formula, right: Formula) -> Formula:
    return joined("and", left, right)


def or_(context: Context, left: Formula, right: Formula) -> Formula:
    return joined("or", left, right)


def one_value(context: Context, value: Value) -> tuple[Value, ...]:
    return (value,)


def more_values(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    """A further value of a list."""
    return (*values, value)


def valued(context: Context, values: tuple[Value, ...], how: str = "==") -> Formula:
    """One of some values."""
    return Valued(how, values, (), tuple(token for value in values for token in value.said))


def flagged(context: Context, flag: Said) -> Formula:
    """A boolean input that is true."""
    return Flagged(flag, flag)


def unflagged(context: Context, flag: Said) -> Formula:
    return negated(Flagged(flag, flag))


def truth(context: Context, flag: Said, truth: str, negative: str = "") -> Formula:
    """ "express is true", "force is not true"."""
    yes = (truth == "true") != bool(negative)
    return flagged(context, flag) if yes else unflagged(context, flag)


def given(context: Context, subject: Said) -> Formula:
    return Given(subject, subject)


def not_given(context: Context, subject: Said) -> Formula:
    return negated(Given(subject, subject))


def against(context: Context, op: str, other: Said) -> Formula:
    """A relation to another input."""
    return Against(op, other, (), other)


def when(context: Context, cond: Formula) -> Draft:
    """A condition."""
    return Draft(when=cond)


def unless(context: Context, cond: Formula) -> Draft:
    """An exception."""
    return Draft(unless=cond)


def first(context: Context, left: Any, **rest: Any) -> Any:
    return left


def none_of(context: Context, values: tuple[Value, ...]) -> Formula:
    """ "Neither US nor CA"."""
    return negated(valued(context, values))


def bounded(context: Context, op: str, subject: Said, amount: Amount) -> Formula:
    """ "With a minimum deposit of 500"."""
    return about(subject, compared(context, op, amount))


def with_value(context: Context, subject: Said, values: tuple[Value, ...]) -> Formula:
    """ "With currency EUR"."""
    return about(subject, valued(context, values))
