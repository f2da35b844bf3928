"""Generation that goes wrong on purpose, as a language model's does: what comes out looks right, and is not."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import cedarpy

from bot.analysis.offloop import Analyst
from bot.cedar.policies import parse_policy
from bot.cedar.schema import GatewaySchema

Json = dict[str, Any]
_ROLES = ("manager", "support-agent", "supervisor", "contractor", "auditor", "administrator")
_ROLE = ' when { principal.hasTag("role") && principal.getTag("role") == "%s" };'
_BELOW, _ABOVE = ("<", "<=", "lessThan", "lessThanOrEqual"), (">", ">=", "greaterThan", "greaterThanOrEqual")


async def spoiled(rule: str, statements: Sequence[str], schema: GatewaySchema, analyst: Analyst) -> list[str | None]:
    """The statements of a rule with one fault among them: the same one whenever the rule is generated.

    A condition is dropped, a limit is moved so that more is allowed, another role is named (or one where none was),
    or a piece is forgotten (None). What is left is valid, has no finding, and decides some request otherwise. A rule
    that leaves no room for any of it comes back as it was.
    """
    chance = random.Random(hashlib.sha256(rule.encode()).digest())  # noqa: S311  # the same for a rule, not a secret
    faults: list[list[tuple[int, Json | None]]] = [[(place, None) for place in range(len(statements))], [], [], []]
    for place, statement in enumerate(statements):
        est = json.loads(json.dumps(parse_policy(statement).est))
        for options, kind in zip(faults[1:], _KINDS, strict=True):
            options += [(place, each) for each in kind(est, chance)]
    if len(statements) < 2:
        faults[0] = []
    chance.shuffle(faults)
    for options in faults:
        chance.shuffle(options)
        for place, option in options:
            try:
                instead = _text(option) if option else None
                found = await _is_a_fault(statements, place, instead, schema, analyst)
            except ValueError:  # Cedar's JSON reader gives up on conditions of some seventy terms
                continue
            if found:
                return [*statements[:place], instead, *statements[place + 1 :]]
    return list(statements)


async def _is_a_fault(
    statements: Sequence[str], place: int, instead: str | None, schema: GatewaySchema, analyst: Analyst
) -> bool:
    """Whether a statement in another's place looks right and decides otherwise, all of the same effect considered."""
    if instead is not None:
        if schema.validate(instead):
            return False
        if [found.type for found in await analyst.policy_findings(instead, schema)] != ["VALID"]:
            return False
    effect = parse_policy(statements[place]).effect
    same = {each: text for each, text in enumerate(statements) if parse_policy(text).effect == effect}
    after = same | {place: instead}
    change = await analyst.difference(_matching(same), _matching(after), schema)
    return any(each.status == "changed" for each in change.changes)


def _matching(statements: Mapping[int, str | None]) -> dict[str, str]:
    """The policies as permits: what they match is then what they decide, also where there are only forbids."""
    read = {str(place): parse_policy(text).est for place, text in statements.items() if text is not None}
    return {name: _text({**est, "effect": "permit"}) for name, est in read.items()}


def _text(est: Mapping[str, Any]) -> str:
    """Cedar in the service's own layout."""
    policies = {"staticPolicies": {"policy0": est}, "templates": {}, "templateLinks": []}
    return str(cedarpy.format_policies(cedarpy.policies_from_json_str(json.dumps(policies)))).strip()


def _without_a_condition(est: Json, _: random.Random) -> Iterator[Json]:
    for number, clause in enumerate(est["conditions"]):
        parts = list(_conditions(clause["body"]))
        for left_out in range(len(parts)):
            rest = [each for place, part in enumerate(parts) if place != left_out for each in part]
            changed = copy.deepcopy(est)
            if rest:
                changed["conditions"][number]["body"] = _all_of(rest)
            else:
                del changed["conditions"][number]
            yield changed


def _with_another_limit(est: Json, _: random.Random) -> Iterator[Json]:
    for changed, leaf, opens in _each_leaf(est):
        ((operator, operands),) = leaf.items()
        limit = _limit(operands)
        if operator not in (*_BELOW, *_ABOVE) or limit is None:
            continue
        raised = (operator in _BELOW) == opens
        value = limit["Value"]
        if isinstance(value, int):
            limit["Value"] = value + max(9 * abs(value), 10) if raised else value - max(9 * abs(value) // 10, 10)
        else:
            number = float(value)
            limit["Value"] = f"{number * 10 + 10:.1f}" if raised else f"{number / 10 - 10:.1f}"
        yield changed


def _for_another_role(est: Json, chance: random.Random) -> Iterator[Json]:
    if "getTag" not in json.dumps(est["conditions"]):
        text = _text(est).removesuffix(";") + _ROLE % chance.choice(_ROLES)
        yield dict(parse_policy(text).est)
    for changed, leaf, _ in _each_leaf(est):
        sides = leaf.get("==")
        if sides and "getTag" in sides["left"] and isinstance(sides["right"].get("Value"), str):
            sides["right"]["Value"] = chance.choice([role for role in _ROLES if role != sides["right"]["Value"]])
            yield changed


_KINDS = (_without_a_condition, _with_another_limit, _for_another_role)


def _limit(operands: Any) -> Json | None:
    """The literal that a comparison ends with: an integer, or the text of a decimal."""
    if isinstance(operands, list):
        found = operands[1].get("decimal", [{}])[0]
        return found if isinstance(found.get("Value"), str) else None
    right: Json = operands["right"] if isinstance(operands, dict) and "right" in operands else {}
    return right if type(right.get("Value")) is int else None


def _each_leaf(est: Json) -> Iterator[tuple[Json, Json, bool]]:
    """Each comparison, in a copy of the policy of its own, and whether more is allowed where it holds more often."""
    for place in range(sum(1 for _ in _leaves(est))):
        changed = copy.deepcopy(est)
        leaf, opens = list(_leaves(changed))[place]
        yield changed, leaf, opens


def _leaves(est: Json) -> Iterator[tuple[Json, bool]]:
    pending = [(each["body"], (est["effect"] == "permit") == (each["kind"] == "when")) for each in est["conditions"]]
    while pending:
        node, opens = pending.pop()
        ((operator, operands),) = node.items()
        if operator in ("&&", "||"):
            pending += [(operands["left"], opens), (operands["right"], opens)]
        elif operator == "!":
            pending.append((operands["arg"], not opens))
        else:
            yield node, opens


def _conditions(body: Json) -> Iterator[list[Json]]:
    """The conditions that must all hold, each with the guards (`has`, `hasTag`) that stand before it."""
    group: list[Json] = []
    for part in _conjuncts(body):
        group.append(part)
        if not part.keys() & {"has", "hasTag"}:
            yield group
            group = []
    if group:
        yield group


def _conjuncts(body: Json) -> Iterator[Json]:
    if "&&" in body:
        yield from _conjuncts(body["&&"]["left"])
        yield from _conjuncts(body["&&"]["right"])
    else:
        yield body


def _all_of(parts: Sequence[Json]) -> Json:
    first, *others = parts
    for other in others:
        first = {"&&": {"left": first, "right": other}}
    return first
