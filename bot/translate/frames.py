"""The shape of a rule: where its effect is, who comes before or after it, and where the tool and the conditions are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.translate.line import Line
from bot.translate.logic import Logic, Not
from bot.translate.people import People, people_at, qualified, whole
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.times import relative_at, time_at
from bot.translate.tools import is_verb, names_people
from bot.translate.vocabulary import (
    ALL_TOOLS,
    EXCEPT,
    FILLERS,
    FORBID,
    IMPERATIVES,
    MODALS,
    NEVER,
    NOBODY,
    OBLIGATIONS,
    PASSIVES,
    PERMIT,
    RESTRICTIONS,
    UNDER_NO_CIRCUMSTANCES,
    UNLESS,
    WHEN,
    WISHES,
)

_FILLERS = Phrases.of(FILLERS)
_END_FILLERS = frozenset(
    {"please", "thanks", "thank", "you", "pls", "cheers", "thx", "team", "folks", "everybody", "all", "ok", "okay"}
)
_IMPERATIVES = Phrases(IMPERATIVES)
_MODALS = Phrases({**{phrase: (effect, "passive") for phrase, effect in PASSIVES.items()}, **MODALS})
_RESTRICTIONS = Phrases.of(RESTRICTIONS)
_NEVER = Phrases.of(NEVER)
_NOBODY = Phrases.of(NOBODY)
_CIRCUMSTANCES = Phrases.of(UNDER_NO_CIRCUMSTANCES)
_OBLIGATIONS = Phrases.of(OBLIGATIONS)
_EXCEPT = Phrases.of(EXCEPT)
_ALL = Phrases.of(ALL_TOOLS)
_LEADS = Phrases.of((*WHEN, *UNLESS))
_ACCESS = Phrases.of(("access to", "full access to", "permission to use", "permission for", "the use of", "use of", "any access to", "access",
                      "the right to use", "unrestricted access to"))  # fmt: skip
_ABILITY = Phrases.of(("permission to", "the right to", "the ability to", "the power to", "the permission to", "authority to", "rights to",
                       "the option to", "clearance to", "leave to"))  # fmt: skip
_THEY = Phrases.of(("they", "these users", "those users", "the same users", "the same people", "these people", "those people", "the same group",
                    "the same ones", "the same role", "them", "these", "those", "the latter", "the same"))  # fmt: skip
_SINGLE_MODALS = frozenset({"may", "can", "should", "must", "shall", "could", "will", "is", "are"})
Span = tuple[int, int]


@dataclass(frozen=True)
class Frame:
    """A way to read a piece. `tools` are the spans where tools are named, `rest` more of the tail, `leads` what came first."""

    line: Line
    effect: str
    people: People | None
    tools: tuple[Span, ...]
    rest: tuple[Span, ...] = ()
    leads: tuple[Span, ...] = ()
    subject_said: bool = False
    extra: tuple[Logic, ...] = field(default=())


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
        elif (found := _FILLERS.at(line.tokens, at, end)) and not _IMPERATIVES.at(line.tokens, at, end):
            line.mark(at, found[1], "filler")
            at = found[1]
        else:
            return at
    return at


def _trim_end(line: Line, start: int, end: int) -> int:
    while end > start and (
        (line.tokens[end - 1].kind == "punct" and line.low(end - 1) in {".", "!", ",", ":", "?", "…"})
        or _closing(line, start, end)
    ):
        end -= 1
        line.mark(end, end + 1, "filler")
    return end


def _closing(line: Line, start: int, end: int) -> bool:
    """Whether the last word closes the message politely: thanks, please, and "all" after a comma."""
    low = line.low(end - 1)
    return (
        low in {"please", "thanks", "pls", "cheers", "thx"}
        or (low == "you" and line.low(end - 2) == "thank")
        or low == "thank"
    )


def find_frames(line: Line, carried: People | None) -> Iterator[Frame]:
    """Every way to read the piece, the likeliest first. Raises Refusal when what it opens with cannot be honoured."""
    start = skip_fillers(line, 0, len(line.tokens))
    end = _trim_end(line, start, len(line.tokens))
    yield from _with_leads(line, start, end, carried, ())


def _copy(line: Line) -> Line:
    return replace(line, marks=dict(line.marks))


def _with_leads(line: Line, start: int, end: int, carried: People | None, leads: tuple[Span, ...]) -> Iterator[Frame]:
    start = skip_fillers(line, start, end)
    if start >= end or len(leads) > 3:
        return
    if (
        _IMPERATIVES.at(line.tokens, start, end) is None
        and (relative := relative_at(line.tokens, start, end)) is not None
        and relative < end
    ):
        culprits = line.tokens[start:relative]
        raise Refusal(f"{quote(culprits)} is not something that a policy can check.", culprits,
                      "Policies see the clock and the date in UTC: say hours with UTC, or dates as 2026-12-31.", weight=7)  # fmt: skip
    if found := _CIRCUMSTANCES.at(line.tokens, start, end):
        line.mark(start, found[1], "effect", "never")
        yield from _never(line, found[1], end, carried, leads)
        return
    if (timed := _lead_time(line, start, end)) is not None:
        yield from _with_leads(line, timed, end, carried, (*leads, (start, timed)))
        return
    if _LEADS.at(line.tokens, start, end) is not None:
        for core in _cores(line, start, end):
            yield from _with_leads(_copy(line), core, end, carried, (*leads, (start, core)))
        return
    if line.low(start) in {"for", "as"} and (people := _lead_people(line, start, end)) is not None:
        who, core = people
        for frame in _with_leads(line, core, end, None, leads):
            if frame.subject_said:
                raise Refusal("The rule says twice who it is for.", line.tokens[start:core], "Say it once.", weight=3)
            yield replace(frame, people=who, subject_said=True)
        return
    for frame in _core(line, start, end, carried):
        yield replace(frame, leads=leads)


def _lead_time(line: Line, start: int, end: int) -> int | None:
    at = start + (line.low(start) == "only")
    try:
        found = time_at(line.tokens, at, end)
    except Refusal:
        if any(token.low in {"may", "can", "allow", "block"} for token in line.tokens[at:end]):
            raise
        return None
    return found[1] if found is not None and found[1] < end else None


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
            _IMPERATIVES.at(line.tokens, at, end) or _NOBODY.at(line.tokens, at, end) or line.low(at) == "then"
        ):
            yield at


def _has_effect(line: Line, start: int, end: int) -> bool:
    start = skip_fillers(_copy(line), start, end)
    return (
        _IMPERATIVES.at(line.tokens, start, end) is not None
        or _NEVER.at(line.tokens, start, end) is not None
        or line.low(start) == "no"
        or any(_MODALS.at(line.tokens, at, end) for at in range(start, end))
    )


# ---- the core --------------------------------------------------------------------------------------------------------


def _core(line: Line, start: int, end: int, carried: People | None) -> Iterator[Frame]:
    only = line.low(start) in {"only", "just", "solely", "exclusively"} and start < end
    if only:
        line.mark(start, start + 1, "effect", "only: everything else stays denied")
        start += 1
    if found := _IMPERATIVES.at(line.tokens, start, end):
        yield from _imperative(line, start, found[1], end, found[0])
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
        copy = _copy(line)
        copy.mark(start, negative[1], "effect", FORBID)
        yield Frame(copy, FORBID, None, ((negative[1], end),))
        return
    yield from _wish(line, start, end)
    yield from _restriction(line, start, end)
    yield from _modal(line, start, end, carried, only)
    yield from _nobody_does(line, start, end)
    if line.low(start) == "no" and not only and _first_modal(line, start, end) is None:
        copy = _copy(line)
        copy.mark(start, start + 1, "effect", FORBID)
        yield Frame(copy, FORBID, None, ((start + 1, end),))


def _wish(line: Line, start: int, end: int) -> Iterator[Frame]:
    """"I want managers to refund", with the opening already passed."""
    if line.low(start - 1) not in WISHES or start not in range(1, end):
        return
    for split in range(start + 1, end):
        if line.low(split) in {"be", "not"} and line.low(split - 1) == "to" or _LEADS.at(line.tokens, split, end):
            return
        if line.low(split) == "to" and _opens_action(line, split + 1, end) and line.low(split + 1) != "be":
            flipped = _NOBODY.at(line.tokens, start, split)
            if flipped is None:
                yield from _split(line, start, split, split + 1, end, PERMIT)
            else:
                copy = _copy(line)
                copy.mark(start, flipped[1], "effect", "nobody")
                people = _excepted(copy, flipped[1], split)
                copy.mark(split, split + 1, "joiner")
                yield Frame(copy, FORBID, people, ((split + 1, end),), subject_said=True)
            return


def _restriction(line: Line, start: int, end: int) -> Iterator[Frame]:
    """"restrict exports to managers": the people after the last "to" may, and nobody else could before."""
    found = _RESTRICTIONS.at(line.tokens, start, end)
    if found is None:
        return
    for split in range(found[1] + 1, end):
        if line.low(split) not in {"to", "for"}:
            continue
        copy = _copy(line)
        copy.mark(start, found[1], "effect", PERMIT)
        people = people_at(copy, split + 1, end, sure=True)
        if people is not None and people[0].condition is not None:
            copy.mark(split, split + 1, "joiner", "only these")
            yield Frame(copy, PERMIT, people[0], ((found[1], split),), ((people[1], end),), subject_said=True)
            return


def _nobody_does(line: Line, start: int, end: int) -> Iterator[Frame]:
    """"make sure that nobody deletes customers"."""
    found = _NOBODY.at(line.tokens, start, end)
    if found is None or _first_modal(line, start, end) is not None:
        return
    for split in range(found[1], min(end, found[1] + 12)):
        if _opens_action(line, split, end):
            copy = _copy(line)
            copy.mark(start, found[1], "effect", FORBID)
            people = _excepted(copy, found[1], split)
            yield Frame(copy, FORBID, people, ((split, end),), subject_said=True)
            return


def _passive_object(line: Line, start: int, split: int, end: int, effect: str) -> Iterator[Frame]:
    """"stop claims from being filed by partners", "allow claims to be filed": the tool in two parts."""
    copy = _copy(line)
    copy.mark(split, split + 2, "joiner")
    yield Frame(copy, effect, None, ((start, split), (split + 2, end)))


def _imperative(line: Line, start: int, at: int, end: int, effect: str) -> Iterator[Frame]:
    line = _copy(line)
    line.mark(start, at, "effect", effect)
    while line.low(at) in {"only", "just"} and at < end:
        line.mark(at, at + 1, "filler", "only: everything else stays denied")
        at += 1
    yield from _access(line, at, end, effect)
    verb = line.low(at - 1)
    for split in range(at + 1, end):
        if _LEADS.at(line.tokens, split, end):
            break
        low = line.low(split)
        if (low, line.low(split + 1)) in {("to", "be"), ("from", "being")}:
            yield from _passive_object(line, at, split, end, effect)
            return
        if (low == "to" and _opens_action(line, split + 1, end)) or (low in {"from", "against"} and effect == FORBID):
            yield from _split(line, at, split, split + 1, end, effect)
        elif verb == "let" and _opens_action(line, split, end):
            yield from _split(line, at, split, split, end, effect)
    yield from _nobody_object(line, at, end, effect)
    yield Frame(_copy(line), effect, None, ((at, end),))
    yield from _two_objects(line, at, end, effect)


def _opens_action(line: Line, at: int, end: int) -> bool:
    while line.low(at) in {"only", "also", "ever"} and at < end:
        at += 1
    if at >= end:
        return False
    token = line.tokens[at]
    return token.is_word and (is_verb(token) or (token.stem in line.lexicon.by_name_stem and not names_people(token)) or token.low in line.lexicon.by_name
                              or (token.stem in line.lexicon.described_verbs and not names_people(token)) or token.low == "be")  # fmt: skip


def _split(line: Line, start: int, stop: int, action: int, end: int, effect: str) -> Iterator[Frame]:
    """People from `start` to `stop`, what they do from `action` on."""
    copy = _copy(line)
    try:
        people = whole(copy, start, stop)
    except Refusal as refusal:
        if refusal.weight >= 2 and not _tool_words(line, start, stop):
            raise
        return
    copy.mark(stop, action, "joiner")
    yield Frame(copy, effect, people, ((action, end),), subject_said=True)


def _tool_words(line: Line, start: int, stop: int) -> bool:
    """Whether the words before "to" or "from" name a tool and not people."""
    return any(line.tokens[n].stem in line.lexicon.by_name_stem for n in range(start, stop))


def _access(line: Line, start: int, end: int, effect: str) -> Iterator[Frame]:
    """grant managers access to X; give access to X to managers; deny interns permission to refund."""
    for at in range(start, min(end, start + 12)):
        if _LEADS.at(line.tokens, at, end):
            return
        for table in (_ABILITY, _ACCESS):
            found = table.at(line.tokens, at, end)
            if found is None:
                continue
            if at == start:
                copy = _copy(line)
                copy.mark(start, found[1], "joiner")
                yield Frame(copy, effect, None, ((found[1], end),))
            else:
                stop = at
                while line.low(stop - 1) in {"any", "full", "the"} and stop > start + 1:
                    stop -= 1
                yield from _split(line, start, stop, found[1], end, effect)


def _nobody_object(line: Line, at: int, end: int, effect: str) -> Iterator[Frame]:
    """ "allow nobody to refund", "let no one but managers refund" forbid."""
    found = _NOBODY.at(line.tokens, at, end)
    if found is None:
        return
    for split in range(found[1], end):
        action = split + 1 if line.low(split) == "to" else split
        if (line.low(split) == "to" or line.low(at - 1) == "let") and _opens_action(line, action, end):
            copy = _copy(line)
            copy.mark(at, found[1], "effect", "nobody")
            people = _excepted(copy, found[1], split)
            if people is None or effect != PERMIT:
                return
            copy.mark(split, action, "joiner")
            yield Frame(copy, FORBID, people, ((action, end),), subject_said=True)
            return


def _two_objects(line: Line, start: int, end: int, effect: str) -> Iterator[Frame]:
    """deny contractors all tools; grant managers refunds: people, then the tool, with nothing between."""
    copy = _copy(line)
    try:
        found = people_at(copy, start, end, sure=True)
    except Refusal:
        return
    if found is not None and found[1] < end and found[1] > start:
        yield Frame(copy, effect, found[0], ((found[1], end),), subject_said=True)


def _never(line: Line, start: int, end: int, carried: People | None, leads: tuple[Span, ...]) -> Iterator[Frame]:
    """under no circumstances may interns refund; under no circumstances allow exports."""
    start = skip_fillers(line, start, end)
    if found := _IMPERATIVES.at(line.tokens, start, end):
        if found[0] == FORBID:
            raise Refusal(
                "“Never” and a second negation cancel out, or not: that can be read in two ways.",
                line.tokens[:end],
                "Say it once.",
            )
        for frame in _imperative(line, start, found[1], end, FORBID):
            yield replace(frame, leads=leads)
        return
    if line.low(start) in _SINGLE_MODALS:
        line.mark(start, start + 1, "effect", FORBID)
        yield from _inverted(line, start + 1, end, leads)
        return
    for frame in _core(line, start, end, carried):
        yield replace(frame, effect=FORBID, leads=leads)


def _inverted(line: Line, start: int, end: int, leads: tuple[Span, ...]) -> Iterator[Frame]:
    """ "… may interns refund": people, then the verb; or a tool, then "be" and its participle."""
    for split in range(start + 1, end):
        if line.low(split) == "be":
            copy = _copy(line)
            copy.mark(split, split + 1, "effect")
            stop = split + 2 if line.low(split + 1) in {"allowed", "permitted"} else split + 1
            copy.mark(split, stop, "effect")
            yield Frame(copy, FORBID, None, ((start, split), (stop, end)), leads=leads)
            return
        if _opens_action(line, split, end) or (line.low(split) == "allowed" and line.low(split + 1) == "to"):
            action = split + 2 if line.low(split) == "allowed" else split
            line.mark(split, action, "effect")
            for frame in _split(line, start, split, action, end, FORBID):
                yield replace(frame, leads=leads)


# ---- subjects and modals ---------------------------------------------------------------------------------------------


def _modals(line: Line, start: int, end: int) -> Iterator[tuple[int, str, str, int]]:
    """Every "may", "is not allowed to" and the like: its place, effect, shape and where it ends."""
    at = start
    while at < end:
        found = _MODALS.at(line.tokens, at, end)
        if found is None or (line.low(at - 1) in {"who", "whose"} and at > start):
            at += 1
            continue
        yield at, found[0][0], found[0][1], found[1]
        at = found[1]


def _first_modal(line: Line, start: int, end: int) -> tuple[int, str, str, int] | None:
    return next(_modals(line, start, end), None)


def _modal(line: Line, start: int, end: int, carried: People | None, only: bool) -> Iterator[Frame]:
    """A subject, "may" and what it may; where several words could be the "may", the first that makes a rule."""
    refused: Refusal | None = None
    count = 0
    for found in _modals(line, start, end):
        count += 1
        try:
            yield from _at_modal(_copy(line), start, end, carried, only, found)
        except Refusal as refusal:
            refused = refused if refused is not None and refused.weight >= refusal.weight else refusal
    if refused is not None:
        raise refused
    if not count and _NOBODY.at(line.tokens, start, end) is None and line.low(start) != "no":
        _no_effect(line, start, end)


def _at_modal(
    line: Line, start: int, end: int, carried: People | None, only: bool, found: tuple[int, str, str, int]
) -> Iterator[Frame]:
    at, effect, shape, after = found
    line.mark(at, after, "effect", effect)
    subject, flipped = _negative_subject(line, start, at)
    if flipped:
        if effect == FORBID:
            raise Refusal(f"{quote(line.tokens[start:after])} is two negations, which can be read in two ways.", line.tokens[start:after],
                          "Say “everyone may” or “nobody may”.", weight=3)  # fmt: skip
        effect = FORBID
    if only and effect == FORBID:
        raise Refusal(f"{quote(line.tokens[start - 1 : after])} can be read in two ways.", line.tokens[start - 1 : after],
                      "Say who may, or who may not.", weight=3)  # fmt: skip
    yield from _shaped(line, subject, at, after, end, effect, shape, carried, flipped)


def _shaped(
    line: Line,
    start: int,
    at: int,
    after: int,
    end: int,
    effect: str,
    shape: str,
    carried: People | None,
    flipped: bool,
) -> Iterator[Frame]:
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
        return _excepted(line, start, at), True
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


def _excepted(line: Line, start: int, end: int) -> People | None:
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


def _no_effect(line: Line, start: int, end: int) -> None:
    for at in range(start, end):
        found = _OBLIGATIONS.at(line.tokens, at, end)
        if found is not None and at > start:
            culprits = line.tokens[at : found[1]]
            raise Refusal(f"{quote(culprits)} asks for something to be done: a policy only allows or blocks calls.", culprits,
                          "Say who may, or what is blocked, as in “block refunds unless express is true”.", weight=1)  # fmt: skip
    raise Refusal(
        f"{quote(line.tokens[start : start + 12])} is not a rule: nothing in it says that something is allowed or blocked.",
        line.tokens[start : start + 12], "Start with a verb, as in “allow managers to …” or “block …”.", weight=0,
    )  # fmt: skip
