"""Conditions: comparisons, values and times, and what they are said of."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.subjects import Amount, fits_any, of_one_list
from bot.language.grammar.actions.amounts import amounts_are, between, compared
from bot.language.grammar.actions.flags import truth
from bot.language.meaning.model import (
    Against,
    Dated,
    Draft,
    Formula,
    Own,
    Said,
    Value,
    Valued,
    about,
    halved,
    join,
    joined,
    negated,
)
from bot.language.text.words import is_plural
from bot.language.wordlists import words

_NEGATIONS = words("nearest", "negations")


def compared_in(context: Context, op: str, money: tuple[Amount, Value]) -> Formula:
    """ "Above 500 EUR", of the calls that are in euros."""
    amount, code = money
    own = replace(amount.quantity, currency=code.text)
    return joined("and", compared(context, op, replace(amount, quantity=own)), valued(context, (code,)))


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


def more_values(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...] | None:
    """A further value of a list; in "reason late, and currency not EUR" an input is named."""
    low = value.text.lower()
    named = not value.quoted and low not in context.lexicon.listed and (low,) in context.lexicon.spelled_inputs
    return None if named else (*values, value)


def next_value(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...] | None:
    """A further value behind a comma, where people may begin a rule of their own: "branch = dev, leads if …"."""
    people = not value.quoted and is_plural(value.text.lower()) and surely_people(value.text.lower())
    return None if people and value.text.lower() not in context.lexicon.listed else more_values(context, values, value)


def valued(context: Context, values: tuple[Value, ...], how: str = "==") -> Valued:
    """One of some values."""
    return Valued(how, values, (), tuple(token for value in values for token in value.said))


def valued_things(context: Context, values: tuple[Value, ...]) -> Valued | None:
    """ "Except final notices"; "but not contractors" may be of who does it, and of whom it is done to."""
    return None if any(surely_people(value.said[-1].low) for value in values) else valued(context, values)


def part_of(context: Context, part: Value, subject: Said) -> Formula:
    """ "With DRAFT in the title"."""
    return about(subject, valued(context, (part,), "contains"))


def starts_by(context: Context, value: Value) -> Valued | None:
    """ "That starts by svc-"; "that starts by noon" is a time."""
    piece = value.quoted or not value.text[-1:].isalnum()
    return valued(context, (value,), how="starts") if piece else None


def listed_one(context: Context, value: Value) -> Valued:
    """ "An air shipment": a value that an input lists."""
    return valued(context, (value,))


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


def valued_of(context: Context, subject: Said, values: tuple[Value, ...]) -> Draft | None:
    """ "…, reason: damaged"."""
    found = with_value(context, subject, values)
    return Draft(when=found) if found is not None else None


def amounts_of(context: Context, subject: Said, amounts: tuple[Amount, ...]) -> Draft:
    """ "…, priority: 1 or 2"."""
    return Draft(when=with_amount(context, subject, amounts))


def ranged_of(context: Context, subject: Said, low: Amount, high: Amount) -> Draft | None:
    """ "…, quantity: 1 to 10"."""
    found = between(context, low, high)
    return Draft(when=about(subject, found)) if found is not None else None


def ends_mod(context: Context, subject: Said, ends: tuple[Amount, Amount]) -> Draft | None:
    """ "…, quantity: 1-10"."""
    return ranged_of(context, subject, *ends)


def truth_of(context: Context, flag: Said, said: str) -> Draft:
    """ "…, express: no"."""
    return Draft(when=truth(context, flag, said))


def both_mods(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "(reason: damaged, amount: up to 20)"."""
    return join(left, right)


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


def just_not(context: Context) -> str | None:
    """ "Managers may refund, just not interns"; behind another "not" it may be all that is blocked."""
    return None if sum(token.low in _NEGATIONS for token in context.tokens) > 1 else "but"


def none_of(context: Context, values: tuple[Value, ...], how: str = "==") -> Formula:
    """ "Neither US nor CA"."""
    return negated(valued(context, values, how))


def anything_but(context: Context, values: tuple[Value, ...]) -> Formula:
    """ "With anything but pii"."""
    return negated(replace(valued(context, values), others=True))


def valued_at(context: Context, prep: str, values: tuple[Value, ...]) -> Valued:
    """ "To staging", "in append mode"."""
    return replace(valued(context, values), prep=prep)


def valued_both(context: Context, prep: str, values: tuple[Value, ...]) -> Formula | None:
    """ "With a dog and a cat"."""
    return replace(valued_at(context, prep, values), both=True) if of_one_list(context.lexicon, values) else None


def of_thing(context: Context, thing: int, cond: Formula) -> Formula:
    """ "The order is shipped", "an air shipment": said of what the tool must be about."""
    return joined("and", Own(context.tokens[thing]), cond)


def with_value(
    context: Context, subject: Said, values: tuple[Value, ...], prep: str = "", negative: str = ""
) -> Formula | None:
    """ "With currency EUR"; "for ward clerks" names no ward."""
    from bot.language.grammar.value_leaves import free_text

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


def with_amount(context: Context, subject: Said, amounts: tuple[Amount, ...]) -> Formula:
    """ "With priority 1"."""
    return about(subject, amounts_are(context, amounts))


def within(context: Context, outer: Said, subject: Said, pred: Formula) -> Formula | None:
    """ "Beneficiaries whose IBAN starts with RU", of an input in an object that is called so."""
    around, own = {word for token in outer for word in token.words}, {word for token in subject for word in token.words}
    told = any(
        around <= set(found.outer) and own <= {*found.leaf, *found.outer}
        for found in context.lexicon.inputs_beside(own)
    )
    return about((*outer, *subject), pred) if told else None
