"""What is spoken of first, and then who does what with it; what is done now, as a rule."""

from __future__ import annotations

import itertools
from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.verbs import is_done
from bot.language.grammar.actions.clauses import clause, only_they_do
from bot.language.grammar.actions.conditions import valued
from bot.language.grammar.actions.passives import passive
from bot.language.grammar.actions.tools import Deed, behind, more_words
from bot.language.meaning.model import Compared, Draft, Formula, Value, Who, join, terms
from bot.language.wordlists import FORBID, PERMIT, Effect

_NOW = frozenset({"is", "are", "am", "be", "not", "never", "currently"})


def you_never(context: Context, draft: Draft) -> Draft | None:
    """ "You can't cancel orders over 100": nobody can. What "you" cannot do at all may be said of somebody."""
    return draft if draft.effect == FORBID and (draft.when is not None or draft.unless is not None) else None


def you_cannot(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "You can't refund …", before a condition."""
    return clause(context, effect, what) if effect == FORBID else None


def doing(
    context: Context, effect: Effect, what: Draft, who: Who | None = None, only: str | None = None
) -> Draft | None:
    """ "Interns are not cancelling orders": right behind "are" stands the "-ing" of what is done."""
    pairs = itertools.pairwise(context.tokens)
    now = any(
        first.low in _NOW and then.low.endswith("ing") and is_done(context.lexicon, then) for first, then in pairs
    )
    return clause(context, effect, what, who, only) if now else None


def nobody_does(context: Context, effect: Effect, who: Who | None = None) -> Draft | None:
    """Who does it, where nobody does."""
    return Draft(FORBID, who or Who(None)) if effect == PERMIT else None


def nobody_doing(context: Context, what: Draft, who: Who | None = None) -> Draft | None:
    """ "Nobody is exporting customers"."""
    return doing(context, FORBID, what, who or Who(None))


def only_doer(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Managers only may"."""
    return clause(context, effect, None, who, "only")


def of_doer(context: Context, what: Draft, doer: Draft) -> Draft | None:
    """ "Cancelling orders, this only managers can"."""
    return join(doer, what)


def topic(
    context: Context, deed: Deed, doer: Draft, more: Deed | tuple[Deed, ...], form: str = "", again: str = ""
) -> Draft | None:
    """ "Urgent tickets nobody creates": what it is done to, who does it, and the verb in its form."""
    first = more[0] if isinstance(more, tuple) else more
    verb = context.tokens[first.places[0]] if first.places else None
    if verb is None or (form and not (is_done(context.lexicon, verb) and _form(verb.low) == form)):
        return None
    what = passive(context, deed, PERMIT, more)
    return join(doer, replace(what, effect=None)) if what is not None else None


def topic_of(
    context: Context, deed: Deed, who: Who, more: Deed | tuple[Deed, ...], only: str, form: str
) -> Draft | None:
    """ "Urgent tickets create only managers"; of people in front it may be said what they do."""
    people = any(surely_people(context.tokens[at].low) for at in deed.places)
    return None if people else topic(context, deed, Draft(PERMIT, who), more, form)


def _form(verb: str) -> str:
    return "now" if verb.endswith("ing") else "" if verb.endswith("ed") else "plain"


def taken(context: Context, more: Deed | tuple[Deed, ...], again: str = "") -> Deed | tuple[Deed, ...]:
    """ "Cancel them", of what is said in front."""
    return more


def taken_behind(
    context: Context, deed: Deed | tuple[Deed, ...], more: Deed, direct: str = ""
) -> Deed | tuple[Deed, ...] | None:
    """ "Cancel them or hand them to another rider": what stands behind is of the last."""
    *rest, last = deed if isinstance(deed, tuple) else (deed,)
    found = more_words(context, last, more) if direct else behind(context, last, more)
    return found if found is None or not rest else (*rest, found)


def they_do_up_to(context: Context, what: Draft, who: Who) -> Draft | None:
    """ "Clerks forgive fines up to 5": what they do within a bound is what they may do; without one it only is so."""
    return only_they_do(context, what, who) if all(map(_up_to, (what, *what.beside))) else None


def topic_up_to(
    context: Context,
    deed: Deed,
    doer: Draft,
    more: Deed | tuple[Deed, ...],
    form: str,
    cond: Formula | None = None,
) -> Draft | None:
    """ "Fines up to 5 the clerks forgive", "fines, the clerks forgive them up to 5"."""
    draft = topic(context, deed, doer, more, form)
    draft = join(draft, Draft(when=cond)) if draft is not None else None
    return draft if draft is not None and _up_to(draft) else None


def _up_to(draft: Draft) -> bool:
    return draft.when is not None and any(isinstance(each, Compared) and each.op == "<=" for each in terms(draft.when))


def case_of(context: Context, doer: Draft, cond: Formula) -> Draft | None:
    """ "Parental they can't", behind who may approve leave: a ban of that case; a permit would lose what was asked."""
    before = context.before
    if doer.effect != FORBID or not context.sentence or before is None or before.effect != PERMIT or before.beside:
        return None
    return Draft(FORBID, doer.who, before.what, cond) if before.what is not None else None


def case_no(context: Context, cond: Formula) -> Draft | None:
    """ "Rush jobs no", of those who may do the others."""
    before = context.before
    return case_of(context, Draft(FORBID, before.who), cond) if before is not None and before.who else None


def case_noun(context: Context, values: tuple[Value, ...], noun: Deed) -> Formula | None:
    """ "Parental leave they can't", behind who may approve leave."""
    tools = context.tools_of(context.before.what) if context.before is not None else ()
    said = {context.tokens[at].stem for at in noun.places}
    return valued(context, values) if tools and all(said <= {*tool.name[1:]} for tool in tools) else None
