"""The arguments of a tool call as Cedar has them: a JSON value by the type that the schema gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.analysis.model import EntityType, Model, RecordType, ScalarType, SetType, Type
from bot.errors import PolicyError

_LONG = range(-(2**63), 2**63)
_FUNCTIONS = {"datetime": "datetime", "duration": "duration", "ipaddr": "ip", "decimal": "decimal"}
_CHOICE = re.compile(r"typeChoice\d+")
_SAMPLES = {
    "Bool": True,
    "Long": 1,
    "decimal": 1.5,
    "String": "text",
    "datetime": "2026-11-22T18:00:00Z",
    "duration": "1h30m",
    "ipaddr": "192.0.2.1",
}


def sample(kind: Type, model: Model) -> Any:
    """A JSON value that the type holds, with nothing optional in it, to show how one is written."""
    if isinstance(kind, ScalarType):
        return _SAMPLES.get(kind.name, "text")
    if isinstance(kind, EntityType):
        return next(iter(model.entities[kind.name].members if kind.name in model.entities else ()), None)
    if isinstance(kind, SetType):
        return [sample(kind.element, model)]
    if _is_choice(kind):
        return sample(kind.attributes[0][1].type, model)
    return {name: sample(attribute.type, model) for name, attribute in kind.attributes if attribute.required}


def cedar_value(kind: Type, value: Any, model: Model, at: str = "") -> Any:
    """A JSON value as Cedar's JSON has it; `at` is where it stands, as a JSON pointer.

    Raises PolicyError where the type cannot hold it.
    """
    if isinstance(kind, ScalarType):
        return _scalar(kind.name, value, at)
    if isinstance(kind, EntityType):
        return {"__entity": {"type": kind.name, "id": _id(kind, value, model, at)}}
    if isinstance(kind, SetType):
        if not isinstance(value, list):
            raise _wrong(at, "is not an array")
        return [cedar_value(kind.element, item, model, f"{at}/{place}") for place, item in enumerate(value)]
    if _is_choice(kind):
        return _choice(kind, value, model, at)
    if not isinstance(value, Mapping):
        raise _wrong(at, "is not an object")
    if missing := [name for name, attribute in kind.attributes if attribute.required and name not in value]:
        raise _wrong(f"{at}/{missing[0]}", "is required, and missing")
    return {
        name: cedar_value(attribute.type, value[name], model, f"{at}/{name}")
        for name, attribute in kind.attributes
        if name in value
    }


def _is_choice(kind: RecordType) -> bool:
    """Whether a record stands for a union: each attribute is one of its types."""
    return bool(kind.attributes) and all(_CHOICE.fullmatch(name) for name, _ in kind.attributes)


def _choice(kind: RecordType, value: Any, model: Model, at: str) -> dict[str, Any]:
    """A value of a union: under the first of its types that holds it."""
    for name, attribute in kind.attributes:
        try:
            return {name: cedar_value(attribute.type, value, model, at)}
        except PolicyError:
            continue
    raise _wrong(at, "is of none of the schema's types")


def _id(kind: EntityType, value: Any, model: Model, at: str) -> str:
    members = model.entities[kind.name].members
    if members and value not in members:
        raise _wrong(at, f"is not one of {', '.join(members)}")
    # What else is an entity, a null or a map of any names, has no id of its own, and policies see none of its content.
    return value if members else "value"


def _scalar(name: str, value: Any, at: str) -> Any:
    match name:
        case "Bool" if isinstance(value, bool):
            return value
        case "Long" if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            if int(value) in _LONG:
                return int(value)
            raise _wrong(at, "does not fit 64 bits")
        case "decimal" if isinstance(value, int | float) and not isinstance(value, bool):
            return {"__extn": {"fn": "decimal", "arg": _decimal(value, at)}}
        case "String" if isinstance(value, str):
            return value
        case "datetime" | "duration" | "ipaddr" | "decimal" if isinstance(value, str):
            return {"__extn": {"fn": _FUNCTIONS[name], "arg": _instant(value, at) if name == "datetime" else value}}
    raise _wrong(at, f"is no {name}")


def _instant(text: str, at: str) -> str:
    """A date or a time with its zone, in the one way to write it that Cedar reads."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong(at, "is no date or time") from error
    if found.tzinfo is None:
        if len(text) > len("2026-11-22"):
            raise _wrong(at, "has no time zone")
        return found.strftime("%Y-%m-%d")
    return found.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _decimal(value: float, at: str) -> str:
    try:
        exact = Decimal(str(value))
        text = f"{exact:.4f}"
    except InvalidOperation as error:
        raise _wrong(at, "is no number") from error
    if Decimal(text) != exact or abs(exact) > Decimal("922337203685477.5807"):
        raise _wrong(at, "has more digits than Cedar's decimals, four after the point")
    return text


def _wrong(at: str, what: str) -> PolicyError:
    return PolicyError(f"Field '{at}' {what}")
