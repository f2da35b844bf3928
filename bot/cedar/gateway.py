"""A gateway and its tools, read from the API's own shapes (GetGateway and GetGatewayTarget, or one file with both)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cedar.nesting import shallow, trouble
from bot.errors import GatewayFileError

GATEWAY_ARN = re.compile(r"arn:[a-z0-9-]+:bedrock-agentcore:[a-z0-9-]+:\d{12}:gateway/([0-9a-z-]+)")
UNREAD = "toolsUnread"
"""A target's member in a gateway file, none of the API's: why its tools, or others than these, cannot be seen."""
OAUTH_USER = "AgentCore::OAuthUser"
IAM_ENTITY = "AgentCore::IamEntity"


@dataclass(frozen=True)
class Tool:
    """One tool of a target. `input_schema` is the JSON schema of its input, an object schema.

    `spoiled` says why no policy can speak of the tool, when its schema is nothing to look into; it is left out then.
    `example` is an answer that the tool's own description gives, if it gives one.
    """

    target: str
    name: str
    description: str
    input_schema: Mapping[str, Any]
    spoiled: str = ""
    example: Any = None

    @property
    def action(self) -> str:
        """The id of the tool's Cedar action: target and tool, joined by three underscores."""
        return f"{self.target}___{self.name}"


@dataclass(frozen=True)
class Target:
    """A gateway target. `unreadable` says why its tools cannot be seen, when they cannot; why there may be others than
    these, when it has some."""

    target_id: str
    name: str
    tools: tuple[Tool, ...]
    description: str = ""
    unreadable: str = ""

    @property
    def partial(self) -> bool:
        """Whether only some of its tools may be seen."""
        return bool(self.tools and self.unreadable)

    @property
    def unseen(self) -> str:
        """The sentence that its tools cannot all be seen, with why; empty when they can."""
        if not self.unreadable:
            return ""
        which, can = ("Not all tools", "can") if self.tools else ("The tools", "cannot")
        return f"{which} of the target {self.name} {can} be seen: {self.unreadable}."

    def may_hide(self, action: str) -> bool:
        """Whether an action id may be that of a tool which cannot be seen."""
        mine = action.startswith(f"{self.name}___")
        return bool(self.unreadable) and mine and all(tool.action != action for tool in self.tools)


@dataclass(frozen=True)
class Gateway:
    """A gateway as policies see it: its ARN, who calls it, and what can be called."""

    arn: str
    gateway_id: str
    name: str
    authorizer_type: str
    targets: tuple[Target, ...]

    @property
    def tools(self) -> tuple[Tool, ...]:
        return tuple(tool for target in self.targets for tool in target.tools)

    @property
    def principal_type(self) -> str:
        """`AgentCore::IamEntity` where callers sign with IAM, else `AgentCore::OAuthUser`."""
        return IAM_ENTITY if self.authorizer_type == "AWS_IAM" else OAUTH_USER

    def tool(self, action: str) -> Tool | None:
        """The tool whose action id is `action`."""
        return next((tool for tool in self.tools if tool.action == action), None)


def load_gateway(path: str | Path) -> Gateway:
    """The gateway in a JSON file: GetGateway's members and `targets`, each as GetGatewayTarget returns it.

    Raises GatewayFileError when the file is missing, is not JSON, or lacks what policies need.
    """
    return gateway_from_file(path)[0]


def gateway_from_file(path: str | Path) -> tuple[Gateway, dict[str, Any]]:
    """The gateway in a file, with the file's own JSON for who serves it again."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise GatewayFileError(f"The gateway file {path} cannot be read: {why}.", path=str(path)) from error
    try:
        found = json.loads(shallow(text))
    except ValueError as error:
        raise GatewayFileError(f"The gateway file {path} is not JSON: {error}.", path=str(path)) from error
    if not isinstance(found, dict) or not isinstance(found.get("targets"), list):
        raise GatewayFileError(
            f"The gateway file {path} needs one JSON object with gatewayArn, gatewayId, name, authorizerType and "
            "targets.",
            path=str(path),
        )
    try:
        return gateway_from_api(found, found["targets"]), found
    except GatewayFileError as error:
        raise GatewayFileError(f"The gateway file {path}: {error}", path=str(path)) from error


def gateway_from_api(gateway: Mapping[str, Any], targets: Iterable[Mapping[str, Any]]) -> Gateway:
    """The gateway in GetGateway's answer, and its targets in GetGatewayTarget's answers.

    Raises GatewayFileError when a member that policies need is missing or has another type.
    """
    arn = _text(gateway, "gatewayArn")
    if not GATEWAY_ARN.fullmatch(arn):
        raise GatewayFileError(f"gatewayArn {arn!r} is not the ARN of an AgentCore gateway.")
    found = tuple(_target(target) for target in targets)
    names = [target.name for target in found]
    for name in names:
        if names.count(name) > 1:
            raise GatewayFileError(f"two targets have the name {name!r}.")
    return Gateway(
        arn=arn,
        gateway_id=str(gateway.get("gatewayId") or arn.rsplit("/", 1)[1]),
        name=_text(gateway, "name"),
        authorizer_type=_text(gateway, "authorizerType"),
        targets=found,
    )


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name) if isinstance(members, Mapping) else None
    if not isinstance(value, str) or not value:
        raise GatewayFileError(f"{name} is missing or not a text.")
    return value


def _target(target: Mapping[str, Any]) -> Target:
    name = _text(target, "name")
    tools, unreadable = _tools(name, target.get("targetConfiguration") or {})
    unreadable = str(target.get(UNREAD) or unreadable)
    return Target(str(target.get("targetId", "")), name, tools, str(target.get("description") or ""), unreadable)


def _tools(target: str, configuration: Mapping[str, Any]) -> tuple[tuple[Tool, ...], str]:
    """The tools of a target, and why there are none when they live where the control plane cannot see them."""
    mcp = configuration.get("mcp") if isinstance(configuration, Mapping) else None
    if not isinstance(mcp, Mapping) or not mcp:
        return (), "only MCP targets list tools"
    kind, config = next(iter(mcp.items()))
    if kind == "openApiSchema" and isinstance(config, Mapping) and isinstance(config.get("inlinePayload"), str):
        return _openapi(target, config["inlinePayload"])
    schema = (config.get("toolSchema") or config.get("mcpToolSchema")) if isinstance(config, Mapping) else None
    inline = schema.get("inlinePayload") if isinstance(schema, Mapping) else None
    if isinstance(inline, str):
        try:
            inline = json.loads(shallow(inline))
        except ValueError as error:
            raise GatewayFileError(f"target {target}: its inline tool schema is not JSON: {error}.") from error
    if isinstance(inline, Mapping):
        inline = inline.get("tools")
    if not isinstance(inline, list):
        return (), f"the tools of this {kind} target are not in its configuration"
    return tuple(_tool(target, tool) for tool in inline), ""


def _openapi(target: str, text: str) -> tuple[tuple[Tool, ...], str]:
    from bot.cedar.openapi import openapi_tools  # a YAML parser, for the gateways that need one

    try:
        return tuple(_tool(target, tool, tool.pop("spoiled", "")) for tool in openapi_tools(text)), ""
    except ValueError as error:
        return (), f"its OpenAPI document cannot be read: {error}"


def _tool(target: str, tool: Any, spoiled: str = "") -> Tool:
    if not isinstance(tool, Mapping):
        raise GatewayFileError(f"target {target}: a tool is not an object.")
    name = _text(tool, "name")
    schema = tool.get("inputSchema")
    if not isinstance(schema, Mapping):
        raise GatewayFileError(f"tool {target}___{name}: inputSchema is missing or not an object.")
    said = str(tool.get("description") or "")
    spoiled = spoiled or trouble(schema)
    return Tool(target, name, said, {} if spoiled else schema, spoiled, _example(tool))


def _example(tool: Mapping[str, Any]) -> Any:
    """The first example of what a tool answers: its own, as an OpenAPI operation has it, or its output schema's."""
    output = tool.get("outputSchema")
    listed = output.get("examples") if isinstance(output, Mapping) else None
    return tool.get("example", listed[0] if isinstance(listed, list) and listed else None)
