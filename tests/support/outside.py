"""A Slack and an AgentCore without a bot, and the settings with which a bot finds them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import controlplane, workspace
from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.workspace import team
from tests.support.process import AWS
from tests.support.scene import ENDPOINT, Engine, Scene


@dataclass
class Outside:
    """What there is, and the settings."""

    desk: Scene
    settings: Mapping[str, str]

    async def connected(self) -> None:
        """Until a bot is connected to Slack."""

        async def look() -> bool:
            return bool((await self.desk.client.perform("status", {}))["connections"])

        await self.desk.until(look, 30)


@contextlib.asynccontextmanager
async def outside(tmp_path: Path, latency: float = 0.4) -> AsyncIterator[Outside]:
    """Embedded servers in this process; `latency` is what the control plane takes for a generation or a policy."""
    plane_config = controlplane.ControlPlaneConfig(latency=latency)
    slack_config = workspace.WorkspaceConfig(rates=workspace.Rates(enforced=False))
    async with controlplane.serve(plane_config) as plane, workspace.serve(slack_config) as slack:
        engine = Engine(plane.url)
        await engine.policies()
        settings = {
            **AWS,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            ENDPOINT: plane.url,
            "POLICYBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'policybot.db'}",
            "POLICYBOT_POLICY_ENGINE_ID": engine.engine_id,
            "POLICYBOT_GATEWAY_ARN": load_gateway(SAMPLE_GATEWAY).arn,
            "POLICYBOT_APPROVERS": team.APPROVERS_GROUP,
            "POLICYBOT_POLL_SECONDS": "0.1",
            "POLICYBOT_LOG_LEVEL": "DEBUG",
        }
        yield Outside(Scene(slack.client, engine, slack), settings)
        engine.close()
