"""What a card claims, each claim held against brute force."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.analysis import Change, Difference, Example
from bot.cedar import GatewaySchema, Request
from bot.review.found import Verdict
from bot.review.model import Act, Draft
from tests.truth.brute import decide, requests
from tests.truth.card import hidden, second_lines
from tests.truth.plane import Moment, plain
from tests.truth.whom import concerns

NOTHING = re.compile(r"changes no request|[Nn]o request is decided otherwise|[Cc]hanges nothing|would change nothing")
CANDIDATE = "this policy"
CLAIMS_ONLY = re.compile(r"for callers with certain claims")
PARTLY = re.compile(r"Not analysed|Not settled|Invalid|\bmay\b|at most|at least")
NO_EFFECT = {"equivalent", "shadowed", "redundant", "overridden"}
INERT = {"not_attached", "other_engine", "gateway_log_only"}


@dataclass(frozen=True)
class Flip:
    """A request that is decided otherwise with the candidate, in one of the sets that may be enforced."""

    request: Request
    opens: bool

    @property
    def where(self) -> tuple[str, str]:
        return self.request.principal_type, self.request.action

    def __str__(self) -> str:
        asked = self.request
        who = f"{asked.principal_type.split('::')[1]} {asked.principal_id} {dict(asked.tags) or ''}".strip()
        return f"{who} calls {asked.action} {dict(asked.inputs)}: {'deny → allow' if self.opens else 'allow → deny'}"


@dataclass
class Tally:
    """How many claims were held against brute force, by kind, on how many requests, and which did not hold."""

    claims: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)
    decisions: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def holds(self, kind: str, true: bool, said: str) -> None:
        """Count a claim; what is said of it is kept when it is not true."""
        self.claims[kind] += 1
        if not true:
            self.disagreements.append(f"{kind}: {said}")


@dataclass(frozen=True)
class Brute:
    """What Cedar says of every request at hand: which the candidate decides otherwise in some set that may be enforced,
    and how those of a kind of caller and a tool are decided with it."""

    flips: list[Flip]
    after: Mapping[tuple[str, str], set[bool]]


def after_it(draft: Draft, world: Mapping[str, str], candidate: str) -> dict[str, str]:
    """The policies that decide once a draft's act is done, and what it puts in place is enforced."""
    if draft.act is Act.CREATE:
        return {**world, CANDIDATE: candidate}
    rest = {name: text for name, text in world.items() if name != draft.policy_name}
    return rest if draft.act in (Act.DEMOTE, Act.REVOKE) else {**rest, draft.policy_name: candidate}


def brute(moment: Moment, draft: Draft, candidate: str, tally: Tally) -> Brute:
    """Decide every request without and with the draft's act."""
    asked = requests(moment.schema, [*moment.texts, candidate])
    found: dict[tuple[int, bool], Flip] = {}
    afterwards: dict[tuple[str, str], set[bool]] = {}
    for world in moment.worlds():
        before = decide(world, asked, moment.schema)
        after = decide(after_it(draft, world, candidate), asked, moment.schema)
        tally.decisions += 2 * len(asked)
        for at, (request, then, now) in enumerate(zip(asked, before, after, strict=True)):
            flip = Flip(request, opens=now)
            afterwards.setdefault(flip.where, set()).add(now)
            if then != now:
                found[at, now] = flip
    return Brute(list(found.values()), afterwards)


def hold(card: str, draft: Draft, candidate: str, moment: Moment, tally: Tally, *, decided: bool = False) -> None:
    """Hold every claim of a card, and of the difference that it was made from, against what is so.

    Once it is `decided`, what others would add if they were promoted may have changed: no approval binds to that.
    """
    candidate, _ = plain(candidate)
    found = brute(moment, draft, candidate, tally)
    first = str(found.flips[0]) if found.flips else ""
    lines = [line.strip() for line in card.splitlines()]
    for said in filter(NOTHING.search, lines):
        tally.holds("nothing", not found.flips, f"the card says “{said[:300]}”, and {first}")
    for finding in draft.analysis.findings:
        if finding.source == "policybot" and finding.type in NO_EFFECT:
            tally.holds(finding.type, not found.flips, f"“{finding.description}”, and {first}")
    _headline(card.partition(" asks: ")[0], found.flips, tally)
    if not decided and draft.act is Act.CREATE:
        _log_only(draft, candidate, moment, tally)
    _second(draft, candidate, moment, tally)
    warned = {finding.type for finding in draft.analysis.warnings}
    if not moment.enforcing:
        told = bool(warned & INERT) and any("enforced" in line for line in lines[:2])
        tally.holds(
            "not enforcing", told, f"the gateway does not enforce this engine; the card begins with {lines[:2]}"
        )
    if draft.analysis.difference is not None:
        _difference(Difference.from_json(draft.analysis.difference), draft, candidate, moment, found, tally)
    _text(card, candidate, found.flips, tally)


def hold_difference(said: Mapping[str, Any], draft: Draft, moment: Moment, tally: Tally) -> None:
    """Hold one difference of a draft against what it changes at a moment."""
    candidate, _ = plain(draft.statement or "")
    found = brute(moment, draft, candidate, tally)
    _difference(Difference.from_json(said), draft, candidate, moment, found, tally)


def _headline(head: str, found: Sequence[Flip], tally: Tally) -> None:
    """What is said first, where it is said to be all: no direction is missing."""
    if PARTLY.search(head):
        tally.notes["headline: not wholly known"] += 1
        return
    for opens, words in ((True, r"[Oo]pen"), (False, r"[Cc]lose|[Nn]arrow")):
        there = [flip for flip in found if flip.opens is opens]
        told = not there or re.search(words, head) is not None
        tally.holds("headline", told, f"the card begins with “{head}”, and {_first(there)}")


def _log_only(draft: Draft, candidate: str, moment: Moment, tally: Tally) -> None:
    """Which log-only forbids would deny what the candidate allows: those that are named, and no others."""
    told = (*draft.analysis.warnings, *(each for each in draft.analysis.findings if each.type == "log_only"))
    said = " ".join(finding.description for finding in told)
    if moment.maybe or not candidate.startswith("permit"):
        return
    for name, text in moment.log_only.items():
        if text.startswith("forbid"):
            asked = requests(moment.schema, [*moment.texts, candidate])
            own = decide({CANDIDATE: candidate}, asked, moment.schema)
            after = decide({**moment.sure, CANDIDATE: candidate}, asked, moment.schema)
            too = decide({**moment.sure, CANDIDATE: candidate, name: text}, asked, moment.schema)
            tally.decisions += 3 * len(asked)
            turned = [
                request for request, *ways in zip(asked, own, after, too, strict=True) if ways == [True, True, False]
            ]
            true = not turned or name in said or "was not decided" in said
            tally.holds("log-only", true, f"{name} would deny {turned[:1]}, and is not named")


def _second(draft: Draft, candidate: str, moment: Moment, tally: Tally) -> None:
    """Readings that agree match the same requests; a policy that is not called looser allows no more than ours."""
    second = draft.analysis.second
    if second is None or not second.statement:
        return
    asked = requests(moment.schema, [candidate, second.statement])
    theirs, ours = (_matched(text, asked, moment.schema) for text in (candidate, second.statement))
    tally.decisions += 2 * len(asked)
    agree = second.verdict is Verdict.AGREE
    if agree or (not second.looser and candidate.startswith("permit")):
        wrong = [
            each
            for each, one, other in zip(asked, theirs, ours, strict=True)
            if one > other or (agree and one != other)
        ]
        tally.holds(f"readings {second.verdict}", not wrong, f"they do not of {wrong[:1]}")


def _matched(statement: str, asked: Sequence[Request], schema: GatewaySchema) -> list[bool]:
    """Which requests a policy matches, whether it permits or forbids."""
    return decide({"": statement.replace("forbid", "permit", 1)}, asked, schema)


def _text(card: str, candidate: str, found: Sequence[Flip], tally: Tally) -> None:
    tally.holds("plain text", not hidden(card), f"the card shows {hidden(card)} raw")
    lines = [line.strip() for line in card.splitlines()]
    spoof = [said for said in second_lines(candidate) if said and any(line.startswith(said) for line in lines)]
    tally.holds("its own lines", not spoof, f"the card says {spoof} because a value does")
    for told in CLAIMS_ONLY.findall(card):
        outside = [flip for flip in found if flip.opens and not flip.request.tags]
        tally.holds("whom", not outside, f"the card says “{told}”, and {_first(outside)}")


def _difference(said: Difference, draft: Draft, candidate: str, moment: Moment, found: Brute, tally: Tally) -> None:
    seen = {(change.principal_type, change.action) for change in said.changes}
    unseen = [flip for flip in found.flips if flip.where not in seen]
    tally.holds("every tool", not unseen, f"the card does not speak of {_first(unseen)}")
    for change in said.changes:
        where = (change.principal_type, change.action)
        here = [flip for flip in found.flips if flip.where == where]
        if change.status == "unchanged":
            tally.holds("unchanged", not here, f"{where} unchanged, and {_first(here)}")
            continue
        for opens, example in ((True, change.newly_allowed), (False, change.newly_denied)):
            words = "newly allowed" if opens else "newly denied"
            there = [flip for flip in here if flip.opens is opens]
            if example is not None:
                _example(words, example, draft, candidate, moment, tally, opens=opens, surely=not change.possible)
            elif not change.reason:
                tally.holds(f"none {words}", not there, f"{where}: none {words}, and {_first(there)}")
            if there and not change.reason:
                _whom(words, change, there, tally, opens=opens)
        if change.every:
            alike = found.after.get(where, set()) <= {change.newly_allowed is not None}
            tally.holds("every call", alike, f"{where}: every call is said to be decided alike, and is not")


def _first(flips: Sequence[Flip]) -> str:
    return str(flips[0]) if flips else ""


def _example(
    words: str,
    example: Example,
    draft: Draft,
    candidate: str,
    moment: Moment,
    tally: Tally,
    *,
    opens: bool,
    surely: bool,
) -> None:
    """Decided as shown: whatever may be enforced, or where that is all that is said, in some set that may be."""
    worlds = list(moment.worlds())
    wrong = [
        world
        for world in worlds
        if _decisions(world, draft, candidate, example.request, moment.schema) != (not opens, opens)
    ]
    tally.decisions += 2 * len(worlds)
    beside = sorted(wrong[0]) if wrong else ()
    true = not wrong if surely else len(wrong) < len(worlds)
    tally.holds(words, true, f"the example {Flip(example.request, opens)} is not {words} beside {beside}")


def _decisions(
    world: Mapping[str, str], draft: Draft, candidate: str, request: Request, schema: GatewaySchema
) -> tuple[bool, bool]:
    (before,) = decide(world, [request], schema)
    (after,) = decide(after_it(draft, world, candidate), [request], schema)
    return before, after


def _whom(words: str, change: Change, there: Sequence[Flip], tally: Tally, *, opens: bool) -> None:
    """Who is said to be concerned, of a change that is said to be known."""
    whom = change.whom
    if not whom or opens is (change.newly_allowed is None):
        return  # it is said of those that are newly allowed, and of the denied only where nobody is
    told = [concerns(whom, flip.request) for flip in there]
    if None in told:
        tally.notes[f"whom not read: {whom}"] += 1
        return
    others = [flip for flip, inside in zip(there, told, strict=True) if not inside]
    tally.holds("whom", not others, f"{words} for “{whom}”, and {_first(others)}")
