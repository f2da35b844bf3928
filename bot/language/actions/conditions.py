"""Conditions: comparisons, values, flags, presence and times, and what they are said of."""

from __future__ import annotations

from dataclasses import replace

from bot.language.context import Context
from bot.language.groups import surely_people
from bot.language.meaning import (
    Against,
    And,
    Beside,
    Compared,
    Dated,
    DoneBy,
    DoneListed,
    Draft,
    Flagged,
    Formula,
    Given,
    Has,
    OwnerRepo,
    Said,
    Value,
    Valued,
    about,
    halved,
    joined,
    negated,
)
from bot.language.terms import Amount, fits_any, of_one_list
from bot.language.wordlists import UNITS
from bot.language.words import is_plural, stem

_FLIP = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


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


def compared(context: Context, op: str, amount: Amount) -> Formula:
    """A relation to a number."""
    return Compared(op, amount.quantity, amount.unit, (), amount.said)


def compared_in(context: Context, op: str, money: tuple[Amount, Value]) -> Formula:
    """ "Above 500 EUR", of the calls that are in euros."""
    amount, code = money
    own = replace(amount.quantity, currency=code.text)
    return joined("and", compared(context, op, replace(amount, quantity=own)), valued(context, (code,)))


def aged(context: Context, op: str, amount: Amount) -> Formula:
    """ "Older than 30 days"."""
    return Compared(op, amount.quantity, amount.unit, (), amount.said, age=True)


def not_aged(context: Context, op: str, amount: Amount) -> Formula:
    """ "Not older than 30 days"."""
    return negated(aged(context, op, amount))


def between(context: Context, low: Amount, high: Amount) -> Formula | None:
    """Both ends included."""
    unit = low.unit or high.unit
    currency = low.quantity.currency or high.quantity.currency
    ends = [
        Compared(op, replace(end.quantity, currency=currency), unit, (), end.said)
        for op, end in ((">=", low), ("<=", high))
    ]
    return joined("and", *ends) if low.quantity.value <= high.quantity.value else None


def said_of(context: Context, subject: Said, pred: Formula) -> Formula:
    """A predicate of an input."""
    return about(subject, pred)


def denied_of(context: Context, subject: Said, pred: Formula) -> Formula:
    """ "The amount is not over 500"."""
    return negated(about(subject, pred))


def denied_cond(context: Context, cond: Formula) -> Formula:
    """The negation of a condition."""
    return negated(cond)


def denied(context: Context, pred: Formula) -> Formula:
    """The negation of a predicate."""
    return negated(pred)


def and_(context: Context, left: Formula, right: Formula) -> Formula | None:
    """Both; "not urgent and high" says neither of both, or only the first."""
    return None if halved(left, right) else joined("and", left, right)


def or_(context: Context, left: Formula, right: Formula) -> Formula:
    """At least one of both."""
    return joined("or", left, right)


def one_value(context: Context, value: Value) -> tuple[Value, ...]:
    """The first value of a list."""
    return (value,)


def more_values(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    """A further value of a list."""
    return (*values, value)


def next_value(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...] | None:
    """A further value behind a comma, where people may begin a rule of their own: "branch = dev, leads if …"."""
    people = not value.quoted and is_plural(value.text.lower()) and surely_people(value.text.lower())
    return None if people and value.text.lower() not in context.lexicon.listed else more_values(context, values, value)


def valued(context: Context, values: tuple[Value, ...], how: str = "==") -> Valued:
    """One of some values."""
    return Valued(how, values, (), tuple(token for value in values for token in value.said))


def flagged(context: Context, flag: Said) -> Formula:
    """A boolean input that is true."""
    return Flagged(flag, flag)


def unflagged(context: Context, flag: Said) -> Formula:
    """A boolean input that is not true: false, or left out where it may be."""
    return negated(Flagged(flag, flag))


def truth(context: Context, flag: Said, truth: str, negative: str = "") -> Formula:
    """ "express is true", "force is not true"."""
    yes = (truth == "true") != bool(negative)
    return flagged(context, flag) if yes else unflagged(context, flag)


def given(context: Context, subject: Said) -> Formula:
    """An input that is there."""
    return Given(subject, subject)


def not_given(context: Context, subject: Said) -> Formula:
    """An input that is not there."""
    return negated(Given(subject, subject))


def truth_or_absent(context: Context, subject: Said, truth: str) -> Formula:
    """ "dryRun is false or missing"."""
    told = flagged(context, subject) if truth == "true" else unflagged(context, subject)
    return joined("or", told, not_given(context, subject))


def against(context: Context, op: str, other: Said) -> Formula:
    """A relation to another input."""
    return Against(op, other, (), other)


def when(context: Context, cond: Formula) -> Draft:
    """A condition."""
    return Draft(when=cond)


def when_but(context: Context, cond: Formula) -> Draft:
    """ "Except between 8:00 and 18:00 UTC"."""
    return Draft(when=cond, open=True)


def when_of(context: Context, subject: Said, pred: Formula) -> Draft:
    """ "For amounts over 500"."""
    return Draft(when=about(subject, pred))


def once(context: Context, subject: Said, pred: Formula) -> Draft:
    """ "Once the workload is over 12"."""
    return Draft(when=about(subject, pred))


def dated(context: Context, subject: Said, word: str, day: tuple[object, object], negative: str = "") -> Formula:
    """ "The due date is before 2026-05-01", of an input that holds a date."""
    ops = {"before": "<", "after": ">", "until": "<=", "since": ">=", "from": ">=", "on": "==", "by": "<="}
    found = Dated(ops[word], day[0], day[1], subject)
    return negated(found) if negative else found


def only_when(context: Context, cond: Formula) -> Draft:
    """ "Only when …"."""
    return Draft(when=cond)


def unless(context: Context, cond: Formula) -> Draft:
    """An exception."""
    return Draft(unless=cond)


def none_of(context: Context, values: tuple[Value, ...], how: str = "==") -> Formula:
    """ "Neither US nor CA"."""
    return negated(valued(context, values, how))


def bounded(context: Context, op: str, subject: Said, amount: Amount) -> Formula:
    """ "With a minimum deposit of 500"."""
    return about(subject, compared(context, op, amount))


def valued_at(context: Context, prep: str, values: tuple[Value, ...]) -> Valued:
    """ "To staging", "in append mode"."""
    return replace(valued(context, values), prep=prep)


def valued_both(context: Context, prep: str, values: tuple[Value, ...]) -> Formula | None:
    """ "With a dog and a cat"."""
    return replace(valued_at(context, prep, values), both=True) if of_one_list(context.lexicon, values) else None


def with_value(
    context: Context, subject: Said, values: tuple[Value, ...], prep: str = "", negative: str = ""
) -> Formula | None:
    """ "With currency EUR"; "for ward clerks" names no ward."""
    from bot.language.value_leaves import free_text

    if any(
        not value.quoted and value.said and is_plural(value.said[-1].low) and not free_text(context, value)
        for value in values
    ):
        return None
    found = about(subject, valued_at(context, prep, values))
    return negated(found) if negative else found


def other_than(context: Context, subject: Said, values: tuple[Value, ...], prep: str = "") -> Formula | None:
    """ "For reasons other than fraud"; of a list, "other than" says that it has others."""
    kinds = fits_any(context.lexicon, subject)
    return None if "set" in kinds else with_value(context, subject, values, prep, "yes")


def own_value(context: Context, subject: Said, values: tuple[Value, ...], prep: str = "") -> Formula | None:
    """ "Evening slots": a value that the input of the noun lists itself; "active subscriptions" are no subscription."""
    found = with_value(context, subject, values, prep)
    return replace(found, listed=True) if isinstance(found, Valued) else None


def own_pair(context: Context, pair: tuple[Value, Said]) -> Formula | None:
    """ "High-risk loans": a value and a word of the input that lists it, in one word."""
    value, subject = pair
    return own_value(context, subject, (value,))


def closed_value(context: Context, value: Value) -> Formula:
    """ "Is all", at the end of a rule."""
    return valued(context, (value,))


def not_values(context: Context, op: str, values: tuple[Value, ...]) -> Formula | None:
    """ "Is other than US"."""
    return none_of(context, values) if op == "!=" else None


def one_amount(context: Context, amount: Amount) -> tuple[Amount, ...]:
    """The first number of a list."""
    return (amount,)


def more_amounts(context: Context, amounts: tuple[Amount, ...], amount: Amount) -> tuple[Amount, ...]:
    """A further number of a list."""
    return (*amounts, amount)


def amounts_are(context: Context, amounts: tuple[Amount, ...]) -> Formula:
    """Equal to one of some numbers."""
    return joined("or", *(compared(context, "==", amount) for amount in amounts))


def with_amount(context: Context, subject: Said, amounts: tuple[Amount, ...]) -> Formula:
    """ "With priority 1"."""
    return about(subject, amounts_are(context, amounts))


def flag_of_two(context: Context, left: Said, right: Said, negative: str = "") -> Formula | None:
    """ "The appeal is accepted": a boolean input named for both words."""
    both = (*left, *right)
    named = any(
        found.kind == "Bool" and {token.stem for token in both} == set(found.leaf)
        for tool in context.lexicon.tools
        for found in tool.inputs
    )
    if not named:
        return None
    return unflagged(context, both) if negative else flagged(context, both)


def without(context: Context, subject: Said) -> Formula | None:
    """ "Without a note"; "without sealed" is true of a flag that is required."""
    return given_or_flagged(context, subject, "yes")


def given_or_flagged(context: Context, subject: Said, negative: str = "") -> Formula:
    """ "With a note", "without approval"."""
    return negated(Has(subject, subject)) if negative else Has(subject, subject)


# ---- values that no schema lists -------------------------------------------------------------------------------------


def free_value(context: Context, value: Value) -> Value | None:
    """An unquoted word as a value beside a noun."""
    from bot.language.value_leaves import free_text

    return value if free_text(context, value) else None


def beside(context: Context, thing: Said, value: Value, prep: str = "") -> Formula | None:
    """ "In the repo notebooks". A plural names no single one."""
    if is_plural(thing[-1].low) and not _called(context, thing):
        return None
    return Beside(prep, thing, value)


def not_beside(context: Context, thing: Said, value: Value, prep: str = "") -> Formula:
    """ "On any branch besides main"."""
    return Beside(prep, thing, value, negative=True)


def nor_beside(context: Context, cond: Formula, value: Value) -> Formula:
    """ "… and release"."""
    last = cond.items[-1] if isinstance(cond, And) else cond
    assert isinstance(last, Beside)
    return joined("and", cond, replace(last, value=value))


def _called(context: Context, thing: Said) -> bool:
    """Whether "named" or "called" follows."""
    after = context.tokens.index(thing[-1]) + 1
    return after < len(context.tokens) and context.tokens[after].low in {"named", "called", "titled"}


def beside_after(context: Context, thing: Said, value: Value, prep: str) -> Formula | None:
    """ "On the release branch"; "the default branch" says which in another way."""
    from bot.language.value_leaves import free_text

    if not value.quoted and not free_text(context, value, before=True):
        return None
    return None if is_plural(thing[-1].low) else Beside(prep, thing, value, after=True)


def owner_repo(context: Context, prep: str, value: Value) -> Formula | None:
    """ "Of initech/website"."""
    return OwnerRepo(value, prep) if value.text.count("/") == 1 and all(value.text.split("/")) else None


def done_by(context: Context, verb: str, value: Value, by: str = "") -> Formula:
    """ "Owned by initech", "tagged vip"."""
    return DoneBy(verb, by, value)


def done_listed(context: Context, verb: str, value: Value) -> Formula:
    """ "Paid by wire"."""
    return DoneListed(verb, value)


def titled(context: Context, verb: str, value: Value) -> Formula:
    """ "Named disk-full"."""
    return DoneBy("titled" if verb == "titled" else "named", "", value)
