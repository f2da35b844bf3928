"""The sample gateway, and policies about its refund tool, for who serves it."""

from __future__ import annotations

from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY

GATEWAY = load_gateway(SAMPLE_GATEWAY)
REFUND = "RefundTool___process_refund"


def refund_policy(effect: str, condition: str = "", tool: str = REFUND) -> str:
    """A policy for callers with tokens about one tool of the sample gateway."""
    when = f" when {{ {condition} }}" if condition else ""
    return (
        f'{effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"{tool}", '
        f'resource == AgentCore::Gateway::"{GATEWAY.arn}"){when};'
    )
