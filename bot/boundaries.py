"""The boundaries of each route: what no change may ever allow, and what every change has to keep allowing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.analysis.boundaries import Broken
from bot.analysis.files.policy_files import read_policies
from bot.analysis.offloop import Analyst
from bot.analysis.standing import Standing
from bot.blocks.difference import request_words
from bot.cedar import GatewaySchema, parse_policy
from bot.errors import BadInput, SettingsError
from bot.settings import Routing


@dataclass(frozen=True)
class Boundaries:
    """Cedar policies by name."""

    must_never: Mapping[str, str] = field(default_factory=dict)
    must_allow: Mapping[str, str] = field(default_factory=dict)


def boundaries_of(routing: Routing, beside: Path) -> dict[str, Boundaries]:
    """The boundaries of every gateway that has some, by its ARN; files are looked for beside the routing file.

    Raises SettingsError for a file that cannot be used.
    """
    return {
        route.gateway_arn: Boundaries(_read(route.must_never, beside), _read(route.must_allow, beside))
        for route in routing.routes
        if route.must_never or route.must_allow
    }


def _read(path: Path | None, beside: Path) -> dict[str, str]:
    if path is None:
        return {}
    try:
        found = read_policies([beside / path])
    except BadInput as error:
        raise SettingsError(f"POLICYBOT_CONFIG: boundaries cannot be read: {error.sentence}") from error
    if found.left_out:
        raise SettingsError(f"POLICYBOT_CONFIG: {path} holds a template, which is no boundary.")
    return {name: policy.statement for name, policy in found.policies.items()}


async def crossed(
    boundaries: Boundaries, standing: Standing, name: str, candidate: str, schema: GatewaySchema, analysis: Analyst
) -> str:
    """Which boundaries a candidate crosses, or may cross; empty when it is proved that it crosses none.

    A permit can only allow what must never be, a forbid only deny what must stay. What is uncertain is taken at its
    worst.
    """
    permits = parse_policy(candidate).effect == "permit"
    unknown = [each for each in standing.uncertain if each.statement is None]
    worst = {
        each.name: each.statement
        for each in standing.uncertain
        if each.statement is not None and (parse_policy(each.statement).effect == "permit") is permits
    }
    never, allow = (boundaries.must_never, {}) if permits else ({}, boundaries.must_allow)
    if not (never or allow):
        return ""
    if unknown:
        return f"Boundaries cannot be checked: {unknown[0].name} {unknown[0].why}."
    found = await analysis.broken({**standing.enforced, **worst, name: candidate}, never, allow, schema)
    return " ".join(_said(found))


def _said(found: tuple[Broken, ...]) -> Iterator[str]:
    for each in found[:3]:
        if each.example is None:
            yield f"It is not known whether the boundary {each.name} holds: {each.reason}."
        elif each.kind == "must never":
            yield f"It crosses the boundary {each.name}: {request_words(each.example.request)} would be allowed."
        else:
            yield f"It crosses the boundary {each.name}: {request_words(each.example.request)} would be denied."
