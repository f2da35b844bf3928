"""Gateways and their targets: read, list, and UpdateGateway, which replaces the whole configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.controlplane.gateways import ATTACHING, target_key, target_type
from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.faults import Fault, conflict, not_found, refused

_KEPT = (
    "gatewayArn",
    "gatewayId",
    "gatewayUrl",
    "createdAt",
    "workloadIdentityDetails",
    "webAclArn",
    "_tags",
    "_roleMay",
)


def find_gateway(plane: ControlPlane, gateway_id: str) -> Resource:
    """A gateway. Raises ResourceNotFoundException."""
    found = plane.store.get("gateway", gateway_id)
    if found is None:
        raise not_found("Gateway", gateway_id)
    return found


def get_gateway(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """GetGateway."""
    return find_gateway(plane, request["gatewayIdentifier"]).body


def list_gateways(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListGateways."""
    found, token = plane.page(request, "gateway")
    return {"items": [gateway.body for gateway in found], "nextToken": token}


def get_gateway_target(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """GetGatewayTarget."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    found = plane.store.get("target", target_key(gateway.id, request["targetId"]))
    if found is None:
        raise not_found("Gateway target", request["targetId"])
    return found.body


def list_gateway_targets(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListGatewayTargets; it has no schemas, as the service's has none."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    found, token = plane.page(request, "target", gateway.id)
    items = [{**target.body, "targetType": target_type(target.body)} for target in found]
    return {"items": items, "nextToken": token}


def update_gateway(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdateGateway: what the request leaves out is reset."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    if gateway.status == "UPDATING":
        raise conflict(f"Gateway {gateway.id} is UPDATING")
    if request["name"] != gateway.name:
        raise refused("The name of a gateway cannot be changed", "/name")
    _check_engine(plane, gateway, request)
    body = {name: gateway.body[name] for name in _KEPT if name in gateway.body}
    body |= {name: value for name, value in request.items() if name != "gatewayIdentifier"}
    body |= {"status": "UPDATING", "updatedAt": plane.now}
    plane.store.put(Resource("gateway", gateway.id, "", gateway.name, gateway.arn, body))
    plane.gateways.forget(gateway.arn)
    plane.jobs.later("gateway", gateway.id)
    return body


async def finish_gateway(plane: ControlPlane, gateway_id: str) -> None:
    """The outcome of UpdateGateway."""
    gateway = plane.store.get("gateway", gateway_id)
    if gateway and gateway.status == "UPDATING":
        plane.store.put(gateway.with_body(status="READY", updatedAt=plane.now))


def _check_engine(plane: ControlPlane, gateway: Resource, request: Mapping[str, Any]) -> None:
    """Raise what the service answers when the engine that a request attaches cannot be attached."""
    arn = request.get("policyEngineConfiguration", {}).get("arn")
    if arn is None:
        return
    found = plane.store.by_arn(arn)
    if found is None or found.kind != "engine":
        raise not_found("Policy engine", arn.rsplit("/", 1)[1])
    for action, resource in zip(ATTACHING, (arn, gateway.arn), strict=True):
        if action not in gateway.body.get("_roleMay", ATTACHING):
            raise _role_may_not(plane, request["roleArn"], action, resource)
    if plane.limits.enforced:
        attached = {other.arn for other in plane.gateways.all_attached(arn)} | {gateway.arn}
        schemas = [schema for other in attached if (schema := plane.gateways.schema(other))]
        size = sum(len(json.dumps(schema.document)) for schema in schemas)
        plane.limits.quota("bytes of Cedar schema in an engine", size, plane.limits.quotas.schema_bytes_per_engine)


def _role_may_not(plane: ControlPlane, role_arn: str, action: str, resource: str) -> Fault:
    role = role_arn.rsplit("/", 1)[-1]
    caller = f"arn:aws:sts::{plane.account}:assumed-role/{role}/GenesisPolicyEngineCheck"
    message = f"User: {caller} is not authorized to perform: {action} on resource: {resource}"
    return Fault("AccessDeniedException", message)
