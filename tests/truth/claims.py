"""What a card claims, each claim held against brute force."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.analysis import Change, Difference, Example
from bot.cedar import GatewaySchema, Request
from bot.review.model import Draft
from tests.truth.brute import decide, requests, strings
from tests.truth.plane import Moment
from tests.truth.whom import concerns

NOTHING = re.compile(
    r"\bNothing: it is proved|changes no request|\bno request is decided otherwise|Changes nothing|would change nothing"
    r"|stays as it is, proved|Nothing changes"
)
UNSURE = re.compile(r"[Nn]ot analysed|[Dd]epends on|nothing is proved|cannot be read|not known|at most")
CLAIMS_ONLY = re.compile(r"for callers with certain claims")
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


def flips(moment: Moment, candidate: str, tally: Tally) -> list[Flip]:
    """Every request at hand that the candidate decides otherwise, in any set that may be enforced."""
    asked = requests(moment.schema, [*moment.texts, candidate])
    found: dict[tuple[int, bool], Flip] = {}
    for world in moment.worlds():
        before = decide(world, asked, moment.schema)
        after = decide({**world, "this policy": candidate}, asked, moment.schema)
        tally.decisions += 2 * len(asked)
        for at, (then, now) in enumerate(zip(before, after, strict=True)):
            if then != now:
                found[at, now] = Flip(asked[at], opens=now)
    return list(found.values())


def hold(card: str, draft: Draft, candidate: str, moment: Moment, tally: Tally) -> None:
    """Hold every claim of a card, and of the difference that it was made from, against what is so."""
    found = flips(moment, candidate, tally)
    first = str(found[0]) if found else ""
    lines = [line.strip() for line in card.splitlines()]
    said = [line for line in lines if NOTHING.search(line)]
    if said and not UNSURE.search(said[0]):
        tally.holds("nothing", not found, f"the card says “{said[0]}”, and {first}")
    for finding in draft.analysis.findings:
        if finding.source == "policybot" and finding.type in NO_EFFECT:
            tally.holds(finding.type, not found, f"“{finding.description}”, and {first}")
    warned = {finding.type for finding in getattr(draft.analysis, "warnings", ())}
    if not moment.enforcing:
        tally.holds(
            "not enforcing", bool(warned & INERT), "the gateway does not enforce this engine; the card is silent"
        )
    if draft.analysis.difference is not None:
        _difference(Difference.from_json(draft.analysis.difference), candidate, moment, found, tally)
    tally.holds("plain text", not _hidden(card), f"the card shows {_hidden(card)} raw")
    spoof = [said for said in second_lines(candidate) if said and any(line.startswith(said) for line in lines)]
    tally.holds("its own lines", not spoof, f"the card says {spoof} because a value does")
    for told in CLAIMS_ONLY.findall(card):
        outside = [flip for flip in found if flip.opens and not flip.request.tags]
        tally.holds("whom", not outside, f"the card says “{told}”, and {outside[:1]}")


def _difference(said: Difference, candidate: str, moment: Moment, found: Sequence[Flip], tally: Tally) -> None:
    seen = {(change.principal_type, change.action) for change in said.changes}
    unseen = [flip for flip in found if flip.where not in seen]
    tally.holds("every tool", not unseen, f"the card does not speak of {unseen[:1]}")
    for change in said.changes:
        here = [flip for flip in found if flip.where == (change.principal_type, change.action)]
        where = f"{change.principal_type} {change.action}"
        if change.status == "unchanged":
            tally.holds("unchanged", not here, f"{where} unchanged, and {here[:1]}")
            continue
        for opens, example in ((True, change.newly_allowed), (False, change.newly_denied)):
            words = "newly allowed" if opens else "newly denied"
            there = [flip for flip in here if flip.opens is opens]
            if example is not None:
                _example(words, example, candidate, moment, tally, opens=opens)
                _whom(words, change, there, tally, opens=opens)
            elif not change.reason:
                tally.holds(f"none {words}", not there, f"{where}: none {words}, and {there[:1]}")


def _example(words: str, example: Example, candidate: str, moment: Moment, tally: Tally, *, opens: bool) -> None:
    """Decided as shown, whatever may be enforced."""
    wrong = [
        world
        for world in moment.worlds()
        if _decisions(world, candidate, example.request, moment.schema) != (not opens, opens)
    ]
    tally.decisions += 2
    tally.holds(
        words, not wrong, f"the example {example.request} is not {words} beside {sorted(wrong[0]) if wrong else ()}"
    )


def _decisions(world: Mapping[str, str], candidate: str, request: Request, schema: GatewaySchema) -> tuple[bool, bool]:
    (before,) = decide(world, [request], schema)
    (after,) = decide({**world, "this policy": candidate}, [request], schema)
    return before, after


def _whom(words: str, change: Change, there: Sequence[Flip], tally: Tally, *, opens: bool) -> None:
    whom = getattr(change, "allowed_whom" if opens else "denied_whom", "")
    if not whom:
        return
    told = [concerns(whom, flip.request) for flip in there]
    if None in told:
        tally.notes[f"whom not read: {whom}"] += 1
        return
    others = [flip for flip, inside in zip(there, told, strict=True) if not inside]
    tally.holds("whom", not others, f"{words} for “{whom}”, and {others[:1]}")


def _hidden(card: str) -> set[str]:
    """Characters on a card that nobody sees, by their code points."""
    return {hex(ord(each)) for each in card if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")}


def second_lines(candidate: str) -> list[str]:
    """What a value of a policy would put at the beginning of a line, were it shown as it is."""
    return [line for text in strings(candidate) for line in text.split("\n")[1:]]


def card_text(message: Mapping[str, Any]) -> str:
    """Everything that a card shows, a block a line."""
    return "\n".join(" ".join(_texts(block)) for block in message.get("blocks", ()))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield str(part["text"])
        yield from (text for each in part.values() if not isinstance(each, str) for text in _texts(each))
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)
