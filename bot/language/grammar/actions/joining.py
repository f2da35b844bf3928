"""Conditions with an "or", or with a "not" that reaches over one: which of them belong together."""

from __future__ import annotations

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import Amount
from bot.language.grammar.actions.amounts import compared
from bot.language.grammar.actions.flags import flagged
from bot.language.meaning.model import (
    And,
    Fact,
    Formula,
    Given,
    Neg,
    Or,
    Said,
    Ungrouped,
    UngroupedNeg,
    Who,
    about,
    joined,
    negated,
)


def grouped(context: Context, cond: Formula) -> Formula:
    """What "when" holds together."""
    match cond:
        case Ungrouped(items):
            return Or(items)
        case UngroupedNeg(item):
            return negated(item)
    return cond


def either(context: Context, left: Formula, right: Formula) -> Formula:
    """At least one of two that hang on a tool phrase."""
    found = joined("or", left, right)
    return Ungrouped(found.items) if isinstance(found, Or) else found


def either_not(context: Context, left: Formula, right: Formula) -> Formula | None:
    """ "Not in EUR or over 500", "without a note or over 500", where neither is meant."""
    return _none_of_both(left.item, right) if isinstance(left, Neg) else None


def nor(context: Context, op: str, amount: Amount, right: Formula) -> Formula:
    """ "Not more than 500 nor less than 5"."""
    return joined("and", compared(context, op, amount), negated(right))


def neither(context: Context, left: Formula, right: Formula) -> Formula:
    """ "Neither more than 500 nor less than 5"."""
    return joined("and", negated(left), negated(right))


def denied_wide(context: Context, subject: Said, pred: Formula, rest: Formula) -> Formula | None:
    """ "Is not over 100 or express", where neither is meant; a second "not" says that each has its own."""
    return _none_of_both(about(subject, pred), rest)


def truth_wide(context: Context, flag: Said, truth: str, rest: Formula) -> Formula | None:
    """ "Express is not true or the amount is over 100", where neither is meant."""
    return _none_of_both(flagged(context, flag) if truth == "true" else negated(flagged(context, flag)), rest)


def absent_wide(context: Context, subject: Said, rest: Formula) -> Formula | None:
    """ "The reason is not given or the amount is over 100", where neither is meant."""
    return _none_of_both(Given(subject, subject), rest)


def caller_not_wide(context: Context, who: Who, rest: Formula) -> Formula | None:
    """ "The user is not a manager or the amount is over 100", where neither is meant."""
    return _none_of_both(Fact(who.condition), rest) if who.condition is not None else None


def unflagged_wide(context: Context, flag: Said, rest: Formula) -> Formula | None:
    """ "Not express or over 100", where neither is meant."""
    return _none_of_both(flagged(context, flag), rest)


def denied_or(context: Context, cond: Formula, rest: Formula) -> Formula | None:
    """ "Not in USD or over 100", where neither is meant."""
    return _none_of_both(cond, rest)


def compared_wide(context: Context, op: str, amount: Amount, rest: Formula) -> Formula | None:
    """ "Not over 10 or under 2", where neither is meant; `op` is the relation with its "not"."""
    return _none_of_both(negated(compared(context, op, amount)), rest)


def _none_of_both(first: Formula, rest: Formula) -> Formula | None:
    return None if isinstance(_first(rest), Neg) else UngroupedNeg(joined("or", first, rest))


def _first(formula: Formula) -> Formula:
    """The first item of a chain."""
    return _first(formula.items[0]) if isinstance(formula, And | Or) else formula
