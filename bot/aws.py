"""How AWS is reached: the clients that the settings ask for, in the region and account of each engine and gateway."""

from __future__ import annotations

from dataclasses import replace

from bot.agentcore import (
    AgentCore,
    AgentCores,
    CallLogs,
    Client,
    CloudWatchCallLog,
    CloudWatchEvidence,
    Connection,
    EvidenceInPlaces,
    Pace,
    Place,
    Sources,
    WhereIs,
    connect,
)
from bot.agentcore.client import OnCall
from bot.cedar.gateway import GATEWAY_ARN
from bot.routing import Routing
from bot.settings import Settings


def where_is(settings: Settings, routing: Routing) -> WhereIs:
    """The region of a gateway is that of its ARN, and an engine is where its gateway is; the profile is the route's.
    What no route names is looked for where the settings say."""
    home = home_of(settings)
    known: dict[str, Place] = {}
    for route in routing.all:
        place = Place(_region(route.gateway_arn) or home.region, route.aws_profile or home.profile)
        for each in route.place:
            known.setdefault(each, place)

    def where(engine_or_gateway: str) -> Place:
        return known.get(engine_or_gateway) or replace(home, region=_region(engine_or_gateway) or home.region)

    return where


def _region(arn: str) -> str:
    return arn.split(":")[3] if GATEWAY_ARN.fullmatch(arn) else ""


def agentcore(settings: Settings, where: WhereIs, *, fresh: float, on_call: OnCall | None = None) -> AgentCores:
    """AgentCore wherever the routes are. `fresh` is how many seconds old a generation's state may be."""
    local = Connection(endpoint_url=settings.aws_endpoint_url or "").is_local

    def make(place: Place) -> AgentCore:
        client = connect(
            region=place.region,
            profile=place.profile,
            endpoint_url=settings.aws_endpoint_url,
            pace=Pace(scale=0.0 if local else 1.0),
            on_call=on_call,
        )
        return AgentCore(client, fresh=fresh, sources=tool_sources(settings, on_call, place))

    return AgentCores(where, make)


def evidence_of(settings: Settings, where: WhereIs, on_call: OnCall | None = None) -> EvidenceInPlaces:
    """What the gateways record; an embedded control plane serves that itself."""

    def make(place: Place) -> CloudWatchEvidence:
        return CloudWatchEvidence(
            aws_client(settings, "cloudwatch", settings.aws_cloudwatch_url, on_call, place),
            aws_client(settings, "logs", settings.aws_logs_url, on_call, place),
        )

    return EvidenceInPlaces(where, make)


def call_logs(settings: Settings, where: WhereIs, on_call: OnCall | None = None) -> CallLogs:
    """Where the gateways log each call."""
    return CallLogs(
        where,
        lambda place: CloudWatchCallLog(aws_client(settings, "logs", settings.aws_logs_url, on_call, place)),
    )


def tool_sources(settings: Settings, on_call: OnCall | None = None, place: Place | None = None) -> Sources:
    """Where the settings say that tools are read which AgentCore's control plane does not show."""
    place = place or home_of(settings)
    connection = Connection(region=place.region, profile=place.profile, endpoint_url=settings.aws_endpoint_url or "")
    s3 = connect(
        region=place.region,
        profile=place.profile,
        endpoint_url=settings.aws_s3_url,
        service="s3",
        pace=Pace(scale=0.0),
        on_call=on_call,
    )
    return Sources(
        s3=s3 if settings.tools_from_s3 else None,  # which opens nothing before it is called
        connection=connection if settings.tools_from_gateway else None,
        token=settings.gateway_token.get_secret_value() if settings.gateway_token else "",
        seconds=settings.tools_seconds,
    )


def aws_client(
    settings: Settings,
    service: str,
    url: str | None = None,
    on_call: OnCall | None = None,
    place: Place | None = None,
) -> Client:
    """A client of another service than AgentCore's, unpaced; an embedded control plane answers for it itself."""
    local = Connection(endpoint_url=settings.aws_endpoint_url or "").is_local
    place = place or home_of(settings)
    return connect(
        region=place.region,
        profile=place.profile,
        endpoint_url=url or (settings.aws_endpoint_url if local else None),
        service=service,
        pace=Pace(scale=0.0),
        on_call=on_call,
    )


def home_of(settings: Settings) -> Place:
    """Where the settings themselves say that AWS is."""
    return Place(settings.aws_region or "", settings.aws_profile or "")
