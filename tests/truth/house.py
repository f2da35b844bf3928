"""One bot between an embedded Slack and an embedded control plane, started once: every life has a channel, an engine
and for its time a gateway of its own in it."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.payload import Payload
from aiohttp.typedefs import Handler

from bot import workspace
from bot.cedar import GatewaySchema
from bot.clock import MovableClock
from bot.controlplane import ControlPlaneConfig, build_app
from bot.controlplane.plane import ControlPlane
from bot.controlplane.reasoning import Reasoning
from bot.controlplane.server import PLANE
from bot.routing import Route, Routing
from bot.serve import over_socket_mode
from bot.settings import read_settings
from bot.wiring import Bot, assemble
from bot.workspace import residents, team, teams
from bot.workspace.people import Person
from tests.truth.gateway import OTHER_GATEWAY, gateway_file
from tests.truth.plane import Lane, gateway_arn


class Scripted(Reasoning):
    """A generation as a language model may make it: for a gateway and a rule in the script, what is written there."""

    def __init__(self) -> None:
        super().__init__({})
        self.script: dict[tuple[str, str], Sequence[str]] = {}

    async def assets(self, rule: str, schema: GatewaySchema, member: str, *more: Any) -> list[dict[str, Any]]:
        statements = self.script.pop((schema.gateway.arn, rule), ())
        if not statements:
            return await super().assets(rule, schema, member, *more)
        asset = {"policyGenerationAssetId": "", "rawTextFragment": rule, "findings": [{"type": "VALID"}]}
        return [asset | {"definition": {"policy": {"statement": each}}} for each in statements]


class Delays:
    """CreatePolicy that reaches the service late: the caller's connection breaks, the call lands when it is let go."""

    def __init__(self) -> None:
        self.held: dict[str, asyncio.Event] = {}
        self.caught: dict[str, asyncio.Event] = {}
        self.landed: dict[str, asyncio.Event] = {}

    def hold(self, engine_id: str) -> None:
        """Hold the next CreatePolicy for an engine, and break every later one until it has landed."""
        for events in (self.held, self.caught, self.landed):
            events[engine_id] = asyncio.Event()

    @web.middleware
    async def pass_on(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        parts = request.path.split("/")
        engine_id = parts[2] if len(parts) > 2 else ""
        if engine_id not in self.held or request.method not in ("POST", "PUT") or parts[3:4] != ["policies"]:
            return await handler(request)
        body = await request.read()
        if "definition" not in json.loads(body or b"{}"):
            return await handler(request)
        first = not self.caught[engine_id].is_set()
        self.caught[engine_id].set()
        assert request.transport is not None
        request.transport.abort()
        if not first:
            raise web.HTTPServiceUnavailable
        await self.held[engine_id].wait()
        try:
            return await handler(request)
        finally:
            del self.held[engine_id]
            self.landed[engine_id].set()


@web.middleware
async def from_the_future(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A definition that this service's shapes do not have is served under a member that this boto3 does not know."""
    answer = await handler(request)
    if isinstance(answer, web.Response) and isinstance(answer.body, Payload):
        answer.body = answer.body.decode().replace('"definition": {}', '"definition": {"hologram": {}}').encode()
    return answer


class Channels(Routing):
    """Routes by the channel's name: `C0L<lane>N<life>` has an engine for the life, and the gateway of the lane."""

    def route(self, channel: str, workspace: str = "") -> Route | None:
        lane, _, life = channel.removeprefix("C0L").partition("N")
        return Route(policy_engine_id=engine_of(int(life)), gateway_arn=gateway_arn(gateway_of(int(lane))))


def engine_of(life: int) -> str:
    return f"truth-{life:010d}"


def gateway_of(lane: int) -> str:
    return f"till-{lane:010d}"


def _approver(lane: int) -> str:
    return f"U0LANE{lane}"


def _asker(lane: int) -> str:
    return f"U0ASKS{lane}"


@dataclass
class House:
    """What runs, for as many lives as are wanted; at most one at a time in each lane."""

    bot: Bot
    slack: workspace.Served
    plane: ControlPlane
    reasoning: Scripted
    delays: Delays
    clock: MovableClock
    lives: int = field(default=0)
    time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever moves the clock on."""

    def approver(self, lane: int) -> Person:
        """Who decides in a lane: forms of different lives do not lie on one another."""
        return Person(self.slack.client, _approver(lane))

    def asker(self, lane: int) -> Person:
        """Who proposes what is done about a policy in a lane."""
        return Person(self.slack.client, _asker(lane))

    def move_in(self, lane: int) -> tuple[str, Lane]:
        """The channel of a new life, and its empty engine, attached to the gateway of the lane."""
        self.lives += 1
        channel = f"C0L{lane}N{self.lives}"
        people = (team.REQUESTER, _asker(lane), _approver(lane), team.BOT_USER)
        here = self.slack.workspace.here
        place = residents.channel(here, channel, f"life-{self.lives}", list(people), team.REQUESTER)
        self.slack.workspace.store.shelf("channels")[channel] = place
        found = Lane(self.plane, engine_of(self.lives), gateway_of(lane))
        found.open()
        found.set_tool("Late", None)
        return channel, found


@asynccontextmanager
async def house(*, lanes: int = 1, **settings: str) -> AsyncIterator[House]:
    """A house while the block lasts; `settings` are the bot's, in lower case and without their POLICYBOT_."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="truth-")))
        files = tuple(gateway_file(folder, name) for name in (*map(gateway_of, range(lanes)), OTHER_GATEWAY))
        clock = MovableClock()
        app = build_app(ControlPlaneConfig(gateways=files, latency=0.0, clock=clock))
        delays, scripted = Delays(), Scripted()
        app.middlewares.extend((delays.pass_on, from_the_future))
        plane = app[PLANE]
        await plane.reasoning.close()
        plane.reasoning = scripted
        url = await _served(app, stack)
        rates = workspace.Rates(enforced=False)
        slack = await stack.enter_async_context(workspace.serve(workspace.WorkspaceConfig(rates=rates)))
        for lane in range(lanes):
            for who, does in ((_approver(lane), "approver"), (_asker(lane), "asker")):
                entry = teams.Person(id=who, name=f"{does}-{lane}", real_name=f"{does.title()} {lane}")
                slack.workspace.store.shelf("users")[who] = residents.person(slack.workspace.here, entry)
        quotas = [
            f"POLICYBOT_{of}_PER_{whom}" for of in ("OPEN", "MINUTE") for whom in ("PERSON", "CHANNEL", "WORKSPACE")
        ]
        environment = {
            **dict.fromkeys(quotas, "1000000"),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": url,
            "POLICYBOT_DATABASE_URL": f"sqlite:///{folder}/policybot.db",
            "POLICYBOT_APPROVERS": ",".join(map(_approver, range(lanes))),
            **{f"POLICYBOT_{name.upper()}": value for name, value in settings.items()},
        }
        routes = Channels(routes=(Route(policy_engine_id=engine_of(0), gateway_arn=gateway_arn(gateway_of(0))),))
        bot = await stack.enter_async_context(assemble(read_settings(environment), routes, embedded=True, clock=clock))
        await stack.enter_async_context(over_socket_mode(bot))
        yield House(bot, slack, plane, scripted, delays, clock)


async def _served(app: web.Application, stack: AsyncExitStack) -> str:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"
