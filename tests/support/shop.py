"""A workspace with the page and a small app on Bolt that keeps whatever it gets, for tests in a browser."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Rates, WorkspaceConfig, serve
from bot.workspace.server import Served
from bot.workspace.team import AGENT_RULES
from tests.support.bolt import connected
from tests.support.kitchen import options

Json = dict[str, Any]


@dataclass
class Shop:
    """A workspace with an app of the test's own, and what the app has got."""

    served: Served
    web: AsyncWebClient
    got: list[Json] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)

    async def says(self, *blocks: Json, text: str = "fallback text") -> str:
        posted = await self.web.chat_postMessage(channel=AGENT_RULES, text=text, blocks=list(blocks))
        return str(posted["ts"])

    async def next(self, kind: str) -> Json:
        """The first payload of this type; it is taken out."""

        def look() -> Json | None:
            return next((payload for payload in self.got if payload.get("type") == kind), None)

        found: Json = await self.served.workspace.wait_until(lambda: look() or {}, seconds=15)
        self.got.remove(found)
        return found


@contextlib.asynccontextmanager
async def shopping() -> AsyncIterator[Shop]:
    """A shop while the block lasts."""
    config = WorkspaceConfig(
        page=True,
        rates=Rates(enforced=False),
        commands=frozenset({"/form", "/home"}),
        shortcuts=(
            {"name": "Make a task", "type": "message", "callback_id": "task"},
            {"name": "New form", "type": "global", "callback_id": "new"},
        ),
    )
    async with serve(config) as served:
        web = AsyncWebClient(token=served.bot_token, base_url=served.api_url)
        found = Shop(served, web)
        app = AsyncApp(client=web, process_before_response=True)
        _register(app, found)
        async with connected(app, served.app_token):
            yield found


def _register(app: AsyncApp, shop: Shop) -> None:
    """Whatever comes is kept; a command opens the form that the test has put into `answers`."""

    async def keep(body: Json, ack: Any) -> None:
        shop.got.append(body)
        shop.served.workspace.changes.bump()
        await ack(**shop.answers.pop(body["type"], {}))

    @app.command("/form")
    async def open_form(body: Json, ack: Any) -> None:
        await ack()
        await shop.web.views_open(trigger_id=body["trigger_id"], view=shop.answers["form"])

    everything = re.compile(".*")
    app.action(everything)(keep)
    app.view(everything)(keep)
    app.view_closed(everything)(keep)
    app.shortcut(everything)(keep)

    @app.options(everything)
    async def offer(body: Json, ack: Any) -> None:
        await ack(options=[each for each in options("Refund", "Ship") if body["value"].lower() in each["value"]])
