"""Gateways read from files, as the API serves them, and the Cedar schema that policies are checked against."""

from __future__ import annotations

import hashlib
import json
import logging
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.cedar.gateway import Gateway, Target, Tool, gateway_from_api, gateway_from_file
from bot.cedar.listed import unread, with_tools
from bot.cedar.policies import digest
from bot.cedar.schema import GatewaySchema, schema_for
from bot.controlplane.store import Resource, Store
from bot.controlplane.wire.answers import shaped
from bot.controlplane.wire.model import shape
from bot.controlplane.wire.requests import violations_of
from bot.errors import GatewayFileError

log = logging.getLogger(__name__)

ROLE_MAY = "gatewayRoleMay"
"""The member of a gateway file that lists what the gateway's role may do, as IAM names it; left out, all it needs."""
ATTACHING = ("bedrock-agentcore:GetPolicyEngine", "bedrock-agentcore:AuthorizeAction")
"""What AgentCore tries as the gateway's role, in this order, before it attaches a policy engine."""

_TARGET_TYPES = {
    "lambda": "LAMBDA",
    "openApiSchema": "OPEN_API_SCHEMA",
    "smithyModel": "SMITHY_MODEL",
    "mcpServer": "MCP_SERVER",
    "apiGateway": "API_GATEWAY",
    "connector": "CONNECTOR",
}


def gateway_resources(path: Path, now: str) -> list[Resource]:
    """The gateway of a file and its targets, as GetGateway and GetGatewayTarget answer them.

    What the file leaves out and clients need is filled in. Raises GatewayFileError when the file cannot be served.
    """
    gateway, document = gateway_from_file(path)
    _, _, _, region, account, _ = gateway.arn.split(":", 5)
    common = {"createdAt": now, "updatedAt": now, "status": "READY", "gatewayArn": gateway.arn}
    body = {
        "gatewayId": gateway.gateway_id,
        "roleArn": f"arn:aws:iam::{account}:role/{gateway.name}",
        "gatewayUrl": f"https://{gateway.gateway_id}.gateway.bedrock-agentcore.{region}.amazonaws.com/mcp",
        "protocolType": "MCP",
        **common,
        **document,
    }
    served = {**_served(path, "Gateway", body), "_roleMay": _role_may(path, document)}
    found = [Resource("gateway", gateway.gateway_id, "", gateway.name, gateway.arn, served)]
    for target in document["targets"]:
        target_id = target.get("targetId") or _target_id(gateway.arn, target["name"])
        body = {
            "credentialProviderConfigurations": [{"credentialProviderType": "GATEWAY_IAM_ROLE"}],
            **common,
            **target,
            "targetId": target_id,
            "updatedAt": now,  # whatever the file says: its tools may have been edited since
        }
        key = target_key(gateway.gateway_id, target_id)
        body = {**_served(path, "GatewayTarget", body), "_file": digest(json.dumps(target, sort_keys=True))}
        found.append(Resource("target", key, gateway.gateway_id, target["name"], f"{gateway.arn}/target/{key}", body))
    return found


def target_key(gateway_id: str, target_id: str) -> str:
    """The store's id of a target: target ids are unique within their gateway only."""
    return f"{gateway_id}/{target_id}"


def _served(path: Path, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = shape(f"Get{what}Response")
    served: dict[str, Any] = shaped(answer, body)
    # A tool's schema is not held to the model: whatever Cedar cannot express spoils that tool only.
    wrong = [found for found in violations_of(answer, served) if not found.path.startswith("/targetConfiguration/")]
    if wrong:
        raise GatewayFileError(f"The gateway file {path}: {body.get('name')}: {wrong[0].message}.", path=str(path))
    if served.get("targetConfiguration") != body.get("targetConfiguration"):
        log.warning("%s: %s: members that the API's shapes do not have are not served", path, body.get("name"))
    return served


def _role_may(path: Path, document: Mapping[str, Any]) -> list[str]:
    found = document.get(ROLE_MAY, ATTACHING)
    if not isinstance(found, list | tuple) or not all(isinstance(action, str) for action in found):
        raise GatewayFileError(f"The gateway file {path}: {ROLE_MAY} is not a list of IAM actions.", path=str(path))
    return list(found)


def _target_id(arn: str, name: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"{arn}/{name}".encode()).digest()[:8], "big")
    alphabet = string.digits + string.ascii_uppercase
    return "".join(alphabet[number // 36**place % 36] for place in range(10))


def target_type(target: Mapping[str, Any]) -> str | None:
    """What ListGatewayTargets calls a target's configuration."""
    mcp = target.get("targetConfiguration", {}).get("mcp")
    return next((_TARGET_TYPES[kind] for kind in mcp if kind in _TARGET_TYPES), None) if mcp else None


class Gateways:
    """The Cedar schema of each gateway in the store, built once for each state of the gateway."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._schemas: dict[str, GatewaySchema] = {}

    def schema(self, arn: str) -> GatewaySchema | None:
        """The schema of a gateway, or None when there is no such gateway."""
        if arn not in self._schemas:
            found = self._store.by_arn(arn)
            if found is None or found.kind != "gateway":
                return None
            targets = [_known(found.body, target.body) for target in self._store.under("target", found.id)]
            self._schemas[arn] = schema_for(gateway_from_api(found.body, targets))
        return self._schemas[arn]

    def attached(self, engine_arn: str) -> list[GatewaySchema]:
        """The schemas of the gateways whose policy engine this is."""
        return [schema for found in self.all_attached(engine_arn) if (schema := self.schema(found.arn))]

    def all_attached(self, engine_arn: str) -> Iterator[Resource]:
        for found in self._store.every("gateway"):
            if found.body.get("policyEngineConfiguration", {}).get("arn") == engine_arn:
                yield found

    def forget(self, arn: str) -> None:
        """The gateway changed: its schema is built anew when it is next asked for."""
        self._schemas.pop(arn, None)

    def note_spoiled_tools(self) -> None:
        """Log every tool that Cedar cannot express, and list it among its target's status reasons."""
        for found in self._store.every("gateway"):
            schema = self.schema(found.arn)
            skipped = schema.skipped if schema else {}
            for target in list(self._store.under("target", found.id)):
                reasons = [
                    f"Tool {action} cannot be governed by policies: {reason}"
                    for action, reason in skipped.items()
                    if action.startswith(f"{target.name}___")
                ]
                for reason in reasons:
                    log.warning("gateway %s: %s", found.id, reason)
                self._store.put(target.with_body(statusReasons=reasons or None))


def _known(gateway: Mapping[str, Any], target: Mapping[str, Any]) -> Mapping[str, Any]:
    """A target with its tools: its own, else those that the MCP server behind it lists."""
    read = gateway_from_api(gateway, [target]).targets[0]
    if not read.unreadable:
        return target
    if listed := target.get("_listed"):
        return with_tools(target, listed)
    return unread(
        target, f"{read.unreadable}: `policybot controlplane --target {read.name}=URL` asks the MCP server at URL"
    )


def bare_schema(region: str, account: str) -> GatewaySchema:
    """What a policy for any gateway is checked against when none is attached: one tool that takes nothing."""
    arn = f"arn:aws:bedrock-agentcore:{region}:{account}:gateway/none-0000000000"
    tool = Tool("Any", "UnknownTool", "", {"type": "object", "properties": {}})
    return schema_for(Gateway(arn, "none-0000000000", "none", "NONE", (Target("0000000000", "Any", (tool,)),)))


def place(arn: str) -> tuple[str, str]:
    """Region and account of an ARN."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return region, account
