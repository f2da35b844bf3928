"""What the service says to a policy statement: at once, and after checking it against the gateways' schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.cedar.dogwood import plain_part
from bot.cedar.policies import Policy, parse_policy
from bot.cedar.schema import GatewaySchema
from bot.controlplane.wire.faults import Fault, refused, unparsable
from bot.errors import PolicyError

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


def accepted(statement: str, *, plain: bool = False) -> Policy:
    """The policy in a statement, without what only Dogwood reads in it; `plain` takes nothing but Cedar.

    Raises the ValidationException that the service answers at once.
    """
    try:
        policy = parse_policy(statement if plain else plain_part(statement)[0])
    except PolicyError as error:
        raise unparsable(f"When parsing the policy statement, the following errors occurred:\n* {error}") from error
    if policy.est["resource"]["op"] == "All":
        raise refused(_WILDCARD, "/definition")
    if policy.est["action"]["op"] != "All" and not policy.resources:
        raise refused(_TOOLS_NEED_A_GATEWAY, "/definition")
    return policy


def missing_gateway(arn: str) -> Fault:
    """The answer to a policy that names a gateway which does not exist."""
    return refused(_MISSING_GATEWAY.format(arn=arn), "/definition")


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


def _actions(policy: Policy) -> list[str]:
    scope: dict[str, Any] = policy.est["action"]
    named = [scope["entity"]] if "entity" in scope else scope.get("entities", [])
    return [entity["id"] for entity in named if entity["type"] == "AgentCore::Action"]
