"""Requests against sets of policies, decided by Cedar."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import cedarpy

from bot.cedar.schema import GatewaySchema
from bot.errors import PolicyError

_ERRING = re.compile(r"^error while evaluating policy `policy(\d+)`")
_SCOPE = re.compile(r"principal == (.*),\s*action,\s*resource\s*\)", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """A tool call as a policy sees it.

    `inputs` is JSON, numbers of decimal inputs as `{"__extn": {"fn": "decimal", "arg": "1.5000"}}`; `now` is an instant
    in UTC, `2026-11-22T18:00:00.000Z`; `tags` are the claims of an OAuthUser.
    """

    principal_type: str
    principal_id: str
    action: str
    resource: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    now: str = "2026-01-01T12:00:00.000Z"


@dataclass(frozen=True)
class Decision:
    """What Cedar decided, the names of the policies that determined it, the errors met on the way, and whose they are.

    A policy that errs is left out of the decision, and named in `failed`.
    """

    allowed: bool
    reasons: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class Asked:
    """A request in the form that cedarpy takes, made once for any number of policy sets."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.who = {
            "principal": {"type": request.principal_type, "id": request.principal_id},
            "action": {"type": "AgentCore::Action", "id": request.action},
            "resource": {"type": "AgentCore::Gateway", "id": request.resource},
        }
        now = {"__extn": {"fn": "datetime", "arg": request.now}}
        self.context = json.dumps({"input": request.inputs, "system": {"now": now}})

    @cached_property
    def entities(self) -> str:
        """The caller and the gateway, as JSON."""
        principal: dict[str, Any] = {
            "uid": self.who["principal"],
            "attrs": {"id": self.request.principal_id},
            "parents": [],
        }
        if self.request.tags:
            principal["tags"] = dict(self.request.tags)
        return json.dumps([principal, {"uid": self.who["resource"], "attrs": {}, "parents": []}])


class PreparedPolicies:
    """Policies parsed once, to decide many requests. `policies` maps names to statements.

    Raises PolicyError when one cannot be parsed, or a text holds several.
    """

    def __init__(self, policies: Mapping[str, str]) -> None:
        self.names = tuple(policies)
        # From text: Cedar's JSON reader gives up on conditions of some seventy terms. Ids are positions then.
        try:
            self._parsed = cedarpy.PolicySet.from_str("\n".join(policies.values()))
        except ValueError as error:
            raise PolicyError(str(error)) from error
        if len(self._parsed) != len(self.names):
            raise PolicyError(f"{len(self.names)} policies were named, and their texts hold {len(self._parsed)}.")

    def decide(self, asked: Asked, schema: GatewaySchema) -> Decision:
        """Decide a request. Raises PolicyError when it does not fit the schema."""
        answer = cedarpy.is_authorized(
            {**asked.who, "context": asked.context}, self._parsed, asked.entities, schema=schema.handle
        )
        decision = self._decided(answer)
        if decision is None:
            raise PolicyError("Cedar cannot decide this request: " + "; ".join(answer.diagnostics.errors))
        return decision

    def decide_each(self, asked: Sequence[Asked], schema: GatewaySchema) -> list[Decision | None]:
        """Decide requests of one caller of one gateway, which is quicker; None for one that Cedar cannot read.

        They are not held to the schema: their inputs have to be what its tools take.
        """
        known = cedarpy.Entities.from_json_str(asked[0].entities, schema.handle)  # with the schema's actions
        requests = [{**each.who, "context": each.context} for each in asked]
        return [self._decided(answer) for answer in cedarpy.is_authorized_batch(requests, self._parsed, known)]

    def is_denied_whatever_the_input(self, asked: Asked, schema: GatewaySchema) -> bool:
        """Whether a caller is denied an action with every input, at any time: by partial evaluation, as AgentCore
        filters its lists of tools. What is not certain is not denied."""
        who = {name: _in_cedar(uid["type"], uid["id"]) for name, uid in asked.who.items()}
        answer = cedarpy.is_authorized_partial(who, self._parsed, asked.entities, schema=schema.handle)
        return answer.decision == cedarpy.Decision.Deny

    def _decided(self, answer: cedarpy.AuthzResult) -> Decision | None:
        if answer.decision == cedarpy.Decision.NoDecision:
            return None
        errors = tuple(answer.diagnostics.errors)
        failed = [self.names[int(found[1])] for error in errors if (found := _ERRING.match(error))]
        return Decision(answer.allowed, self._named(answer.diagnostics.reasons), errors, tuple(sorted(failed)))

    def _named(self, reasons: list[str]) -> tuple[str, ...]:
        return tuple(sorted({self.names[int(reason.removeprefix("policy"))] for reason in reasons}))


def evaluate(policies: Mapping[str, str], request: Request, schema: GatewaySchema) -> Decision:
    """Decide a request. `policies` maps names to statements; the names come back in `reasons`.

    Raises PolicyError when a policy cannot be parsed or the request does not fit the schema.
    """
    return PreparedPolicies(policies).decide(Asked(request), schema)


@lru_cache(maxsize=4096)
def _in_cedar(type_: str, id_: str) -> str:
    """An entity in Cedar's own syntax, escaped as Cedar itself writes it: partial evaluation takes nothing else."""
    everything = {"op": "All"}
    named = {"op": "==", "entity": {"type": type_, "id": id_}}
    policy = {"effect": "permit", "principal": named, "action": everything, "resource": everything, "conditions": []}
    text = cedarpy.policies_from_json_str(
        json.dumps({"staticPolicies": {"policy0": policy}, "templates": {}, "templateLinks": []})
    )
    found = _SCOPE.search(text)
    assert found is not None
    return found[1]
