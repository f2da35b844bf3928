"""Small gateways for unit tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.cedar import Gateway, gateway_from_api

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5"


@pytest.fixture
def gateway_of() -> Callable[..., Gateway]:
    """Makes a gateway from `Target={"tool": {property: schema}}`; a property whose name ends in `?` is optional."""

    def make(authorizer: str = "CUSTOM_JWT", **targets: Mapping[str, Mapping[str, Any]]) -> Gateway:
        return gateway_from_api(
            {"gatewayArn": ARN, "name": "desk-gateway", "authorizerType": authorizer},
            [
                {
                    "name": target.replace("_", "-"),
                    "targetConfiguration": {
                        "mcp": {
                            "lambda": {
                                "toolSchema": {
                                    "inlinePayload": [
                                        {"name": name, "description": name, "inputSchema": _schema(properties)}
                                        for name, properties in tools.items()
                                    ]
                                }
                            }
                        }
                    },
                }
                for target, tools in targets.items()
            ],
        )

    return make


def _schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name.rstrip("?"): schema for name, schema in properties.items()},
        "required": [name for name in properties if not name.endswith("?")],
    }
