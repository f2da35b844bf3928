"""The arguments of a tool call: held to the tool's own schema, in the service's words, and told in Cedar's JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from bot.analysis.model import EntityType, Model, RecordType, ScalarType, SetType, Type, gateway_model
from bot.cedar import GatewaySchema, Tool
from bot.errors import PolicyError

_LONG = range(-(2**63), 2**63)
_FUNCTIONS = {"datetime": "datetime", "duration": "duration", "ipaddr": "ip", "decimal": "decimal"}
_CHOICE = re.compile(r"typeChoice\d+")
_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}


class Unfit(Exception):
    """Arguments that a tool does not take. `problems` are the service's lines, one for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(*problems)
        self.problems = problems

    @property
    def sentence(self) -> str:
        """What the service answers in the tool's stead."""
        lines = "".join(f"\n- {problem}" for problem in self.problems)
        return f"ValidationException - Parameter validation failed: Invalid request parameters:{lines}"


class Inputs:
    """How each tool of a gateway is called. Built for a tool when it is first asked for."""

    def __init__(self, schema: GatewaySchema) -> None:
        self._model = gateway_model(schema)
        self._types = {
            environment.action[1]: attribute.type
            for environment in self._model.environments
            if (attribute := environment.context.by_name.get("input"))
        }
        self._validators: dict[str, Draft202012Validator | None] = {}

    def check(self, tool: Tool, arguments: Mapping[str, Any]) -> None:
        """Raise Unfit for arguments that break the tool's own JSON schema."""
        if tool.action not in self._validators:
            self._validators[tool.action] = _validator(tool)
        validator = self._validators[tool.action]
        problems = validator.iter_errors(arguments) if validator else ()
        if found := tuple(line for problem in problems for line in _lines(problem)):
            raise Unfit(found)

    def in_cedar(self, tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as `bot.cedar.Request` has its inputs; what the tool's schema does not name is left out.

        Raises Unfit for what Cedar cannot hold, such as a number of more than four decimals or a date that is none.
        Texts that stand for addresses and durations are looked into by Cedar only, when the call is decided.
        """
        try:
            inputs: dict[str, Any] = _value(self._types[tool.action], arguments, self._model, "")
        except PolicyError as error:
            raise Unfit((error.sentence,)) from error
        return inputs


def _validator(tool: Tool) -> Draft202012Validator | None:
    """The validator of a tool's schema; None for one that is no JSON schema and so holds nobody to anything."""
    try:
        Draft202012Validator.check_schema(tool.input_schema)
    except SchemaError:
        return None
    return Draft202012Validator(tool.input_schema)


def _lines(problem: ValidationError) -> Iterator[str]:
    at = "".join(f"/{part}" for part in problem.absolute_path)
    wanted: Any = problem.validator_value
    if problem.validator == "required":
        given: Any = problem.instance
        missing = [name for name in wanted if name not in given]
        # jsonschema names each missing member in a problem of its own.
        yield from (
            f"Missing required field(s): '{name}'" for name in missing if problem.message.startswith(repr(name))
        )
    elif problem.validator == "type":
        names = ", ".join(wanted) if isinstance(wanted, list) else wanted
        yield f"Field '{at}' has invalid type: {_NAMES.get(type(problem.instance), 'null')} found, {names} expected"
    else:
        yield f"Field '{at}' is invalid: breaks the schema's {problem.validator}"


def _value(kind: Type, value: Any, model: Model, at: str) -> Any:
    """A value as Cedar's JSON has it. Raises PolicyError where the type cannot hold it."""
    if isinstance(kind, ScalarType):
        return _scalar(kind.name, value, at)
    if isinstance(kind, EntityType):
        return {"__entity": {"type": kind.name, "id": _id(kind, value, model, at)}}
    if isinstance(kind, SetType):
        if not isinstance(value, list):
            raise _wrong(at, "is not an array")
        return [_value(kind.element, item, model, f"{at}/{place}") for place, item in enumerate(value)]
    if kind.attributes and all(_CHOICE.fullmatch(name) for name, _ in kind.attributes):
        return _choice(kind, value, model, at)
    if not isinstance(value, Mapping):
        raise _wrong(at, "is not an object")
    if missing := [name for name, attribute in kind.attributes if attribute.required and name not in value]:
        raise _wrong(f"{at}/{missing[0]}", "is required, and missing")
    return {
        name: _value(attribute.type, value[name], model, f"{at}/{name}")
        for name, attribute in kind.attributes
        if name in value
    }


def _choice(kind: RecordType, value: Any, model: Model, at: str) -> dict[str, Any]:
    """A value of a union: under the first of its types that holds it."""
    for name, attribute in kind.attributes:
        try:
            return {name: _value(attribute.type, value, model, at)}
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
