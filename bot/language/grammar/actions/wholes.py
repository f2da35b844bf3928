"""Whole targets, and all tools: named, excepted, or none of them."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.verbs import USE, classes_of, has_sense, is_done, own_verbs, senses_of
from bot.language.grammar.actions.tools import Deed
from bot.language.meaning.model import Draft, What
from bot.language.text.words import is_plural


def one_verb(context: Context, at: int, left: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """A verb alone, in one list with those `left` of it."""
    does = is_done(context.lexicon, context.tokens[at]) and context.tokens[at].stem not in USE
    return (*left, at) if does and not is_plural(context.tokens[at].low) else None


def whatever_done(context: Context, verbs: tuple[int, ...]) -> Draft | None:
    """ "Cancel or return anything": every tool that is said to do so. Where others do what is much like it, it is asked
    whether they are meant; none that a policy cannot name is passed over."""
    tools = (*context.lexicon.tools, *context.lexicon.methods)
    near: list[str] = []
    wide: list[str] = []
    for verb in (context.tokens[at].stem for at in verbs):
        every = (*context.lexicon.left_out, *tools)
        alike = [tool for tool in every if verb in own_verbs(tool) or classes_of([verb]) & senses_of(tool)]
        if not alike or alike[0].left_out:
            return None
        own = [tool for tool in alike if verb in own_verbs(tool)]
        same = [tool for tool in alike if tool in own or has_sense(tool, verb)]
        near += [tool.key for tool in own or same]
        wide += [tool.key for tool in (same if own else alike)]
    choices = dict.fromkeys(tuple(dict.fromkeys(keys)) for keys in (near, wide) if keys)
    return Draft(what=What(tuple(choices)))


def whole_target(context: Context, target: str) -> Draft:
    """Every tool of a target."""
    return Draft(what=What(((target,),), target=target))


def all_of_noun(context: Context, noun: Deed) -> Draft | None:
    """ "Do anything with orders": the tools that have the noun in their names; where some are of orders of a kind
    ("purchase order"), or more tools, or a target, say that they are about it, which are meant is asked."""
    token = context.tokens[noun.places[0]]
    every = [
        tool for tool in (*context.lexicon.left_out, *context.lexicon.tools) if token.stem in tool.about | {*tool.name}
    ]
    own = [tool.key for tool in every if token.stem in tool.name[1:]]
    plain = [tool.key for tool in every if [*tool.name[1:2]] == [token.stem]] or own
    wide = [tool.key for tool in every if token.stem in {*tool.name, *tool.target, *tool.does.acted}]
    named = any(tool.name[-1] == token.stem for tool in every)  # "gifts" are no gift cards
    told = any(token.stem in tool.described and tool.key not in wide for tool in context.lexicon.tools)
    if not own or not named or told or not is_plural(token.low) or every[0].left_out:
        return None  # "send money back to a customer" is something with customers too
    return Draft(what=What(tuple(dict.fromkeys((tuple(plain), tuple(own), tuple(wide))))))


def targets(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "All tools on A and B"."""
    if left.what is None or right.what is None:
        return None
    names = [name for draft in (left, right) for name in (draft.what.choices[0] if draft.what else ())]
    tools = [tool.action for name in names for tool in context.lexicon.by_target.get(name, ())]
    kept = [name for name in names if name not in context.lexicon.by_target]
    return Draft(what=What((tuple(dict.fromkeys((*kept, *tools))),)))


def everything(context: Context) -> Draft:
    """Every tool of the gateway."""
    return Draft(what=What(((),), everything=True))


def all_but(context: Context, every: Draft, but: Draft) -> Draft | None:
    """Every tool of a target or the gateway but some."""
    if every.what is None or but.what is None or but.when is not None or but.beside or len(but.what.choices) != 1:
        return None
    if len(every.what.choices) != 1:
        return None
    named = tuple(context.lexicon.by_key[key] for key in every.what.choices[0]) if not every.what.target else ()
    tools = context.lexicon.by_target[every.what.target] if every.what.target else named or context.lexicon.tools
    target = but.what.target
    out = {tool.action for tool in context.lexicon.by_target[target]} if target else {*but.what.choices[0]}
    if not out <= {tool.action for tool in tools}:
        return None  # of "all but deleting labels and creating gists" the labels would stay, which a method deletes
    left = tuple(tool.action for tool in tools if tool.action not in out)
    if not left:
        context.give_up(
            Refusal("That exception leaves no tool.", context.tokens, "Name the tools that are meant.", weight=9)
        )
    return Draft(what=What((left,)), open=True) if left and len(left) < len(tools) else None


def save_tools(context: Context, draft: Draft, but: Draft) -> Draft | None:
    """Every tool of a target or the gateway but some, which are said behind the people."""
    if draft.what is None or not (draft.what.everything or draft.what.target) or draft.excepts or draft.beside:
        return None
    left = all_but(context, Draft(what=draft.what), but)
    return replace(draft, what=left.what, open=True) if left else None
