"""How everyday people put a rule: what happens else, a second bound with a condition of its own."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import Amount, fits_any
from bot.language.grammar.actions.amounts import compared
from bot.language.grammar.actions.clauses import nobody
from bot.language.grammar.actions.conditions import valued
from bot.language.grammar.actions.orders import taken_up
from bot.language.grammar.actions.sharing import Drafts, goes_on
from bot.language.grammar.actions.tools import Deed
from bot.language.meaning.model import Compared, Draft, Formula, Said, Value, Who, about, joined, negated, senses
from bot.language.wordlists import Effect


def must_also(context: Context, owed: Draft, cond: Formula) -> Draft | None:
    """ "A refund must be express and the reason has to be late"."""
    return replace(owed, must=joined("and", owed.must, cond)) if owed.must is not None else None


def must_else(context: Context, owed: Draft) -> Draft:
    """ "Refunds must be express, otherwise they are blocked": all else is blocked."""
    return senses(owed)[-1]


def again_when(context: Context, cond: Formula, mod: Draft) -> Draft | None:
    """ "Up to 500 when express is true", behind a rule that it goes on."""
    return Draft(when=cond, must=mod.when) if mod.when is not None else None


def once_more(context: Context, first: Draft, again: Draft) -> Drafts | None:
    """ "Managers may refund up to 100, or up to 500 when express is true": both are theirs."""
    if first.who is None or first.excepts or _within(first.when, again.when):
        return None
    both = goes_on(context, first, Draft(who=first.who, when=again.when))
    if both is None or again.must is None or both[-1].when is None:
        return None
    return (first, replace(both[-1], when=joined("and", both[-1].when, again.must)))


def amount_more(context: Context, first: Draft, amount: Amount, mod: Draft) -> Drafts | None:
    """ "Managers may refund up to 100, 500 if express": of the bound before it."""
    bound = first.when
    again = again_when(context, compared(context, bound.op, amount), mod) if isinstance(bound, Compared) else None
    return once_more(context, first, again) if again is not None else None


def _within(first: Formula | None, again: Formula | None) -> bool:
    """Whether the second bound lets in no more than the first: "up to 100, or up to 50 if express" may be a limit."""
    if not (isinstance(first, Compared) and isinstance(again, Compared)):
        return False
    more = again.quantity.value - first.quantity.value
    return first.op[0] != again.op[0] or (more <= 0 if first.op in {"<", "<="} else more >= 0)


def share_of(context: Context, what: Draft, who: Who) -> Draft | None:
    """ "…, minor rework by anyone": the tool is said once more."""
    return replace(what, who=who) if what.what is not None and what.when is not None and not what.beside else None


def taken_by_none(
    context: Context, effect: Effect, deed: Deed, more: Deed | tuple[Deed, ...], again: str
) -> Draft | None:
    """ "Orders above 500: nobody may cancel them"."""
    what = taken_up(context, deed, more, again)
    return nobody(context, effect, what) if what is not None else None


def has_among(context: Context, values: tuple[Value, ...], subject: Said, negative: str = "") -> Formula | None:
    """ "If legal is among the tags": of a list, and of nothing else."""
    if fits_any(context.lexicon, subject) != {"set"}:
        return None
    found = about(subject, valued(context, values, "contains"))
    return negated(found) if negative else found
