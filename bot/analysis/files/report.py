"""An analysis as JSON, and that JSON as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.analysis.difference import example_json
from bot.analysis.files.policy_set import Compared, PolicyReport
from bot.analysis.model import Environment, Uid
from bot.analysis.review import ReviewFinding
from bot.analysis.sets.concrete import Concrete

_EXAMPLES = {"newlyAllowed": "newly allowed", "newlyDenied": "newly denied"}


def effect(permits: bool) -> str:
    """The word that begins the policy."""
    return "permit" if permits else "forbid"


def finding_json(finding: ReviewFinding) -> dict[str, Any]:
    """One finding."""
    return {
        "kind": finding.kind,
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
        "failing": _request(policy.failing),
    }


def compared_json(compared: Compared) -> dict[str, Any]:
    """One environment of a comparison."""
    return {
        **_environment(compared.environment),
        "order": compared.order,
        "newlyAllowed": _request(compared.newly_allowed),
        "newlyDenied": _request(compared.newly_denied),
        "reason": compared.reason,
    }


def _environment(environment: Environment) -> dict[str, str]:
    return {
        "principalType": environment.principal,
        "action": _uid(environment.action),
        "resourceType": environment.resource,
    }


def _request(request: Concrete | None) -> dict[str, Any] | None:
    if request is None:
        return None
    return {
        "principal": _uid(request.principal),
        "action": _uid(request.action),
        "resource": _uid(request.resource),
        "context": dict(request.context),
        "entities": [
            {
                "uid": _uid(uid),
                "attrs": dict(data.attributes),
                "tags": dict(data.tags),
                "parents": [_uid(parent) for parent in data.parents],
            }
            for uid, data in request.entities.items()
        ],
    }


def _uid(uid: Uid) -> str:
    return f"{uid[0]}::{_quoted(uid[1])}"


def says_something(told: Mapping[str, Any]) -> bool:
    """There is a finding, a change, or something that was not analysed."""
    policies = [*told["policies"], *told.get("candidate", ())]
    return (
        bool(told["notAnalysed"])
        or any(policy["findings"] or policy.get("engineFindings") for policy in policies)
        or any(change["status"] != "unchanged" for change in told.get("difference", {}).get("changes", ()))
        or told.get("comparison", {}).get("overall", "equivalent") != "equivalent"
    )


def text(told: Mapping[str, Any]) -> str:
    """The JSON of an analysis as lines for a person."""
    return "\n".join(_lines(told))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    for tool in told.get("skippedTools", ()):
        yield f"The tool {tool['action']} is left out: Cedar cannot express its inputs ({tool['reason']})."
    for part, heading in (("policies", ""), ("candidate", "candidate ")):
        for policy in told.get(part, ()):
            yield from _policy(policy, heading)
    if "difference" in told:
        yield from _difference(told["difference"])
    if "comparison" in told:
        yield from _comparison(told["comparison"])
    yield from (f"Not analysed: {sentence}." for sentence in told["notAnalysed"])


def _policy(policy: Mapping[str, Any], heading: str) -> Iterator[str]:
    said = policy["findings"] or policy.get("engineFindings")
    yield f"{heading}{policy['effect']} {policy['name']}: {'' if said else 'nothing to say'}".rstrip()
    for each in policy.get("matches", ()):
        yield f"  matches {_extent(each['requests'])} of {_where(each)}"
    for finding in policy["findings"]:
        yield f"  {finding['kind']}: {finding['sentence']} {finding['advice']}"
        if finding["example"]:
            yield f"    for example {_gateway_request(finding['example'])}"
    if policy.get("failing"):
        yield f"    for example {_general_request(policy['failing'])}"
    for sentence in policy.get("engineFindings", ()):
        yield f"  with the engine's other policies: {sentence}"


def _extent(requests: str) -> str:
    return {"all": "all requests", "some": "some requests", "none": "no request"}.get(
        requests, "(not analysed) requests"
    )


def _difference(found: Mapping[str, Any]) -> Iterator[str]:
    changes = [change for change in found["changes"] if change["status"] != "unchanged"]
    if not changes:
        yield "No request changes."
        return
    yield "What changes:"
    for change in changes:
        suffix = f": not analysed, {change['reason']}" if change["reason"] else ""
        yield f"  {change['principalType']} {change['action']}{suffix}"
        for name in ("newly_allowed", "newly_denied", "still_denied"):
            if change[name]:
                yield f"    {name.replace('_', ' ')}: {_gateway_request(change[name])}"


def _comparison(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"The candidate is {found['overall']}."
    for each in found["environments"]:
        if each["order"] != "equivalent":
            suffix = f" ({each['reason']})" if each["reason"] else ""
            yield f"  {_where(each)}: {each['order']}{suffix}"
            for name in ("newlyAllowed", "newlyDenied"):
                if each[name]:
                    yield f"    {_EXAMPLES[name]}: {_general_request(each[name])}"


def _where(each: Mapping[str, Any]) -> str:
    return f"{each['principalType']} {each['action']} {each['resourceType']}"


def _gateway_request(example: Mapping[str, Any]) -> str:
    parts = [f"{example['principalId']}{_claims(example['tags'])} calls {example['action']}"]
    if example["inputs"]:
        parts.append(f"with {_plain(example['inputs'])}")
    return f"{' '.join(parts)} at {example['now']}"


def _claims(tags: Mapping[str, Any]) -> str:
    return f" ({', '.join(f'{name}: {_plain(value)}' for name, value in tags.items())})" if tags else ""


def _general_request(request: Mapping[str, Any]) -> str:
    parts = [f"{request['principal']} does {request['action']} on {request['resource']}"]
    if request["context"]:
        parts.append(f"with {_plain(request['context'])}")
    for entity in request["entities"]:
        said = [
            *(f"{name} {_plain(value)}" for name, value in entity["attrs"].items()),
            *(f"tag {name} {_plain(value)}" for name, value in entity["tags"].items()),
            *(f"in {parent}" for parent in entity["parents"]),
        ]
        if said:
            parts.append(f"where {entity['uid']} has {', '.join(said)}")
    return "; ".join([" ".join(parts[:2]), *parts[2:]])


def _plain(value: Any) -> str:
    """A value in Cedar's JSON form as a reader would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if not isinstance(value, Mapping):
        return _quoted(value) if isinstance(value, str) else str(value)
    if "__entity" in value:
        return _uid((value["__entity"]["type"], value["__entity"]["id"]))
    if "__extn" in value:
        call = value["__extn"]
        return str(call["arg"]) if "arg" in call else f"{call['fn']}({', '.join(map(_plain, call['args']))})"
    return ", ".join(f"{name} {_plain(part)}" for name, part in value.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
