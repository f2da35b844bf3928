"""A policy's conditions one by one, all of which have to hold: each as a permit of its own, and in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import cedarpy

from bot.cedar import Gateway, Policy, parse_policy
from bot.cedar.policies import TooDeep
from bot.language.readback import read_back

Est = Mapping[str, Any]
_ANYBODY = {"op": "All"}


@dataclass(frozen=True)
class Condition:
    """One condition of a policy, or whom its scope names.

    `statement` is a permit of the calls that meet it, with the policy's tools and gateway; empty where the condition
    cannot be written by itself. A test that cannot be evaluated on a call, such as one of an input that is not given,
    is not met.
    """

    policy: Policy = field(repr=False)
    body: Est | None
    statement: str

    @property
    def about_caller(self) -> bool:
        """Whether it asks who calls."""
        waiting: list[Any] = [{"Var": "principal"} if self.body is None else self.body]
        while waiting:
            part = waiting.pop()
            if part == {"Var": "principal"}:
                return True
            waiting += part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
        return False

    def words(self, gateway: Gateway) -> str:
        """The condition as a clause: `the amount is at most 1,000`."""
        if self.body is None:
            entity = self.policy.est["principal"].get("entity") or self.policy.est["principal"].get("in", {})["entity"]
            return f"the caller is {entity['type'].rpartition('::')[2]} “{entity['id']}”"
        # What follows `unless` in a forbid is read back as clauses, whatever it is about.
        plain = {**self.policy.est, "effect": "forbid", "principal": _ANYBODY, "conditions": [], "annotations": {}}
        said = {**plain, "conditions": [{"kind": "unless", "body": self.body}]}
        before, whole = (read_back(text(each), gateway).removesuffix(".") for each in (plain, said))
        return whole.removeprefix(f"{before} unless ")


def conditions(statement: str) -> tuple[Condition, ...]:
    """What has to hold for a policy to match a call of its tools, whom its scope names first.

    None where its conditions nest deeper than can be taken apart. Raises PolicyError for a text that is not one policy.
    """
    try:
        policy = parse_policy(statement)
    except TooDeep:
        return ()
    scope = {**policy.est, "effect": "permit", "conditions": [], "annotations": {}}
    found = [Condition(policy, None, text(scope))] if policy.est["principal"]["op"] in ("==", "in") else []
    parts = [part for each in policy.est["conditions"] for part in _conjuncts(each)]
    for part in parts:
        if not any(_guards(part, other) for other in parts if other is not part):
            one = {**scope, "principal": _ANYBODY, "conditions": [{"kind": "when", "body": part}]}
            found.append(Condition(policy, part, text(one)))
    return tuple(found)


def text(est: Est) -> str:
    """A policy of Cedar's JSON form as text; empty where Cedar does not take it, for long chains."""
    document = {"staticPolicies": {"policy0": est}, "templates": {}, "templateLinks": []}
    try:
        return cedarpy.policies_from_json_str(json.dumps(document))
    except (ValueError, RecursionError):
        return ""


def _conjuncts(condition: Mapping[str, Any]) -> Iterator[Est]:
    """The parts of a `when`, all of which have to hold; of an `unless`, the negated parts of its `or`."""
    if condition["kind"] == "when":
        yield from _operands(condition["body"], "&&")
        return
    for part in _operands(condition["body"], "||"):
        yield part["!"]["arg"] if "!" in part else {"!": {"arg": part}}


def _operands(expression: Est, kind: str) -> list[Est]:
    found: list[Est] = []
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if kind in part:
            waiting += [part[kind]["right"], part[kind]["left"]]
        else:
            found.append(part)
    return found


def _guards(part: Est, other: Est) -> bool:
    """Whether a test of presence says no more than another test, which reads the same input or claim."""
    if "hasTag" in part:
        return _reads(other, {"getTag": part["hasTag"]})
    return "has" in part and _reads(other, {".": part["has"]})


def _reads(expression: Any, term: Est) -> bool:
    """Whether a comparison reads a term for certain: one under an `or`, a negation or an `if` may not be reached."""
    if isinstance(expression, list):
        return any(_reads(each, term) for each in expression)
    if not isinstance(expression, Mapping) or expression.keys() & {"||", "if-then-else", "&&"}:
        return False
    return expression == term or any(_reads(each, term) for each in expression.values())
