"""Policy generations: start, read, list, and the assets that come out, which are kept for seven days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.answers import timestamp
from bot.controlplane.wire.faults import conflict, not_found, refused

ASSETS_KEPT = timedelta(days=7)


def start_policy_generation(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """StartPolicyGeneration, for a gateway that exists. Names are unique in the engine and stay taken."""
    engine = plane.ready_engine(request["policyEngineId"])
    name, arn = request["name"], request["resource"]["arn"]
    if ":gateway/" not in arn:
        raise refused("Only AgentCore Gateways are supported as the resource of a policy generation", "/resource/arn")
    if plane.gateways.schema(arn) is None:
        raise not_found("Gateway", arn.rsplit("/", 1)[1])
    if plane.store.by_name("generation", name, engine.id):
        raise conflict("Generation with the same name already exists")
    _check_generated(plane, engine.id)
    generation_id = plane.new_id(name)
    generation_arn = f"{engine.arn}/policy-generation/{generation_id}"
    body = {
        "policyEngineId": engine.id,
        "policyGenerationId": generation_id,
        "name": name,
        "policyGenerationArn": generation_arn,
        "resource": {"arn": arn},
        "createdAt": plane.now,
        "updatedAt": plane.now,
        "status": "GENERATING",
        "statusReasons": [],
        "_rawText": request["content"]["rawText"],
    }
    plane.store.put(Resource("generation", generation_id, engine.id, name, generation_arn, body))
    plane.jobs.later("generation", generation_id)
    return body


def get_policy_generation(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """GetPolicyGeneration and GetPolicyGenerationSummary."""
    return plane.under_engine("generation", request["policyEngineId"], request["policyGenerationId"]).body


def list_policy_generations(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListPolicyGenerations and ListPolicyGenerationSummaries."""
    engine = plane.engine(request["policyEngineId"])
    found, token = plane.page(request, "generation", engine.id)
    return {"policyGenerations": [generation.body for generation in found], "nextToken": token}


def list_policy_generation_assets(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListPolicyGenerationAssets: empty while generating, and again once the assets have expired."""
    generation = plane.under_engine("generation", request["policyEngineId"], request["policyGenerationId"])
    _drop_expired(plane, generation)
    found, token = plane.page(request, "asset", generation.id)
    return {"policyGenerationAssets": [asset.body for asset in found], "nextToken": token}


def asset_statement(plane: ControlPlane, engine_id: str, generation_id: str, asset_id: str) -> str:
    """The statement of an asset, for a policy that refers to it. Raises when there is none, or none any more."""
    generation = plane.under_engine("generation", engine_id, generation_id)
    _drop_expired(plane, generation)
    asset = plane.store.get("asset", asset_id)
    if asset is None or asset.parent != generation_id:
        raise not_found("Policy generation asset", asset_id)
    if "definition" not in asset.body:
        raise refused(f"Policy generation asset {asset_id} has no statement", "/definition/policyGeneration")
    (definition,) = asset.body["definition"].values()
    return str(definition["statement"])


async def finish_generation(plane: ControlPlane, generation_id: str) -> None:
    """Translate the rule of a generation and keep the assets."""
    generation = plane.store.get("generation", generation_id)
    if generation is None or generation.status != "GENERATING":
        return
    schema = plane.gateways.schema(generation.body["resource"]["arn"])
    if schema is None:
        _conclude(plane, generation, "GENERATE_FAILED", ["The gateway of this generation does not exist any more"])
        return
    assets = await plane.reasoning.assets(generation.body["_rawText"], schema, plane.config.definition_member)
    with plane.store.transaction():
        if plane.store.get("generation", generation_id) is None:
            return
        for asset in assets:
            asset_id = plane.new_id(generation.name)
            body = {**asset, "policyGenerationAssetId": asset_id}
            plane.store.put(Resource("asset", asset_id, generation_id, "", f"{generation.arn}/{asset_id}", body))
        expiry = timestamp(plane.moment + ASSETS_KEPT)
        _conclude(plane, generation.with_body(_assets=len(assets), _assetsExpireAt=expiry), "GENERATED", [])


def _conclude(plane: ControlPlane, generation: Resource, status: str, reasons: list[str]) -> None:
    plane.store.put(generation.with_body(status=status, statusReasons=reasons, updatedAt=plane.now))


def _drop_expired(plane: ControlPlane, generation: Resource) -> None:
    expiry = generation.body.get("_assetsExpireAt")
    if expiry and datetime.fromisoformat(expiry) <= plane.moment:
        plane.store.delete_children("asset", generation.id)


def _check_generated(plane: ControlPlane, engine_id: str) -> None:
    if not plane.limits.enforced:
        return
    since = timestamp(plane.moment - ASSETS_KEPT)
    recent = [found for found in plane.store.under("generation", engine_id) if found.body["createdAt"] > since]
    used = sum(found.body.get("_assets", 0) for found in recent)
    allowed = plane.limits.quotas.generated_policies_per_engine
    plane.limits.quota("generated policies in an engine in 7 days", used + 1, allowed)
