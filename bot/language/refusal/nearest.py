"""The rules that a refused one comes near to: what is understood of it, put together without its order.

The phrases that cover a rule say a tool, people and conditions; the words between them must only frame these, or speak
of the tool. Nothing of it is ever a policy: it is offered in plain words, and somebody chooses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.language.gateway.context import Context
from bot.language.gateway.fit import is_told_verb
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import has_sense, is_verb, own_verbs
from bot.language.grammar.actions.clauses import with_mod
from bot.language.grammar.chart import Chart, Phrase
from bot.language.meaning.model import Draft, Formula, What, Who, join, negated
from bot.language.refusal.cover import Piece, cover, tool_phrases
from bot.language.refusal.hopeless import hopeless
from bot.language.text.tokens import Token
from bot.language.text.words import stems
from bot.language.wordlists import ARTICLES, FORBID, IMPERATIVES, PERMIT, PREPOSITIONS, STOPS, Effect, words

_TRIES = 24
_EXAMPLES = re.compile(r":|\be\.g\.|\b(?:such as|like)\b")
_EFFECTS = frozenset({"Able", "Barred", "StateWord", "Reserved"})
_NEGATIONS = words("nearest", "negations")
_FRAMES = words("nearest", "frames")
_OBLIGE = frozenset({"must", "shall", "should", "need", "needs", "has"})
_MAY = frozenset({"may", "can", "could", "might"})
_ONLY = words("nearest", "only")
_UNDENIED = words("nearest", "undenied") | {verb for verb, effect in IMPERATIVES.items() if effect == FORBID}
_TORN = words("nearest", "torn")


@dataclass(frozen=True)
class Near:
    """A rule as a draft with an effect and a tool. `tools` are those that it may name, `left` are the words that are in
    no phrase."""

    draft: Draft
    tools: tuple[ToolWords, ...]
    left: tuple[Token, ...]

    def keeps(self, statement: str) -> bool:
        """Whether no word of an input is left out by a policy that does not ask for that input."""
        return all(
            _is_frame(token) or any(_is_of(tool, token, statement) for tool in self.tools) for token in self.left
        )


def nearest(context: Context, chart: Chart) -> Iterator[Near]:
    """The rules that a refused one comes near to, with the fewest words left over first."""
    if not context.lexicon.tools or hopeless(context, chart) is not None:
        return
    bare = cover(chart, ())
    covers: list[tuple[Piece | None, Draft | None, tuple[Piece, ...]]] = [
        (main, main.draft, cover(chart, (), main)) for main in tool_phrases(chart)[:_TRIES]
    ]
    covers += [(None, draft, bare) for draft in _by_words(context, bare)]
    counted = [(_left(context, pieces), main, draft, pieces) for main, draft, pieces in covers]
    for left, main, draft, pieces in sorted(counted, key=lambda each: len(each[0])):
        assert draft is not None
        said = tuple(token for at, token in left.items() if not _effects(chart, at))
        tools = context.tools_of(draft.what)
        if tools and not any(token.low in _TORN or token.kind not in {"word", "punct"} for token in said):
            found = _whole(context, chart, pieces, main, draft, left)
            if found is not None:
                yield Near(found, tools, said)


def _left(context: Context, pieces: Sequence[Piece]) -> dict[int, Token]:
    """The words that are in no phrase, by their places."""
    loose = (piece for piece in pieces if piece.phrase is None)
    return {at: context.tokens[at] for piece in loose for at in range(piece.start, piece.stop)}


def _is_frame(token: Token) -> bool:
    """Whether a word says nothing of what is asked."""
    return not token.is_word or token.low in STOPS | ARTICLES | PREPOSITIONS | _FRAMES | _NEGATIONS


def _is_of(tool: ToolWords, token: Token, statement: str) -> bool:
    """Whether a word speaks of what the tool does, or of an input that a policy asks for."""
    if is_verb(token) and token.stem not in own_verbs(tool):
        return False
    asked = (found for found in tool.inputs if f"context.input.{'.'.join(found.path)}" in statement)
    said = {word for found in asked for word in (*found.leaf, *found.outer, *_told(found))}
    return said.union(tool.name, tool.described, tool.target) >= {*token.words}


def _told(found: Input) -> frozenset[str]:
    """The words that an input is described by, and none of the values that its description gives for examples."""
    return found.described.intersection(stems(_EXAMPLES.split(found.description)[0]))


def _whole(
    context: Context,
    chart: Chart,
    pieces: Sequence[Piece],
    main: Piece | None,
    draft: Draft,
    loose: Mapping[int, Token],
) -> Draft | None:
    """A rule of all the phrases, and of the effect that the loose words between them say."""
    found: Draft | None = draft
    left = {**loose}
    for piece in pieces:
        if found is None:
            return None
        if piece is main or piece.phrase is None or piece.says_nothing:
            continue
        meaning = piece.phrase.meaning
        if isinstance(meaning, Who):
            sure = meaning.sure and context.tokens[piece.stop - 1].stem not in context.lexicon.words
            before = left.get(piece.start - 1)  # who something is sent to does not call
            sure = sure and (before is None or before.low not in PREPOSITIONS or _says_effect(chart, left, piece.start))
            found = join(found, Draft(who=meaning)) if sure else None
        elif isinstance(meaning, Draft):
            # "Interns, managers excepted, may not …": of those in front of the verb somebody must be who does it.
            taken = bool(meaning.excepts) and any(
                left[at].low in _MAY for at in range(piece.stop, piece.stop + 2) if at in left
            )
            found = None if meaning.effect or meaning.what or taken else with_mod(context, found, meaning)
        elif isinstance(meaning, Formula):
            denied = left[piece.start - 1].low in _NEGATIONS if piece.start - 1 in left else False
            if denied:
                del left[piece.start - 1]
            found = with_mod(context, found, Draft(when=negated(meaning) if denied else meaning))
        else:
            return None
    if found is None:
        return None
    effect = _effect(context, chart, left, found.effect)
    if effect is None or (effect == PERMIT and found.who is None):
        return None
    return replace(found, effect=effect)


def _effect(context: Context, chart: Chart, left: Mapping[int, Token], own: Effect | None) -> Effect | None:
    """What the words between the phrases say about it; None where they say both, or deny what a phrase says."""
    said = {phrase.meaning for at in left for phrase in _effects(chart, at) if phrase.end - 1 in left}
    no = [at for at, token in left.items() if token.low in _NEGATIONS]
    denied = bool(no)
    only = any(token.low in _ONLY for token in (context.tokens if denied else left.values()))
    if only and any(token.low in _NEGATIONS for token in context.tokens):
        return None  # "not for interns only"
    if len(no) > 1 or (denied and (only or any(token.low in _UNDENIED for token in left.values()))):
        return None  # "no managers, no refunds", "not only for interns", "you don't need the role"
    if not denied and any(token.low in _OBLIGE for token in left.values()):
        return None
    may = [at for at, token in left.items() if token.low in _MAY]
    if denied and any(at + 1 not in left or left[at + 1].low not in _NEGATIONS for at in may):
        return None  # "they can delete assets, just not …"
    if own is not None:
        return None if said or denied or any(token.low in _MAY | _OBLIGE for token in left.values()) else own
    if FORBID in said:
        return None if denied or PERMIT in said else FORBID
    return FORBID if denied else PERMIT


def _says_effect(chart: Chart, left: Mapping[int, Token], stop: int) -> bool:
    """Whether a phrase that allows or blocks ends before a place, or stands before the word there: "off limits to"."""
    return any(phrase.end in {stop, stop - 1} for at in left for phrase in _effects(chart, at))


def _effects(chart: Chart, at: int) -> list[Phrase]:
    """The words for allowing and blocking that begin at a place."""
    return [phrase for category in _EFFECTS for phrase in chart.starting.get((at, category), ())]


def _by_words(context: Context, pieces: Sequence[Piece]) -> list[Draft]:
    """The tool that the words in no phrase fit best: its verb, and most of its nouns."""
    tokens = [token for token in _left(context, pieces).values() if token.is_word]
    counted = [(_fits(tool, tokens), tool) for tool in context.lexicon.tools if tool.name]  # some have signs alone
    best = max((count for count, _ in counted), default=0)
    found = [tool for count, tool in counted if count == best and best > 1]
    return [Draft(what=What(((tool.key,),))) for tool in found[:1] if len(found) == 1]


def _fits(tool: ToolWords, tokens: Sequence[Token]) -> int:
    does = any(
        is_told_verb(tool, token) or token.stem in own_verbs(tool) or (is_verb(token) and has_sense(tool, token.stem))
        for token in tokens
    )
    nouns = {*tool.name, *tool.does.acted} - own_verbs(tool)
    return does + sum(not nouns.isdisjoint(token.words) for token in tokens) if does else 0
