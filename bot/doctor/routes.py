"""Whether each route's engine and gateway are there, belong together, and decide anything: two calls a route."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.agentcore import Client, InPlaces
from bot.cedar.gateway import GATEWAY_ARN
from bot.doctor.finding import Finding, fault, ok, warning
from bot.errors import ServiceError
from bot.routing import Route

_AT_ONCE = 4
_REACH = "Check AWS_REGION, AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL and the way there."
_SUCH = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/support-a1b2c3d4e5"
_ENGINE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[a-z0-9_]{10}")
_LASTING = frozenset(
    {
        "ConfigNotFound",
        "ConfigParseError",
        "InsecureEndpoint",
        "InvalidConfigError",
        "InvalidRegionError",
        "NoRegionError",
        "PartialCredentialsError",
        "ProfileNotFound",
        "UnknownRegionError",
        "ValueError",
    }
)
"""Faults of the settings themselves, by the code under which the AgentCore adapter reports them."""


@dataclass(frozen=True)
class Routes:
    """What was found of the routes. `hopeless` is a fault that no waiting mends, when no route is without one."""

    found: tuple[Finding, ...]
    hopeless: Finding | None


async def examine_routes(clients: InPlaces[Client], routes: Sequence[Route], region: str = "") -> Routes:
    """Read every engine and gateway of the routes once, where each is. `region` is one that all have to be in."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def reading(of: str, operation: str, **params: Any) -> Mapping[str, Any] | ServiceError:
        async with room:
            try:
                return await clients.at(of).call(operation, **params)
            except ServiceError as error:
                return error

    engines = [each for each in dict.fromkeys(route.policy_engine_id for route in routes) if _ENGINE_ID.fullmatch(each)]
    arns = [each for each in dict.fromkeys(route.gateway_arn for route in routes) if GATEWAY_ARN.fullmatch(each)]
    read = await asyncio.gather(
        *(reading(each, "ListPolicySummaries", policyEngineId=each, maxResults=1) for each in engines),
        *(reading(each, "GetGateway", gatewayIdentifier=each.rsplit("/", 1)[-1]) for each in arns),
    )
    answers = dict(zip([*engines, *arns], read, strict=True))
    each_route = [[*_engine(route, answers), *_gateway(route, answers, region)] for route in routes]
    found = tuple(dict.fromkeys(finding for findings in each_route for finding in findings))
    doomed = [next((each for each in findings if each.lasting), None) for findings in each_route]
    return Routes(found, doomed[0] if doomed and all(doomed) else None)


def _engine(route: Route, answers: Mapping[str, Mapping[str, Any] | ServiceError]) -> Iterable[Finding]:
    engine = route.policy_engine_id
    if not _ENGINE_ID.fullmatch(engine):
        said = f"{engine!r} is not the id of a policy engine, such as payments-a1b2c3d4e5."
        yield fault("engine", said, "Set POLICYBOT_POLICY_ENGINE_ID, or the route's policy_engine_id.", lasting=True)
        return
    answer = answers[engine]
    if not isinstance(answer, ServiceError):
        yield ok("engine", f"{engine} is there and can be read.")
    elif answer.code == "ResourceNotFoundException":
        do = "Check POLICYBOT_POLICY_ENGINE_ID, or the route's policy_engine_id, and AWS_REGION."
        yield fault("engine", f"There is no policy engine {engine}.", do, lasting=True)
    else:
        yield _of_error("engine", answer)


def _gateway(route: Route, answers: Mapping[str, Mapping[str, Any] | ServiceError], region: str) -> Iterable[Finding]:
    arn = route.gateway_arn
    if not GATEWAY_ARN.fullmatch(arn):
        said = f"{arn!r} is not the ARN of a gateway, such as {_SUCH}."
        yield fault("gateway", said, "Set POLICYBOT_GATEWAY_ARN, or the route's gateway_arn.", lasting=True)
        return
    answer, where = answers[arn], arn.split(":")[3]
    if region and region != where:
        said = f"The gateway {arn} is in {where}, and AWS_REGION is {region}."
        yield fault("gateway", said, "Engine, gateway and AWS_REGION are of one region.", lasting=True)
        return
    if not isinstance(answer, ServiceError):
        yield from _attached(route, answer)
    elif answer.code == "ResourceNotFoundException":
        do = "Check POLICYBOT_GATEWAY_ARN, or the route's gateway_arn, and AWS_REGION."
        yield fault("gateway", f"There is no gateway {arn}.", do, lasting=True)
    else:
        yield _of_error("gateway", answer)


def _attached(route: Route, answer: Mapping[str, Any]) -> Iterable[Finding]:
    """Whether the gateway is the one that the ARN names, asks the route's engine, and heeds it."""
    name = f"{answer.get('name') or ''} ({route.gateway_arn.rsplit('/', 1)[-1]})"
    if answer.get("gatewayArn", route.gateway_arn) != route.gateway_arn:
        said = f"The gateway of that id is {answer['gatewayArn']}, not {route.gateway_arn}."
        yield fault("gateway", said, "Set the ARN as AWS writes it: account and region count.", lasting=True)
        return
    attached = answer.get("policyEngineConfiguration") or {}
    engine, mode = str(attached.get("arn") or "").rsplit("/", 1)[-1], attached.get("mode")
    if not engine:
        do = f"Attach {route.policy_engine_id} to it (UpdateGateway, policyEngineConfiguration)."
        yield fault("gateway", f"No policy engine is attached to the gateway {name}: no policy decides anything.", do)
    elif engine != route.policy_engine_id:
        said = f"The gateway {name} asks the policy engine {engine}, and policies are made in {route.policy_engine_id}."
        yield fault("gateway", said, "Attach the one engine, or set the other.")
    elif mode != "ENFORCE":
        said = f"The gateway {name} is attached in the mode {mode}: it denies no call, whatever policies say."
        yield warning("gateway", said, "Set the mode of its policyEngineConfiguration to ENFORCE once that is meant.")
    else:
        yield ok("gateway", f"{name} asks {engine} and enforces what it says.")
    if (status := answer.get("status", "READY")) != "READY":
        yield warning("gateway", f"The gateway {name} is {status}.", "See in AWS's console why.")


def _of_error(area: str, error: ServiceError) -> Finding:
    about_aws = error.code in _LASTING or not error.fields.get("status")
    do = _REACH if error.sentence in ("AgentCore cannot be reached.", "AgentCore does not answer in time.") else ""
    return fault("aws" if about_aws else area, error.sentence, do, lasting=error.code in _LASTING)
