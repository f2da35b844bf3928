"""Which tools a phrase names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from bot.language.context import Context
from bot.language.meaning import Draft, Formula, Value, Valued, What, joined
from bot.language.naming import named_by
from bot.translate.tokens import Token
from bot.translate.vocabulary.effects import FORBID, PERMIT, Effect


@dataclass(frozen=True, slots=True)
class Deed:
    """Words that may name a tool, by their places, and the conditions among them ("urgent tickets")."""

    places: tuple[int, ...]
    when: Formula | None = None


def word(context: Context, at: int) -> Deed:
    """The first word of a tool phrase."""
    return Deed((at,))


def more_words(context: Context, deed: Deed, more: Deed) -> Deed | None:
    """A tool phrase with further words; no word twice."""
    if set(deed.places) & set(more.places):
        return None
    when = joined("and", deed.when, more.when) if deed.when and more.when else deed.when or more.when
    return Deed(tuple(sorted((*deed.places, *more.places))), when)


def value_in(context: Context, value: Value) -> Deed:
    """A listed value amid a tool phrase: "urgent tickets"."""
    return Deed((), Valued("==", (value,), (), value.said))


def cond_in(context: Context, cond: Formula) -> Deed:
    """A condition amid a tool phrase: "express refunds", "refund up to 300 dollars"."""
    return Deed((), cond)


def named(context: Context, deed: Deed) -> Draft | None:
    """The tool that the words point to."""
    what = named_by(context, deed.places) if deed.places else None
    return Draft(what=what, when=deed.when) if what is not None else None


def listed(context: Context, left: Draft, right: Draft) -> Draft | None:
    """Two tools of one list; a condition amid the list would be of one of them, and is not taken."""
    if left.when is not None or left.what is None or right.what is None or left.what.target or right.what.target:
        return None
    choices = tuple(
        tuple(dict.fromkeys((*one, *other))) for one in left.what.choices for other in right.what.choices
    )
    return Draft(what=What(choices), when=right.when)


def by_name(context: Context, name: Token, target: str = "") -> Draft | None:
    """A tool by its exact name."""
    found = context.lexicon.by_name.get((name.value or name.text).lower(), ())
    fits = [tool for tool in found if target in {"", tool.tool.target}]
    if not fits or any(tool.left_out for tool in fits):
        return None
    return Draft(what=What(tuple((tool.action,) for tool in fits)))


def whole_target(context: Context, target: str) -> Draft:
    """Every tool of a target."""
    return Draft(what=What(((target,),), target=target))


def everything(context: Context) -> Draft:
    """Every tool of the gateway."""
    return Draft(what=What(((),), everything=True))


def all_but(context: Context, every: Draft, but: Draft) -> Draft | None:
    """Every tool of a target or the gateway but some."""
    if every.what is None or but.what is None or but.when is not None or len(but.what.choices) != 1:
        return None
    tools = context.lexicon.by_target[every.what.target] if every.what.target else context.lexicon.tools
    left = tuple(tool.action for tool in tools if tool.action not in but.what.choices[0])
    return Draft(what=What((left,))) if left and len(left) < len(tools) else None


def passive(context: Context, deed: Deed, effect: Effect, more: Deed) -> Draft | None:
    """A tool phrase with its verb behind the effect: "refunds may be processed"."""
    whole = more_words(context, deed, more)
    found = named(context, whole) if whole is not None else None
    return replace(found, effect=effect) if found is not None else None


def no_passive(context: Context, deed: Deed, effect: Effect, more: Deed) -> Draft | None:
    """ "No order may be cancelled"."""
    found = passive(context, deed, effect, more)
    return replace(found, effect=cast(Effect, FORBID)) if found is not None and effect == PERMIT else None
