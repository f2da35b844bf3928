"""Puts the bot together: which adapter stands behind which port. Nothing is opened before `assemble` is entered."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from bot.analyst import PolicyAnalyst
from bot.analyst.answers import PolicyAnswers
from bot.analyst.boundaries import boundaries_of
from bot.analyst.recorded import RecordedCalls, calls_of
from bot.aws import agentcore, call_logs, evidence_of, where_is
from bot.blocks import SlackCards
from bot.bound import BoundRoutes
from bot.connecting import Connected, connected, connected_to_many, watched
from bot.errors import SettingsError
from bot.glossaries import Glossaries
from bot.governing import Governances, doubts
from bot.metrics import Metrics
from bot.review.asking import Asking
from bot.review.authority import Authority
from bot.review.clock import SystemClock
from bot.review.deciding import Deciding
from bot.review.due import Times
from bot.review.examples import Examples
from bot.review.extending import Extending
from bot.review.home import AskHome
from bot.review.keeping import keep
from bot.review.listing import Listing
from bot.review.meant import Meant
from bot.review.options import Options
from bot.review.ports import Clock
from bot.review.quotas import Quota, Quotas
from bot.review.reading import Reading
from bot.review.revising import Revising
from bot.review.roles import AskRoles
from bot.review.routes import Routes
from bot.review.service import Review
from bot.review.trying import Trying
from bot.review.using import Using
from bot.review.worker import Worker
from bot.review.workflow import handlers_for
from bot.routing import Routing
from bot.settings import Settings
from bot.slack.app import build_bolt_app
from bot.slack.client import http_session, patience, safe_retries, web_client
from bot.slack.installation import GROUP_SCOPE, REQUIRED_SCOPES, Installation, check_bot_token
from bot.slack.pacing import Pacer
from bot.slack.teams import TeamDirectory, TeamMessenger
from bot.slack.timed import TimedApp
from bot.storage.store import SqlStore, open_store
from bot.telling import Told
from handlers import OpenHomes, Services, Tasks, register

STOP_SECONDS = 6.0
_DOUBTED = 20
"""Workspaces that are asked at start who could decide there: each takes a call to Slack for each group."""
SYSTEM = SystemClock()


@dataclass(frozen=True)
class Bot:
    """The parts of a running bot that its transports and its owner need."""

    settings: Settings
    review: Review
    cards: SlackCards
    app: TimedApp
    connected: Connected
    worker: Worker
    store: SqlStore
    metrics: Metrics
    doubts: Callable[[], Awaitable[list[str]]]


@contextlib.asynccontextmanager
async def assemble(
    settings: Settings, routing: Routing, *, embedded: bool = False, clock: Clock = SYSTEM
) -> AsyncIterator[Bot]:
    """The bot with its worker running, until the block ends; then it stops gently.

    Tokens are checked before anything else is opened. `embedded` hurries, for servers of our own. Raises SettingsError
    for what is missing or wrong, ChatUnavailable when Slack cannot be reached, StoreError when the database fails.
    """
    if not routing.routes:
        raise SettingsError(
            "There is no policy engine to work with: set POLICYBOT_POLICY_ENGINE_ID and POLICYBOT_GATEWAY_ARN, or name "
            "a routing file in POLICYBOT_CONFIG."
        )
    glossaries = Glossaries.read(settings, routing)
    boundaries = boundaries_of(routing, settings.config.parent if settings.config else Path())
    pacer = Pacer(0.0) if embedded else None
    async with contextlib.AsyncExitStack() as stack:
        metrics = Metrics()
        told = stack.enter_context(Told.to(metrics))
        session = await stack.enter_async_context(http_session(told.slack_called))
        governance = Governances.read(settings, routing)
        installation = None if settings.serves_many else await _only(settings, governance, session)
        store = await open_store(settings.database_url, clock)
        stack.push_async_callback(store.close)
        if installation:
            slack = connected(settings, session, installation, pacer)
            await store.watch_routes(installation.team_id, watched(settings, routing, installation.team_id))
        else:
            store.fair = True
            slack = await connected_to_many(settings, routing, session, store, pacer)
        options = _options(settings, BoundRoutes(routing, store), embedded)
        where = where_is(settings, routing)
        service = agentcore(settings, where, fresh=min(1.0, options.generation_poll / 2), on_call=told.called)
        stack.push_async_callback(service.aclose)
        evidence = evidence_of(settings, where, told.called)
        stack.push_async_callback(evidence.aclose)
        recorded = RecordedCalls(calls_of(routing, settings.config.parent if settings.config else Path()))
        analyst = PolicyAnalyst(glossaries.of, boundaries, recorded, on_ask=metrics.solved, on_reading=metrics.read)
        stack.push_async_callback(analyst.aclose)
        call_log = call_logs(settings, where, told.called)
        stack.push_async_callback(call_log.aclose)
        messenger, directory = TeamMessenger(slack.lines), TeamDirectory(slack.lines)
        cards = SlackCards()
        authority = Authority(directory, governance.of)
        review = Review(store, authority, clock, options)
        deciding = Deciding(store, authority)
        revising = Revising(store, service, authority, analyst, clock, options)
        listing = Listing(store, service, authority, clock, options)
        roles = AskRoles(authority, clock, options)
        tasks = Tasks()

        async def doubted() -> list[str]:
            some = [installation] if installation else await store.installations(most=_DOUBTED)
            said = []
            for team in filter(None, (each.team_id for each in some)):
                routes = [route.place for route in routing.reached(team)]
                found = await doubts(governance, routes, directory, team)
                said += found if installation else [f"{team}: {each}" for each in found]
            return said

        secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
        app = build_bolt_app(slack.client, slack.tokens, signing_secret=secret)
        app.on_answer = told.acknowledged
        if slack.installing:
            slack.installing.hear(app)
        services = Services(
            review=review,
            deciding=deciding,
            revising=revising,
            extending=Extending(store, authority, clock, options),
            examples=Examples(store, authority, clock, options),
            listing=listing,
            asking=Asking(listing, PolicyAnswers(analyst.schema, analyst.solver, glossaries.of), call_log),
            roles=roles,
            messenger=messenger,
            tasks=tasks,
            clock=clock,
            team_id=installation.team_id if installation else "",
            trying=Trying(store, service, analyst),
            home=AskHome(store, authority),
            homes=OpenHomes(),
            meant=Meant(store, authority),
            using=Using(store, authority, clock, options),
            reading=Reading(service, authority, analyst, clock, options),
        )
        store.subscribe(services.homes.changed)
        register(app, services)
        handlers = handlers_for(
            store=store,
            service=service,
            messenger=messenger,
            authority=authority,
            analyst=analyst,
            cards=cards,
            evidence=evidence,
            clock=clock,
            options=options,
        )
        worker = Worker(store, handlers, options, around=told.working, on_lost=metrics.lost)
        working = asyncio.create_task(worker.run(), name="worker")
        resuming = [asyncio.create_task(slack.resume(), name="workspaces")] if slack.resume else []
        showing = asyncio.create_task(services.homes.keep_current(slack.lines.client, services), name="homes")
        keeping = asyncio.create_task(keep(store, clock, settings.keep_days), name="keeping")
        try:
            yield Bot(settings, review, cards, app, slack, worker, store, metrics, doubted)
        finally:
            showing.cancel()
            keeping.cancel()
            for task in resuming:
                task.cancel()
            worker.stop()
            await tasks.finish(STOP_SECONDS)
            await asyncio.gather(working, showing, keeping, *resuming, return_exceptions=True)


async def _only(settings: Settings, governance: Governances, session: aiohttp.ClientSession) -> Installation:
    """The workspace of the bot token, once Slack has said whose it is and that it will do."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    client = web_client(token, settings.slack_api_url, session, safe_retries())
    scopes = (*REQUIRED_SCOPES, GROUP_SCOPE) if governance.groups else REQUIRED_SCOPES
    return await check_bot_token(client, scopes=scopes)


def _options(settings: Settings, routes: Routes, embedded: bool) -> Options:
    options = Options(
        routes=routes,
        enforcement_mode=settings.enforcement_mode,
        validation_mode=settings.validation_mode,
        generation_poll=settings.poll_seconds,
        policy_poll=settings.poll_seconds,
        drift_seconds=settings.drift_seconds,
        evidence_seconds=settings.evidence_seconds,
        post_seconds=patience(settings.slack_api_url) + 1.0,
        quotas=Quotas(
            person=Quota(settings.open_per_person, settings.minute_per_person),
            channel=Quota(settings.open_per_channel, settings.minute_per_channel),
            workspace=Quota(settings.open_per_workspace, settings.minute_per_workspace),
        ),
        times=Times(
            remind_after=settings.remind_after,
            remind_most=settings.remind_most,
            expire_days=settings.expire_days,
            generated_days=settings.expire_generated_days,
            notice_hours=settings.expire_notice_hours,
        ),
    )
    if not embedded:
        return options
    return replace(options, message_pause=0.2, policy_poll=0.1, generation_poll=0.1, poll_every=0.1)
