"""Policy engines: create, read, list, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.faults import conflict

_BUSY = ("CREATING", "UPDATING", "DELETING")


def create_policy_engine(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """CreatePolicyEngine. Names are unique in the account."""
    name = request["name"]
    if plane.store.by_name("engine", name):
        raise conflict("A policy engine with the same name already exists")
    plane.limits.quota("policy engines", plane.store.count("engine") + 1, plane.limits.quotas.engines)
    engine_id = plane.new_id(name)
    arn = plane.arn(f"policy-engine/{engine_id}")
    body = {
        "policyEngineId": engine_id,
        "name": name,
        "policyEngineArn": arn,
        "description": request.get("description"),
        "encryptionKeyArn": request.get("encryptionKeyArn"),
        "createdAt": plane.now,
        "updatedAt": plane.now,
        "status": "CREATING",
        "statusReasons": [],
        "_tags": request.get("tags", {}),
    }
    plane.store.put(Resource("engine", engine_id, "", name, arn, body))
    return _under_way(plane, engine_id, body)


def get_policy_engine(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """GetPolicyEngine and GetPolicyEngineSummary."""
    return plane.engine(request["policyEngineId"]).body


def list_policy_engines(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListPolicyEngines and ListPolicyEngineSummaries."""
    found, token = plane.page(request, "engine")
    return {"policyEngines": [engine.body for engine in found], "nextToken": token}


def update_policy_engine(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdatePolicyEngine: only the description can change; an empty one clears it."""
    engine = plane.engine(request["policyEngineId"])
    if engine.status in _BUSY:
        raise conflict(f"Policy engine {engine.id} is {engine.status}")
    changes = {"status": "UPDATING", "updatedAt": plane.now}
    if "description" in request:
        changes["description"] = request["description"].get("optionalValue")
    engine = engine.with_body(**changes)
    plane.store.put(engine)
    return _under_way(plane, engine.id, engine.body)


def delete_policy_engine(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeletePolicyEngine. An engine that still has policies is not deleted."""
    engine = plane.engine(request["policyEngineId"])
    if engine.status == "DELETING":
        return engine.body
    if engine.status in _BUSY:
        raise conflict(f"Policy engine {engine.id} is {engine.status}")
    if plane.store.count("policy", engine.id):
        raise conflict(f"Policy engine {engine.id} still has policies; delete them first")
    engine = engine.with_body(status="DELETING", updatedAt=plane.now)
    plane.store.put(engine)
    return _under_way(plane, engine.id, engine.body)


def _under_way(plane: ControlPlane, engine_id: str, body: dict[str, Any]) -> dict[str, Any]:
    plane.jobs.later("engine", engine_id)
    return body


async def finish_engine(plane: ControlPlane, engine_id: str) -> None:
    """The outcome of whatever is under way for an engine."""
    with plane.store.transaction():
        engine = plane.store.get("engine", engine_id)
        if engine is None or engine.status not in _BUSY:
            return
        if engine.status != "DELETING":
            plane.store.put(engine.with_body(status="ACTIVE", statusReasons=[], updatedAt=plane.now))
            return
        for generation in list(plane.store.under("generation", engine_id)):
            plane.store.delete_children("asset", generation.id)
        plane.store.delete_children("generation", engine_id)
        plane.store.delete("engine", engine_id)
