"""Gateways and their targets: read, list, and the updates, each of which replaces the whole configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.cedar.gateway import gateway_from_api
from bot.controlplane.gateways import ATTACHING, target_key, target_type
from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.faults import Fault, conflict, not_found, refused
from bot.errors import GatewayFileError

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

_TARGET_KEPT = ("gatewayArn", "targetId", "createdAt", "name", "credentialProviderConfigurations", "_file")
"""What a target keeps although an update leaves it out: it cannot do without."""


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
    return _find_target(plane, request)[1].body


def update_gateway_target(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdateGatewayTarget: its tools are others at once. Policies stay as they are; their next update is validated
    against the new schemas."""
    gateway, target = _find_target(plane, request)
    if target.status == "UPDATING":
        raise conflict(f"Gateway target {request['targetId']} is UPDATING")
    body = {name: target.body[name] for name in _TARGET_KEPT if name in target.body}
    body |= {name: value for name, value in request.items() if name not in ("gatewayIdentifier", "targetId")}
    body |= {"status": "UPDATING", "updatedAt": plane.now}
    if any(other.name == body["name"] and other.id != target.id for other in plane.store.under("target", gateway.id)):
        raise conflict(f"A target with the name {body['name']} already exists")
    try:
        gateway_from_api(gateway.body, [body])
    except GatewayFileError as error:
        raise refused(error.sentence, "/targetConfiguration") from error
    plane.store.put(replace(target, name=body["name"], body=body))
    plane.gateways.forget(gateway.arn)
    plane.jobs.later("target", target.id)
    return body


async def finish_target(plane: ControlPlane, key: str) -> None:
    """The outcome of UpdateGatewayTarget."""
    target = plane.store.get("target", key)
    if target and target.status == "UPDATING":
        plane.store.put(target.with_body(status="READY", updatedAt=plane.now))
        plane.gateways.note_spoiled_tools()


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


def _find_target(plane: ControlPlane, request: Mapping[str, Any]) -> tuple[Resource, Resource]:
    """A gateway and the target of it that a request names. Raises ResourceNotFoundException."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    found = plane.store.get("target", target_key(gateway.id, request["targetId"]))
    if found is None:
        raise not_found("Gateway target", request["targetId"])
    return gateway, found


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
