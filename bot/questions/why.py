"""Why a call is allowed or denied today: the policies that decide, those that nearly would, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.standing import Standing, Uncertain
from bot.cedar import Asked, GatewaySchema, PreparedPolicies, Request
from bot.errors import PolicyError
from bot.questions.conditions import Condition, conditions
from bot.questions.described import speaks

Outcome = Literal["allowed", "denied", "not known"]
_NEAREST = 5
_ID = {".": {"left": {"Var": "principal"}, "attr": "id"}}


@dataclass(frozen=True)
class Near:
    """A policy that speaks of the call's tool, with the conditions that the call meets and those that it does not.

    `unclear` are the conditions that cannot be evaluated by themselves; where there are none at all, the policy could
    not be taken apart.
    """

    name: str
    met: tuple[Condition, ...]
    unmet: tuple[Condition, ...]
    unclear: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Why:
    """What Cedar decides on a call with the policies that stand.

    `permits` and `forbids` are the policies that match, also those that do not determine the outcome; `failed` those
    that Cedar skips because they cannot be evaluated. `log_only` are the log-only ones that match, each with whether it
    alone, enforced, would turn the outcome. `doubts` are sentences, without a full stop, for each policy on which it
    depends; the outcome is not known then. `near` are the permits that come nearest to a call that none of them
    matches, and `total` counts all permits that speak of its tool.
    """

    request: Request
    outcome: Outcome
    permits: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    log_only: tuple[tuple[str, bool], ...] = ()
    doubts: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    total: int = 0
    by_id: tuple[str, ...] = ()
    """The policies of the tool that ask who the caller is by id."""


def why(standing: Standing, request: Request, schema: GatewaySchema) -> Why:
    """What is decided on a call today, and by what. Raises PolicyError when the call does not fit the schema."""
    asked = Asked(request)
    enforced = _Effects(standing.enforced)
    permits, forbids, failed = enforced.matching(asked, schema)
    doubts = tuple(_doubts(standing, asked, schema, permits, forbids))
    allowed = bool(permits) and not forbids
    log_permits, log_forbids, _ = _Effects(standing.log_only).matching(asked, schema)
    flips = [(name, not allowed and not forbids) for name in log_permits]
    flips += [(name, allowed) for name in log_forbids]
    speaking = {name: each for name, each in enforced.policies.items() if speaks(each.est, request)}
    speaking_permits = {name: each for name, each in speaking.items() if each.permits}
    return Why(
        request,
        "not known" if doubts else "allowed" if allowed else "denied",
        permits,
        forbids,
        failed,
        tuple(sorted(flips)),
        doubts,
        () if permits else _nearest(speaking_permits, asked, schema),
        len(speaking_permits),
        tuple(name for name, each in speaking.items() if _asks_id(each)),
    )


class _Effects:
    """Policies apart by effect: Cedar then names every one that matches. Raises PolicyError for one that is none."""

    def __init__(self, policies: Mapping[str, str]) -> None:
        self.policies = {name: parse(statement) for name, statement in policies.items()}
        sides = [
            {n: p.statement for n, p in self.policies.items() if p.permits is permits} for permits in (True, False)
        ]
        self._sides = [PreparedPolicies(each) for each in sides]

    def matching(self, asked: Asked, schema: GatewaySchema) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The permits and the forbids that match, and what fails."""
        permits, forbids = (side.decide(asked, schema) for side in self._sides)
        return permits.reasons, forbids.reasons, tuple(sorted({*permits.failed, *forbids.failed}))


def _doubts(
    standing: Standing, asked: Asked, schema: GatewaySchema, permits: Sequence[str], forbids: Sequence[str]
) -> Iterator[str]:
    """On which uncertain policies the outcome depends: a forbid that surely matches settles it."""
    if forbids:
        return
    for each in standing.uncertain:
        if _may_turn(each, asked, schema, allowed=bool(permits)):
            yield f"{each.name} {each.why}"


def _may_turn(uncertain: Uncertain, asked: Asked, schema: GatewaySchema, *, allowed: bool) -> bool:
    if uncertain.statement is None:
        return True
    try:
        permits, forbids, failed = _Effects({uncertain.name: uncertain.statement}).matching(asked, schema)
    except PolicyError:
        return True
    return bool(failed or (forbids if allowed else permits))


def _nearest(permits: Mapping[str, Parsed], asked: Asked, schema: GatewaySchema) -> tuple[Near, ...]:
    """The permits with the fewest conditions that the call does not meet, those for such a caller first."""
    parts = {name: conditions(policy.statement) for name, policy in permits.items()}
    return tuple(sorted(judged(parts, asked, schema), key=_distance)[:_NEAREST])


def _distance(near: Near) -> tuple[bool, int, int, str]:
    missed = [*near.unmet, *near.unclear]
    return not (missed or near.met), sum(1 for each in missed if each.about_caller), len(missed), near.name


def judged(parts: Mapping[str, Sequence[Condition]], asked: Asked, schema: GatewaySchema) -> Iterator[Near]:
    """The conditions of policies, each held against a call. Raises PolicyError when it does not fit the schema."""
    texts = {
        f"{number} {place}": condition.statement
        for number, each in enumerate(parts.values())
        for place, condition in enumerate(each)
        if condition.statement
    }
    met = set(PreparedPolicies(texts).decide(asked, schema).reasons) if texts else set()
    for number, (name, each) in enumerate(parts.items()):
        sides: dict[str, list[Condition]] = {"met": [], "unmet": [], "unclear": []}
        for place, condition in enumerate(each):
            key = f"{number} {place}"
            sides["unclear" if key not in texts else "met" if key in met else "unmet"].append(condition)
        yield Near(name, tuple(sides["met"]), tuple(sides["unmet"]), tuple(sides["unclear"]))


def _asks_id(policy: Parsed) -> bool:
    """Whether a policy asks who the caller is by id."""
    if policy.est["principal"]["op"] in ("==", "in"):
        return True
    waiting: list[Any] = [policy.est["conditions"]]
    while waiting:
        part = waiting.pop()
        if part == _ID:
            return True
        waiting += part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return False
