"""Tags of resources, by ARN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource
from bot.controlplane.wire.faults import Fault, refused

_MOST = 50
_TAGGED = ("engine", "gateway")


def _tagged(plane: ControlPlane, arn: str) -> Resource:
    found = plane.store.by_arn(arn)
    if found is None:
        raise Fault("ResourceNotFoundException", f"Resource {arn} was not found")
    if found.kind not in _TAGGED:
        raise refused(f"Resource {arn} is of a type that does not support tagging", "/resourceArn")
    return found


def list_tags_for_resource(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListTagsForResource."""
    return {"tags": _tagged(plane, request["resourceArn"]).body.get("_tags") or {}}


def tag_resource(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """TagResource: adds tags, and replaces those with the same key."""
    found = _tagged(plane, request["resourceArn"])
    tags = {**(found.body.get("_tags") or {}), **request["tags"]}
    if len(tags) > _MOST:
        raise Fault("ServiceQuotaExceededException", f"A resource has at most {_MOST} tags")
    plane.store.put(found.with_body(_tags=tags))
    return {}


def untag_resource(plane: ControlPlane, request: Mapping[str, Any]) -> dict[str, Any]:
    """UntagResource: keys that are not there make no difference."""
    found = _tagged(plane, request["resourceArn"])
    tags = {key: value for key, value in (found.body.get("_tags") or {}).items() if key not in request["tagKeys"]}
    plane.store.put(found.with_body(_tags=tags))
    return {}
