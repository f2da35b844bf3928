"""Rules that open with a verb of effect or a wish: "allow managers to refund", "restrict exports to analysts"."""

from __future__ import annotations

from collections.abc import Iterator

from cedarpy import pst

from bot.translate.frame import Frame, Way, divided, excepted, first_modal, opens_action, under
from bot.translate.line import Line
from bot.translate.people import People, people_at
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal
from bot.translate.vocabulary import (
    FORBID,
    NOBODY,
    PERMIT,
    RESTRICTIONS,
    UNLESS,
    WHEN,
    WISHES,
)

_RESTRICTIONS = Phrases.of(RESTRICTIONS)
_NOBODY = Phrases.of(NOBODY)
_LEADS = Phrases.of((*WHEN, *UNLESS))
_ACCESS = Phrases.of(("access to", "full access to", "permission to use", "permission for", "the use of", "use of",
    "any access to", "access",
                      "the right to use", "unrestricted access to"))  # fmt: skip
_ABILITY = Phrases.of(("permission to", "the right to", "the ability to", "the power to", "the permission to",
    "authority to", "rights to",
                       "the option to", "clearance to", "leave to"))  # fmt: skip
_NO_ACCESS = Phrases.of(("no access to", "no", "never", "not", "may not", "cannot", "no permission to"))
Span = tuple[int, int]


def wish(line: Line, start: int, end: int) -> Iterator[Way]:
    """ "I want managers to refund", with the opening already passed."""
    if line.low(start - 1) not in WISHES or start not in range(1, end):
        return
    for split in range(start + 1, end):
        if (line.low(split) in {"be", "not"} and line.low(split - 1) == "to") or _LEADS.at(line.tokens, split, end):
            return
        if line.low(split) == "to" and opens_action(line, split + 1, end) and line.low(split + 1) != "be":
            flipped = _NOBODY.at(line.tokens, start, split)
            if flipped is None:
                yield from divided(line, start, split, split + 1, end, PERMIT)
            else:
                copy = line.fork()
                copy.mark(start, flipped[1], "effect", "nobody")
                people = excepted(copy, flipped[1], split)
                copy.mark(split, split + 1, "joiner")
                yield Frame(copy, FORBID, people, ((split + 1, end),), subject_said=True)
            return


def label(line: Line, start: int, end: int) -> Iterator[Way]:
    """ "ops: create_branch, delete_file" permits; "interns: no exports" forbids; "`export`: analysts only" permits."""
    colon = next((at for at in range(start + 1, end - 1) if line.tokens[at].text == ":"), None)
    if colon is None or first_modal(line, start, end) is not None:
        return
    copy = line.fork()
    people = _exactly(copy, start, colon)
    if people is not None:
        no = _NO_ACCESS.at(line.tokens, colon + 1, end)
        effect: pst.Effect = FORBID if no else PERMIT
        after = no[1] if no else colon + 1
        copy.mark(colon, after, "effect", effect)
        yield Frame(copy, effect, people, ((after, end),), subject_said=True)
        return
    only = line.low(end - 1) == "only"
    copy = line.fork()
    people = _exactly(copy, colon + 1, end - 1) if only else None
    if people is not None:
        copy.mark(colon, colon + 1, "effect", PERMIT)
        copy.mark(end - 1, end, "joiner", "only these")
        yield Frame(copy, PERMIT, people, ((start, colon),), subject_said=True)


def _exactly(line: Line, start: int, end: int) -> People | None:
    """The people that all the words name, when they are some and not everyone."""
    try:
        found = people_at(line, start, end)
    except Refusal:
        return None
    return found[0] if found is not None and found[1] == end and found[0].condition is not None else None


def restriction(line: Line, start: int, end: int) -> Iterator[Way]:
    """ "restrict exports to managers": the people after the last "to" may, and nobody else could before."""
    found = _RESTRICTIONS.at(line.tokens, start, end)
    if found is None:
        return
    for split in range(found[1] + 1, end):
        if line.low(split) not in {"to", "for"}:
            continue
        copy = line.fork()
        copy.mark(start, found[1], "effect", PERMIT)
        people = people_at(copy, split + 1, end, sure=True)
        if people is not None and people[0].condition is not None:
            copy.mark(split, split + 1, "joiner", "only these")
            yield Frame(copy, PERMIT, people[0], ((found[1], split),), ((people[1], end),), subject_said=True)
            return


def nobody_does(line: Line, start: int, end: int) -> Iterator[Way]:
    """ "make sure that nobody deletes customers"."""
    found = _NOBODY.at(line.tokens, start, end)
    if found is None or first_modal(line, start, end) is not None:
        return
    for split in range(found[1], min(end, found[1] + 12)):
        if opens_action(line, split, end):
            copy = line.fork()
            copy.mark(start, found[1], "effect", FORBID)
            people = excepted(copy, found[1], split)
            yield Frame(copy, FORBID, people, ((split, end),), subject_said=True)
            return


def _passive_object(line: Line, start: int, split: int, end: int, effect: pst.Effect) -> Iterator[Way]:
    """ "stop claims from being filed by partners", "allow claims to be filed": the tool in two parts."""
    copy = line.fork()
    copy.mark(split, split + 2, "joiner")
    yield Frame(copy, effect, None, ((start, split), (split + 2, end)))


def imperative(line: Line, start: int, at: int, end: int, effect: pst.Effect) -> Iterator[Way]:
    """What follows a verb of effect: people and what they may do, a tool alone, access, two objects."""
    line = line.fork()
    line.mark(start, at, "effect", effect)
    while line.low(at) in {"only", "just"} and at < end:
        line.mark(at, at + 1, "filler", "only: everything else stays denied")
        at += 1
    if line.low(start) == "it" and line.low(at) == "for":
        line.mark(at, at + 1, "joiner")
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
        if (low == "to" and opens_action(line, split + 1, end)) or (low in {"from", "against"} and effect == FORBID):
            yield from divided(line, at, split, split + 1, end, effect)
        elif verb == "let" and opens_action(line, split, end):
            yield from divided(line, at, split, split, end, effect)
    yield from _nobody_object(line, at, end, effect)
    yield Frame(line.fork(), effect, None, ((at, end),))
    yield from _two_objects(line, at, end, effect)


def _access(line: Line, start: int, end: int, effect: pst.Effect) -> Iterator[Way]:
    """grant managers access to X; give access to X to managers; deny interns permission to refund."""
    for at in range(start, min(end, start + 12)):
        if _LEADS.at(line.tokens, at, end):
            return
        for table in (_ABILITY, _ACCESS):
            found = table.at(line.tokens, at, end)
            if found is None:
                continue
            if at == start:
                copy = line.fork()
                copy.mark(start, found[1], "joiner")
                yield Frame(copy, effect, None, ((found[1], end),))
            else:
                stop = at
                while line.low(stop - 1) in {"any", "full", "the"} and stop > start + 1:
                    stop -= 1
                yield from divided(line, start, stop, found[1], end, effect)


def _nobody_object(line: Line, at: int, end: int, effect: pst.Effect) -> Iterator[Way]:
    """ "allow nobody to refund", "let no one but managers refund" forbid."""
    found = _NOBODY.at(line.tokens, at, end)
    if found is None:
        return
    for split in range(found[1], end):
        action = split + 1 if line.low(split) == "to" else split
        if (line.low(split) == "to" or line.low(at - 1) == "let") and opens_action(line, action, end):
            copy = line.fork()
            copy.mark(at, found[1], "effect", "nobody")
            people = excepted(copy, found[1], split)
            if people is None or effect != PERMIT:
                return
            copy.mark(split, action, "joiner")
            yield Frame(copy, FORBID, people, ((action, end),), subject_said=True)
            return


def _two_objects(line: Line, start: int, end: int, effect: pst.Effect) -> Iterator[Way]:
    """deny contractors all tools; grant managers refunds: people, then the tool, with nothing between."""
    copy = line.fork()
    try:
        found = people_at(copy, start, end, sure=True)
    except Refusal:
        return
    if found is not None and found[1] < end and found[1] > start:
        yield Frame(copy, effect, found[0], ((found[1], end),), subject_said=True)


def inverted(line: Line, start: int, end: int, effect: pst.Effect, leads: tuple[Span, ...] = ()) -> Iterator[Way]:
    """ "… may interns refund": people, then the verb; or a tool, then "be" and its participle."""
    for split in range(start + 1, end):
        if line.low(split) == "be":
            copy = line.fork()
            copy.mark(split, split + 1, "effect")
            stop = split + 2 if line.low(split + 1) in {"allowed", "permitted"} else split + 1
            copy.mark(split, stop, "effect")
            yield Frame(copy, effect, None, ((start, split), (stop, end)), leads=leads)
            return
        if opens_action(line, split, end) or (line.low(split) == "allowed" and line.low(split + 1) == "to"):
            action = split + 2 if line.low(split) == "allowed" else split
            line.mark(split, action, "effect")
            yield from under(leads, divided(line, start, split, action, end, effect))
