"""What an exception, or what is "but not" allowed, can be of: those who call, those it is done to, or another deed."""

from __future__ import annotations

import itertools

from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.verbs import classes_of, is_verb, senses_of
from bot.language.meaning.claims import STAFF, of_role
from bot.language.meaning.model import Draft, Fact, Valued
from bot.language.text.words import is_plural, singular

_EXCEPTING = frozenset({"except", "not", "excluding"})


def of_receivers(context: Context, draft: Draft, mod: Draft) -> bool:
    """Whether an exception may be of those to whom something is done: "clerks may hire employees but not contractors",
    "but not for repeat offenders". Who has a role has no other: said of the callers, it would say nothing."""
    if draft.who is not None and of_role(draft.who.condition) and _is_a_person(context, mod):
        return True
    if draft.who is None or not isinstance(mod.unless, Fact):
        return False
    if not (of_role(draft.who.condition) and of_role(mod.unless.logic)):
        return False
    if draft.who.condition in STAFF:
        return True  # "not by personnel except managers" bans everyone but these, and no role of that name
    lows = [token.low for token in context.tokens]
    handed = any(first in _EXCEPTING and then in {"for", "to"} for first, then in itertools.pairwise(lows))
    tools = context.tools_of(draft.what)
    nouns = {singular(then) for then, word in itertools.pairwise(lows) if word in _EXCEPTING | {"but", "besides"}}
    named = (found.own for tool in tools for found in tool.inputs if found.is_free_text and found.own[-1] != "id")
    if any(nouns & {*own} for own in named):
        return True  # "to any group except vpn-admins"
    return handed or any(surely_people(word) for tool in tools for word in tool.parts)


def _is_a_person(context: Context, mod: Draft) -> bool:
    """ "Unless it is a contractor", of a value that an input lists: who calls may be meant as well."""
    cond = mod.unless
    if not isinstance(cond, Valued) or cond.subject or not cond.said or not surely_people(cond.said[0].low):
        return False
    at = context.tokens.index(cond.said[0])
    return at > 2 and context.tokens[at - 1].low in {"a", "an"} and context.tokens[at - 3].low == "it"


def does_behind_but(context: Context) -> bool:
    """Whether a verb, or a tool's own name, stands behind "but not"."""
    tokens = context.tokens
    at = next((at for at, token in enumerate(tokens) if token.low == "but"), len(tokens))
    behind = (token for token in tokens[at + 1 :] if token.low not in {"not", "never", "ever", "the", "use", "call"})
    first = next(behind, None)
    if first is None:
        return False
    named = (first.value or first.text).lower() in context.lexicon.by_name
    return named or (is_verb(first) and not is_plural(first.low))


def done_alike(context: Context, first: Draft, other: Draft) -> bool:
    """ "Modify order items but not the payment": the verb said is what the other tools do as well."""
    verb = first.what.verb if first.what else ""
    tools = context.tools_of(other.what)
    return bool(verb and tools) and all(verb in tool.name or senses_of(tool) & classes_of([verb]) for tool in tools)
