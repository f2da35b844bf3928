"""Amounts: relations to numbers with their units, and how long something is."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.schema_inputs import unit_of
from bot.language.gateway.subjects import Amount, fits_any
from bot.language.meaning.model import And, Compared, Formula, Neg, Or, Said, about, joined, negated, terms
from bot.language.text.words import stem
from bot.language.wordlists import UNITS

_FLIP = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TIMES = frozenset({"time", "months"})
_DISTANCES = frozenset({"length", "miles", "feet"})
_KEPT = frozenset({"kept", "held", "stored", "retained"})
_WEIGHTS = frozenset({"mass", "milli-mass", "pounds", "ounces"})


def flip(context: Context, op: str) -> str:
    """The relation that a negation makes of one."""
    return _FLIP[op]


def measured(context: Context, number: Amount, unit: str) -> Amount:
    """A number with its unit."""
    after = context.tokens.index(number.said[-1]) + 1
    return replace(number, unit=unit, said=(*number.said, *context.tokens[after : after + 1]))


def measured_two(context: Context, number: Amount, first: str, unit: str) -> Amount | None:
    """ "8 story points": two words that count one input."""
    words = {stem(first), stem(unit)}
    told = any(
        words <= {*found.leaf, *found.described}
        for tool in context.lexicon.tools
        for found in tool.inputs
        if found.is_number
    )
    return replace(number, unit=unit) if told and first not in UNITS else None


def measured_per(context: Context, number: Amount, unit: str) -> Amount | None:
    """ "2.50 per km", where an input is said to be that."""
    what = unit_of(unit) or stem(unit)
    told = any(what in found.per for tool in context.lexicon.tools for found in tool.inputs if found.is_number)
    at = context.tokens.index(number.said[-1]) + 1
    said = (*number.said, *context.tokens[at : at + 2])
    return replace(number, unit=f"per {what}", said=said) if told and not number.quantity.percent else None


def compared(context: Context, op: str, amount: Amount) -> Formula:
    """A relation to a number."""
    return Compared(op, amount.quantity, amount.unit, (), amount.said, tail=amount.tail)


def without_over(context: Context, op: str, amount: Amount) -> Formula | None:
    """ "Without going over 500"; who refunds "without reaching 500" may go on with it."""
    return compared(context, _FLIP[op], amount) if op == ">" else None


def until_amount(context: Context, amount: Amount, op: str = "<=") -> Formula | None:
    """ "Until 500", for up to, and "from 500 on"; "until 12", "until 1700" and "until 15 days" may be times."""
    kind = UNITS.get(amount.unit, ("",))[0]
    number = amount.quantity.value
    typed = len(amount.said) == 1 and amount.said[0].text.isdigit()
    counted = not amount.unit and number > _LAST_DAY and not (typed and _LAST_HOUR < number < _LAST_YEAR)
    sure = amount.quantity.currency or amount.quantity.percent or (amount.unit and kind not in _TIMES) or counted
    return compared(context, op, amount) if sure and not amount.tail else None


_LAST_DAY, _LAST_HOUR, _LAST_YEAR = 31, 1000, 2400


def with_tail(context: Context, amount: Amount, tail: Said) -> Amount | None:
    """ "24 hours before check-in"; "up to 24 hours before" says until when, and not how long before."""
    at = context.tokens.index(amount.said[0])
    until = [token.low for token in context.tokens[max(at - 2, 0) : at]] == ["up", "to"]
    if not amount.unit or (until and tail[0].low == "before"):
        return None
    return replace(amount, said=(*amount.said, *tail), tail=tail)


def compared_till(context: Context, amount: Amount, op: str, tail: Said) -> Formula | None:
    """ "24 hours or more before check-in"."""
    found = with_tail(context, amount, tail)
    return compared(context, op, found) if found is not None else None


def compared_back(context: Context, op: str, amount: Amount) -> Formula | None:
    """ "No more than 12 months back"."""
    return back(context, compared(context, op, amount))


def back(context: Context, pred: Formula) -> Formula | None:
    """ "Going back at most 12 months": of an input that says how far back, and of no other."""
    word = next(token for token in context.tokens if token.low == "back")
    match pred:
        case Compared():
            return replace(pred, tail=(word,)) if pred.unit and not pred.tail and _timed(pred) else None
        case And(items):
            told = [back(context, item) for item in items]
            return joined("and", *(item for item in told if item is not None)) if None not in told else None
    return None


def lasting(context: Context, cond: Formula) -> Formula | None:
    """ "For a period exceeding 72 hours": of time, and of nothing else."""
    return _each_of("long", cond) if _timed(cond) else None


def staying(context: Context, cond: Formula, how: str) -> Formula | None:
    """ "The data is kept for no more than 180 days"."""
    found = {"paused": "suspended", "suspended": "suspended"}.get(how, "kept" if how in _KEPT else "valid")
    return _each_of(found, cond) if _timed(cond) else None


def expiring(context: Context, cond: Formula) -> Formula | None:
    """ "The link expires within 48 hours"."""
    return _each_of("expiring", cond) if _timed(cond) else None


def away(context: Context, op: str, amount: Amount) -> Formula | None:
    """ "Less than 5 km away"."""
    found = compared(context, op, amount)
    return _each_of("away", found) if _each_in(found, _DISTANCES) else None


def not_lasting(context: Context, cond: Formula) -> Formula | None:
    """ "That do not last longer than 4 hours"."""
    found = lasting(context, cond)
    return None if found is None else negated(found)


def worth(context: Context, cond: Formula) -> Formula:
    """ "Worth over 500"."""
    return _each_of("worth", cond)


def counting(context: Context, cond: Formula) -> Formula:
    """ "In quantities exceeding ten"."""
    return _each_of("count", cond)


def weighing(context: Context, cond: Formula) -> Formula | None:
    """ "Weighing over 20 kg"."""
    return cond if _each_in(cond, _WEIGHTS) else None


def _timed(cond: Formula) -> bool:
    return _each_in(cond, _TIMES)


def _each_in(cond: Formula, kinds: frozenset[str]) -> bool:
    """Whether every number of a condition is said in a unit of one of some kinds."""
    units = [each.unit if isinstance(each, Compared) else "" for each in terms(cond)]
    return all(_kind_of(unit) in kinds for unit in units)


def _kind_of(unit: str) -> str:
    return "time" if unit == "night" else UNITS.get(unit_of(unit) or unit, ("",))[0]


def _each_of(what: str, cond: Formula) -> Formula:
    match cond:
        case Compared():
            return replace(cond, of=what)
        case Neg(item):
            return Neg(_each_of(what, item))
        case And(items) | Or(items):
            return type(cond)(tuple(_each_of(what, item) for item in items))
    return cond


def lasting_of(context: Context, subject: Said, pred: Formula) -> Formula | None:
    """ "Valid for more than 90 days", "due in less than a week"."""
    numbers = fits_any(context.lexicon, subject) <= {"Long", "decimal"}
    return about(subject, pred) if numbers and _timed(pred) else None


def lasting_at(context: Context, op: str, amount: Amount) -> Formula | None:
    """ "For a maximum period of 7 days"."""
    return lasting(context, compared(context, op, amount))


def due_in(context: Context, pred: Formula) -> Formula | None:
    """ "Due in less than 7 days"."""
    due = next(token for token in context.tokens if token.low == "due")
    return lasting_of(context, (due,), pred)


def aged(context: Context, op: str, amount: Amount) -> Formula:
    """ "Older than 30 days"."""
    return Compared(op, amount.quantity, amount.unit, (), amount.said, age=True)


def not_aged(context: Context, op: str, amount: Amount) -> Formula:
    """ "Not older than 30 days"."""
    return negated(aged(context, op, amount))


def longer(context: Context, op: str, amount: Amount) -> Formula:
    """ "Longer than 4 hours": of a time, it is not when something is, or how long before."""
    found = compared(context, op, amount)
    return _each_of("longer", found) if _timed(found) else found


def not_longer(context: Context, op: str, amount: Amount) -> Formula:
    """ "No longer than 4 hours"."""
    return longer(context, _FLIP[op], amount)


def between(context: Context, low: Amount, high: Amount) -> Formula | None:
    """Both ends included."""
    unit = low.unit or high.unit
    currency = low.quantity.currency or high.quantity.currency
    tail = low.tail or high.tail
    ends = [
        Compared(op, replace(end.quantity, currency=currency), unit, (), end.said, tail=tail)
        for op, end in ((">=", low), ("<=", high))
    ]
    return joined("and", *ends) if low.quantity.value <= high.quantity.value else None


def between_ends(context: Context, ends: tuple[Amount, Amount], unit: str = "") -> Formula | None:
    """ "5-10 nights"."""
    low, high = (replace(end, unit=unit) for end in ends)
    return between(context, low, high)


def bounded(context: Context, op: str, subject: Said, amount: Amount) -> Formula:
    """ "With a minimum deposit of 500"."""
    return about(subject, compared(context, op, amount))


def bounded_behind(context: Context, op: str, subject: Said, amount: Amount) -> Formula | None:
    """ "With over 5 free days"; the "hours" of "over 4 hours" are a unit, and not the input of that name."""
    unit = len(subject) == 1 and bool(unit_of(subject[0].low))
    return None if unit and not amount.unit else bounded(context, op, subject, amount)


def one_amount(context: Context, amount: Amount) -> tuple[Amount, ...]:
    """The first number of a list."""
    return (amount,)


def more_amounts(context: Context, amounts: tuple[Amount, ...], amount: Amount) -> tuple[Amount, ...]:
    """A further number of a list."""
    return (*amounts, amount)


def amounts_are(context: Context, amounts: tuple[Amount, ...]) -> Formula:
    """Equal to one of some numbers."""
    return joined("or", *(compared(context, "==", amount) for amount in amounts))
