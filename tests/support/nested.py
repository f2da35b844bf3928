"""Gateways in which one tool's input schema nests as deeply as a test wants, as texts: no JSON writer goes so deep."""

from __future__ import annotations

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/deep-gateway-a1b2c3d4e5"
OBJECTS = ('{"type": "object", "properties": {"inner": ', "}}")
LISTS = ('{"type": "array", "items": ', "}")


def nested_gateway(levels: int, kind: tuple[str, str] = OBJECTS) -> str:
    """A gateway FILE with a tool `deep` of so many objects (or lists) within one another, and others beside it."""
    deep = kind[0] * levels + '{"type": "string"}' + kind[1] * levels
    deep = '{"type": "object", "properties": {"x": ' + deep + "}}"
    fine = '{"type": "object", "properties": {"amount": {"type": "integer"}}}'
    tools = [("deep", deep), ("refund", fine), ("close", fine)]
    listed = ", ".join(
        f'{{"name": "{name}", "description": "{name}", "inputSchema": {schema}}}' for name, schema in tools
    )
    toolset = '{"mcp": {"lambda": {"toolSchema": {"inlinePayload": [' + listed + "]}}}}"
    return (
        f'{{"gatewayArn": "{ARN}", "name": "deep-gateway", "authorizerType": "CUSTOM_JWT", '
        f'"targets": [{{"name": "Desk", "targetConfiguration": {toolset}}}]}}'
    )
