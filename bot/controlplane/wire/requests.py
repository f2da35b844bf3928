"""A request read by its operation's input shape, and checked against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from multidict import MultiMapping

from bot.controlplane.wire.faults import Violation, invalid, unparsable

_NUMBERS = {"integer", "long", "float", "double"}


def read_request(
    inputs: StructureShape, labels: Mapping[str, str], query: MultiMapping[str], body: bytes
) -> dict[str, Any]:
    """The parameters of a request, by member name. Raises the ValidationException that AWS would answer."""
    members = inputs.members
    document = _document(body) if any("location" not in member.serialization for member in members.values()) else {}
    parameters = {}
    for name, member in members.items():
        wire_name = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "uri":
                value: Any = labels[wire_name]
            case "querystring":
                value = _from_query(member, query.getall(wire_name, []))
            case None:
                value = document.get(wire_name)
            case _:
                continue
        if value is not None:
            parameters[name] = value
    violations = list(violations_of(inputs, parameters))
    if violations:
        raise invalid(violations)
    return parameters


def _document(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = json.loads(body, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise unparsable("The request body is not JSON that the service can read.") from error
    if not isinstance(found, dict):
        raise unparsable("The request body must be a JSON object.")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _from_query(member: Shape, values: list[str]) -> Any:
    if member.type_name == "list":
        return values or None
    if not values:
        return None
    if member.type_name in _NUMBERS and re.fullmatch(r"-?\d{1,18}", values[0]):
        return int(values[0])
    return values[0]


def violations_of(shape: Shape, value: Any, path: str = "") -> Iterator[Violation]:
    """What breaks the rules of a shape in a value, in AWS's words. `path` is where the value stands."""
    if not _has_type(shape, value):
        yield _violation(path, f"Member must be of type {shape.type_name}")
    elif isinstance(shape, StructureShape):
        yield from _structure_violations(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _length_violation(shape, value, path)
        for position, item in enumerate(value):
            yield from violations_of(shape.member, item, f"{path}/{position}")
    elif isinstance(shape, MapShape):
        yield from _length_violation(shape, value, path)
        for key, item in value.items():
            yield from violations_of(shape.key, key, f"{path}/{key}")
            yield from violations_of(shape.value, item, f"{path}/{key}")
    elif shape.type_name == "string":
        yield from _string_violations(shape, value, path)
    elif shape.type_name in _NUMBERS:
        yield from _range_violation(shape, value, path)


def _structure_violations(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[Violation]:
    present = {name: value[name] for name in shape.members if value.get(name) is not None}
    for name in shape.required_members:
        if name not in present:
            yield _violation(f"{path}/{name}", "Member must not be null")
    if shape.is_tagged_union and len(present) != 1:
        members = ", ".join(shape.members)
        yield _violation(path, f"Member must have exactly one of its members set: [{members}]")
        return
    for name, item in present.items():
        yield from violations_of(shape.members[name], item, f"{path}/{name}")


def _string_violations(shape: Shape, value: str, path: str) -> Iterator[Violation]:
    yield from _length_violation(shape, value, path)
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _violation(path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and len(value) <= shape.metadata.get("max", 4096) and not _compiled(pattern).fullmatch(value):
        yield _violation(path, f"Member must satisfy regular expression pattern: ^{pattern}$")


def _length_violation(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if bounds := _broken_bounds(shape, len(value)):
        yield Violation(
            path,
            f"Value with length {len(value)} at '{path}' failed to satisfy constraint: "
            f"Member must have length {bounds}",
        )


def _range_violation(shape: Shape, value: float, path: str) -> Iterator[Violation]:
    if bounds := _broken_bounds(shape, value):
        yield _violation(path, f"Member must be {bounds}")


def _broken_bounds(shape: Shape, value: float) -> str:
    """The bounds of a shape in AWS's words, when a value lies outside of them; else nothing."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is None or value >= low) and (high is None or value <= high):
        return ""
    if low is None:
        return f"less than or equal to {high}"
    return f"greater than or equal to {low}" if high is None else f"between {low} and {high}, inclusive"


def _has_type(shape: Shape, value: Any) -> bool:
    match shape.type_name:
        case "structure" | "map":
            return isinstance(value, dict)
        case "list":
            return isinstance(value, list)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return isinstance(value, str)


def _violation(path: str, constraint: str) -> Violation:
    return Violation(path, f"Value at '{path}' failed to satisfy constraint: {constraint}")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
