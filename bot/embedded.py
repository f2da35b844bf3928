"""Everything in one process: an embedded control plane, an embedded Slack, and the real bot between them."""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot import controlplane, workspace
from bot.agentcore import Pace, connect
from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.serve import over_http, over_socket_mode
from bot.settings import Route, Routing, read_settings
from bot.wiring import Bot, assemble
from bot.workspace import team

ENGINE_NAME = "policybot_demo"


@dataclass(frozen=True)
class Embedded:
    """What runs: the bot, the workspace that it serves, and the control plane that it calls."""

    bot: Bot
    slack: workspace.Served
    plane: controlplane.Serving


@dataclass(frozen=True)
class EmbeddedConfig:
    """How to run everything. With an `event_url` in `slack`, Slack calls the bot over HTTP at that URL's port.

    `settings` are environment variables that replace the embedded ones.
    """

    plane: controlplane.ControlPlaneConfig = field(default_factory=lambda: controlplane.ControlPlaneConfig(latency=0.2))
    slack: workspace.WorkspaceConfig = field(
        default_factory=lambda: workspace.WorkspaceConfig(rates=workspace.Rates(enforced=False))
    )
    settings: Mapping[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def embedded(config: EmbeddedConfig) -> AsyncIterator[Embedded]:
    """Run everything while the block lasts. Raises PolicybotError with a sentence when it cannot start."""
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="policybot-"))
        plane = await stack.enter_async_context(controlplane.serve(config.plane))
        slack = await stack.enter_async_context(workspace.serve(config.slack))
        settings = read_settings(
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "SLACK_API_URL": slack.api_url,
                "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": plane.url,
                "POLICYBOT_DATABASE_URL": f"sqlite:///{folder}/policybot.db",
                "POLICYBOT_APPROVERS": team.APPROVERS_GROUP,
                **config.settings,
            }
        )
        route = await _route(plane.url, config.plane.gateways)
        bot = await stack.enter_async_context(assemble(settings, Routing(routes=(route,)), embedded=True))
        transport = over_http(bot) if config.slack.event_url else over_socket_mode(bot)
        await stack.enter_async_context(transport)
        yield Embedded(bot, slack, plane)


async def _route(url: str, gateways: tuple[Path, ...]) -> Route:
    """The engine that the sample gateway has, or a new one for a gateway of the user's."""
    gateway = load_gateway(gateways[0] if gateways else SAMPLE_GATEWAY)
    client = connect(endpoint_url=url, pace=Pace(scale=0.0))
    try:
        async for page in client.pages("ListPolicyEngines"):
            for engine in page["policyEngines"]:
                return Route(policy_engine_id=engine["policyEngineId"], gateway_arn=gateway.arn)
        made = await client.call("CreatePolicyEngine", name=ENGINE_NAME, clientToken=str(uuid.uuid4()))
        return Route(policy_engine_id=made["policyEngineId"], gateway_arn=gateway.arn)
    finally:
        await client.aclose()
