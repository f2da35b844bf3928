"""Compare policies by what they decide, and the corpora to compare them on.

Two lists of policies are compared on requests built from their own constants. A request is a flat point: every claim,
the caller's id, the instant and every input (nested ones too) is one axis with a handful of values that matter, absence
included. From random points, each policy is climbed to a request that it matches (one conjunct more at a time), and
both sides are asked there and at every point that differs in one axis.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cedarpy
import pytest

from bot.cedar import Gateway, parse_policy
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
BESIDE = Path(__file__).parents[4] / "shared" / "rules" / "gateways"
ABSENT = object()
OTHER = "zz-other"
UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
Point = dict[tuple[str, ...], Any]


@dataclasses.dataclass(frozen=True)
class Comparison:
    """`equal`, `tighter` (permits less or forbids more) or `looser`, and a request that shows it."""

    verdict: str
    request: Mapping[str, Any] | None = None


@pytest.fixture(scope="session")
def compare() -> Callable[[Gateway, Sequence[str], Sequence[str]], Comparison]:
    """Compare a list of statements with the gold ones, permits and forbids apart."""
    return lambda gateway, ours, gold: Arena(gateway, ours, gold).compare()


@pytest.fixture(scope="session")
def corpus() -> tuple[list[dict[str, Any]], dict[str, Gateway]]:
    """The rows of tests/corpora and their gateways by name."""
    rows = [json.loads(line) for line in (CORPORA / "rules.jsonl").read_text(encoding="utf-8").splitlines()]
    return rows, {path.stem: load_gateway(path) for path in (CORPORA / "gateways").glob("*.json")}


@pytest.fixture(scope="session")
def desk() -> Callable[[str], Gateway]:
    """A gateway by name: of tests/corpora, or of the visible corpus where that is beside the repository."""

    def load(name: str) -> Gateway:
        folders = (CORPORA / "desks", BESIDE, CORPORA / "gateways", *sorted(CORPORA.glob("*/gateways")))
        places = [folder / f"{name}.json" for folder in folders]
        found = next((path for path in places if path.exists()), None)
        if found is None:
            pytest.skip(f"the gateway {name} is not beside the repository")
        return load_gateway(found)

    return functools.cache(load)


class Arena:
    """Requests against one gateway, and which policies of both sides match them."""

    def __init__(self, gateway: Gateway, ours: Sequence[str], gold: Sequence[str]) -> None:
        self.gateway, self.random = gateway, random.Random(2026)
        self.policies = {
            f"{side}/{i}": dict(parse_policy(text).est)
            for side, texts in (("ours", ours), ("gold", gold))
            for i, text in enumerate(texts)
        }
        self.constants = {
            kind: sorted({v for k, v in _constants(list(self.policies.values())) if k == kind}) for kind in KINDS
        }
        static = {name: {**body, "effect": "permit"} for name, body in self.policies.items()}
        for name, body in self.policies.items():
            for i, part in enumerate(_conjuncts(body)):
                static[f"{name}/{i}"] = {**body, "effect": "permit", "conditions": [part]}
        document = {"staticPolicies": static, "templates": {}, "templateLinks": []}
        self.set = cedarpy.PolicySet.from_json_str(json.dumps(document))
        self.parts = {name: len(list(_conjuncts(body))) for name, body in self.policies.items()}

    def compare(self) -> Comparison:
        """The worst that is found at any point. The same policies on both sides are equal without a look."""
        found = Comparison("equal")
        ours, gold = (
            sorted(json.dumps(body, sort_keys=True) for name, body in self.policies.items() if name.startswith(side))
            for side in ("ours", "gold")
        )
        if ours == gold:
            return found
        for action in sorted(tool.action for tool in self.gateway.tools if self._named(tool.action)):
            axes = dict(self._axes(action))
            for point, matched in self._visited(action, axes):
                sides = {
                    (side, effect): any(
                        n in matched and p["effect"] == effect for n, p in self.policies.items() if n.startswith(side)
                    )
                    for side in ("ours", "gold")
                    for effect in ("permit", "forbid")
                }
                more = sides["ours", "permit"] > sides["gold", "permit"]
                if more or sides["ours", "forbid"] < sides["gold", "forbid"]:
                    return Comparison("looser", self._request(action, point))
                if found.verdict == "equal" and any(sides["ours", e] != sides["gold", e] for e in ("permit", "forbid")):
                    found = Comparison("tighter", self._request(action, point))
        return found

    def _named(self, action: str) -> bool:
        """Whether the scope of any policy has an action in it."""
        scopes = [body["action"] for body in self.policies.values()]
        lists = [
            scope["entities"] if "entities" in scope else [scope["entity"]] for scope in scopes if scope["op"] != "All"
        ]
        ids = {entity["id"] for entities in lists for entity in entities}
        return len(lists) < len(scopes) or not ids.isdisjoint({action, action.split("___")[0], "CallTool", "Mcp"})

    def _visited(self, action: str, axes: Mapping[tuple[str, ...], Sequence[Any]]) -> Iterator[tuple[Point, set[str]]]:
        starts = [{axis: self.random.choice(list(values)) for axis, values in axes.items()} for _ in range(24)]
        matched = self._matches(action, starts)
        yield from zip(starts, matched, strict=True)
        for name, total in self.parts.items():
            score = [sum(part.startswith(f"{name}/") for part in found) + (name in found) for found in matched]
            point, reached = starts[score.index(max(score))], max(score)
            while True:
                near = [point | {axis: value} for axis, values in axes.items() for value in values]
                seen = self._matches(action, near)
                yield from zip(near, seen, strict=True)
                best = [sum(part.startswith(f"{name}/") for part in found) + (name in found) for found in seen]
                if max(best) <= reached or reached > total:
                    break
                point, reached = near[best.index(max(best))], max(best)

    def _matches(self, action: str, points: Sequence[Point]) -> list[set[str]]:
        requests = [self._request(action, point) for point in points]
        entities = {json.dumps(request["principal"]): request.pop("entity") for request in requests}
        ids = [action, action.split("___")[0], "CallTool", "Mcp"]
        uids = [{"type": "AgentCore::Action", "id": name} for name in ids]
        tree = [{"uid": uid, "attrs": {}, "parents": uids[i + 1 : i + 2]} for i, uid in enumerate(uids)]
        answers = cedarpy.is_authorized_batch(requests, self.set, [*entities.values(), *tree])
        return [set(answer.diagnostics.reasons) for answer in answers]

    def _request(self, action: str, point: Point) -> dict[str, Any]:
        tags = {axis[1]: value for axis, value in point.items() if axis[0] == "tag" and value is not ABSENT}
        name = point.get(("id",), json.dumps(tags, sort_keys=True))
        uid = {"type": self.gateway.principal_type, "id": name}
        entity: dict[str, Any] = {"uid": uid, "attrs": {"id": name}, "parents": []}
        now = {"__extn": {"fn": "datetime", "arg": point["now",]}}
        return {
            "principal": uid,
            "action": {"type": "AgentCore::Action", "id": action},
            "resource": {"type": "AgentCore::Gateway", "id": self.gateway.arn},
            "context": {"input": _record(point, ("input",)), "system": {"now": now}},
            "entity": entity | ({"tags": tags} if self.gateway.principal_type.endswith("OAuthUser") else {}),
        }

    def _axes(self, action: str) -> Iterator[tuple[tuple[str, ...], Sequence[Any]]]:
        strings = [*self.constants["string"], OTHER]
        if self.gateway.principal_type.endswith("OAuthUser"):
            for tag in self.constants["tag"]:
                yield ("tag", tag), [*strings, ABSENT]
        else:
            yield ("id",), strings
        yield ("now",), _instants(self.constants)
        tool = self.gateway.tool(action)
        assert tool is not None
        yield from self._inputs(("input",), tool.input_schema, f"AgentCore::{action}::Input")

    def _inputs(
        self, path: tuple[str, ...], schema: Mapping[str, Any], owner: str
    ) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
        for name, inner in schema.get("properties", {}).items():
            optional = [] if name in schema.get("required", []) else [ABSENT]
            if inner.get("type") == "object":
                yield (*path, name), ["record", *optional]
                yield from self._inputs((*path, name), inner, f"{owner}::{name}")
            else:
                yield (*path, name), [*self._values(inner, f"{owner}::{name}"), *optional]

    def _values(self, schema: Mapping[str, Any], owner: str) -> list[Any]:
        """Values of one input; those that the schema lists are entities of a type of their own in AgentCore's Cedar."""
        kind = schema.get("type")
        if "enum" in schema:
            return [{"__entity": {"type": owner, "id": value}} for value in schema["enum"]]
        if kind == "integer":
            return sorted({0, 7, *(n + d for n in self.constants["long"] for d in (-1, 0, 1))})
        if kind == "number":
            numbers = [*map(float, self.constants["decimal"]), *map(float, self.constants["long"])]
            grid = {0.0, 7.0, *(n + d for n in numbers for d in (-0.0001, 0.0, 0.0001))}
            return [{"__extn": {"fn": "decimal", "arg": f"{n:.4f}"}} for n in sorted(grid)]
        if kind == "boolean":
            return [True, False]
        if kind == "array":
            inner = self._values(schema.get("items", {}), owner)
            return [[], *([value] for value in inner), inner]
        return [*self.constants["string"], OTHER, ""]


KINDS = ("string", "long", "decimal", "duration", "datetime", "tag")


def _constants(node: Any) -> Iterator[tuple[str, Any]]:
    """Every literal of some policies, by kind, strings with near misses."""
    if isinstance(node, list):
        for child in node:
            yield from _constants(child)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in ("decimal", "duration", "datetime") and isinstance(value[0], dict) and "Value" in value[0]:
            yield key, value[0]["Value"]
        elif key in ("hasTag", "getTag"):
            yield "tag", value["right"]["Value"]
        elif key == "Value" and isinstance(value, str):
            yield from (("string", text) for text in (value, value + "x", value.swapcase()))
        elif key == "Value" and isinstance(value, int) and not isinstance(value, bool):
            yield "long", value
        elif key == "like":
            text = "".join(part["Literal"] if isinstance(part, dict) else "" for part in value["pattern"])
            yield from (("string", near) for near in (text, text + "x", "x" + text, f"x {text} y", text.swapcase()))
            yield from _constants(value["left"])
        else:
            yield from _constants(value)


def _conjuncts(policy: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The conditions of a policy, each conjunct by itself."""
    for condition in policy["conditions"]:
        split = "&&" if condition["kind"] == "when" else "||"
        pending = [condition["body"]]
        while pending:
            body = pending.pop()
            if split in body:
                pending += [body[split]["left"], body[split]["right"]]
            else:
                yield {"kind": condition["kind"], "body": body}


def _instants(constants: Mapping[str, Iterable[str]]) -> list[str]:
    """Moments around every date and time of day that is mentioned."""
    days = {dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)}
    for text in constants["datetime"]:
        days.add(dt.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=dt.UTC))
    edges = {
        sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|d|h|m|s)", text))
        for text in constants["duration"]
    }
    tick = dt.timedelta(milliseconds=1)
    moments = {day + tick * n for day in days for n in (-1, 0, 1)}
    for day, edge in itertools.product(days, edges):
        at = day.replace(hour=0, minute=0, second=0, microsecond=0) + tick * edge
        moments |= {at - tick, at, at + tick}
    return [at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z" for at in sorted(moments)]


def _record(point: Point, path: tuple[str, ...]) -> dict[str, Any]:
    """The inputs under a path as nested JSON; what lies under an absent record is left out."""
    found = {}
    for axis, value in point.items():
        if len(axis) == len(path) + 1 and axis[: len(path)] == path and value is not ABSENT:
            found[axis[-1]] = _record(point, axis) if value == "record" else value
    return found
