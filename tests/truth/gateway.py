"""The gateway of a life: a few tools, with inputs of the kinds that conditions speak of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.truth.plane import gateway_arn

TOOLS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "Till": (
        {
            "name": "refund",
            "description": "Pay money back to a customer",
            "inputSchema": {
                "type": "object",
                "properties": {"amount": {"type": "integer"}, "region": {"type": "string"}},
                "required": ["amount"],
            },
        },
        {
            "name": "export",
            "description": "Write customer records to a file",
            "inputSchema": {
                "type": "object",
                "properties": {"rows": {"type": "integer"}, "urgent": {"type": "boolean"}},
                "required": ["rows"],
            },
        },
    ),
    "Desk": (
        {
            "name": "note",
            "description": "Write a note",
            "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
        },
    ),
}
LATE = {
    "name": "purge",
    "description": "Delete a customer",
    "inputSchema": {"type": "object", "properties": {"all": {"type": "boolean"}}, "required": ["all"]},
}
OTHER_GATEWAY = "elsewhere-0000000000"


def gateway_file(folder: Path, gateway_id: str) -> Path:
    """A gateway with these tools, as a file that the control plane serves."""
    targets = [
        {
            "targetId": f"{name.upper():0<10}"[:10],
            "name": name,
            "targetConfiguration": {
                "mcp": {
                    "lambda": {
                        "lambdaArn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
                        "toolSchema": {"inlinePayload": list(tools)},
                    }
                }
            },
        }
        for name, tools in TOOLS.items()
    ]
    body = {
        "name": gateway_id.split("-")[0],
        "gatewayArn": gateway_arn(gateway_id),
        "gatewayId": gateway_id,
        "authorizerType": "CUSTOM_JWT",
        "authorizerConfiguration": {
            "customJWTAuthorizer": {"discoveryUrl": "https://login.example.com/.well-known/openid-configuration"}
        },
        "targets": targets,
    }
    path = folder / f"{gateway_id}.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path
