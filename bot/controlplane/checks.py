"""What the service says to a policy statement: at once, and after checking it against the gateways' schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.cedar.policies import Policy, parse_policy
from bot.cedar.schema import GatewaySchema
from bot.controlplane.wire.faults import Fault, refused, unparsable
from bot.errors import PolicyError

_GATEWAY = "AgentCore::Gateway"
_WILDCARD = (
    "When parsing the policy statement, a wildcard resource was detected. To avoid unexpected behavior changes, "
    "please constrain the resource either to a specific AgentCore::Gateway resource or to the AgentCore::Gateway "
    "resource type."
)
_TOOLS_NEED_A_GATEWAY = (
    "When parsing the policy statement, a constrained action scope was encountered, please constrain the resource to a "
    "specific AgentCore::Gateway resource when creating tool-specific policies"
)
_MISSING_GATEWAY = (
    "Failed to confirm existence on AgentCore Gateway {arn}, please make sure the gateway exists and you have "
    "GetGateway permissions"
)

# Cedar's parser recurses into brackets on the machine's stack: a text that only nests would end the process.
_DEEPEST = 100
_NOT_CODE = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*', re.DOTALL)


def accepted(statement: str) -> Policy:
    """The policy in a statement. Raises the ValidationException that the service answers at once."""
    try:
        if _nesting(statement) > _DEEPEST:
            raise PolicyError(f"nested deeper than {_DEEPEST} brackets")
        policy = parse_policy(statement)
    except (PolicyError, RecursionError) as error:
        raise unparsable(f"When parsing the policy statement, the following errors occurred:\n* {error}") from error
    if policy.est["resource"]["op"] == "All":
        raise refused(_WILDCARD, "/definition")
    if policy.est["action"]["op"] != "All" and not gateways_named(policy):
        raise refused(_TOOLS_NEED_A_GATEWAY, "/definition")
    return policy


def missing_gateway(arn: str) -> Fault:
    """The answer to a policy that names a gateway which does not exist."""
    return refused(_MISSING_GATEWAY.format(arn=arn), "/definition")


def gateways_named(policy: Policy) -> tuple[str, ...]:
    """The ARNs of the gateways that a policy's scope names: with `==`, with `in`, or with `is … in`."""
    scope = policy.est["resource"]
    entity = scope.get("entity") or scope.get("in", {}).get("entity")
    return (entity["id"],) if entity and entity["type"] == _GATEWAY else ()


def schema_reasons(policy: Policy, name: str, schemas: Iterable[GatewaySchema]) -> list[str]:
    """Why a policy does not fit the schemas it has to fit, in the service's sentences; empty when it fits them all."""
    reasons: dict[str, None] = {}
    for schema in schemas:
        unknown = [action for action in _actions(policy) if action not in schema.document["AgentCore"]["actions"]]
        found = [
            f"Validation failed: Action '{action}' is not defined in the schema for any associated gateway"
            for action in unknown
        ] or [error.replace("`policy0`", f"`{name}`") for error in schema.validate(policy.statement)]
        reasons.update(dict.fromkeys(found))
    return list(reasons)


def _nesting(statement: str) -> int:
    """How deep the brackets of a statement nest, those in strings and comments not counted."""
    deepest = depth = 0
    for character in _NOT_CODE.sub("", statement):
        depth = max(0, depth + (character in "([{") - (character in ")]}"))
        deepest = max(deepest, depth)
    return deepest


def _actions(policy: Policy) -> list[str]:
    scope: dict[str, Any] = policy.est["action"]
    named = [scope["entity"]] if "entity" in scope else scope.get("entities", [])
    return [entity["id"] for entity in named if entity["type"] == "AgentCore::Action"]
