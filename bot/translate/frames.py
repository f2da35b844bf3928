"""The shape of a rule: where its effect is, who comes before or after it, and where the tool and the conditions are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cedarpy import pst

from bot.translate.frame import (
    MODAL_PHRASES,
    Frame,
    Way,
    emoji_effect,
    excepted,
    first_modal,
    modals,
    skip_fillers,
    under,
)
from bot.translate.imperatives import imperative, inverted, label, nobody_does, restriction, wish
from bot.translate.line import Line
from bot.translate.people import People, people_at, whole
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.times import SAY_UTC, relative_at, time_at
from bot.translate.tool_scores import is_verb
from bot.translate.vocabulary import (
    FORBID,
    IMPERATIVES,
    NEVER,
    NOBODY,
    OBLIGATIONS,
    PERMIT,
    UNDER_NO_CIRCUMSTANCES,
    UNLESS,
    WHEN,
)

_IMPERATIVES = Phrases(IMPERATIVES)
_NEVER = Phrases.of(NEVER)
_NOBODY = Phrases.of(NOBODY)
_CIRCUMSTANCES = Phrases.of(UNDER_NO_CIRCUMSTANCES)
_OBLIGATIONS = Phrases.of(OBLIGATIONS)
_LEADS = Phrases.of((*WHEN, *UNLESS))
_THEY = Phrases.of(("they", "these users", "those users", "the same users", "the same people", "these people",
    "those people", "the same group",
                    "the same ones", "the same role", "them", "these", "those", "the latter", "the same"))  # fmt: skip
_SINGLEMODAL_PHRASES = frozenset({"may", "can", "should", "must", "shall", "could", "will", "is", "are"})
Span = tuple[int, int]


def _trim_end(line: Line, start: int, end: int) -> int:
    while end > start and (
        (line.tokens[end - 1].kind == "punct" and line.low(end - 1) in {".", "!", ",", "?", "…"})
        or (line.low(end - 1) == ":" and line.tokens[end - 1].start > line.tokens[end - 2].end)
        or line.tokens[end - 1].kind == "emoji"
        or _closing(line, start, end)
    ):
        end -= 1
        line.mark(end, end + 1, "filler", emoji_effect(line.tokens[end]))
    return end


def _closing(line: Line, start: int, end: int) -> bool:
    """Whether the last word closes the message politely: thanks, please, and "all" after a comma."""
    low = line.low(end - 1)
    return (
        low in {"please", "thanks", "pls", "cheers", "thx"}
        or (low == "you" and line.low(end - 2) == "thank")
        or low == "thank"
    )


def find_frames(line: Line, carried: People | None) -> Iterator[Way]:
    """Every way to read the piece, the likeliest first. Raises Refusal when what it opens with cannot be honoured."""
    start = skip_fillers(line, 0, len(line.tokens))
    end = _trim_end(line, start, len(line.tokens))
    yield from _with_leads(line, start, end, carried, ())


def _with_leads(line: Line, start: int, end: int, carried: People | None, leads: tuple[Span, ...]) -> Iterator[Way]:
    start = skip_fillers(line, start, end)
    if start >= end or len(leads) > 3:
        return
    if _IMPERATIVES.at(line.tokens, start, end) is None:
        _no_relative_time(line, start, end)
    if found := _CIRCUMSTANCES.at(line.tokens, start, end):
        line.mark(start, found[1], "effect", "never")
        yield from _never(line, found[1], end, carried, leads)
        return
    if (timed := _lead_time(line, start, end)) is not None:
        yield from _with_leads(line, timed, end, carried, (*leads, (start, timed)))
        return
    if _LEADS.at(line.tokens, start, end) is not None:
        for core in _cores(line, start, end):
            yield from _with_leads(line.fork(), core, end, carried, (*leads, (start, core)))
        return
    if (fronted := _lead_place(line, start, end)) is not None:
        yield from _with_leads(line.fork(), fronted, end, carried, (*leads, (start, fronted)))
        return
    if line.low(start) in {"for", "as"} and (people := _lead_people(line, start, end)) is not None:
        yield from _for_people(line, people[0], people[1], end, leads)
        return
    yield from under(leads, _core(line, start, end, carried))


def _for_people(line: Line, who: People, core: int, end: int, leads: tuple[Span, ...]) -> Iterator[Way]:
    """ "For contractors, refunds are blocked": a rule that names no people of its own."""
    for way in _with_leads(line, core, end, None, leads):
        if isinstance(way, Frame) and way.subject_said:
            yield Refusal("The rule says twice who it is for.", line.tokens[:core], "Say it once.", weight=3)
        else:
            yield way if isinstance(way, Refusal) else replace(way, people=who, subject_said=True)


def _no_relative_time(line: Line, start: int, end: int) -> None:
    relative = relative_at(line.tokens, start, end)
    if relative is not None and relative < end:
        culprits = line.tokens[start:relative]
        raise Refusal(f"{quote(culprits)} is not something that a policy can check.", culprits, SAY_UTC, weight=7)


def _lead_time(line: Line, start: int, end: int) -> int | None:
    at = start + (line.low(start) == "only")
    try:
        found = time_at(line.tokens, at, end)
    except Refusal:
        if any(token.low in {"may", "can", "allow", "block"} for token in line.tokens[at:end]):
            raise
        return None
    return found[1] if found is not None and found[1] < end else None


def _lead_place(line: Line, start: int, end: int) -> int | None:
    """Past "in the repo handbook," before a rule that says its effect itself."""
    if line.low(start) not in {"in", "on", "under", "within", "at"}:
        return None
    comma = next((at for at in range(start, min(end, start + 7)) if line.low(at) == ","), None)
    if comma is None or any(MODAL_PHRASES.at(line.tokens, at, comma) for at in range(start, comma)):
        return None
    return comma + 1 if _has_effect(line, comma + 1, end) else None


def _lead_people(line: Line, start: int, end: int) -> tuple[People, int] | None:
    found = people_at(line, start + 1, end, sure=True)
    if found is None or line.low(found[1]) not in {",", ":"}:
        return None
    line.mark(start, found[1] + 1, "joiner")
    return found[0], found[1] + 1


def _cores(line: Line, start: int, end: int) -> Iterator[int]:
    """Where the rule itself may start after a condition that comes first: after each comma, or at a verb of effect."""
    commas = [at + 1 for at in range(start, end) if line.low(at) == "," and line.tokens[at].kind == "punct"]
    for core in commas:
        stop = core + (line.low(core) == "then")
        if _has_effect(line, stop, end):
            yield core
    for at in range(start + 2, end):
        if at not in commas and (
            _IMPERATIVES.at(line.tokens, at, end)
            or _NOBODY.at(line.tokens, at, end)
            or line.low(at) in {"then", "may", "can"}
        ):
            yield at


def _has_effect(line: Line, start: int, end: int) -> bool:
    start = skip_fillers(line.fork(), start, end)
    return (
        _IMPERATIVES.at(line.tokens, start, end) is not None
        or _NEVER.at(line.tokens, start, end) is not None
        or line.low(start) == "no"
        or any(MODAL_PHRASES.at(line.tokens, at, end) for at in range(start, end))
    )


def _core(line: Line, start: int, end: int, carried: People | None) -> Iterator[Way]:
    only = line.low(start) in {"only", "just", "solely", "exclusively"} and start < end
    if only:
        line.mark(start, start + 1, "effect", "only: everything else stays denied")
        start += 1
    if line.low(start) in {"may", "can"} and carried is None:
        copy = line.fork()
        copy.mark(start, start + 1, "effect", PERMIT)
        yield from inverted(copy, start + 1, end, PERMIT)
    if found := _IMPERATIVES.at(line.tokens, start, end):
        yield from imperative(line, start, found[1], end, found[0])
        if line.low(start) not in {
            "block",
            "stop",
            "refuse",
            "reject",
            "grant",
            "enable",
            "disable",
            "give",
            "ban",
            "deny",
            "bar",
        }:
            return
    negative = _NEVER.at(line.tokens, start, end)
    if negative and (second := _IMPERATIVES.at(line.tokens, negative[1], end)) and second[0] == FORBID:
        raise Refusal(f"{quote(line.tokens[start : second[1]])} is two negations, which can be read in two ways.",
                      line.tokens[start : second[1]], "Say what is allowed, or what is blocked.", weight=3)  # fmt: skip
    if (
        not only
        and (negative := _NEVER.at(line.tokens, start, end))
        and negative[1] < end
        and is_verb(line.tokens[negative[1]])
    ):
        copy = line.fork()
        copy.mark(start, negative[1], "effect", FORBID)
        yield Frame(copy, FORBID, None, ((negative[1], end),))
        return
    yield from wish(line, start, end)
    yield from label(line, start, end)
    yield from restriction(line, start, end)
    yield from _modal(line, start, end, carried, only)
    yield from nobody_does(line, start, end)
    if line.low(start) == "no" and not only and first_modal(line, start, end) is None:
        copy = line.fork()
        copy.mark(start, start + 1, "effect", FORBID)
        yield Frame(copy, FORBID, None, ((start + 1, end),))


def _never(line: Line, start: int, end: int, carried: People | None, leads: tuple[Span, ...]) -> Iterator[Way]:
    """under no circumstances may interns refund; under no circumstances allow exports."""
    start = skip_fillers(line, start, end)
    if found := _IMPERATIVES.at(line.tokens, start, end):
        if found[0] == FORBID:
            raise Refusal(
                "“Never” and a second negation cancel out, or not: that can be read in two ways.",
                line.tokens[:end],
                "Say it once.",
            )
        yield from under(leads, imperative(line, start, found[1], end, FORBID))
        return
    if line.low(start) in _SINGLEMODAL_PHRASES:
        line.mark(start, start + 1, "effect", FORBID)
        yield from inverted(line, start + 1, end, FORBID, leads)
        return
    yield from under(leads, _core(line, start, end, carried), FORBID)


def _modal(line: Line, start: int, end: int, carried: People | None, only: bool) -> Iterator[Way]:
    """A subject, "may" and what it may; where several words could be the "may", the first that makes a rule."""
    refused: Refusal | None = None
    count = 0
    for found in modals(line, start, end):
        count += 1
        try:
            yield from _at_modal(line.fork(), start, end, carried, only, found)
        except Refusal as refusal:
            refused = refused if refused is not None and refused.weight >= refusal.weight else refusal
    if refused is not None:
        raise refused
    if not count and _NOBODY.at(line.tokens, start, end) is None and line.low(start) != "no":
        _no_effect(line, start, end)


def _at_modal(
    line: Line, start: int, end: int, carried: People | None, only: bool, found: tuple[int, pst.Effect, str, int]
) -> Iterator[Way]:
    at, effect, shape, after = found
    line.mark(at, after, "effect", effect)
    subject, flipped = _negative_subject(line, start, at)
    if flipped:
        if effect == FORBID:
            raise Refusal(f"{quote(line.tokens[start:after])} is two negations, which can be read in two ways.",
            line.tokens[start:after],
                          "Say “everyone may” or “nobody may”.", weight=3)  # fmt: skip
        effect = FORBID
    if only and effect == FORBID:
        raise Refusal(f"{quote(line.tokens[start - 1 : after])} can be read in two ways.",
        line.tokens[start - 1 : after],
                      "Say who may, or who may not.", weight=3)  # fmt: skip
    yield from _shaped(line, subject, at, after, end, effect, shape, carried, flipped)


def _shaped(
    line: Line,
    start: int,
    at: int,
    after: int,
    end: int,
    effect: pst.Effect,
    shape: str,
    carried: People | None,
    flipped: bool,
) -> Iterator[Way]:
    if shape == "thing":
        yield Frame(line, effect, None, ((start, at),), ((after, end),))
        return
    if shape == "passive":
        yield Frame(line, effect, None, ((start, at), (after, end)))
        return
    if shape == "people":
        people = people_at(line, after, end)
        if people is None:
            raise Refusal(f"{quote(line.tokens[after:end])} does not say who.", line.tokens[after:end])
        yield Frame(line, effect, people[0], ((start, at),), ((people[1], end),), subject_said=True)
        return
    people2, said = _subject(line, start, at, carried, flipped)
    yield Frame(line, effect, people2, ((after, end),), subject_said=said)


def _negative_subject(line: Line, start: int, at: int) -> tuple[int, bool]:
    """Past "nobody", "no" or "neither" before the subject, and whether there was one."""
    found = _NOBODY.at(line.tokens, start, at)
    if found is not None:
        line.mark(start, found[1], "effect", "nobody")
        return found[1], True
    if line.low(start) in {"no", "neither"} and start < at:
        line.mark(start, start + 1, "effect", "no")
        return start + 1, True
    if line.low(start) == "not" and start < at:
        raise Refusal(
            f"{quote(line.tokens[start : start + 2])} can be read in two ways.",
            line.tokens[start : start + 2],
            weight=3,
        )
    return start, False


def _subject(line: Line, start: int, at: int, carried: People | None, flipped: bool) -> tuple[People | None, bool]:
    """Who: the words before the modal, or the subject of the rule before when there are none, or "they"."""
    while line.low(at - 1) in {",", "also", "then", "always", "only", "still"} and at > start:
        at -= 1
        line.mark(at, at + 1, "filler")
    if flipped and (start == at or line.low(start - 1) not in {"no", "neither"}):
        return excepted(line, start, at), True
    they = _THEY.at(line.tokens, start, at)
    if start == at or (they is not None and they[1] == at):
        if carried is None:
            raise Refusal(
                f"{quote(line.tokens[start : at + 1])} does not say who.",
                line.tokens[start : at + 1],
                "Name them.",
                weight=3,
            )
        line.mark(start, at, "person", "as in the rule before")
        return carried, True
    return whole(line, start, at), True


def _no_effect(line: Line, start: int, end: int) -> None:
    for at in range(start, end):
        found = _OBLIGATIONS.at(line.tokens, at, end)
        if found is not None and at > start:
            culprits = line.tokens[at : found[1]]
            raise Refusal(f"{quote(culprits)} asks for something to be done: a policy only allows or blocks calls.",
            culprits,
                          "Say who may, or what is blocked, as in “block refunds unless express is true”.",
                          weight=1)  # fmt: skip
    raise Refusal(
        f"{quote(line.tokens[start : start + 12])} is not a rule: nothing in it says what is allowed or blocked.",
        line.tokens[start : start + 12], "Start with a verb, as in “allow managers to …” or “block …”.", weight=0,
    )  # fmt: skip
