"""What a question offers where a rule is not read: a value without the noun of its input, words that fit some tools.

"Pushing files to main" fits `branch` and never says so. It is read on each input that may be meant, and every such
reading is shown; none of them is a policy before somebody chose it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.schema_inputs import Input
from bot.language.grammar.chart import Phrase
from bot.language.grammar.value_leaves import free_text, glued
from bot.language.meaning.model import Beside, Value, joined
from bot.language.text.tokens import Token
from bot.language.text.words import stem
from bot.language.wordlists import words

_MOST = 4
_PROSE = frozenset(map(stem, words("values", "prose")))
# Where a preposition points, the likeliest first, as stems of the inputs' names.
_LIKELY = {
    "to": ("branch", "destin", "recipi", "to", "channel", "environ", "region"),
    "from": ("origin", "from", "sourc", "sender", "branch"),
    "on": ("branch", "servic", "environ", "host"),
    "under": ("path", "folder"),
    "below": ("path", "folder"),
    "in": ("repo", "project", "namespac", "databas", "schema", "region", "citi", "currenc", "environ", "space", "path"),
    "with": (),
    "at": (),
    "for": (),
}


def guesses(context: Context) -> Iterator[Phrase]:
    """A leaf for each input that a value right behind a preposition, or one of several, may be meant for."""
    tokens = context.tokens
    for at in range(1, len(tokens)):
        likely = _LIKELY.get(tokens[at - 1].low)
        value = _value(context, at) if likely is not None else None
        if likely is None or value is None:
            continue
        listed, end = [value], at + len(value.said)
        values, stop = list(listed), end
        while tokens[end : end + 1] and tokens[end].low in {",", "or"} and (value := _value(context, end + 1)):
            last, end = tokens[end].low == "or", end + 1 + len(value.said)
            listed.append(value)
            values, stop = (list(listed), end) if last else (values, stop)
        for found in _inputs(context, likely)[:_MOST]:
            name = found.path[-1]
            thing = (Token(name, tokens[at].start, tokens[stop - 1].end, "word", name.lower()),)
            tests = [Beside(tokens[at - 1].low, thing, each) for each in values]
            yield Phrase("Guess", (), at, stop, joined("or", *tests))


def _value(context: Context, at: int) -> Value | None:
    """A value as typed, to the next white space, or in quotes."""
    first = context.tokens[at : at + 1]
    if not first or first[0].kind not in {"word", "quoted"}:
        return None
    quoted = first[0].kind == "quoted"
    span = first if quoted else context.tokens[at : glued(context.tokens, at) or at]
    value = Value(first[0].value if quoted else "".join(each.text for each in span), quoted, span)
    return value if span and (quoted or free_text(context, value)) else None


def _inputs(context: Context, likely: tuple[str, ...]) -> list[Input]:
    """One input of free text for each name that fits, the likeliest first, then those of the tools that are named."""
    said = {token.stem for token in context.tokens}
    named = {tool.action for tool in context.lexicon.tools if tool.name and said.issuperset(tool.name[1:] or tool.name)}
    plain = {
        found.own: (found, tool.action in named)
        for tool in context.lexicon.tools
        for found in tool.inputs
        if found.kind == "String" and _PROSE.isdisjoint(found.leaf) and (tool.action in named or len(found.path) == 1)
    }
    ranked = [
        (min((likely.index(word) for word in found.leaf if word in likely), default=len(likely)), found)
        for found, own in plain.values()
        if own or not set(likely).isdisjoint(found.leaf)
    ]
    return [found for _, found in sorted(ranked, key=lambda one: one[0])]


def asking(context: Context) -> Context:
    """The same rule, to be read for a question."""
    return replace(context, asking=True, reasons=[], named={}, spans={})
