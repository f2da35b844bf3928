"""A team's own words as leaves: they win over every other reading of the words that they cover."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.gateway.context import Context
from bot.language.gateway.refusals import Refusal, quote
from bot.language.grammar.chart import Phrase
from bot.language.meaning.claims import plain_claim
from bot.language.meaning.model import Draft, Value, Valued, What, Who
from bot.language.text.tokens import Token

_LONGEST = 6


def glossed(context: Context) -> tuple[Phrase, ...]:
    """A leaf for each entry of the glossary that stands in the rule, the longest from each word on."""
    found: list[Phrase] = []
    at = 0
    while at < len(context.tokens):
        leaf = next((leaf for size in range(_LONGEST, 0, -1) for leaf in _entry(context, at, size)), None)
        if leaf is not None:
            found.append(leaf)
        at = leaf.end if leaf is not None else at + 1
    return tuple(found)


def _entry(context: Context, at: int, size: int) -> Iterator[Phrase]:
    span = context.tokens[at : at + size]
    stems = tuple(token.stem for token in span)
    glossary = context.glossary
    if len(span) < size:
        return
    if (claim := glossary.people.get(stems)) is not None:
        yield Phrase("GlossWho", (), at, at + size, Who(plain_claim(*claim)))
    elif (names := glossary.tools.get(stems)) is not None:
        yield Phrase("GlossTool", (), at, at + size, _tools(context, names, span))
    elif (name := glossary.inputs.get(stems)) is not None:
        kinds = {
            found.kind
            for tool in context.lexicon.tools
            for found in tool.inputs
            if name in {found.name, found.path[-1]}
        }
        yield Phrase("Input", (("flag", "yes" if "Bool" in kinds else "no"),), at, at + size, span)
    elif (pair := glossary.values.get(stems)) is not None:
        subject = Token(pair[0], span[0].start, span[-1].end, "quoted", pair[0], pair[0])
        yield Phrase("GlossValue", (), at, at + size, Valued("==", (Value(pair[1], True, span),), (subject,), span))


def _tools(context: Context, entry: tuple[str, ...], span: tuple[Token, ...]) -> Draft:
    """The tools of an entry; one that this gateway does not have is named in the refusal."""
    found: list[str] = []
    for name in entry:
        listed = context.lexicon.by_name.get(name.lower()) or context.lexicon.by_target.get(name)
        if not listed or (len(listed) > 1 and name not in context.lexicon.by_target):
            context.give_up(
                Refusal(f"By the glossary {quote(span)} is `{name}`, which this gateway does not have.", span, weight=9)
            )
            return Draft()
        found += [tool.action for tool in listed]
    return Draft(what=What((tuple(dict.fromkeys(found)),)))
