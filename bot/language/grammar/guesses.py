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
from bot.language.meaning.model import Beside, Value
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
    """A leaf for each input that a value right behind a preposition may be meant for."""
    tokens = context.tokens
    for at in range(1, len(tokens)):
        likely = _LIKELY.get(tokens[at - 1].low)
        if likely is None or tokens[at].kind not in {"word", "quoted"}:
            continue
        stop = at + 1 if tokens[at].kind == "quoted" else glued(tokens, at)
        if stop is None:
            continue
        span = tokens[at:stop]
        quoted = tokens[at].kind == "quoted"
        value = Value(tokens[at].value if quoted else "".join(each.text for each in span), quoted, span)
        if quoted or free_text(context, value):
            for found in _inputs(context, likely)[:_MOST]:
                name = found.path[-1]
                thing = (Token(name, span[0].start, span[-1].end, "word", name.lower()),)
                yield Phrase("Guess", (), at, stop, Beside(tokens[at - 1].low, thing, value))


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
