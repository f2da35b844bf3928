"""Requests that must stay allowed, or denied, on a route, and what a draft makes of them. No I/O."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.cedar import Request, digest

NAME_LIMIT = 60
"""The most characters of a test's name."""
MOST_TESTS = 200
"""The most tests of a route."""


@dataclass(frozen=True)
class NewTest:
    """A request that somebody wants to stay `allowed`, or denied, under a name."""

    name: str
    request: Request
    allowed: bool


@dataclass(frozen=True)
class Example:
    """A request that must stay `allowed`, or denied, on the route of an engine and a gateway."""

    id: str
    team_id: str
    engine_id: str
    gateway_arn: str
    name: str
    request: Request
    allowed: bool
    added_by: str
    added_at: datetime


def named(typed: str) -> str:
    """The name of a test that somebody typed, to keep it and to find it again."""
    return " ".join(typed.split())[:NAME_LIMIT].rstrip()


def digest_of(examples: Sequence[Example]) -> str:
    """Equal as long as the tests of a route are the same; empty without any."""
    parts = [json.dumps([each.name, asdict(each.request), each.allowed], sort_keys=True) for each in examples]
    return digest(*parts) if parts else ""


@dataclass(frozen=True)
class Held:
    """How the tests of a route stand with a draft in force: how many there are and hold, and what of each that it
    breaks, or may break; `failing` names those that fail today as well. `digest` is of the tests."""

    tested: int = 0
    held: int = 0
    broken: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    digest: str = ""


def held(examples: Sequence[Example], outcomes: Sequence[Outcome]) -> Held:
    """The outcome of every test, in their order, as what a card says."""
    broken = tuple(said for each, found in zip(examples, outcomes, strict=True) if (said := found.said(each)))
    holds = sum(found.holds(each) for each, found in zip(examples, outcomes, strict=True))
    failing = tuple(each.name for each, found in zip(examples, outcomes, strict=True) if found.failing(each))
    return Held(len(examples), holds, broken, failing, digest_of(examples))


@dataclass(frozen=True)
class Outcome:
    """What Cedar decides on a test today and with a draft in force: all that may be, over what is uncertain.

    `unknown` says why it could not be decided.
    """

    decisions: frozenset[tuple[bool, bool]] = frozenset()
    unknown: str = ""

    def holds(self, example: Example) -> bool:
        """It is as wanted afterwards, whatever becomes of what is uncertain."""
        return not self.unknown and all(after is example.allowed for _, after in self.decisions)

    def failing(self, example: Example) -> bool:
        """It is not as wanted afterwards, and was not before either: not this draft's doing."""
        return not self.unknown and not self.holds(example) and not self.said(example)

    def said(self, example: Example) -> str:
        """What the draft does to a test that it breaks, or may break; empty of one that it leaves as it is."""
        wanted = "allowed" if example.allowed else "denied"
        what = f"“{example.name}” must stay {wanted}"
        if self.unknown:
            return f"{what}; whether it does is not known: {self.unknown}"
        broken = {(today is example.allowed, after is example.allowed) for today, after in self.decisions}
        if (True, False) not in broken:
            return ""
        return f"{what}, and would not be" if len(broken) == 1 else f"{what}, and may not be"
