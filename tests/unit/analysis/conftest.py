"""A gateway with two tools and a short way to write policies for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway, GatewaySchema, schema_for

REFUND_INPUTS = {
    "order": {"type": "string"},
    "amount": {"type": "integer"},
    "factor": {"type": "integer"},
    "rate?": {"type": "number"},
    "express?": {"type": "boolean"},
    "labels?": {"type": "array", "items": {"type": "string"}},
    "due?": {"type": "string", "format": "date-time"},
    "address?": {"type": "string", "format": "ipv4"},
    "currency?": {"type": "string", "enum": ["EUR", "USD"]},
    "extra?": {"type": "object", "additionalProperties": {"type": "string"}},
}


@pytest.fixture
def schema(gateway_of: Callable[..., Gateway]) -> GatewaySchema:
    """Tools Desk___refund and Desk___close, and Post___send of another target."""
    return schema_for(
        gateway_of(
            Desk={"refund": REFUND_INPUTS, "close": {"reason": {"type": "string"}}},
            Post={"send": {"to": {"type": "string"}}},
        )
    )


@pytest.fixture
def rule(schema: GatewaySchema) -> Callable[..., str]:
    """Writes a policy: an effect, a condition, and the tool and principal that it is for ("" for everyone)."""

    def write(effect: str, condition: str = "", *, tool: str = "Desk___refund", who: str = "OAuthUser") -> str:
        principal = f"principal is AgentCore::{who}" if who else "principal"
        action = f'action == AgentCore::Action::"{tool}"' if tool else "action"
        resource = f'resource == AgentCore::Gateway::"{schema.gateway.arn}"'
        return f"{effect}({principal}, {action}, {resource})" + (f" when {{ {condition} }};" if condition else ";")

    return write
