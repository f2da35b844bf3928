"""A draft to policies: its conditions on each of its tools, tools with the same ones together, and the Cedar text."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.inputs import amount_input, value_test
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.methods import MethodWords
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.tool_words import ToolWords
from bot.language.lowering.terms import Resolver
from bot.language.meaning.emitter import statement
from bot.language.meaning.logic import Logic, Not, bare, both, merged
from bot.language.meaning.model import Compared, Draft, What, terms
from bot.language.meaning.policy import Meaning
from bot.language.meaning.sense import bounded_twice, never_holds, of_nobody


def meanings(context: Context, draft: Draft, actions: tuple[str, ...]) -> tuple[Meaning, ...]:
    """The policies of a draft for one choice of its tools. Raises Refusal where a tool cannot honour a condition."""
    assert draft.effect is not None
    assert draft.what is not None
    what = draft.what
    tools = _tools(context.lexicon, what, actions)
    if not tools:
        raise Refusal("This gateway has no tool that a policy can name.", context.tokens, "Give it one first.")
    if what.target or what.everything:
        blank = ToolWords(tools[0].tool, ())
        try:
            return (_one(context, draft, blank, actions, bool(what.target)),)
        except Refusal:
            pass
    _alike(context, draft, tools)
    found: list[Meaning] = []
    for tool in tools:
        one = _one(context, draft, tool, (tool.action,), False)
        for at, other in enumerate(found):
            if _same(one.when, other.when) and _same(one.unless, other.unless):
                found[at] = replace(
                    other,
                    actions=(*other.actions, *one.actions),
                    when=_merge(other.when, one.when),
                    unless=_merge(other.unless, one.unless),
                )
                break
        else:
            found.append(one)
    return tuple(found)


def _tools(lexicon: Lexicon, what: What, actions: tuple[str, ...]) -> list[ToolWords]:
    if what.everything:
        return list(lexicon.tools)
    if what.target:
        return list(lexicon.by_target[what.target])
    return [lexicon.by_key[action] for action in actions]


def _alike(context: Context, draft: Draft, tools: list[ToolWords]) -> None:
    """Raise Refusal where a number alone is a sum of one tool and a count of another: "release or freeze payouts up to
    500" means no days of a freeze."""
    formulas = (draft.when, draft.unless) if len(tools) > 1 else ()
    for term in (each for formula in formulas if formula is not None for each in terms(formula)):
        if isinstance(term, Compared) and not (term.subject or term.unit or term.noun or term.tail):
            met = [amount_input(context.line(), tool, term.quantity, "", term.said, term.of) for tool in tools]
            if len({found.is_amount for found in met}) > 1:
                raise Refusal.of("not_alike", term.said, listed=list(dict.fromkeys(met)))


def _one(context: Context, draft: Draft, tool: ToolWords, actions: tuple[str, ...], group: bool) -> Meaning:
    resolver = Resolver(context.line(), tool, context.glossary)
    who = draft.who.condition if draft.who is not None else None
    permits = draft.effect == "permit"
    when = replace(resolver, blocking=not permits).condition(draft.when)
    unless = replace(resolver, blocking=permits).condition(draft.unless)
    if isinstance(tool, MethodWords):
        method = value_test(tool.chosen, tool.value, True, context.tokens)
        when = both(method, when)
        if unless is not None and never_holds(both(method, unless)):
            raise Refusal.of("never_at_once", context.tokens)
    for logic in (when, unless):
        if never_holds(logic) or (logic is when and of_nobody(who, when)):
            raise Refusal.of("never_at_once", context.tokens)
        if bounded_twice(logic):
            raise Refusal.of("bounded_twice", context.tokens)
    assert draft.effect is not None
    if permits:
        return Meaning(draft.effect, actions, group, both(who, when, Not(unless) if unless is not None else None), None)
    return Meaning(draft.effect, actions, group, both(who, when), unless)


def _same(left: Logic | None, right: Logic | None) -> bool:
    if left is None or right is None:
        return left is right
    return bare(left) == bare(right)


def _merge(left: Logic | None, right: Logic | None) -> Logic | None:
    return merged(left, right) if left is not None and right is not None else None


def lower(meaning: Meaning, lexicon: Lexicon) -> str:
    """The Cedar text of a policy."""
    return statement(
        lexicon.gateway, meaning.effect, meaning.actions, meaning.when, meaning.unless, group=meaning.group
    )
