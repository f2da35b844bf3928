"""Whole targets, and all tools: named, excepted, or none of them."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.refusals import Refusal
from bot.language.meaning.model import Draft, What
from bot.language.text.words import is_plural


def whole_target(context: Context, target: str) -> Draft:
    """Every tool of a target."""
    return Draft(what=What(((target,),), target=target))


def all_with(context: Context, at: int) -> Draft | None:
    """ "Anything with cards": every tool that is named after them, where no other tool may work on them too."""
    lexicon, token = context.lexicon, context.tokens[at]
    every = (*lexicon.tools, *lexicon.left_out, *lexicon.methods)
    about = [tool for tool in every if token.stem in {*tool.name, *tool.described}]
    if not about or not is_plural(token.low) or any(tool not in lexicon.tools for tool in about):
        return None
    named = tuple(tool.action for tool in about if token.stem in tool.name[1:])
    return Draft(what=What((named,))) if len(named) == len(about) else None


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
    tools = context.lexicon.by_target[every.what.target] if every.what.target else context.lexicon.tools
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
