"""The real Bolt app, the real review and the real Slack adapters over an embedded workspace, in both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

import handlers
from bot.blocks import Trial
from bot.cedar import Decision, Gateway, GatewaySchema, Request, schema_for
from bot.review.clock import SystemClock
from bot.review.commands import DecideDraft
from bot.review.model import Draft
from bot.review.options import Options, everywhere
from bot.review.service import Decided, Review
from bot.slack.app import build_bolt_app
from bot.slack.client import http_session, safe_retries, web_client
from bot.slack.directory import SlackDirectory
from bot.slack.http import PATH, HttpTransport, web_app
from bot.slack.installation import check_bot_token
from bot.slack.messenger import SlackMessenger
from bot.slack.pacing import Pacer
from bot.slack.socket import SocketTransport
from bot.workspace import WorkspaceConfig, serve, team
from handlers import Services, Tasks
from tests.support.desk import Desk, Shelf


class HeardReview(Review):
    """The review, which also keeps what it was asked to decide."""

    decisions: list[DecideDraft]

    async def decide(self, command: DecideDraft) -> Decided:
        self.decisions = [*getattr(self, "decisions", []), command]
        return await super().decide(command)


@pytest.fixture
def gateway(gateway_of: Callable[..., Gateway]) -> Gateway:
    tools: Mapping[str, Any] = {
        "refund": {"amount": {"type": "integer"}, "express?": {"type": "boolean"}, "note?": {"type": "string"}},
        "lookup": {"order": {"type": "string"}},
    }
    return gateway_of(Desk=tools)


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def patience() -> float:
    """Seconds a handler waits for slow work; tests about slowness override it."""
    return 2.2


@pytest.fixture
async def desk(transport: str, gateway: Gateway, patience: float, unused_tcp_port: int) -> AsyncIterator[Desk]:
    over_http = transport == "http"
    url = f"http://127.0.0.1:{unused_tcp_port}{PATH}" if over_http else None
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serve(WorkspaceConfig(event_url=url)))
        session = await stack.enter_async_context(http_session())
        client = web_client(served.bot_token, served.api_url, session, safe_retries())
        installation = await check_bot_token(client)
        messenger = SlackMessenger(served.bot_token, served.api_url, session, Pacer(interval=0.0))
        shelf, schema = Shelf(), schema_for(gateway)
        tried: list[Request] = []

        async def schema_of(_arn: str) -> GatewaySchema:
            return schema

        async def try_request(_draft: Draft, request: Request) -> Trial:
            tried.append(request)
            return Trial(Decision(allowed=False), Decision(allowed=True, reasons=("this policy",)))

        directory = SlackDirectory(client, groups=(team.APPROVERS_GROUP,))
        review = HeardReview(shelf, directory, SystemClock(), Options(everywhere("engine-1", gateway.arn)))
        tasks = Tasks()
        services = Services(
            review, messenger, tasks, SystemClock(), installation.team_id, schema_of, try_request, patience
        )
        bolt_client = web_client(None, served.api_url, session, safe_retries())
        app = build_bolt_app(bolt_client, installation, signing_secret=served.signing_secret)
        handlers.register(app, services)
        if over_http:
            running: HttpTransport | SocketTransport = HttpTransport(web_app(app), port=unused_tcp_port)
        else:
            running = SocketTransport(app, bolt_client, served.app_token)
        await running.start()
        stack.push_async_callback(running.close)
        yield Desk(served, shelf, services, messenger, schema, tried)
        shelf.gate.set()
        await tasks.finish(5)
