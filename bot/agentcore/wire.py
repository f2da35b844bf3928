"""AgentCore's answers as values of the review model. Values of enumerations that are new to us pass through as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final

from bot.analysis.vocabulary import Kind
from bot.cedar import Gateway, Target, gateway_from_api, parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import GatewayFileError, PolicyError, ServiceError, ServiceUnavailable
from bot.review.engine import PolicySummary
from bot.review.found import Finding
from bot.review.reported import Asset, Generation, PolicyRecord

Answer = Mapping[str, Any]

TICK: Final = timedelta(seconds=2)
"""Times are whole seconds in the header that has the service's clock, and perhaps in `updatedAt`."""


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
    if unknown := _unknown(definition):
        told = f"AgentCore wrote this in a form that policybot cannot read ({unknown})."
        findings += (Finding(Kind.NOT_ANALYSED, told, source="policybot"),)
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


def unreadable(definition: Answer) -> str:
    """Why a definition without a statement has none, as half a sentence."""
    if unknown := _unknown(definition):
        return f"its definition has a member that policybot does not know: {unknown}"
    return "AgentCore gave no statement"


def policy(answer: Answer, text: str, why_not: str = "") -> PolicyRecord:
    """CreatePolicy's and GetPolicy's answer, and an item of ListPolicies, with its statement or why there is none."""
    return PolicyRecord(
        policy_id=member(answer, "policyId"),
        name=member(answer, "name"),
        status=member(answer, "status"),
        statement=text,
        enforcement_mode=str(answer.get("enforcementMode") or "ACTIVE"),
        status_reasons=tuple(answer.get("statusReasons") or ()),
        unreadable="" if text else why_not,
        description=str(answer.get("description") or ""),
    )


def summary(answer: Answer) -> PolicySummary:
    """An item of ListPolicySummaries; of ListPolicies, and GetPolicy's answer, what a summary would show."""
    return PolicySummary(
        policy_id=member(answer, "policyId"),
        name=member(answer, "name"),
        status=member(answer, "status"),
        enforcement_mode=str(answer.get("enforcementMode") or "ACTIVE"),
        updated_at=member(answer, "updatedAt"),
        created_at=member(answer, "createdAt"),
    )


def had_stood(answer: Answer, item: Answer) -> bool:
    """Whether an item of an answer had been as it is for more than a tick of the service's clock.

    One that was changed this very moment may be changed once more and show the same `updatedAt`.
    """
    try:
        answered = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        updated: datetime = item["updatedAt"]
        return answered - updated >= TICK
    except (KeyError, TypeError, ValueError):
        return False


def definition(text: str, stands: Answer | None = None) -> dict[str, Any]:
    """The definition to send for a statement: `cedar` for plain Cedar, `policy` for what only AgentCore reads.

    A policy that `stands` under `policy` stays there, where plain Cedar is read too.
    """
    if stands and "policy" in stands:
        return {"policy": {"statement": text}}
    try:
        parse_policy(text)
    except PolicyError:
        return {"policy": {"statement": text}}
    return {"cedar": {"statement": text}}


@lru_cache(maxsize=4096)
def only_gateway(text: str) -> str | None:
    """The gateway that a statement's scope names with `==`; None for any other scope, and for what cannot be read."""
    try:
        scope = parse_policy(plain_part(text)[0]).est["resource"]
    except PolicyError:
        return None
    entity = scope.get("entity") or {}
    is_gateway = scope["op"] == "==" and entity.get("type") == "AgentCore::Gateway"
    return str(entity["id"]) if is_gateway else None


def applies_to(text: str, gateway_arn: str) -> bool:
    """Whether a statement can apply to a gateway: it does unless its scope is exactly another one."""
    return only_gateway(text) in (None, gateway_arn)


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


def _unknown(definition: Answer) -> str:
    """The name of the member that this version of boto3 does not know, when a definition has one."""
    found = definition.get("SDK_UNKNOWN_MEMBER")
    return str(found.get("name") or "unnamed") if found else ""
