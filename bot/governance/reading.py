"""A governance text as rules, each policy with its line and annotations; every problem of it in one error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import cedarpy

from bot.cedar.policies import parse_policy, statements
from bot.errors import GovernanceError, PolicyError
from bot.governance.expressions import about_the_change
from bot.governance.facts import ABOUT_A_CHANGE, Action
from bot.governance.scrutiny import PLAIN_NAME, wrong_in_conditions, wrong_in_scope, wrong_names

SCHEMA_FILE = Path(__file__).with_name("schema.cedarschema")
_ANNOTATIONS = ("id", "reason", "quorum", "group")
_QUORUM = re.compile(r"[1-9][0-9]?")


@dataclass(frozen=True)
class Rule:
    """One policy of a governance text. `statement` is its Cedar, with the clause that `@group` stands for.

    `applies` is the policy without what it says of the person: it matches the changes that the policy is about. `name`
    is its `@id`, else the line on which it begins. `actions` are those that its scope takes. `quorum` is 0 where none
    is written.
    """

    name: str
    line: int
    statement: str
    applies: str = field(repr=False)
    est: Mapping[str, Any] = field(repr=False)
    actions: frozenset[Action]
    reason: str = ""
    quorum: int = 0
    group: str = ""

    @property
    def permits(self) -> bool:
        return bool(self.est["effect"] == "permit")

    @property
    def marked(self) -> bool:
        """It says how many have to approve, or of whom."""
        return bool(self.quorum or self.group)


@cache
def schema() -> cedarpy.Schema:
    """The facts that policies can name, as cedarpy takes them."""
    return cedarpy.Schema.from_str(SCHEMA_FILE.read_text(encoding="utf-8"))


def read(text: str, source: str) -> tuple[Rule, ...]:
    """The rules of a text. Raises GovernanceError, in which each problem begins with `source` and a line."""
    written = [(line, statement) for line, statement in statements(text)]
    if not written:
        raise GovernanceError(
            f"{source}:1: There is no policy in it, so nobody could do anything. Start from the default that "
            "docs/governance.md shows.",
            source=source,
        )
    rules = _rules(written, source)
    wrong: list[tuple[int, str]] = [(rule.line, said) for rule in rules for said in _wrong(rule)]
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.name, rule)
        if other is not rule:
            wrong.append((rule.line, f"The policy of line {other.line} has the @id {rule.name!r} as well."))
    scoped = {line for line, _ in wrong}
    wrong += [(line, said) for line, said in _invalid(rules) if line not in scoped]
    if wrong:
        raise GovernanceError(*(f"{source}:{line}: {said}" for line, said in sorted(wrong)), source=source)
    return rules


def _rules(written: Sequence[tuple[int, str]], source: str) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    wrong: list[str] = []
    for position, (line, statement) in enumerate(written, start=1):
        alone = [each for each, _ in written].count(line) == 1
        try:
            rules.append(_rule(f"line {line}" if alone else f"line {line}, policy {position}", line, statement))
        except PolicyError as error:
            wrong.append(f"{source}:{line}: The policy that begins here cannot be read: {_ended(str(error))}")
    if wrong:
        raise GovernanceError(*wrong, source=source)
    return tuple(rules)


def _rule(place: str, line: int, statement: str) -> Rule:
    est = parse_policy(statement).est
    notes = _notes(est)
    group = notes.get("group", "")
    if group and PLAIN_NAME.fullmatch(group):
        inside = f'{statement[:-1]} when {{ principal in Group::"{group}" }};'
        est, statement = parse_policy(inside).est, inside
    quorum = notes.get("quorum", "")
    return Rule(
        notes.get("id") or place,
        line,
        statement,
        _applies(est),
        est,
        _actions(est),
        notes.get("reason", ""),
        int(quorum) if _QUORUM.fullmatch(quorum) else 0,
        group,
    )


def _applies(est: Mapping[str, Any]) -> str:
    policies = {"policy0": about_the_change(est)}
    try:
        return cedarpy.policies_from_json_str(
            json.dumps({"templates": {}, "staticPolicies": policies, "templateLinks": []})
        )
    except (ValueError, RecursionError) as error:
        # Cedar's reader of JSON gives up on conditions of some seventy terms.
        raise PolicyError(
            "A condition is too long to be taken apart. Write several clauses, or several policies."
        ) from error


def _notes(est: Mapping[str, Any]) -> dict[str, str]:
    return {name: value or "" for name, value in (est.get("annotations") or {}).items()}


def _actions(est: Mapping[str, Any]) -> frozenset[Action]:
    scope = est["action"]
    named = [scope["entity"]] if "entity" in scope else scope.get("entities")
    found = (
        frozenset(Action) if named is None else frozenset(each for each in Action if each in [n["id"] for n in named])
    )
    kind = est["resource"].get("entity_type")
    if kind == "Change":
        return found & ABOUT_A_CHANGE
    return found - ABOUT_A_CHANGE if kind == "Route" else found


def _wrong(rule: Rule) -> Iterator[str]:
    """What Cedar takes, and cannot be meant."""
    notes = _notes(rule.est)
    for name in notes:
        if name not in _ANNOTATIONS:
            yield f"The annotation @{name} is not known: write {', '.join(f'@{each}' for each in _ANNOTATIONS)}."
    for name in ("id", "reason"):
        if name in notes and not notes[name].strip():
            yield f'@{name} is empty: write @{name}("…") with what it says, or leave it out.'
    if "quorum" in notes and not rule.quorum:
        yield f'@quorum("{notes["quorum"]}") is no number of people: write one from 1 to 99, such as @quorum("2").'
    if "group" in notes:
        yield from wrong_names([("Group", rule.group)])
    for name in ("quorum", "group"):
        if name in notes and not (rule.permits and Action.APPROVE in rule.actions):
            yield f'@{name} says who has to approve, so it belongs to a permit for Action::"approve", and not here.'
    yield from wrong_in_scope(rule.est)
    yield from wrong_in_conditions(rule.est)


def _invalid(rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    """What Cedar's validator says against the rules."""
    found: dict[int, list[str]] = {}
    for error in cedarpy.validate_policies("\n".join(rule.statement for rule in rules), schema()).errors:
        place = int(error.policy_id.removeprefix("policy"))
        found.setdefault(place, []).append(error.error.replace(f"for policy `policy{place}`, ", ""))
    for place, said in found.items():
        # That no action applies follows from an action that there is not.
        first = sorted(said, key=lambda each: "applicable action" in each)[:1]
        hint = (
            " Rules, settings and exports are about a Route (propose, configure, export), all else is about a Change."
            if "applicable action" in first[0]
            else ""
        )
        yield rules[place].line, f"Cedar does not take the policy that begins here: {_ended(first[0])}{hint}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
