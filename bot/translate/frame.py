"""A way to read a rule: its effect, who, and the spans of tools and conditions; and what all shapes share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cedarpy import pst

from bot.translate.line import Line
from bot.translate.logic import Logic, Not
from bot.translate.people import People, qualified, whole
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.tokens import Token
from bot.translate.tool_scores import is_verb, names_people
from bot.translate.vocabulary import (
    EMOJI_NO,
    EMOJI_YES,
    EXCEPT,
    FILLERS,
    FORBID,
    IMPERATIVES,
    MODALS,
    PASSIVES,
    PERMIT,
)

_FILLERS = Phrases.of(FILLERS)
_IMPERATIVES = Phrases(IMPERATIVES)
_EXCEPT = Phrases.of(EXCEPT)
Span = tuple[int, int]


MODAL_PHRASES = Phrases({**{phrase: (effect, "passive") for phrase, effect in PASSIVES.items()}, **MODALS})


@dataclass(frozen=True)
class Frame:
    """A way to read a piece: `tools` are the spans that name tools, `rest` what follows, `leads` what came first."""

    line: Line
    effect: pst.Effect
    people: People | None
    tools: tuple[Span, ...]
    rest: tuple[Span, ...] = ()
    leads: tuple[Span, ...] = ()
    subject_said: bool = False
    extra: tuple[Logic, ...] = field(default=())


# A way to read a piece, or why it cannot be read in one way: another way may still do.
Way = Frame | Refusal


def under(leads: tuple[Span, ...], ways: Iterator[Way], effect: pst.Effect | None = None) -> Iterator[Way]:
    """The ways with what came before them, and with another effect where one is given."""
    for way in ways:
        yield way if isinstance(way, Refusal) else replace(way, leads=leads, effect=effect or way.effect)


def skip_fillers(line: Line, start: int, end: int) -> int:
    """Past greetings, "please", "we need to" and bullets."""
    at = start
    while at < end:
        if line.tokens[at].kind == "punct" and line.low(at) in {
            ",",
            "-",
            "*",
            "•",
            ":",
            "–",
            "—",
            ".",
            "!",
            ")",
            "·",
            ">",
            "(",
        }:
            line.mark(at, at + 1, "filler")
            at += 1
        elif line.tokens[at].kind == "emoji":
            line.mark(at, at + 1, "filler", emoji_effect(line.tokens[at]))
            at += 1
        elif (found := _FILLERS.at(line.tokens, at, end)) and not _IMPERATIVES.at(line.tokens, at, end):
            line.mark(at, found[1], "filler")
            at = found[1]
        else:
            return at
    return at


def emoji_effect(token: Token) -> str:
    """The effect that an emoji shows, empty for one that shows none."""
    text = token.low.rstrip("\ufe0f🏻🏼🏽🏾🏿")
    return PERMIT if text in EMOJI_YES else FORBID if text in EMOJI_NO else ""


def opens_action(line: Line, at: int, end: int) -> bool:
    """Whether what is done with a tool starts here: a verb, or a word or the name of a tool."""
    while line.low(at) in {"only", "also", "ever"} and at < end:
        at += 1
    if at >= end:
        return False
    token = line.tokens[at]
    if not token.is_word:
        return False
    named = token.stem in line.lexicon.by_name_stem or token.stem in line.lexicon.described_verbs
    return (
        is_verb(token) or (named and not names_people(token)) or token.low in line.lexicon.by_name or token.low == "be"
    )


def divided(line: Line, start: int, stop: int, action: int, end: int, effect: pst.Effect) -> Iterator[Way]:
    """People from `start` to `stop`, what they do from `action` on."""
    copy = line.fork()
    try:
        people = whole(copy, start, stop)
    except Refusal as refusal:
        if refusal.weight >= 2 and not _tool_words(line, start, stop):
            yield refusal
        return
    copy.mark(stop, action, "joiner")
    yield Frame(copy, effect, people, ((action, end),), subject_said=True)


def _tool_words(line: Line, start: int, stop: int) -> bool:
    """Whether the words before "to" or "from" name a tool and not people."""
    return any(line.tokens[n].stem in line.lexicon.by_name_stem for n in range(start, stop))


def excepted(line: Line, start: int, end: int) -> People | None:
    """Everyone, without those after "except"."""
    if start == end:
        return People(None)
    found = _EXCEPT.at(line.tokens, start, end)
    if found is None:
        return qualified(line, start, end)
    line.mark(start, found[1], "joiner", "except")
    people = whole(line, found[1], end)
    if people.condition is None:
        raise Refusal(f"{quote(line.tokens[start:end])} leaves nobody.", line.tokens[start:end])
    return People(Not(people.condition))


def modals(line: Line, start: int, end: int) -> Iterator[tuple[int, pst.Effect, str, int]]:
    """Every "may", "is not allowed to" and the like: its place, effect, shape and where it ends."""
    at = start
    while at < end:
        found = MODAL_PHRASES.at(line.tokens, at, end)
        if found is None or (line.low(at - 1) in {"who", "whose"} and at > start):
            at += 1
            continue
        yield at, found[0][0], found[0][1], found[1]
        at = found[1]


def first_modal(line: Line, start: int, end: int) -> tuple[int, pst.Effect, str, int] | None:
    """The first of the modals."""
    return next(modals(line, start, end), None)
