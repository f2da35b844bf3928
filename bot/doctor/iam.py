"""Who the bot is to AWS, and what it may do, asked without any effect.

Reads are made as they are. What changes something is asked for a policy that does not exist: AWS says whether that is
allowed before it says that there is none. What would make something is only asked of IAM's simulator, where the role
may ask that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.agentcore import Client
from bot.agentcore.permissions import PERMISSIONS
from bot.doctor.finding import Finding, fault, note, ok, warning
from bot.errors import ServiceError
from bot.routing import Route

_NONE = "policybot_doctor-0000000000"
"""The id of no policy, generation or target: AWS makes up the last ten characters itself."""
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation"})
_ASSUMED = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.*")


async def identity(sts: Client) -> tuple[Finding, str, str]:
    """Who the credentials say that this is: a finding, the ARN, and the date by AWS; empty without an answer."""
    try:
        answer = await sts.call("GetCallerIdentity")
    except ServiceError as error:
        return fault("aws", error.sentence), "", ""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return ok("aws", f"policybot is {answer['Arn']}."), str(answer["Arn"]), str(headers.get("date", ""))


def probes(route: Route) -> Mapping[str, Mapping[str, Any]]:
    """The operations that can be asked for without effect on a route, and with what."""
    engine = {"policyEngineId": route.policy_engine_id}
    gateway = {"gatewayIdentifier": route.gateway_arn.rsplit("/", 1)[-1]}
    return {
        "GetPolicyGeneration": {**engine, "policyGenerationId": _NONE},
        "ListPolicyGenerations": {**engine, "maxResults": 1},
        "ListPolicyGenerationAssets": {**engine, "policyGenerationId": _NONE, "maxResults": 1},
        "GetPolicy": {**engine, "policyId": _NONE},
        "UpdatePolicy": {**engine, "policyId": _NONE, "enforcementMode": "LOG_ONLY"},
        "DeletePolicy": {**engine, "policyId": _NONE},
        "ListPolicies": {**engine, "maxResults": 1},
        "ListPolicySummaries": {**engine, "maxResults": 1},
        "GetGateway": gateway,
        "ListGatewayTargets": {**gateway, "maxResults": 1},
        "GetGatewayTarget": {**gateway, "targetId": "0000000000"},
    }


async def allowed(client: Client, route: Route) -> list[Finding]:
    """What the role may do on a route's engine and gateway, as far as that can be asked for without effect."""
    denied: list[str] = []
    unclear: list[str] = []
    asked = probes(route)
    for operation, params in asked.items():
        try:
            await client.call(operation, **params)
        except ServiceError as error:
            if error.code in _DENIED:
                denied.append(str(error.fields.get("permission") or f"bedrock-agentcore:{operation}"))
            elif error.code != "ResourceNotFoundException":
                unclear.append(f"{operation} ({error.code})")
    found = [_missing(each) for each in dict.fromkeys(denied)]
    if unclear:
        found.append(warning("permissions", f"AWS did not say whether these are allowed: {', '.join(unclear)}."))
    if not found:
        found.append(
            ok("permissions", f"{len(asked)} operations on {route.policy_engine_id} and its gateway are allowed.")
        )
    return found


async def simulated(iam: Client, who: str, route: Route, engine_arn: str) -> list[Finding]:
    """What IAM's simulator says of the operations that would make something, and of those that are to be withheld."""
    actions = [
        each for each, about in PERMISSIONS.items() if each.startswith("bedrock-agentcore:") and _unprobed(each, route)
    ]
    resources = {"engine": engine_arn, "gateway": route.gateway_arn}
    decided: dict[str, bool] = {}
    try:
        for kind in ("engine", "gateway"):
            wanted = [each for each in actions if PERMISSIONS[each].on == kind]
            arns = [resources[kind], f"{resources[kind]}/*"] if kind == "engine" else [resources[kind]]
            answer = await iam.call(
                "SimulatePrincipalPolicy", PolicySourceArn=role_of(who), ActionNames=wanted, ResourceArns=arns
            )
            for result in answer.get("EvaluationResults") or ():
                name = str(result["EvalActionName"])
                decided[name] = decided.get(name, False) or result["EvalDecision"] == "allowed"
    except ServiceError as error:
        why = "" if error.code in _DENIED else f" ({error.code})"
        names = ", ".join(each.partition(":")[2] for each in actions if not PERMISSIONS[each].withheld)
        said = f"{names} cannot be tried without effect, and IAM's simulator does not answer{why}."
        return [note("permissions", said, "Allow iam:SimulatePrincipalPolicy to have them checked too.")]
    return list(_of_simulation(decided))


def _of_simulation(decided: Mapping[str, bool]) -> Iterable[Finding]:
    for action, may in decided.items():
        about = PERMISSIONS[action]
        if may and about.withheld:
            yield warning("permissions", f"The role may {action}: {about.why}.", "Deny it.")
        elif not may and not about.withheld:
            yield _missing(action)
    if all(may is not PERMISSIONS[action].withheld for action, may in decided.items()):
        yield ok("permissions", f"IAM's simulator agrees with {', '.join(each.partition(':')[2] for each in decided)}.")


async def telemetry(metrics: Client, logs: Client, now: datetime) -> list[Finding]:
    """Whether the gateway's record can be read: nothing depends on it but what log-only policies would have done."""
    metric = {"Namespace": "AWS/Bedrock-AgentCore", "MetricName": "Invocations"}
    query = {"Id": "m0", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    since = now - timedelta(minutes=1)
    asked = (
        (metrics, "GetMetricData", {"MetricDataQueries": [query], "StartTime": since, "EndTime": now}),
        (logs, "StartQuery", {
            "logGroupName": "aws/spans",
            "startTime": int(since.timestamp()),
            "endTime": int(now.timestamp()),
            "queryString": "fields @timestamp | limit 1",
        }),
    )  # fmt: skip
    found: list[Finding] = []
    for client, operation, params in asked:
        action = f"{'cloudwatch' if client is metrics else 'logs'}:{operation}"
        about = PERMISSIONS[action]
        try:
            await client.call(operation, **params)
        except ServiceError as error:
            if error.code in _DENIED:
                found.append(warning("permissions", f"{action} is missing: {about.why} cannot be shown.", "Allow it."))
            elif error.code == "ResourceNotFoundException":
                do = "Turn on CloudWatch's Transaction Search and the gateway's traces."
                found.append(warning("permissions", f"There is no log group aws/spans: {about.why} is not known.", do))
            else:
                found.append(warning("permissions", f"{about.why} cannot be read: {error.sentence}"))
    return found or [ok("permissions", "The gateway's record in CloudWatch can be read.")]


def role_of(who: str) -> str:
    """The ARN that IAM knows whoever calls by: of an assumed role, the role (its path is not in the caller's ARN)."""
    found = _ASSUMED.fullmatch(who)
    return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}" if found else who


def _unprobed(action: str, route: Route) -> bool:
    return action.partition(":")[2] not in probes(route)


def _missing(action: str) -> Finding:
    about = PERMISSIONS.get(action)
    why = f", to {about.why}" if about and about.why[0].islower() else ""
    return fault("permissions", f"The role lacks {action}{why}.", "Allow it: docs/deploy/iam-policy.json has them all.")
