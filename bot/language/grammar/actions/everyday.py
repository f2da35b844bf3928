"""How everyday people put a rule: what happens else, a second bound with a condition of its own."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.grammar.actions.sharing import Drafts, goes_on
from bot.language.meaning.model import Draft, Formula, joined, senses


def must_also(context: Context, owed: Draft, cond: Formula) -> Draft:
    """ "A refund must be express and the reason has to be late"."""
    return replace(owed, must=joined("and", owed.must, cond)) if owed.must is not None else owed


def must_else(context: Context, owed: Draft) -> Draft:
    """ "Refunds must be express, otherwise they are blocked": all else is blocked."""
    return senses(owed)[-1]


def again_when(context: Context, cond: Formula, mod: Draft) -> Draft | None:
    """ "Up to 500 when express is true", behind a rule that it goes on."""
    return Draft(when=cond, must=mod.when) if mod.when is not None else None


def once_more(context: Context, first: Draft, again: Draft) -> Drafts | None:
    """ "Managers may refund up to 100, or up to 500 when express is true": both are theirs."""
    if first.who is None or first.excepts:
        return None
    both = goes_on(context, first, Draft(who=first.who, when=again.when))
    return (first, replace(both[-1], when=joined("and", both[-1].when, again.must))) if both else None
