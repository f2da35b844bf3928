"""The Cedar schema of a gateway, tool by tool, by the generator that AgentCore itself publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cedarpy
from cedar_mcp_schema_generator import generate_schema

from bot.cedar.gateway import Gateway, Tool

# Both principal types apply to every tool, whatever the gateway's authorizer, as in AgentCore's own analysis.
_STUB = """namespace AgentCore {
  @mcp_principal("OAuthUser") entity OAuthUser = {"id": String} tags String;
  @mcp_principal("IamEntity") entity IamEntity = {"id": String};
  @mcp_resource("Gateway") entity Gateway;
  @mcp_context("system") type SystemContext = {"now": datetime};
  action "Mcp";
  @mcp_action("CallTool") action "CallTool" in [Action::"Mcp"];
}"""
_CONFIG = {"objectsAsRecords": True, "numbersAsDecimal": True}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class GatewaySchema:
    """A gateway's schema: as JSON, as the handle cedarpy validates and evaluates with, and what it leaves out.

    `skipped` maps the action id of each tool that Cedar cannot express to the reason.
    """

    gateway: Gateway
    document: Mapping[str, Any] = field(repr=False)
    handle: cedarpy.Schema = field(repr=False)
    skipped: Mapping[str, str]

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that Cedar can express."""
        return tuple(tool for tool in self.gateway.tools if tool.action not in self.skipped)

    def validate(self, statement: str) -> tuple[str, ...]:
        """What Cedar's validator says against a policy text; empty when it is valid."""
        result = cedarpy.validate_policies(statement, self.handle)
        return tuple(sorted(error.error for error in result.errors))


def schema_for(gateway: Gateway) -> GatewaySchema:
    """The schema of a gateway. One tool that Cedar cannot express is left out and named; it spoils only itself."""
    document = json.loads(_generated(json.dumps([]))["schemaJson"])
    skipped: dict[str, str] = {}
    for target in gateway.targets:
        for tool in target.tools:
            if tool.action in document["AgentCore"]["actions"]:
                skipped[tool.action] = "two tools of this target have the same name"
                continue
            part, reason = _tool_schema(tool)
            if part is None:
                skipped[tool.action] = reason
            else:
                _merge(document, part, target.name)
    return GatewaySchema(gateway, document, cedarpy.Schema.from_json_str(json.dumps(document)), skipped)


def _tool_schema(tool: Tool) -> tuple[dict[str, Any] | None, str]:
    if tool.spoiled:
        return None, tool.spoiled
    # Target and tool names may hold characters that are not Cedar identifiers; then the generator sees a stand-in name
    # (each such character as its code point, so that no two tools share types) and the action gets the real one after.
    stand_in = tool.action
    if not _IDENTIFIER.fullmatch(stand_in):
        stand_in = "T_" + re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", tool.action)
    described = {"name": stand_in, "description": tool.description, "inputSchema": tool.input_schema}
    try:
        generated = _generated(json.dumps([described]))
    except (TypeError, ValueError) as error:
        return None, str(error)
    if not generated["isOk"]:
        return None, str(generated["error"])
    document = json.loads(generated["schemaJson"])
    document["AgentCore"]["actions"] = {tool.action: document["AgentCore"]["actions"][stand_in]}
    try:
        cedarpy.Schema.from_json_str(json.dumps(_merge(json.loads(_generated("[]")["schemaJson"]), document, "x")))
    except ValueError as error:
        return None, str(error)
    return document, ""


def _merge(document: dict[str, Any], part: dict[str, Any], target: str) -> dict[str, Any]:
    """Put a tool's types and its action into the document, the action under its target's group."""
    actions = document["AgentCore"]["actions"]
    actions.setdefault(target, {"memberOf": [{"id": "CallTool"}]})
    for namespace, members in part.items():
        ours = document.setdefault(namespace, {"commonTypes": {}, "entityTypes": {}, "actions": {}})
        for kind in ("commonTypes", "entityTypes"):
            ours.setdefault(kind, {}).update(members.get(kind, {}))
    for action, body in part["AgentCore"]["actions"].items():
        actions[action] = {**body, "memberOf": [{"id": target}, {"id": "CallTool"}]}
    return document


@lru_cache(maxsize=4096)
def _generated(tools: str) -> dict[str, Any]:
    return dict(generate_schema(_STUB, tools, config=_CONFIG))
