"""A gateway's file out of what AgentCore says of it."""

from __future__ import annotations

import time
from typing import Any

from bot.agentcore import Pace, connect
from bot.agentcore.gateways import Gateways
from bot.agentcore.wire import gateway as read_gateway
from bot.aws import tool_sources
from bot.cedar.gateway import GATEWAY_ARN
from bot.errors import BadInput
from bot.settings import read_settings


async def pulled(arn: str) -> tuple[dict[str, Any], list[str]]:
    """The document of a gateway file, and a sentence for each target whose tools cannot all be read.

    Raises BadInput for what is no gateway's ARN, SettingsError, ServiceError and ServiceUnavailable.
    """
    if not GATEWAY_ARN.fullmatch(arn):
        such = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/support-a1b2c3d4e5"
        raise BadInput(f"{arn} is not the ARN of a gateway, such as {such}.")
    settings = read_settings()
    client = connect(
        region=settings.aws_region or arn.split(":")[3],
        profile=settings.aws_profile,
        endpoint_url=settings.aws_endpoint_url,
        pace=Pace(scale=0.0),
    )
    gateways = Gateways(client, time.monotonic, tool_sources(settings))
    try:
        answer, targets = await gateways.answers(arn)
    finally:
        await gateways.aclose()
        await client.aclose()
    document = {**_plain(answer), "targets": [_plain(target) for target in targets]}
    return document, [each.unseen for each in read_gateway(answer, targets).targets if each.unseen]


def _plain(answer: Any) -> dict[str, Any]:
    """An answer without what boto3 tells of the call; times as the API writes them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in answer.items()
        if name != "ResponseMetadata"
    }
