"""An analysis as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.analysis.difference import example_json
from bot.analysis.files.policy_set import Compared, Decides, PolicyReport
from bot.analysis.model import Environment, Uid
from bot.analysis.review import ReviewFinding
from bot.analysis.sets.concrete import Concrete


def effect(permits: bool) -> str:
    """The word that begins the policy."""
    return "permit" if permits else "forbid"


def finding_json(finding: ReviewFinding) -> dict[str, Any]:
    """One finding."""
    return {
        "kind": finding.kind.spoken,
        "sentence": finding.sentence,
        "advice": finding.advice,
        "policies": list(finding.policies),
        "example": example_json(finding.example) if finding.example else None,
    }


def policy_json(policy: PolicyReport) -> dict[str, Any]:
    """One policy of a set."""
    return {
        "name": policy.name,
        "effect": effect(policy.permits),
        "matches": [{**_environment(environment), "requests": extent} for environment, extent in policy.extents],
        "findings": [finding_json(finding) for finding in policy.findings],
        "failing": request_json(policy.failing),
    }


def compared_json(compared: Compared) -> dict[str, Any]:
    """One environment of a comparison."""
    return {
        **_environment(compared.environment),
        "order": compared.order,
        "newlyAllowed": request_json(compared.newly_allowed),
        "newlyDenied": request_json(compared.newly_denied),
        "reason": compared.reason,
    }


def _environment(environment: Environment) -> dict[str, str]:
    return {
        "principalType": environment.principal,
        "action": uid_text(environment.action),
        "resourceType": environment.resource,
    }


def verdicts_json(found: Iterable[tuple[Environment, Decides, str]]) -> list[dict[str, Any]]:
    """What a whole set decides, for each environment."""
    return [{**_environment(each), "decides": decides, "reason": reason} for each, decides, reason in found]


def request_json(request: Concrete | None) -> dict[str, Any] | None:
    """A request and its entities."""
    if request is None:
        return None
    return {
        "principal": uid_text(request.principal),
        "action": uid_text(request.action),
        "resource": uid_text(request.resource),
        "context": dict(request.context),
        "entities": [
            {
                "uid": uid_text(uid),
                "attrs": dict(data.attributes),
                "tags": dict(data.tags),
                "parents": [uid_text(parent) for parent in data.parents],
            }
            for uid, data in request.entities.items()
        ],
    }


def uid_text(uid: Uid) -> str:
    """An entity as Cedar writes it."""
    return f"{uid[0]}::{quoted(uid[1])}"


def says_something(told: Mapping[str, Any]) -> bool:
    """There is a finding, a change, or something that was not analysed."""
    policies = [*told["policies"], *told.get("candidate", ())]
    return (
        bool(told["notAnalysed"])
        or any(boundary["status"] != "holds" for boundary in told["boundaries"])
        or any(policy["findings"] or policy.get("engineFindings") for policy in policies)
        or any(change["status"] != "unchanged" for change in told.get("difference", {}).get("changes", ()))
        or told.get("comparison", {}).get("overall", "equivalent") != "equivalent"
    )


def json_text(told: Mapping[str, Any]) -> str:
    """The analysis as JSON, in ASCII and without anything that a CI system reads as a command."""
    return json.dumps(told, indent=2).replace("##", "\\u0023#")


def quoted(text: str) -> str:
    """A text as a Cedar string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
