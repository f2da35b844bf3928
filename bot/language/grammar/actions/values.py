"""Values: of lists, in quotes, beside the noun of their input, and what is done by them."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.grammar.actions.conditions import valued, with_value
from bot.language.meaning.model import (
    And,
    Beside,
    DoneBy,
    DoneListed,
    Flagged,
    Formula,
    Or,
    OwnerRepo,
    Said,
    Value,
    about,
    joined,
    negated,
)
from bot.language.text.words import is_plural, singular


def free_value(context: Context, value: Value) -> Value | None:
    """An unquoted word as a value beside a noun."""
    from bot.language.grammar.value_leaves import free_text

    return value if free_text(context, value) else None


def with_codes(context: Context, subject: Said, values: tuple[Value, ...], prep: str) -> Formula | None:
    """ "In zone R7": words with a digit in them are spelled as they are meant, listed or not."""
    codes = all(any(map(str.isdigit, value.text)) and not value.text.isdigit() for value in values)
    return with_value(context, subject, values, prep) if codes else None


def beside(context: Context, thing: Said, value: Value, prep: str = "") -> Formula | None:
    """ "In the repo notebooks". A plural names no single one."""
    if is_plural(thing[-1].low) and not _called(context, thing):
        return None
    return Beside(prep, thing, value)


def not_beside(context: Context, thing: Said, value: Value, prep: str = "") -> Formula:
    """ "On any branch besides main"."""
    return Beside(prep, thing, value, negative=True)


def not_beside_dashed(context: Context, thing: Said, value: Value, prep: str = "") -> Formula | None:
    """ "To any group except vpn-admins": a name as typed, though it ends like people."""
    return Beside(prep, thing, value, negative=True) if "-" in value.text.strip("-") else None


def beside_these(context: Context, things: Said, value: Value, prep: str) -> Formula | None:
    """ "On the branches dev …", before more of them."""
    last = things[-1]
    if not is_plural(last.low):
        return None
    one = replace(last, text=singular(last.text), low=singular(last.low))
    return Beside(prep, (*things[:-1], one), value)


def or_beside(context: Context, cond: Formula, value: Value) -> Formula:
    """ "… or qa"."""
    last = cond.items[-1] if isinstance(cond, Or) else cond
    assert isinstance(last, Beside)
    return joined("or", cond, replace(last, value=value))


def value_is(context: Context, subject: Said, values: tuple[Value, ...], negative: str = "") -> Formula:
    """ "JFK or EWR is the origin"."""
    found = about(subject, valued(context, values))
    return negated(found) if negative else found


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
    from bot.language.grammar.value_leaves import free_text

    if not value.quoted and not free_text(context, value, before=True):
        return None
    return None if is_plural(thing[-1].low) else Beside(prep, thing, value, after=True)


def owner_repo(context: Context, prep: str, value: Value) -> Formula | None:
    """ "Of initech/website"."""
    return OwnerRepo(value, prep) if value.text.count("/") == 1 and all(value.text.split("/")) else None


def done_by(context: Context, verb: str, value: Value, by: str = "") -> Formula:
    """ "Owned by initech", "tagged vip"."""
    return DoneBy(verb, by, value)


def done_listed(context: Context, verb: str, values: tuple[Value, ...]) -> Formula:
    """ "Paid by wire or check"."""
    return joined("or", *(DoneListed(verb, value) for value in values))


def done_flag(context: Context, verb: str, flag: Said) -> Formula:
    """ "Paid by gift card", of a boolean that is said to be true when paid so."""
    return Flagged(flag, flag, verb)


def without_value(context: Context, value: Value) -> Formula:
    """ "Without an invoice", of a list that may have it."""
    return negated(with_listed(context, (value,)))


def with_listed(context: Context, values: tuple[Value, ...]) -> Formula:
    """ "An invoice is attached", of a list that may have it."""
    return replace(valued(context, values), prep="without")


def titled(context: Context, verb: str, value: Value) -> Formula:
    """ "Named disk-full"."""
    return DoneBy("titled" if verb == "titled" else "named", "", value)
