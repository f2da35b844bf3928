"""`policybot doctor`: everything that the bot needs, looked at without any effect; `serve` looks at the quick part."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp

from bot.agentcore import Client, Connection, InPlaces, Pace, Place, connect
from bot.aws import aws_client, where_is
from bot.doctor.clocks import examine_clock
from bot.doctor.finding import Finding, fault, is_faulty, note, ok, text, warning
from bot.doctor.iam import allowed, identity, simulated, telemetry
from bot.doctor.many import examine_installing, installed
from bot.doctor.routes import Routes, examine_routes
from bot.doctor.workspace import (
    examine_app,
    examine_bot_token,
    examine_card,
    examine_channels,
    examine_transport,
    scopes,
)
from bot.errors import BadInput, ChatError, PolicybotError
from bot.glossaries import Glossaries
from bot.governing import Governances, of_people, of_texts
from bot.review.clock import SystemClock
from bot.review.ports import Clock
from bot.routing import Routing, read_routing
from bot.settings import Settings, read_settings
from bot.slack.client import http_session, safe_retries, web_client
from bot.slack.errors import calling
from bot.slack.teams import Lines, TeamDirectory
from bot.slack.tokens import OneToken
from bot.storage.looking import look_at

_ROUTES = 20
"""So many routes' permissions are asked for; a role that may do it on them may do it on the rest."""


async def examine(environ: Mapping[str, str] | None = None, clock: Clock | None = None) -> tuple[Finding, ...]:
    """Everything, in the order in which it is to be mended. Reads the environment; raises nothing of ours."""
    try:
        settings = read_settings(environ)
        routing = read_routing(settings)
        governances = Governances.read(settings, routing)
        Glossaries.read(settings, routing)
    except BadInput as error:
        return tuple(fault("settings", line, lasting=True) for line in error.sentence.splitlines())
    now = (clock or SystemClock()).now()
    (slack, slack_date), (aws, aws_date), database = await asyncio.gather(
        _slack(settings, routing, governances), _aws(settings, routing), _database(settings)
    )
    clocks = examine_clock(now, (("Slack's", slack_date), ("AWS's", aws_date)))
    return tuple(dict.fromkeys([*_settings(routing), *slack, *aws, *database, *clocks]))


async def examine_quickly(settings: Settings, routing: Routing) -> Routes:
    """The routes alone: two calls of AWS for each, at the same time."""
    async with contextlib.aclosing(_agentcore(settings, routing)) as clients:
        return await examine_routes(clients, routing.all, _region(settings))


def _settings(routing: Routing) -> list[Finding]:
    if not routing.routes:
        do = "Set POLICYBOT_POLICY_ENGINE_ID and POLICYBOT_GATEWAY_ARN, or name a routing file in POLICYBOT_CONFIG."
        return [fault("settings", "There is no policy engine to work with.", do, lasting=True)]
    return [ok("settings", f"They can be read, with {len(routing.routes)} route{'s' * (len(routing.routes) > 1)}.")]


async def _slack(settings: Settings, routing: Routing, governances: Governances) -> tuple[list[Finding], str]:
    """Slack, with the token of the one workspace or those of the ones that installed the app; and the date by it."""
    async with http_session() as session:
        unsigned = web_client(None, settings.slack_api_url, session, safe_retries())
        found = await examine_transport(unsigned, settings)
        if settings.serves_many:
            found += examine_installing(settings, routing)
            said, teams = await installed(settings)
            found += said
            for team, token in teams:
                seen = await _workspace(session, token, settings, routing, governances)
                found += [replace(each, says=f"{team}: {each.says}") for each in seen]
        else:
            token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
            found += await _workspace(session, token, settings, routing, governances)
        date = ""
        with contextlib.suppress(ChatError), calling("tell the time"):
            headers = (await unsigned.api_test()).headers
            date = next((str(value) for name, value in headers.items() if name.lower() == "date"), "")
        return found, date


async def _workspace(
    session: aiohttp.ClientSession, token: str, settings: Settings, routing: Routing, governances: Governances
) -> list[Finding]:
    client = web_client(token, settings.slack_api_url, session, safe_retries())
    found, installation = await examine_bot_token(client)
    if installation is None:
        return found
    found += scopes(installation.scopes, groups=bool(governances.groups))
    found += await examine_app(client, settings, installation)
    mine = routing.of(installation.team_id)
    found += await examine_channels(client, mine)
    found += await examine_card(client)
    directory = TeamDirectory(Lines(OneToken(installation), settings.slack_api_url, session))
    routes = [route.place for route in routing.reached(installation.team_id)]
    return found + await _approvers(governances, routes, directory, installation.team_id)


async def _approvers(
    governances: Governances, routes: list[tuple[str, str]], directory: TeamDirectory, team: str
) -> list[Finding]:
    found = [warning("approvers", each) for each in await of_texts(governances)]
    try:
        nobody = await of_people(governances, routes, directory, team)
    except ChatError as error:
        return [*found, fault("approvers", f"Who may approve cannot be seen: {error.sentence}")]
    found += [fault("approvers", each, "Set POLICYBOT_APPROVERS, or correct the governance file.") for each in nobody]
    return found or [ok("approvers", "On every route somebody can approve.")]


async def _aws(settings: Settings, routing: Routing) -> tuple[list[Finding], str]:
    local = Connection(endpoint_url=settings.aws_endpoint_url or "").is_local
    async with (
        contextlib.aclosing(_agentcore(settings, routing)) as clients,
        contextlib.aclosing(aws_client(settings, "sts")) as sts,
        contextlib.aclosing(aws_client(settings, "iam")) as iam,
        contextlib.aclosing(aws_client(settings, "cloudwatch", settings.aws_cloudwatch_url)) as metrics,
        contextlib.aclosing(aws_client(settings, "logs", settings.aws_logs_url)) as logs,
    ):
        (who_said, who, date), routes = await asyncio.gather(
            identity(sts), examine_routes(clients, routing.all, _region(settings))
        )
        found = [who_said, *routes.found]
        if who and not is_faulty(found):
            for route in routing.all[:_ROUTES]:
                found += await allowed(clients.at(route.policy_engine_id), route)
            found += await telemetry(metrics, logs, datetime.now(UTC))
            if local:
                found.append(note("permissions", "This AgentCore is an embedded one, which knows no permissions."))
            else:
                first = routing.routes[0]
                region, account = first.gateway_arn.split(":")[3:5]
                partition = first.gateway_arn.split(":")[1]
                engine = f"arn:{partition}:bedrock-agentcore:{region}:{account}:policy-engine/{first.policy_engine_id}"
                found += await simulated(iam, who, first, engine)
        return found, date


async def _database(settings: Settings) -> list[Finding]:
    try:
        return [ok("database", await look_at(settings.database_url))]
    except PolicybotError as error:
        return [fault("database", error.sentence, lasting=isinstance(error, BadInput))]


def _region(settings: Settings) -> str:
    """The region to compare ARNs with: a routing file may name several, an embedded control plane is in every one."""
    local = Connection(endpoint_url=settings.aws_endpoint_url or "").is_local
    return "" if local or settings.config else settings.aws_region or ""


def _agentcore(settings: Settings, routing: Routing) -> InPlaces[Client]:
    def make(place: Place) -> Client:
        return connect(
            region=place.region,
            profile=place.profile,
            endpoint_url=settings.aws_endpoint_url,
            pace=Pace(scale=0.0),
            quiet=True,
        )

    return InPlaces(where_is(settings, routing), make)


__all__ = ["Finding", "Routes", "examine", "examine_quickly", "is_faulty", "text"]
