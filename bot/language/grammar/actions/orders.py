"""What stands in another order or in two pieces: an object that a pronoun takes up, either of two in front, a bound."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import Amount
from bot.language.gateway.verbs import is_verb
from bot.language.grammar.actions.amounts import bounded_behind
from bot.language.grammar.actions.clauses import clause
from bot.language.grammar.actions.conditions import of_thing
from bot.language.grammar.actions.passives import passive
from bot.language.grammar.actions.tools import Deed, listed
from bot.language.meaning.model import Compared, Draft, Formula, Said, Who, joined
from bot.language.text.words import is_plural
from bot.language.wordlists import ACT_VERBS, PERMIT, Effect


def stood_for(context: Context, at: int) -> str | None:
    """A pronoun that the noun before it was put in for."""
    token = context.tokens[at]
    return token.text if token.text.lower() in {"it", "them"} and token.text.lower() != token.low else None


def deed_so(context: Context, thing: int, cond: Formula) -> Deed:
    """ "Where the order is over 100, it …"."""
    return Deed((thing,), of_thing(context, thing, cond))


def taken_up(context: Context, deed: Deed, more: Deed | tuple[Deed, ...], again: str) -> Draft | None:
    """ "Orders above 500: to cancel them": what stands in front, and all that narrows it, is what is done."""
    what = passive(context, deed, PERMIT, more)
    return replace(what, effect=None) if what is not None else None


def taken_by(
    context: Context,
    effect: Effect,
    deed: Deed,
    who: Who,
    more: Deed | tuple[Deed, ...],
    again: str,
    only: str | None = None,
) -> Draft | None:
    """ "Orders above 500: only managers may cancel them"."""
    what = taken_up(context, deed, more, again)
    return clause(context, effect, what, who, only) if what is not None else None


def listed_to(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "To cancel orders or to create tickets": each "to" has a deed behind it, and no receiver."""
    at = right.what.places[0] if right.what is not None and right.what.places else None
    token = context.tokens[at] if at is not None else None
    if token is None or at is None:
        return None
    does = (is_verb(token) or token.stem in context.lexicon.openings) and not is_plural(token.low)
    return listed(context, left, right) if does or context.tokens[at - 1].low in ACT_VERBS else None


def either_front(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "Above 500, or for EUR, …": either of two conditions; people and exceptions are none."""
    if left.when is None or right.when is None or left != Draft(when=left.when) or right != Draft(when=right.when):
        return None
    return Draft(when=joined("or", left.when, right.when))


def bounded_of(context: Context, op: str, amount: Amount, subject: Said) -> Formula | None:
    """ "On fewer than 90 days of notice"; "at most 20% of the price" is a share of it."""
    return bounded_behind(context, op, subject, amount) if amount.unit and not amount.quantity.percent else None


def at_most_so(context: Context, pred: Formula) -> Formula | None:
    """ "… but up to 50", "… but at least 5": what only bounds; "but over 50" would begin another rule."""
    return pred if isinstance(pred, Compared) and pred.op != ">" else None
