"""One request against a set of policies, decided by Cedar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cedarpy

from bot.cedar.schema import GatewaySchema
from bot.errors import PolicyError


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
    """What Cedar decided, the names of the policies that determined it, and the errors met on the way."""

    allowed: bool
    reasons: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def evaluate(policies: Mapping[str, str], request: Request, schema: GatewaySchema) -> Decision:
    """Decide a request. `policies` maps names to statements; the names come back in `reasons`.

    Raises PolicyError when a policy cannot be parsed or the request does not fit the schema.
    """
    names = list(policies)
    # From text: Cedar's JSON reader gives up on conditions of some seventy terms. Ids are positions then.
    try:
        parsed = cedarpy.PolicySet.from_str("\n".join(policies.values()))
    except ValueError as error:
        raise PolicyError(str(error)) from error
    if len(parsed) != len(names):
        raise PolicyError(f"{len(names)} policies were named, and their texts hold {len(parsed)}.")
    principal: dict[str, Any] = {
        "uid": {"type": request.principal_type, "id": request.principal_id},
        "attrs": {"id": request.principal_id},
        "parents": [],
    }
    if request.tags:
        principal["tags"] = dict(request.tags)
    answer = cedarpy.is_authorized(
        {
            "principal": {"type": request.principal_type, "id": request.principal_id},
            "action": {"type": "AgentCore::Action", "id": request.action},
            "resource": {"type": "AgentCore::Gateway", "id": request.resource},
            "context": {
                "input": request.inputs,
                "system": {"now": {"__extn": {"fn": "datetime", "arg": request.now}}},
            },
        },
        parsed,
        [principal, {"uid": {"type": "AgentCore::Gateway", "id": request.resource}, "attrs": {}, "parents": []}],
        schema=schema.handle,
    )
    if answer.decision == cedarpy.Decision.NoDecision:
        raise PolicyError("Cedar cannot decide this request: " + "; ".join(answer.diagnostics.errors))
    reasons = sorted({names[int(reason.removeprefix("policy"))] for reason in answer.diagnostics.reasons})
    return Decision(answer.allowed, tuple(reasons), tuple(answer.diagnostics.errors))
