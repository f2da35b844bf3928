"""AgentCore's answers as values of the review model. Values of enumerations that are new to us pass through as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.cedar import Gateway, Target, gateway_from_api, parse_policy
from bot.errors import GatewayFileError, PolicyError, ServiceError, ServiceUnavailable
from bot.review.model import Asset, Finding, Generation, PolicyRecord

Answer = Mapping[str, Any]


def member(answer: Answer, name: str) -> Any:
    """A member that the service promises. Raises ServiceUnavailable when it is missing: something else answered."""
    try:
        return answer[name]
    except KeyError:
        raise ServiceUnavailable("AgentCore's answer cannot be read.", code="MissingMember", member=name) from None


def generation(answer: Answer) -> Generation:
    """StartPolicyGeneration's and GetPolicyGeneration's answer, and an item of ListPolicyGenerations."""
    return Generation(
        generation_id=member(answer, "policyGenerationId"),
        name=member(answer, "name"),
        status=member(answer, "status"),
        status_reasons=tuple(answer.get("statusReasons") or ()),
    )


def asset(answer: Answer) -> Asset:
    """An item of ListPolicyGenerationAssets."""
    definition = answer.get("definition") or {}
    findings = tuple(
        Finding(str(finding.get("type") or "UNKNOWN"), str(finding.get("description") or ""))
        for finding in answer.get("findings") or ()
    )
    unknown = definition.get("SDK_UNKNOWN_MEMBER")
    if unknown:
        told = f"AgentCore wrote this in a form that policybot cannot read ({unknown.get('name', 'unnamed')})."
        findings += (Finding("not_analysed", told, source="policybot"),)
    return Asset(
        asset_id=member(answer, "policyGenerationAssetId"),
        fragment=str(answer.get("rawTextFragment") or ""),
        statement=statement(definition) or None,
        findings=findings,
    )


def statement(definition: Answer) -> str:
    """The statement of a definition, under `cedar` or under `policy`; empty for a reference or an unknown member."""
    for name in ("cedar", "policy"):
        if name in definition:
            return str(definition[name].get("statement") or "")
    return ""


def reference(definition: Answer) -> tuple[str, str] | None:
    """The generation's and the asset's id when a definition refers to an asset instead of holding a statement."""
    found = definition.get("policyGeneration")
    if not found:
        return None
    return str(found.get("policyGenerationId") or ""), str(found.get("policyGenerationAssetId") or "")


def policy(answer: Answer, referred: str = "") -> PolicyRecord:
    """CreatePolicy's and GetPolicy's answer, and an item of ListPolicies; `referred` is the statement it refers to."""
    return PolicyRecord(
        policy_id=member(answer, "policyId"),
        name=member(answer, "name"),
        status=member(answer, "status"),
        statement=statement(answer.get("definition") or {}) or referred,
        enforcement_mode=str(answer.get("enforcementMode") or "ACTIVE"),
        status_reasons=tuple(answer.get("statusReasons") or ()),
    )


def definition(text: str) -> dict[str, Any]:
    """The definition to create from a statement: `cedar` for plain Cedar, `policy` for what only AgentCore reads."""
    return {"policy" if resources(text) is None else "cedar": {"statement": text}}


def same_statement(one: str, other: str) -> bool:
    """Whether two statements say the same, whatever their spacing and comments."""
    try:
        return parse_policy(one).est == parse_policy(other).est
    except PolicyError:
        return one.split() == other.split()


def applies_to(text: str, gateway_arn: str) -> bool:
    """Whether a statement names the gateway or no gateway at all; so does one that cannot be read."""
    named = resources(text)
    return not named or gateway_arn in named


@lru_cache(maxsize=4096)
def resources(text: str) -> tuple[str, ...] | None:
    """The gateways that a statement names, none for every gateway, None when it is not plain Cedar."""
    try:
        return parse_policy(text).resources
    except PolicyError:
        return None


def gateway(answer: Answer, targets: list[Answer]) -> Gateway:
    """GetGateway's answer with GetGatewayTarget's answers. A target that cannot be read stays, with the reason."""
    try:
        found = gateway_from_api(answer, ())
    except GatewayFileError as error:
        raise ServiceError(f"AgentCore describes a gateway that policybot cannot use: {error}") from error
    return replace(found, targets=tuple(_target(answer, target) for target in targets))


def _target(gateway_answer: Answer, answer: Answer) -> Target:
    try:
        return gateway_from_api(gateway_answer, [answer]).targets[0]
    except GatewayFileError as error:
        name = str(answer.get("name") or "")
        about = str(answer.get("description") or "")
        return Target(str(answer.get("targetId", "")), name, (), about, unreadable=str(error).rstrip("."))
