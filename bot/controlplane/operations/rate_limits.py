"""Rate limits of a gateway: create, read, list, update, delete, and many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.controlplane.operations.gateways import find_gateway
from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.faults import Violation, conflict, invalid, not_found, refused

_BUSY = ("CREATING", "UPDATING", "DELETING")
_PERIODS = {"tokens": "minute", "connections": "second"}
_METRICS = ("requests", "tokens", "connections")


def create_gateway_rate_limit(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """CreateGatewayRateLimit. No two limits of a gateway have the same id, or the same dimension keys."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    _check(request)
    for other in plane.store.under("rateLimit", gateway.id):
        if other.name == request.get("rateLimitId"):
            raise conflict(f"A rate limit with the id {other.name} already exists")
        if other.body["dimensionKeys"] == request["dimensionKeys"]:
            raise conflict(f"The rate limit {other.name} has the same dimension keys")
    return _created(plane, gateway, request)


def get_gateway_rate_limit(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """GetGatewayRateLimit."""
    return _found(plane, request).body


def list_gateway_rate_limits(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListGatewayRateLimits."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    found, token = plane.page(request, "rateLimit", gateway.id)
    return {"rateLimits": [limit.body for limit in found], "nextToken": token}


def update_gateway_rate_limit(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdateGatewayRateLimit: its entries, and its description when one is sent; dimension keys stay."""
    limit = _found(plane, request)
    _check({**request, "dimensionKeys": limit.body["dimensionKeys"]})
    return _updated(plane, limit, request)


def delete_gateway_rate_limit(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeleteGatewayRateLimit. Asked again while it is being deleted, it answers the same."""
    limit = _found(plane, request)
    if limit.status == "DELETING":
        return limit.body
    return _under_way(plane, _settled(limit), status="DELETING")


def batch_put_gateway_rate_limits(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """BatchPutGatewayRateLimits: each updates the limit with its id or its dimension keys, or is made; all, or none."""
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    seen: list[Any] = []
    for place, wanted in enumerate(request["rateLimits"]):
        path = f"/rateLimits/{place}"
        _check(wanted, path)
        if wanted["dimensionKeys"] in seen:
            raise refused("Two rate limits of the request have the same dimension keys", f"{path}/dimensionKeys")
        seen.append(wanted["dimensionKeys"])
        known = list(plane.store.under("rateLimit", gateway.id))
        named = next((limit for limit in known if limit.name == wanted.get("rateLimitId")), None)
        same = next((limit for limit in known if limit.body["dimensionKeys"] == wanted["dimensionKeys"]), None)
        if named and named is not same:
            raise refused("The dimension keys of a rate limit cannot be changed", f"{path}/dimensionKeys")
        if same and "rateLimitId" in wanted and not named:
            raise conflict(f"The rate limit {same.name} has the same dimension keys")
        if same:
            _updated(plane, same, wanted)
        else:
            _created(plane, gateway, wanted)
    return {"rateLimits": [limit.body for limit in plane.store.under("rateLimit", gateway.id)]}


async def finish_rate_limit(plane: ControlPlane, key: str) -> None:
    """The outcome of whatever is under way for a rate limit."""
    limit = plane.store.get("rateLimit", key)
    if limit is None or limit.status not in _BUSY:
        return
    if limit.status == "DELETING":
        plane.store.delete("rateLimit", key)
    else:
        plane.store.put(limit.with_body(status="ACTIVE"))


def _found(plane: ControlPlane, request: Mapping[str, Any]) -> Resource:
    gateway = find_gateway(plane, request["gatewayIdentifier"])
    found = plane.store.get("rateLimit", f"{gateway.id}/{request['rateLimitId']}")
    if found is None:
        raise not_found("Rate limit", request["rateLimitId"])
    return found


def _settled(limit: Resource) -> Resource:
    if limit.status in _BUSY:
        raise conflict(f"Rate limit {limit.name} is {limit.status}")
    return limit


def _created(plane: ControlPlane, gateway: Resource, wanted: Mapping[str, Any]) -> dict[str, Any]:
    name = wanted.get("rateLimitId") or plane.new_id("limit")
    body = {member: wanted.get(member) for member in ("description", "dimensionKeys", "entries")}
    body |= {"rateLimitId": name, "gatewayIdentifier": gateway.id, "createdAt": plane.now}
    made = Resource("rateLimit", f"{gateway.id}/{name}", gateway.id, name, f"{gateway.arn}/rate-limit/{name}", body)
    return _under_way(plane, made, status="CREATING")


def _updated(plane: ControlPlane, limit: Resource, wanted: Mapping[str, Any]) -> dict[str, Any]:
    changes = {member: wanted[member] for member in ("description", "entries") if member in wanted}
    return _under_way(plane, _settled(limit), status="UPDATING", **changes)


def _under_way(plane: ControlPlane, limit: Resource, **changes: Any) -> dict[str, Any]:
    limit = limit.with_body(**changes, updatedAt=plane.now)
    plane.store.put(limit)
    plane.jobs.later("rateLimit", limit.id)
    return limit.body


def _check(wanted: Mapping[str, Any], path: str = "") -> None:
    """Raise the ValidationException for what the service refuses in a rate limit beyond its shape."""
    found = [
        Violation(f"{path}/entries/{place}{where}", message)
        for place, entry in enumerate(wanted["entries"])
        for where, message in _violations(entry, wanted["dimensionKeys"])
    ]
    keys = wanted["dimensionKeys"]
    if len(set(keys)) != len(keys):
        found.append(Violation(f"{path}/dimensionKeys", "A dimension key stands twice"))
    scopes = [entry["dimensions"] for entry in wanted["entries"]]
    if any(scope in scopes[:place] for place, scope in enumerate(scopes)):
        found.append(Violation(f"{path}/entries", "Two entries have the same dimensions"))
    if found:
        raise invalid(found)


def _violations(entry: Mapping[str, Any], keys: list[str]) -> Iterator[tuple[str, str]]:
    dimensions = entry["dimensions"]
    if set(dimensions) != set(keys):
        yield "/dimensions", f"The dimensions of an entry must be those of its rate limit: {', '.join(keys)}"
        return
    values = [dimensions[key] for key in keys]
    if "*" in values and any(value != "*" for value in values[values.index("*") :]):
        yield "/dimensions", "A wildcard is allowed in trailing dimensions only"
    if not any(metric in entry for metric in _METRICS):
        yield "", f"An entry needs one of {', '.join(_METRICS)}"
    for metric, period in _PERIODS.items():
        if any(rate["period"] != period for rate in entry.get(metric, ())):
            yield f"/{metric}", f"The period of {metric} must be {period}"
