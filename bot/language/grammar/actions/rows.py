"""Rows of shorthand: a tool or its people, then conditions, people and a verdict, each but once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import has_value_mark, of_one_list
from bot.language.grammar.actions.conditions import valued, valued_both
from bot.language.meaning.claims import of_two_claims
from bot.language.meaning.model import Draft, Flagged, Formula, Or, Said, Value, Valued, Who, about, join, terms
from bot.language.text.words import is_plural
from bot.language.wordlists import FORBID, PERMIT, Effect


@dataclass(frozen=True, slots=True)
class Row:
    """What the entries of a row say so far. `label` is how it begins, `only` says that an entry has the word, `flag`
    that the last one is a boolean by its name, beside which a "no" may be its value, `people` that it says who, and
    `several` that it lists them: what is said of the last may be of that one alone."""

    draft: Draft
    label: str = ""
    only: bool = False
    flag: bool = False
    several: bool = False
    people: bool = False


def entry(
    context: Context,
    cond: Formula | None = None,
    who: Who | None = None,
    effect: Effect | None = None,
    only: str = "",
    several: str = "",
) -> Row | None:
    """A condition, people, or a verdict."""
    if who is not None and of_two_claims(who.condition):
        return None
    return Row(Draft(effect, who, when=cond), only=bool(only), several=bool(several), people=who is not None)


def entry_flag(context: Context, flag: Said, only: str = "") -> Row:
    """A boolean by its name."""
    return Row(Draft(when=Flagged(flag, flag)), only=bool(only), flag=True)


def row_of(context: Context, label: str, what: Draft, entry: Row, who: Who | None = None, mark: str = "") -> Row | None:
    """A row with its first entry."""
    if (who is not None and of_two_claims(who.condition)) or (
        label == "tool" and entry.draft.effect is not None and has_value_mark(context.tokens, what.when)
    ):
        return None
    named = join(what, Draft(who=who)) if who is not None else what
    return row_on(context, Row(named, label, people=True), entry, mark) if named is not None else None


def row_on(context: Context, row: Row, entry: Row, mark: str = "") -> Row | None:
    """A row with one more entry. Behind "everyone except interns" a condition may be of the exception; "express = no"
    and "express - no" are no verdict."""
    said, more = row.draft, entry.draft
    verdict = more.effect is not None and more.who is None
    if (said.excepts and more.when is not None) or (mark == "dash" and (row.several or (verdict and _split(row)))):
        return None
    if _twice(context, said.when, more.when) or (mark == "plus" and _either(said.when)):
        return None
    if None not in (said.when, more.when) and any(isinstance(each, Or) for each in (said.when, more.when)):
        return None  # "amount > 500 or reason late, express": what the comma groups is not said
    both = join(said, more)
    # "process_refund > 50, EUR: managers" says of whom as "process_refund: managers" does.
    headed = mark == "dash" and row.label == "loose" and more.effect is None and said.who is None
    label = "tool" if headed else row.label
    return replace(entry, draft=both, label=label, only=row.only or entry.only) if both is not None else None


def _split(row: Row) -> bool:
    """Whether a verdict behind a dash may be of the last entry alone: "managers, over 500 - no", "express = no"."""
    return row.flag or (row.draft.who is not None and not row.people)


def _twice(context: Context, left: Formula | None, right: Formula | None) -> bool:
    """Whether two values of one list stand side by side: "EUR, USD" are either of them, and no call has both."""
    if left is None or right is None:
        return False
    first, then = ([each for each in terms(side) if isinstance(each, Valued)] for side in (left, right))
    return any(of_one_list(context.lexicon, (*one.values, *other.values)) for one in first for other in then)


def _either(cond: Formula | None) -> bool:
    """Whether a condition is met by one of several: what "A or B + C" groups is not said."""
    return cond is not None and any(isinstance(each, Valued) and len(each.values) > 1 for each in terms(cond))


def row_rule(context: Context, row: Row) -> Draft | None:
    """A row as a rule: by its verdict, or without one a permit where it says of whom."""
    draft = row.draft
    if draft.effect is None:
        told = row.only or row.label == "who" or (row.label == "tool" and draft.who is not None)
        return replace(draft, effect=PERMIT) if told else None
    return None if row.only and draft.effect == FORBID else draft


def valued_one(context: Context, values: tuple[Value, ...]) -> Formula | None:
    """Listed values of one input: of two, "production, high" would be either of them."""
    return valued(context, values) if len(values) == 1 or of_one_list(context.lexicon, values) else None


def bracketed(context: Context, row: Row) -> Draft | None:
    """ "process_refund (EUR, max 500)": conditions alone hang on a tool."""
    plain = row.draft.effect is None and row.draft.who is None
    return row.draft if plain and not row.only else None


def bracket_permit(context: Context, row: Row, who: Who) -> Draft | None:
    """ "Managers: process_refund (EUR only)"."""
    plain = bracketed(context, replace(row, only=False))
    return join(Draft(PERMIT, who), plain) if plain is not None else None


def with_listed_value(context: Context, named: Draft, values: tuple[Value, ...]) -> Draft | None:
    """ "run_payroll US": a listed value behind a tool's exact name."""
    found = valued(context, values)
    return None if _twice(context, named.when, found) else join(named, Draft(when=found))


def with_values_and(context: Context, subject: Said, values: tuple[Value, ...]) -> Formula | None:
    """ "Reason codes loyalty and group": several of them, of which each call has one."""
    both = valued_both(context, "in", values) if is_plural(subject[-1].low) else None
    return about(subject, both) if both is not None else None
