"""Cedar itself on every request that could tell two policy sets apart: what claims are held against."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cedarpy

from bot.cedar import GatewaySchema, Request
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER

_INTEGER = re.compile(r"-?\b\d+\b")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_MOMENTS = ("2026-01-01T12:00:00.000Z", "2031-06-01T00:00:00.000Z")
_HUGE = 9_000_000_000_000_000_000
_IDS = ("alice", "zed")


def parsed(policies: Mapping[str, str]) -> dict[str, str]:
    """The policies that Cedar can read: AgentCore enforces no others."""

    def reads(text: str) -> bool:
        try:
            return len(cedarpy.PolicySet.from_str(text)) == 1
        except ValueError:
            return False

    return {name: text for name, text in policies.items() if reads(text)}


def decide(policies: Mapping[str, str], requests: Sequence[Request], schema: GatewaySchema) -> list[bool]:
    """What Cedar says of each request, in order."""
    readable = cedarpy.PolicySet.from_str("\n".join(parsed(policies).values()))
    found: dict[int, bool] = {}
    for _, group in itertools.groupby(
        sorted(range(len(requests)), key=lambda at: _entity(requests[at])), _at(requests)
    ):
        places = list(group)
        entities = cedarpy.Entities.from_json_str(f"[{_entity(requests[places[0]])}]", schema.handle)
        answers = cedarpy.is_authorized_batch(
            [_asked(requests[at]) for at in places], readable, entities, schema=schema.handle
        )
        for at, answer in zip(places, answers, strict=True):
            assert answer.decision != cedarpy.Decision.NoDecision, (requests[at], answer.diagnostics.errors)
            found[at] = answer.allowed
    return [found[at] for at in range(len(requests))]


def _at(requests: Sequence[Request]) -> Any:
    return lambda at: _entity(requests[at])


def _entity(request: Request) -> str:
    uid = {"type": request.principal_type, "id": request.principal_id}
    body: dict[str, Any] = {"uid": uid, "attrs": {"id": request.principal_id}, "parents": []}
    if request.principal_type == OAUTH_USER:
        body["tags"] = dict(request.tags)
    return json.dumps(body, sort_keys=True)


def _asked(request: Request) -> dict[str, Any]:
    now = {"now": {"__extn": {"fn": "datetime", "arg": request.now}}}
    return {
        "principal": {"type": request.principal_type, "id": request.principal_id},
        "action": {"type": "AgentCore::Action", "id": request.action},
        "resource": {"type": "AgentCore::Gateway", "id": request.resource},
        "context": {"input": dict(request.inputs), "system": now},
    }


def requests(schema: GatewaySchema, texts: Iterable[str]) -> list[Request]:
    """Requests at, beside and far from everything that the texts compare with, for every tool and kind of caller."""
    text = "\n".join(texts)
    numbers = {int(found) for found in _INTEGER.findall(_STRING.sub("", text))}
    integers = sorted({0, -1, _HUGE, *(near for each in numbers for near in (each - 1, each, each + 1))})
    texts_in = strings(text)
    return [
        Request(kind, name, tool.action, schema.gateway.arn, inputs, tags, now)
        for kind, name, tags in _callers(texts_in, text)
        for tool in schema.tools
        for inputs in _inputs(tool.input_schema, integers, [*texts_in, "zzz"])
        for now in (_MOMENTS if "now" in text else _MOMENTS[:1])
    ]


def strings(text: str) -> list[str]:
    """The string literals of a Cedar text that values are compared with."""
    found = {_unescaped(each) for each in _STRING.findall(text)}
    return sorted(each for each in found if "___" not in each and not each.startswith("arn:"))


def _callers(values_in: Sequence[str], text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Callers of every kind, with and without every claim that the texts know."""
    claims = [name for name in ("role", "team") if f'"{name}"' in text]
    values = [value for value in values_in if value not in claims and value not in _IDS] + ["zzz"]
    worn: list[dict[str, str]] = [{}]
    worn += [{name: value} for name in claims for value in values]
    if len(claims) > 1:
        worn += [{claims[0]: first, claims[1]: second} for first in values for second in values]
    oauth = [(OAUTH_USER, "zed", tags) for tags in worn]
    return [*oauth, (OAUTH_USER, "alice", {}), *((IAM_ENTITY, name, {}) for name in _IDS)]


def _inputs(schema: Mapping[str, Any], integers: Sequence[int], texts: Sequence[str]) -> Iterable[dict[str, Any]]:
    choices: list[list[tuple[str, Any]]] = []
    for name, described in schema.get("properties", {}).items():
        values: dict[str, Sequence[Any]] = {"integer": integers, "string": texts, "boolean": (False, True)}
        given = [(name, value) for value in values[described["type"]]]
        choices.append(given if name in schema.get("required", ()) else [("", None), *given])
    for chosen in itertools.product(*choices):
        yield {name: value for name, value in chosen if name}


def _unescaped(text: str) -> str:
    return re.sub(r"\\n", "\n", text)
