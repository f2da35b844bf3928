"""The boundaries of each route: what no change may ever allow, and what every change has to keep allowing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.analysis.boundaries import Broken
from bot.analysis.files.policy_files import read_policies
from bot.analysis.offloop import Analyst
from bot.blocks.difference import request_words
from bot.cedar import GatewaySchema, parse_policy
from bot.errors import BadInput, SettingsError
from bot.review.effect import Effect
from bot.routing import Routing


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
        for route in routing.all
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


async def crossed(boundaries: Boundaries, effect: Effect, schema: GatewaySchema, analysis: Analyst) -> str:
    """Which boundaries an act crosses, or may cross; empty when it is proved that it crosses none.

    A permit that comes, and a forbid that goes, can only allow what must never be; the other way round, only deny what
    must stay; what is replaced may do both. What is uncertain is taken at its worst.
    """
    if effect.idle:
        return ""
    opens = (parse_policy(effect.statement).effect == "permit") is not effect.removed
    stands = {*effect.standing.enforced, *(each.name for each in effect.standing.uncertain)}
    replaces = effect.name in stands
    said = []
    if boundaries.must_never and (opens or replaces):
        said.append(await _crossed(effect, boundaries.must_never, {}, schema, analysis, opens=True))
    if boundaries.must_allow and (not opens or replaces):
        said.append(await _crossed(effect, {}, boundaries.must_allow, schema, analysis, opens=False))
    return " ".join(filter(None, said))


async def _crossed(
    effect: Effect,
    never: Mapping[str, str],
    allow: Mapping[str, str],
    schema: GatewaySchema,
    analysis: Analyst,
    *,
    opens: bool,
) -> str:
    unknown = [each for each in effect.standing.uncertain if each.statement is None]
    if unknown:
        return f"Boundaries cannot be checked: {unknown[0].name} {unknown[0].why}."
    worst = {
        each.name: each.statement
        for each in effect.standing.uncertain
        if each.statement is not None and (parse_policy(each.statement).effect == "permit") is opens
    }
    after = effect.after()
    if effect.free and (parse_policy(effect.statement).effect == "permit") is not opens:
        after.pop(effect.name, None)  # its other conditions may leave nothing of it
    return " ".join(_said(await analysis.broken({**worst, **after}, never, allow, schema)))


def _said(found: tuple[Broken, ...]) -> Iterator[str]:
    for each in found[:3]:
        if each.example is None:
            yield f"It is not known whether the boundary {each.name} holds: {each.reason}."
        elif each.kind == "must never":
            yield f"It crosses the boundary {each.name}: {request_words(each.example.request)} would be allowed."
        else:
            yield f"It crosses the boundary {each.name}: {request_words(each.example.request)} would be denied."
