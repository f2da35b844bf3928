"""Values: of lists, in quotes, beside the noun of their input, and what is done by them."""

from __future__ import annotations

from calendar import day_abbr, month_abbr
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
from bot.language.wordlists import CURRENCY_CODES


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


def two_ends(context: Context, left: Value, right: Value) -> Formula | None:
    """ "From SFO to JFK": codes or quoted names of the two ends, which the tools take by one pair of names."""
    both = (left, right)
    if not all(value.quoted or (value.text.isupper() and value.text.isalpha()) for value in both):
        return None
    if {value.text.title() for value in both if not value.quoted} & {*day_abbr, *month_abbr}:
        return None  # "from MON to FRI"
    pairs = [
        pair for tool in context.lexicon.tools for pair in _ENDS if pair <= {found.path[-1] for found in tool.inputs}
    ]
    if len({*pairs}) != 1:
        return None
    names = sorted(pairs[0], key=_STARTS.__contains__, reverse=True)
    ends = zip(("from", "to"), names, (left, right), strict=True)
    return joined("and", *(Beside(prep, (replace(end.said[0], text=name, low=name),), end) for prep, name, end in ends))


_STARTS = ("origin", "source")
_ENDS = (frozenset({"origin", "destination"}), frozenset({"source", "destination"}))


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


def currency_code(context: Context, value: Value, cond: Formula | None = None) -> Formula | None:
    """ "In usd or eur", of the input that says which currency the call is in."""
    code, last = value.text, value.said[-1]
    if len(code) != 3 or code.upper() not in CURRENCY_CODES.values() or len(value.said) > 1:
        return None
    noun = replace(last, text="currency", low="currency")
    found = Beside("in", (noun,), value)
    return joined("or", cond, found) if cond is not None else found


def titled(context: Context, verb: str, value: Value) -> Formula:
    """ "Named disk-full"."""
    return DoneBy("titled" if verb == "titled" else "named", "", value)
