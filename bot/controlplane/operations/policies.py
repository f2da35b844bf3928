"""Policies: create, read, list, update, delete, and the validation that decides their outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.cedar.policies import Policy
from bot.cedar.schema import GatewaySchema
from bot.controlplane.checks import accepted, missing_gateway, schema_reasons
from bot.controlplane.gateways import bare_schema
from bot.controlplane.operations.generations import asset_statement
from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.faults import conflict

_BUSY = ("CREATING", "UPDATING", "DELETING")


def create_policy(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """CreatePolicy. Faults of the text are answered at once; what the schemas and the engine say comes later."""
    engine = plane.ready_engine(request["policyEngineId"])
    name = request["name"]
    definition, policy = _accepted(plane, engine.id, request["definition"])
    if plane.store.by_name("policy", name):
        raise conflict("A policy with the same name already exists")
    quotas = plane.limits.quotas
    plane.limits.quota("policies in an engine", plane.store.count("policy", engine.id) + 1, quotas.policies_per_engine)
    _check_sizes(plane, engine.id, _statement(definition), policy, "")
    policy_id = plane.new_id(name)
    arn = f"{engine.arn}/policy/{policy_id}"
    body = {
        "policyId": policy_id,
        "name": name,
        "policyEngineId": engine.id,
        "policyArn": arn,
        "definition": definition,
        "description": request.get("description"),
        "enforcementMode": request.get("enforcementMode", "ACTIVE"),
        "createdAt": plane.now,
        "updatedAt": plane.now,
        "status": "CREATING",
        "statusReasons": [],
        "_validationMode": request.get("validationMode", "FAIL_ON_ANY_FINDINGS"),
    }
    plane.store.put(Resource("policy", policy_id, engine.id, name, arn, body))
    return _under_way(plane, policy_id, body)


def get_policy(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """GetPolicy and GetPolicySummary."""
    return _view(plane.under_engine("policy", request["policyEngineId"], request["policyId"]))


def list_policies(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListPolicies and ListPolicySummaries; `targetResourceScope` keeps what applies to that gateway."""
    engine = plane.engine(request["policyEngineId"])
    scope = request.get("targetResourceScope")

    def applies(policy: Resource) -> bool:
        return scope is None or accepted(_text(policy)).resources in ((scope,), ())

    found, token = plane.page(request, "policy", engine.id, keep=applies)
    return {"policies": [_view(policy) for policy in found], "nextToken": token}


def update_policy(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdatePolicy. The body is validated again under the request's mode, also when it does not change."""
    policy = plane.under_engine("policy", request["policyEngineId"], request["policyId"])
    if policy.status in _BUSY:
        raise conflict(f"Policy {policy.id} is {policy.status}")
    changes: dict[str, Any] = {}
    if "definition" in request:
        changes["definition"], found = _accepted(plane, policy.parent, request["definition"])
        _check_sizes(plane, policy.parent, _statement(changes["definition"]), found, policy.id)
    if "description" in request:
        changes["description"] = request["description"].get("optionalValue")
    if "enforcementMode" in request:
        changes["enforcementMode"] = request["enforcementMode"]
    policy = policy.with_body(
        status="UPDATING",
        statusReasons=[],
        updatedAt=plane.now,
        _validationMode=request.get("validationMode", "FAIL_ON_ANY_FINDINGS"),
        _changes=changes,
    )
    plane.store.put(policy)
    return _under_way(plane, policy.id, _view(policy))


def delete_policy(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeletePolicy. Asked again while it is being deleted, it answers the same."""
    policy = plane.under_engine("policy", request["policyEngineId"], request["policyId"])
    if policy.status == "DELETING":
        return _view(policy)
    if policy.status in _BUSY:
        raise conflict(f"Policy {policy.id} is {policy.status}")
    policy = policy.with_body(status="DELETING", updatedAt=plane.now)
    plane.store.put(policy)
    return _under_way(plane, policy.id, policy.body)


async def finish_policy(plane: ControlPlane, policy_id: str) -> None:
    """The outcome of whatever is under way for a policy."""
    found = plane.store.get("policy", policy_id)
    if found is None or found.status not in _BUSY:
        return
    async with plane.jobs.one_at_a_time(found.parent):
        if found.status == "DELETING":
            plane.store.delete("policy", policy_id)
            return
        reasons = await _reasons(plane, found)
        outcome: dict[str, Any] = {"statusReasons": reasons, "updatedAt": plane.now, "_changes": None}
        if reasons:
            outcome["status"] = "CREATE_FAILED" if found.status == "CREATING" else "UPDATE_FAILED"
        else:
            outcome.update(status="ACTIVE", _inForce=True, **(found.body.get("_changes") or {}))
        plane.store.put(found.with_body(**outcome))


async def _reasons(plane: ControlPlane, resource: Resource) -> list[str]:
    """Why a policy, as it would become, is not taken: first what the schemas say, then what the analysis finds."""
    statement = _statement(_view(resource)["definition"])
    policy = accepted(statement)
    schemas = _schemas(plane, policy, resource.parent)
    reasons = await asyncio.to_thread(schema_reasons, policy, resource.name, schemas)
    if reasons or resource.body["_validationMode"] == "IGNORE_ALL_FINDINGS":
        return reasons
    others = {
        other.name: _text(other)
        for other in plane.store.under("policy", resource.parent)
        if other.body.get("_inForce") and other.id != resource.id and other.status != "DELETING"
    }
    return await plane.reasoning.engine_findings(others, resource.name, statement, schemas)


def _schemas(plane: ControlPlane, policy: Policy, engine_id: str) -> list[GatewaySchema]:
    """The schemas a policy has to fit: of the gateways it names, else of every gateway attached to its engine."""
    if named := policy.resources:
        return [schema for arn in named if (schema := plane.gateways.schema(arn))]
    attached = plane.gateways.attached(plane.arn(f"policy-engine/{engine_id}"))
    return [schema for schema in attached if schema.tools] or [bare_schema(plane.region, plane.account)]


def _statement(definition: Mapping[str, Any]) -> str:
    """The text of a definition as it is kept, whichever member it stands under."""
    (member,) = definition.values()
    return str(member["statement"])


def _text(policy: Resource) -> str:
    """The statement of a policy as it stands, not as an update that is under way asks for."""
    return _statement(policy.body["definition"])


def _accepted(plane: ControlPlane, engine_id: str, definition: Mapping[str, Any]) -> tuple[Mapping[str, Any], Policy]:
    """A definition as it is kept, in which a reference to an asset has become the asset's statement, and its policy."""
    if "policyGeneration" in definition:
        asset = definition["policyGeneration"]
        text = asset_statement(plane, engine_id, asset["policyGenerationId"], asset["policyGenerationAssetId"])
        definition = {"policy": {"statement": text}}
    policy = accepted(_statement(definition), plain="cedar" in definition)
    for arn in policy.resources:
        if plane.gateways.schema(arn) is None:
            raise missing_gateway(arn)
    return definition, policy


def _check_sizes(plane: ControlPlane, engine_id: str, statement: str, policy: Policy, replaces: str) -> None:
    if not plane.limits.enforced:
        return
    quotas, size, named = plane.limits.quotas, len(statement.encode()), policy.resources
    plane.limits.quota("bytes in a policy", size, quotas.policy_bytes)
    others = [_text(other) for other in plane.store.under("policy", engine_id) if other.id != replaces]
    same = sum(len(other.encode()) for other in others if accepted(other).resources == named)
    plane.limits.quota("bytes of policies for one resource", size + same, quotas.policies_bytes_per_resource)


def _view(policy: Resource) -> dict[str, Any]:
    """A policy as it is seen: while an update is under way, with what it asks for."""
    return {**policy.body, **(policy.body.get("_changes") or {})}


def _under_way(plane: ControlPlane, policy_id: str, body: dict[str, Any]) -> dict[str, Any]:
    plane.jobs.later("policy", policy_id)
    return body
