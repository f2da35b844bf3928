"""The real Bolt app, the real review and the real Slack adapters over an embedded workspace, in both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import pytest

import handlers
from bot.analyst import PolicyAnalyst
from bot.analyst.answers import PolicyAnswers
from bot.cedar import Decision, Gateway, GatewaySchema, Request, schema_for
from bot.governance import Governance
from bot.review.asked import LoggedCall
from bot.review.asking import Asking
from bot.review.authority import Authority
from bot.review.clock import SystemClock
from bot.review.commands import DecideDraft
from bot.review.deciding import Decided, Deciding
from bot.review.engine import EngineState
from bot.review.examples import Examples
from bot.review.extending import Extending
from bot.review.home import AskHome
from bot.review.listing import Listing
from bot.review.meant import Meant
from bot.review.model import Draft
from bot.review.options import Options
from bot.review.reading import Reading
from bot.review.revising import Revising
from bot.review.roles import AskRoles
from bot.review.routes import everywhere
from bot.review.service import Review
from bot.review.stores import Homes as HomeStore
from bot.review.trying import Trial, Trying
from bot.review.using import Using
from bot.slack.app import build_bolt_app
from bot.slack.client import http_session, safe_retries, web_client
from bot.slack.http import PATH, HttpTransport, web_app
from bot.slack.installation import check_bot_token
from bot.slack.pacing import Pacer
from bot.slack.socket import SocketTransport
from bot.slack.teams import Lines, TeamDirectory, TeamMessenger
from bot.slack.tokens import OneToken
from bot.workspace import WorkspaceConfig, serve, team
from handlers import Services, Tasks
from tests.support.desk import Desk, Shelf
from tests.support.world import FakeAgentCore, FakeAnalyst, World


class HeardDeciding(Deciding):
    """Deciding, which also keeps what it was asked to decide."""

    @cached_property
    def decisions(self) -> list[DecideDraft]:
        return []

    async def decide(self, command: DecideDraft) -> Decided:
        self.decisions.append(command)
        return await super().decide(command)


@dataclass
class NotedTrier:
    """Says that a request is denied today and allowed with the draft, and keeps what it was asked."""

    known: GatewaySchema
    tried: list[Request]

    async def schema(self, gateway: Gateway) -> GatewaySchema:
        return self.known

    async def try_request(self, draft: Draft, request: Request, state: EngineState) -> Trial:
        self.tried.append(request)
        return Trial(Decision(allowed=False), Decision(allowed=True, reasons=("this policy",)))


class NoLog:
    """A gateway whose log has nothing."""

    async def call(self, gateway: Gateway, request_id: str) -> LoggedCall | str:
        return f"The gateway's log has no request {request_id}."


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
        tokens = OneToken(installation)
        lines = Lines(tokens, served.api_url, session, Pacer(interval=0.0))
        shelf, schema = Shelf(), schema_for(gateway)
        tried: list[Request] = []

        options, clock = Options(everywhere("engine-1", gateway.arn)), SystemClock()
        governance = Governance.default((team.APPROVERS_GROUP,))
        authority = Authority(TeamDirectory(lines), lambda _team, _engine, _gateway: governance)
        tasks, service = Tasks(), FakeAgentCore(World())
        listing = Listing(shelf, service, authority, clock, options)
        analyst = PolicyAnalyst()
        stack.push_async_callback(analyst.aclose)
        answers = PolicyAnswers(analyst.schema, analyst.solver)
        asking = Asking(listing, answers, NoLog())
        services = Services(
            review=Review(shelf, authority, clock, options),
            deciding=HeardDeciding(shelf, authority),
            revising=Revising(shelf, service, authority, FakeAnalyst(), clock, options),
            extending=Extending(shelf, authority, clock, options),
            examples=Examples(shelf, authority, clock, options),
            messenger=TeamMessenger(lines),
            tasks=tasks,
            clock=clock,
            team_id=installation.team_id,
            trying=Trying(shelf, service, NotedTrier(schema, tried)),
            listing=listing,
            asking=asking,
            roles=AskRoles(authority, clock, options),
            home=AskHome(cast(HomeStore, shelf), authority),
            homes=handlers.OpenHomes(),
            meant=Meant(shelf, authority),
            using=Using(shelf, authority, clock, options),
            reading=Reading(service, authority, FakeAnalyst(), clock, options),
            patience=patience,
        )
        bolt_client = web_client(None, served.api_url, session, safe_retries())
        app = build_bolt_app(bolt_client, tokens, signing_secret=served.signing_secret)
        handlers.register(app, services)
        if over_http:
            running: HttpTransport | SocketTransport = HttpTransport(
                web_app(app, served.signing_secret), port=unused_tcp_port
            )
        else:
            running = SocketTransport(app, bolt_client, served.app_token)
        await running.start()
        stack.push_async_callback(running.close)
        yield Desk(served, shelf, services, (await lines.to(team.TEAM_ID)).messenger, schema, tried)
        shelf.gate.set()
        await tasks.finish(5)
