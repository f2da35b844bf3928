"""Everything in one process: an embedded control plane, an embedded Slack, and the real bot between them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from bot import controlplane, workspace
from bot.agentcore import Client, Pace, connect
from bot.cedar import Gateway, load_gateway
from bot.clock import MovableClock
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.controlplane.wire.model import input_of
from bot.errors import PolicybotError
from bot.routing import Route, Routing
from bot.serve import over_http, over_socket_mode
from bot.settings import read_settings, setting_names
from bot.wiring import Bot, assemble
from bot.workspace import team

ENGINE_NAME = "policybot_demo"
_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.02
_QUOTAS = [name for name in setting_names() if re.search("_PER_(PERSON|CHANNEL|WORKSPACE)$", name)]
"""In an embedded workspace one person plays everybody, and nobody waits for anybody."""


@dataclass(frozen=True)
class Embedded:
    """What runs: the bot, the workspace that it serves, and the control plane that it calls."""

    bot: Bot
    slack: workspace.Served
    plane: controlplane.Serving
    route: Route


@dataclass(frozen=True)
class EmbeddedConfig:
    """How to run everything. With an `event_url` in `slack`, Slack calls the bot over HTTP at that URL's port.

    `attach` is how the engine is attached to the gateway; without it, as the gateway's file says, and where that says
    nothing, so that policies are enforced. `arrange` makes the routing file of the gateways' routes: without it, the
    channels go to the first and may use the others. `glossary` has the team's words, which AgentCore's translator and
    the bot's own reader both know. `settings` are environment variables that replace the embedded
    ones; `clock` is everybody's, whatever the two parts say, and either server's admin API moves it on. The workspace
    answers at `port`; with `data_dir` all three keep their state in that folder.
    """

    plane: controlplane.ControlPlaneConfig = field(default_factory=lambda: controlplane.ControlPlaneConfig(latency=0.2))
    slack: workspace.WorkspaceConfig = field(
        default_factory=lambda: workspace.WorkspaceConfig(rates=workspace.Rates(enforced=False), app_name="policybot")
    )
    attach: Literal["ENFORCE", "LOG_ONLY", "NONE"] | None = None
    arrange: Callable[[Sequence[Route]], Routing] = lambda routes: Routing(
        routes=tuple(routes[:1]), targets=tuple(routes[1:])
    )
    glossary: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    clock: MovableClock = field(default_factory=MovableClock)
    port: int = 0
    data_dir: Path | None = None


@contextlib.asynccontextmanager
async def embedded(config: EmbeddedConfig) -> AsyncIterator[Embedded]:
    """Run everything while the block lasts. Raises PolicybotError with a sentence when it cannot start."""
    async with contextlib.AsyncExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="policybot-"))
        folder = Path(temporary) if config.data_dir is None else config.data_dir.absolute()
        words = config.glossary or config.plane.glossary
        served = replace(_kept(config.plane, config), glossary=words)
        plane = await stack.enter_async_context(controlplane.serve(served))
        slack = await stack.enter_async_context(workspace.serve(_kept(config.slack, config), config.port))
        settings = read_settings(
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "SLACK_API_URL": slack.api_url,
                "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": plane.url,
                "POLICYBOT_DATABASE_URL": f"sqlite:///{folder}/policybot.db",
                "POLICYBOT_APPROVERS": team.APPROVERS_GROUP,
                **dict.fromkeys(_QUOTAS, "0"),
                **config.settings,
            }
        )
        first, *others = await demo_routes(plane.url, config)
        route = first.model_copy(update={"calls": settings.calls})
        routing = config.arrange((route, *others))
        if config.glossary:
            routing = routing.model_copy(update={"glossary": dict(config.glossary)})
        bot = await stack.enter_async_context(assemble(settings, routing, embedded=True, clock=config.clock))
        transport = over_http(bot) if config.slack.event_url else over_socket_mode(bot)
        await stack.enter_async_context(transport)
        yield Embedded(bot, slack, plane, route)


_Config = TypeVar("_Config", controlplane.ControlPlaneConfig, workspace.WorkspaceConfig)


def _kept(part: _Config, config: EmbeddedConfig) -> _Config:
    part = replace(part, clock=config.clock)
    return part if config.data_dir is None else replace(part, data_dir=config.data_dir)


async def demo_routes(url: str, config: EmbeddedConfig) -> tuple[Route, ...]:
    """Each gateway with an engine for it: the one that is attached, or the first that there is, or a new one."""
    gateways = [load_gateway(each) for each in config.plane.gateways or (SAMPLE_GATEWAY,)]
    client = connect(endpoint_url=url, pace=Pace(scale=0.0))
    try:
        async with asyncio.timeout((_READY_SECONDS + config.plane.latency) * len(gateways)):
            return tuple([await _route(client, each, config) for each in gateways])
    except TimeoutError as error:
        raise PolicybotError("The embedded gateway did not take its policy engine in time.") from error
    finally:
        await client.aclose()


async def _route(client: Client, gateway: Gateway, config: EmbeddedConfig) -> Route:
    served = await client.call("GetGateway", gatewayIdentifier=gateway.gateway_id)
    attached = served.get("policyEngineConfiguration", {})
    engine = attached.get("arn") or await _engine(client)
    mode = config.attach or attached.get("mode", "ENFORCE")
    wanted = {} if mode == "NONE" else {"arn": engine, "mode": mode}
    if wanted != attached:
        await _attach(client, served, wanted)
    return Route(policy_engine_id=engine.rsplit("/", 1)[1], gateway_arn=gateway.arn)


async def _engine(client: Client) -> str:
    """The ARN of an engine that takes policies."""
    async for page in client.pages("ListPolicyEngines"):
        for engine in page["policyEngines"]:
            return str(engine["policyEngineArn"])
    made = await client.call("CreatePolicyEngine", name=ENGINE_NAME, clientToken=str(uuid.uuid4()))
    await _settled(client, "GetPolicyEngine", policyEngineId=made["policyEngineId"])
    return str(made["policyEngineArn"])


async def _attach(client: Client, gateway: Mapping[str, Any], configuration: Mapping[str, str]) -> None:
    """Attach an engine to a gateway, or none. What an update leaves out is reset, so all the rest is sent again."""
    same = {name: gateway[name] for name in input_of("UpdateGateway").members if name in gateway}
    same.pop("policyEngineConfiguration", None)
    more = {"policyEngineConfiguration": configuration} if configuration else {}
    await client.call("UpdateGateway", gatewayIdentifier=gateway["gatewayId"], **same, **more)
    await _settled(client, "GetGateway", gatewayIdentifier=gateway["gatewayId"])


async def _settled(client: Client, operation: str, **params: str) -> None:
    """Return once nothing is under way any more for what an operation reads."""
    while True:
        if not (await client.call(operation, **params))["status"].endswith("ING"):
            return
        await asyncio.sleep(_LOOK_SECONDS)
