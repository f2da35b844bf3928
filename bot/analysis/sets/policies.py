"""Policies as the analysis takes them: Cedar's JSON form, and what their scope excludes without asking a solver."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from bot.analysis.model import Environment, Model, Uid
from bot.cedar.policies import TooDeep, parse_policy
from bot.errors import PolicyError

_READING = (".", "has", "getTag", "hasTag")
_CONDITION = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*|\b(when|unless)(?:\s|//[^\r\n]*)*\{', re.DOTALL)


@dataclass(frozen=True)
class Parsed:
    """A static policy. Two with the same `text` (its canonical JSON) mean the same.

    `statement` is the policy in Cedar's syntax: Cedar's JSON reader stops at chains of some sixty terms, its parser
    does not.
    """

    text: str
    est: Mapping[str, Any] = field(repr=False, compare=False, hash=False)
    statement: str = field(repr=False, compare=False, hash=False)

    @property
    def permits(self) -> bool:
        return bool(self.est["effect"] == "permit")

    def applies(self, environment: Environment, model: Model) -> bool:
        """False when the scope alone excludes every request of the environment."""
        return (
            self._action(environment.action, model)
            and _may_be(self.est["principal"], environment.principal, None, model)
            and _may_be(self.est["resource"], environment.resource, model.resource_id, model)
        )

    def _action(self, action: Uid, model: Model) -> bool:
        scope = self.est["action"]
        if scope["op"] == "All":
            return True
        named = [scope["entity"]] if "entity" in scope else scope.get("entities", ())
        uids = [(entity["type"], entity["id"]) for entity in named]
        return action in uids or (
            scope["op"] == "in" and any(uid in model.action_parents.get(action, ()) for uid in uids)
        )


def from_est(est: Mapping[str, Any], statement: str) -> Parsed:
    """A policy of Cedar's JSON form, and its text; annotations are left out of the form."""
    body = {name: part for name, part in est.items() if name != "annotations"}
    return Parsed(json.dumps(body, sort_keys=True), body, statement)


@lru_cache(maxsize=16_384)
def parse(statement: str) -> Parsed:
    """The one static policy in a statement. Raises PolicyError.

    Of one whose conditions nest too deeply the scope is read; the conditions are a `tooDeep` that nobody can encode.
    """
    try:
        return from_est(parse_policy(statement).est, statement)
    except (TooDeep, RecursionError):
        scope = parse_policy(without_conditions(statement)).est
        unread = {**scope, "conditions": [{"kind": "when", "body": {"tooDeep": {}}}]}
        return replace(from_est(unread, statement), text=statement)


def without_conditions(statement: str) -> str:
    """A policy's annotations, effect and scope, as a policy."""
    ends = next((found.start() for found in _CONDITION.finditer(statement) if found[1]), None)
    return statement if ends is None else f"{statement[:ends]};"


def readable_policies(policies: Mapping[str, str]) -> tuple[dict[str, Parsed], dict[str, str]]:
    """Statements by name as policies; and for those that cannot be read, a sentence that says why."""
    read: dict[str, Parsed] = {}
    unread: dict[str, str] = {}
    for name, statement in policies.items():
        try:
            read[name] = parse(statement)
        except PolicyError as error:
            unread[name] = f"policy {name} cannot be read as Cedar: {error}"
    return read, unread


def _may_be(scope: Mapping[str, Any], kind: str, fixed: str | None, model: Model) -> bool:
    if scope["op"] == "All" or "slot" in scope:
        return True
    if scope["op"] == "is":
        return bool(scope["entity_type"] == kind)
    entity = scope["entity"]
    if entity["type"] == kind:
        return fixed is None or entity["id"] == fixed or (scope["op"] == "in" and kind in model.ancestor_types[kind])
    return scope["op"] == "in" and entity["type"] in model.ancestor_types.get(kind, ())


def literals(node: Any) -> Iterator[tuple[str, Any]]:
    """The constants in a policy's JSON form: (kind, value).

    Kinds are str, int, entity, like, the constructors' names, and attr for the names of attributes read.
    """
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack.extend(reversed(part))
        elif isinstance(part, dict):
            found = list(_literal(part))
            if found:
                yield from found
                stack.extend([part["left"]] if "left" in part else [])
            else:
                stack.extend(reversed(list(part.values())))


@lru_cache(maxsize=16_384)
def entities_read(policy: Parsed) -> tuple[Uid, ...]:
    """The entities that a policy names and reads an attribute or a tag of."""
    found: dict[Uid, None] = {}
    stack: list[Any] = [policy.est["conditions"]]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack.extend(part)
        elif isinstance(part, dict):
            for op, body in part.items():
                if op in _READING:
                    named = literals(body["left"])
                    found.update(dict.fromkeys(value for kind, value in named if kind == "entity"))
            stack.extend(part.values())
    return tuple(sorted(found))


def _literal(part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for function in ("decimal", "datetime", "duration", "ip"):
        if function in part and isinstance(part[function], list) and part[function]:
            yield function, part[function][0].get("Value")
            return
    if "attr" in part:
        yield "attr", part["attr"]
    if set(part) == {"type", "id"}:
        yield "entity", (part["type"], part["id"])
    if "pattern" in part:
        yield "like", "".join(each["Literal"] for each in part["pattern"] if each != "Wildcard")
    value = part.get("Value")
    if isinstance(value, str | int) and not isinstance(value, bool):
        yield "str" if isinstance(value, str) else "int", value
