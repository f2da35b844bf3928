"""One rule in English to its reading: the effect, who, which tools, and the conditions on each tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cedarpy import pst

from bot.translate import tools as tool_words
from bot.translate.frame import Frame
from bot.translate.frames import find_frames
from bot.translate.lexicon import ToolWords
from bot.translate.line import Line
from bot.translate.logic import Logic, Not, bare, both, either, merged
from bot.translate.people import People
from bot.translate.refusals import Refusal, quote
from bot.translate.sense import bounded_twice, never_holds
from bot.translate.tail import Tail, read_tail
from bot.translate.tokens import Token
from bot.translate.tool_names import Named
from bot.translate.vocabulary import PERMIT


@dataclass(frozen=True)
class Part:
    """One policy: its actions (empty for every action), whether they are one target's group, and its two conditions."""

    actions: tuple[str, ...]
    group: bool
    when: Logic | None
    unless: Logic | None


@dataclass(frozen=True)
class Reading:
    """What a rule says: its effect, its policies, and who it is for, which the next rule may take over."""

    effect: pst.Effect
    parts: tuple[Part, ...]
    people: People | None
    marks: dict[int, tuple[str, str]]


def read(make_line: Callable[[], Line], carried: People | None) -> Reading:
    """The reading of a piece. Raises the Refusal that explains best why there is none."""
    best: Refusal | None = None
    line = make_line()
    frames = find_frames(line, carried)
    while True:
        try:
            frame = next(frames, None)
            if frame is None:
                break
            if isinstance(frame, Refusal):
                raise frame
            return _read_frame(frame.line, frame)
        except Refusal as refusal:
            if best is None or refusal.weight > best.weight:
                best = refusal
    raise best or Refusal(
        f"{quote(line.tokens[:12])} is not a rule: nothing in it says that something is allowed or blocked.",
        line.tokens[:12],
        "Start with a verb, as in “allow managers to …” or “block …”.",
    )  # fmt: skip


def _read_frame(line: Line, frame: Frame) -> Reading:
    named = _without_excepted(line, frame, tool_words.resolve(line, frame.tools))
    marks = dict(line.marks)
    results: list[tuple[Named, Tail]] = []
    if named.everything or named.target:
        scope = _scope_tail(line, frame, named)
        if scope is not None:
            results = [(named, scope)]
    if not results:
        for tool in named.tools:
            line.marks = dict(marks)
            results.append((Named((tool,)), read_tail(line, tool, frame)))
    left = line.unmarked()
    if left:
        raise Refusal(f"{quote(left)} is not understood here.", left, "Leave it out, or say it in another way.")
    if any(never_holds(logic) for _, tail in results for logic in (tail.when, *tail.unless)):
        raise Refusal(
            f"{quote(line.tokens)} asks for what can never be at once.",
            line.tokens,
            "Say “or”, or make it two rules.",
            weight=6,
        )
    if any(bounded_twice(logic) for _, tail in results for logic in (tail.when, *tail.unless)):
        raise Refusal(f"{quote(line.tokens)} bounds one input twice on the same side.", line.tokens,
                      "Say “or”, or make it two rules.", weight=6)  # fmt: skip
    people = _people(frame, [tail for _, tail in results], line.tokens)
    return Reading(frame.effect, _grouped(frame, people, results), people, line.marks)


def _without_excepted(line: Line, frame: Frame, named: Named) -> Named:
    """ "everything except tool Y": the other tools of the gateway or the target."""
    if not (named.everything or named.target):
        return named
    for start, end in frame.tools:
        for at in range(start, end):
            excepted = tool_words.excepted_at(line, at, end)
            if excepted is not None:
                left = tuple(tool for tool in named.tools if tool not in excepted.tools)
                if not left:
                    raise Refusal(f"{quote(line.tokens[start:end])} leaves no tool.", line.tokens[start:end], weight=6)
                return Named(left)
    return named


def _scope_tail(line: Line, frame: Frame, named: Named) -> Tail | None:
    """The conditions of a rule on a whole target or gateway when they are on no input; None when they are."""
    before = dict(line.marks)
    blank = ToolWords(named.tools[0].tool, ()) if named.tools else None
    if blank is None:
        raise Refusal("This gateway has no tool that a policy can name.", line.tokens[:1])
    try:
        tail = read_tail(line, blank, frame)
    except Refusal:
        line.marks = before
        if len(named.tools) > 1 and not any(tool.inputs for tool in named.tools):
            raise
        return None
    return tail


def _people(frame: Frame, tails: list[Tail], tokens: list[Token]) -> People | None:
    """Who the rule is for: its subject, or the people that the tail names ("for contractors"), never two of them."""
    said = tails[0].people
    if said and frame.people is not None and frame.people.condition is not None and frame.subject_said:
        raise Refusal("The rule says twice who it is for.", tokens, "Say it once.", weight=3)
    if len(said) > 1:
        raise Refusal("The rule says twice who it is for.", tokens, "Say it once.", weight=3)
    return said[0] if said else frame.people


def _grouped(frame: Frame, people: People | None, results: list[tuple[Named, Tail]]) -> tuple[Part, ...]:
    """One policy for each set of tools whose conditions come out the same."""
    parts: list[Part] = []
    for named, tail in results:
        actions = () if named.everything else tuple(tool.action for tool in named.tools)
        group = bool(named.target)
        part = Part((named.target,) if group else actions, group, *_clauses(frame, people, tail))
        for position, other in enumerate(parts):
            if _same(part.when, other.when) and _same(part.unless, other.unless):
                parts[position] = Part(
                    (*other.actions, *part.actions),
                    False,
                    _join(other.when, part.when),
                    _join(other.unless, part.unless),
                )
                break
        else:
            parts.append(part)
    return tuple(parts)


def _clauses(frame: Frame, people: People | None, tail: Tail) -> tuple[Logic | None, Logic | None]:
    condition = people.condition if people is not None else None
    unless = either(tail.unless) if tail.unless else None
    if frame.effect == PERMIT:
        return both(condition, tail.when, Not(unless) if unless is not None else None), None
    return both(condition, tail.when), unless


def _same(left: Logic | None, right: Logic | None) -> bool:
    if left is None or right is None:
        return left is right
    return bare(left) == bare(right)


def _join(left: Logic | None, right: Logic | None) -> Logic | None:
    return merged(left, right) if left is not None and right is not None else None
