"""Answers shaped by their operation's output shape: what the shape does not know stays inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


def shaped(shape: Shape, value: Any) -> Any:
    """A value with only the members that a shape knows, at every level. Nulls are left out, as AWS leaves them out."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            member.serialization.get("name", name): shaped(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list | tuple):
        return [shaped(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: shaped(shape.value, item) for key, item in value.items()}
    if shape.type_name in ("float", "double"):
        return float(value)
    return value


def timestamp(moment: datetime) -> str:
    """A moment as every SDK parses it: ISO-8601, in UTC, with its zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
