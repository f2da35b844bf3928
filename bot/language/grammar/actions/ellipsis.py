"""What is left unsaid: the tool, the deed or the people of the rule before, and what "they" and "so" stand for."""

from __future__ import annotations

import itertools
from dataclasses import replace

from bot.language.gateway.context import Context, share_a_tool
from bot.language.gateway.groups import surely_people
from bot.language.grammar.actions.clauses import clause
from bot.language.meaning.logic import Not
from bot.language.meaning.model import (
    Draft,
    What,
    Who,
)
from bot.language.wordlists import FORBID, PERMIT, Effect


def same_tool(context: Context, effect: Effect, who: Who, only: str | None = None) -> Draft | None:
    """ "Interns may not": the tool of the rule before, where that has no conditions."""
    before = context.before
    pairs = itertools.pairwise(token.low for token in context.tokens)
    if effect == PERMIT and any(first in {"may", "can", "could"} and then == "not" for first, then in pairs):
        return None  # "contractors may not when it is live" bans that, and allows nothing "not when it is live"
    if (
        not context.leans
        or before is None
        or before.what is None
        or (only is not None and (effect != PERMIT or before.effect != FORBID or _of_everyone(before.who)))
        or before.when is not None
        or before.unless is not None
        or _of_several(context, who)
    ):
        return None
    return Draft(effect, who, before.what)


def _of_several(context: Context, who: Who) -> bool:
    """Whether all but some people are spoken of behind rules about different tools: in "managers may refund. Interns
    may cancel orders. Nobody else may." of each of these, or of the last."""
    others = (draft for draft in context.earlier if context.before and draft.effect == context.before.effect)
    return isinstance(who.condition, Not) and any(
        context.before and not share_a_tool(draft, context.before) for draft in others
    )


def sentence_ban(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Editors may update gists if the filename ends with .md. Viewers may not.": no gist, whatever it is called."""
    before = context.before
    if before is None or (before.when is None and before.unless is None):
        return None  # without a condition it is the tool of the rule before, as it stands
    return sentence_verdict(context, effect, who)


def comma_ban(context: Context, effect: Effect, who: Who, so: str) -> Draft | None:
    """ "Managers may refund up to 500, interns may not": not at all, or not so."""
    before = context.before
    if before is None or (before.when is None and before.unless is None) or context.sentence or not context.leans:
        return None
    if effect != FORBID or before.effect != PERMIT or before.what is None or before.beside or before.must:
        return None
    if who == before.who or _of_everyone(who) or _of_several(context, who):
        return None
    return replace(before, effect=FORBID, who=who, open=False) if so == "yes" else Draft(FORBID, who, before.what)


def comma_permit(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Interns may not cancel orders over 100, managers can": just those orders."""
    before = context.before
    if before is None or before.when is None or before.unless is not None or context.sentence or before.beside:
        return None
    if (
        effect != PERMIT
        or before.effect != FORBID
        or before.must
        or before.what is None
        or _of_everyone(who, before.who)
    ):
        return None
    return None if _of_several(context, who) else replace(before, effect=PERMIT, who=who, open=False)


def only_they(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Interns may not cancel orders, only managers can": behind a ban, just what it bans."""
    before = context.before
    if before is None or before.effect != FORBID or effect != PERMIT or _of_everyone(before.who):
        return None
    if any(draft.effect == FORBID and not share_a_tool(draft, before) for draft in context.earlier):
        return None  # behind bans of several tools: of which?
    draft = same_tool(context, effect, who) or comma_permit(replace(context, sentence=False), effect, who)
    return draft if draft is not None and draft.what is not None else None


def sentence_verdict(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "…. Everyone except cataloguers: denied."."""
    before = context.before
    if effect != FORBID or not context.sentence or before is None or before.effect != PERMIT or before.what is None:
        return None
    if before.beside or before.must or who == before.who or _of_everyone(who) or _of_several(context, who):
        return None
    return Draft(FORBID, who, before.what)


def nobody_same(context: Context, effect: Effect) -> Draft | None:
    """ "Over 500 nobody may"."""
    return same_tool(context, FORBID, Who(None)) if effect == PERMIT else None


def same_deed(context: Context, effect: Effect) -> Draft | None:
    """ "They may not do so when …": of the people of the rule before, and of its tool, however that is narrowed."""
    before = context.before
    if effect != FORBID or before is None or before.what is None or before.effect != PERMIT or before.beside:
        return None
    return Draft(FORBID, before.who, before.what)


def same_rule(context: Context, who: Who, effect: Effect | None = None) -> Draft | None:
    """ "Leads too", "nor may interns": the whole rule before, of other people."""
    before = context.before
    if before is None or before.what is None or effect not in {None, before.effect} or _of_everyone(before.who, who):
        return None
    return replace(before, who=who, open=False)


def both_tools(context: Context, effect: Effect, who: Who, count: str = "2") -> Draft | None:
    """ "Locums: no scheduling, no cancelling. Vets can do both": the two tools of the rule before."""
    before = context.before
    if before is None or before.what is None or before.excepts or before.when is not None or before.beside:
        return None
    if effect == FORBID:
        return None  # who may not do both may do each, or neither
    two = len(before.what.choices) == 1 and len(context.tools_of(before.what)) == int(count)
    return Draft(effect, who, before.what) if two and not _of_several(context, who) else None


def same_but(context: Context, effect: Effect, who: Who, what: Draft) -> Draft | None:
    """ "Advisors can too, except close jobs": all tools of the rule before but some."""
    draft = same_rule(context, who, effect)
    if draft is None or draft.excepts or draft.beside or what.when is not None or what.beside:
        return None
    if any(each.what is None or len(each.what.choices) != 1 for each in (draft, what)):
        return None
    tools, out = ([tool.key for tool in context.tools_of(each.what)] for each in (draft, what))
    left = tuple(key for key in tools if key not in out)
    return replace(draft, what=What((left,)), open=True) if left and {*out} < {*tools} else None


def _of_everyone(*people: Who | None) -> bool:
    return any(who is None or who.condition is None for who in people)


def same_people(context: Context) -> Who | None:
    """ "They": the people of the rule before."""
    return context.before.who if context.before is not None else None


def same_subject(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "May not export": a modal with no subject takes the people of the rule before."""
    who = same_people(context)
    return clause(context, effect, what, who) if who is not None else None


def let_them(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "Don't let them export": those of the rule before, unless it is done to people, who may be meant."""
    tools = context.tools_of(context.before.what) if context.before is not None else ()
    handled = any(surely_people(word) for tool in tools for word in tool.parts)
    return None if handled or not tools else same_subject(context, effect, what)
