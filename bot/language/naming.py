"""The tools that words point to, with the evidence of names, descriptions and verbs."""

from __future__ import annotations

from bot.language.context import Context
from bot.language.meaning import What
from bot.translate.refusals import Refusal
from bot.translate.tools import _completes
from bot.translate.tool_scores import names_tool, point


def named_by(context: Context, places: tuple[int, ...]) -> What | None:
    """The tools that the words at some places name, or None where a word does not help to name them."""
    if places not in context.named:
        context.named[places] = _named(context, places)
    found = context.named[places]
    assert found is None or isinstance(found, What)
    return found


def _named(context: Context, places: tuple[int, ...]) -> What | None:
    line = context.line()
    try:
        named = point(line, list(places))
    except Refusal as refusal:
        context.give_up(refusal)
        return None
    for tool in named.tools:
        if tool.left_out:
            said = [line.tokens[at] for at in places]
            context.give_up(Refusal(f"A policy cannot name `{tool.tool.name}`: Cedar cannot express it ({tool.left_out}).", said,
                                    "Change the tool's input schema, or name its whole target.", weight=9))  # fmt: skip
            return None
    for at in places:
        if not names_tool(named.tools, line.tokens[at]) or not _completes(line, named, at, list(places)):
            return None
    if named.target:
        return What(((named.target,),), target=named.target)
    return What((tuple(tool.action for tool in named.tools),))
