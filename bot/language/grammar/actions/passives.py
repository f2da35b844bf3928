"""Tools with their verb behind the effect, or below their noun: "refunds may be processed", "orders: cancel, list"."""

from __future__ import annotations

import itertools
from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.naming import named_by
from bot.language.gateway.verbs import VERBS, classes_of, is_done
from bot.language.grammar.actions.conditions import none_of
from bot.language.grammar.actions.tools import Deed, deed_when, more_words
from bot.language.meaning.model import Draft, Value, What
from bot.language.text.words import stem
from bot.language.wordlists import FORBID, PERMIT, Effect


def verb_list(context: Context, left: Deed | tuple[Deed, ...], right: Deed | tuple[Deed, ...]) -> tuple[Deed, ...]:
    """ "May be created or deleted"."""
    return (*_each(left), *_each(right))


def passive(context: Context, deed: Deed, effect: Effect, more: Deed | tuple[Deed, ...]) -> Draft | None:
    """A tool phrase with its verb behind the effect: "refunds may be processed"."""
    actions: list[str] = []
    for verb in _each(more):
        whole = more_words(context, deed, verb)
        what = named_by(context, whole.places) if whole is not None and not verb.told else _told(context, deed, verb)
        if what is None or what.target or len(what.choices) != 1 or not (deed.places or deed.inner):
            return None
        if not verb.told and any(_only_a_part(context, verb, action) for action in what.choices[0]):
            return None
        actions += what.choices[0]
    found = deed.draft(context, What((tuple(dict.fromkeys(actions)),)))
    return replace(found, effect=effect) if found is not None else None


def _told(context: Context, deed: Deed, verb: Deed) -> What | None:
    """The tool of whose description the words behind a noun are all the rest: "websites may be taken off the
    blocklist"."""
    if verb.told is None:
        return None
    action, told = verb.told
    said = [word for at in deed.places for word in context.tokens[at].words]
    return What(((action,),)) if said[-1:] == list(told[-1:]) and set(said) <= set(told) else None


def headed(context: Context, deed: Deed, more: Deed | tuple[Deed, ...]) -> Draft | None:
    """A noun over what is done with it: "orders: cancel and list". What is narrowed there may be of some of it."""
    plain = all(each.places and not each.inner for each in _each(more))
    does = plain and all(is_done(context.lexicon, context.tokens[each.places[0]]) for each in _each(more))
    if deed.inner or not does:
        return None
    found = passive(context, deed, PERMIT, more)
    return replace(found, effect=None) if found is not None else None


def _each(deeds: Deed | tuple[Deed, ...]) -> tuple[Deed, ...]:
    return deeds if isinstance(deeds, tuple) else (deeds,)


def _only_a_part(context: Context, verb: Deed, action: str) -> bool:
    """Whether a verb is but a part of what a tool is about: orders that are shipped change no shipping address."""
    tool = context.lexicon.by_key[action]
    said = context.tokens[verb.places[0]].stem
    acts = {tool.name[0], *(stem(word) for word in tool.does.words[:1])}
    acts |= {act for link, act in itertools.pairwise(tool.name) if link in {"or", "and"}}  # `create_or_update_file`
    return (
        said in tool.name
        and said not in acts
        and bool(acts & VERBS)
        and classes_of([said]).isdisjoint(classes_of(acts))
    )


def only_passive(context: Context, what: Draft) -> Draft | None:
    """ "Only sealed orders may be shipped"."""
    return what if what.effect == PERMIT and what.when is not None else None


def no_passive(context: Context, deed: Deed, effect: Effect, more: Deed | tuple[Deed, ...]) -> Draft | None:
    """ "No order may be cancelled"."""
    found = passive(context, deed, effect, more)
    return replace(found, effect=FORBID) if found is not None and effect == PERMIT else None


def no_other(
    context: Context, deed: Deed, effect: Effect, values: tuple[Value, ...], more: Deed | tuple[Deed, ...]
) -> Draft | None:
    """ "No result other than a pass shall be recorded"."""
    found = deed_when(context, deed, none_of(context, values))
    return no_passive(context, found, effect, more) if found is not None else None
