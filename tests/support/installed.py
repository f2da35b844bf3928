"""A bot that workspaces install, over HTTP: three workspaces of one embedded Slack, and an embedded control plane."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.fernet import Fernet

from bot import controlplane, workspace
from bot.embedded import EmbeddedConfig, demo_routes
from bot.routing import Route, Routing
from bot.serve import over_http
from bot.settings import read_settings
from bot.slack.oauth import INSTALL_PATH
from bot.wiring import Bot, assemble
from bot.workspace.people import Person, until
from tests.support.installing import Browser, Page
from tests.support.scene import ENDPOINT, UNHURRIED, free_port

TEAMS = Path(__file__).with_name("three_teams.yml")
NORTH, SOUTH, WEST, ORG = "T0NORTH", "T0SOUTH", "T0WEST", "E0ORG"
CHANNELS = {NORTH: "C0NRULES", SOUTH: "C0SRULES", WEST: "C0WRULES"}
NED, NIA, NOA = "U0NED", "U0NIA", "U0NOA"
SUE, SAM, SID = "U0SUE", "U0SAM", "U0SID"
WIN, WES = "U0WIN", "U0WES"

Json = dict[str, Any]


@dataclass(frozen=True)
class Many:
    """What runs."""

    bot: Bot
    slack: workspace.Served
    plane: controlplane.Serving
    browser: Browser
    url: str

    def person(self, team: str, user: str) -> Person:
        return Person(self.slack.at(team), user)

    async def installs(self, place: str, decision: str = "allow") -> Page:
        return await self.browser.installs(self.url + INSTALL_PATH, place, decision)

    async def thread(self, team: str, user: str, *said: str) -> list[Json]:
        """The thread of the newest proposal in a workspace's channel, once these words stand in it."""
        person = self.person(team, user)

        async def look() -> list[Json] | None:
            parents = [each for each in await person.reads(CHANNELS[team]) if "proposes" in each["shown"]]
            found = await person.reads_thread(parents[-1]) if parents else []
            shown = "\n".join(each["shown"] for each in found)
            return found if found and all(word in shown for word in said) else None

        return await until(person.client, look, 30)

    async def gone(self, team: str) -> None:
        """Wait until the bot has let go of a workspace: that is in its database, which nobody tells Slack about."""
        async with asyncio.timeout(60):
            while True:
                if await self.bot.store.installation(team) is None:
                    return
                await asyncio.sleep(0.02)

    async def calls(self, team: str) -> list[Json]:
        """The bot's calls with the token of a workspace, oldest first."""
        return [each for each in await self.slack.client.perform("reads_calls", {}) if each["team"] == team]


@contextlib.asynccontextmanager
async def many(
    folder: Path,
    *,
    key: str = "",
    on: str = "*",
    slack: Any = None,
    gateways: tuple[Path, ...] = (),
    arrange: Callable[[Sequence[Route]], Routing] = lambda routes: Routing(routes=tuple(routes)),
    **settings: str,
) -> AsyncIterator[Many]:
    """The bot while the block lasts. `key` seals tokens, `on` is the workspace of the routes to the gateways of which
    `arrange` makes the routing file, and `slack` are more settings of the embedded Slack."""
    port = free_port()
    config = EmbeddedConfig(plane=controlplane.ControlPlaneConfig(latency=0.2, gateways=gateways))
    async with contextlib.AsyncExitStack() as stack:
        plane = await stack.enter_async_context(controlplane.serve(config.plane))
        served = await stack.enter_async_context(
            workspace.serve(
                workspace.WorkspaceConfig(
                    teams=workspace.read_teams(TEAMS),
                    event_url=f"http://127.0.0.1:{port}/slack/events",
                    rates=workspace.Rates(enforced=False),
                    timings=UNHURRIED,
                    **(slack or {}),
                )
            )
        )
        environment = {
            "SLACK_CLIENT_ID": served.client_id,
            "SLACK_CLIENT_SECRET": served.client_secret,
            "SLACK_SIGNING_SECRET": served.signing_secret,
            "SLACK_API_URL": served.api_url,
            ENDPOINT: plane.url,
            "POLICYBOT_SECRET_KEYS": key or Fernet.generate_key().decode(),
            "POLICYBOT_URL": f"http://127.0.0.1:{port}",
            "POLICYBOT_HTTP_PORT": str(port),
            "POLICYBOT_DATABASE_URL": f"sqlite:///{folder}/many.db",
            "POLICYBOT_APPROVERS": "S0NORTH,S0SOUTH,S0WEST",
            **settings,
        }
        made = await demo_routes(plane.url, config)
        routing = arrange([each.model_copy(update={"workspace": on}) for each in made])
        bot = await stack.enter_async_context(assemble(read_settings(environment), routing, embedded=True))
        url = await stack.enter_async_context(over_http(bot))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Many(bot, served, plane, Browser(session), url)
