"""The inputs of a tool as form fields: one for each leaf of Cedar's type of them, read back as Cedar's JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps, loads
from typing import Any

from bot.analysis.arguments import cedar_value, sample
from bot.analysis.model import EntityType, Model, RecordType, ScalarType, SetType, Type, gateway_model
from bot.blocks.kit import Block, cut, plain
from bot.cedar import GatewaySchema, Tool
from bot.errors import BadInput, PolicyError

_LONG = range(-(2**63), 2**63)
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,4})?")
JSON = "JSON"
"""The kind of what is written as JSON: a list of objects, or a map of any names."""
_HINTS = {"ipaddr": "an IP address or range", "duration": "a duration, such as 1h30m"}


@dataclass(frozen=True)
class Field:
    """One input. `required` says that every request has it; `optional_at` are the optional records that it lies in.

    `options` are the values that the schema lists, if it does, of the entity type `entity`.
    """

    path: tuple[str, ...]
    type: Type
    model: Model
    kind: str
    required: bool
    needed: bool
    optional_at: tuple[tuple[str, ...], ...] = ()
    many: bool = False
    options: tuple[str, ...] = ()
    entity: str = ""
    description: str = ""

    @property
    def label(self) -> str:
        return cut(".".join(self.path), 150)

    @property
    def hint(self) -> str:
        """What can be typed, and what the tool says of it."""
        shape = {"Long": "whole number", "decimal": "number, at most four decimals", "Bool": "true or false"}
        said = _HINTS.get(self.kind, shape.get(self.kind, ""))
        if self.kind == JSON:
            said = f"JSON, such as {cut(dumps(self.sample), 150)}"
        parts = [cut(self.description, 200), "one value a line" if self.many else "", said]
        return cut(" · ".join(part for part in parts if part), 300)

    def element(self) -> Block:
        """The input element."""
        listed = ("true", "false") if self.kind == "Bool" else self.options
        fits = len(listed) <= 100 and all(0 < len(value) <= 150 for value in listed)
        if listed and not self.many and fits:
            options = [{"text": plain(value, 75), "value": value} for value in listed]
            return {"type": "static_select", "action_id": "value", "options": options}
        if self.kind in ("Long", "decimal") and not self.many:
            return {"type": "number_input", "action_id": "value", "is_decimal_allowed": self.kind == "decimal"}
        if self.kind == "datetime" and not self.many:
            return {"type": "datetimepicker", "action_id": "value"}
        return {"type": "plain_text_input", "action_id": "value", "multiline": self.many or self.kind == JSON}

    @property
    def sample(self) -> Any:
        """A JSON value of it, to show how one is written."""
        return sample(self.type, self.model)

    def from_json(self, value: Any) -> Any:
        """A JSON value as a value of Cedar's JSON. Raises BadInput with a sentence."""
        try:
            return cedar_value(self.type, value, self.model)
        except PolicyError as error:
            raise BadInput(f"{self.label}: {error.sentence.rstrip('.')}.") from error

    def read(self, text: str | None) -> Any:
        """The typed text as a value of Cedar's JSON, None when nothing was typed. Raises BadInput with a sentence."""
        if text is None or not text.strip():
            return None
        if self.kind == JSON:
            return self.from_json(from_text(text))
        if self.many:
            return [self._one(part.strip()) for part in text.splitlines() if part.strip()]
        return self._one(text if self.kind == "String" else text.strip())

    def _one(self, text: str) -> Any:
        if self.entity:
            if text not in self.options:
                raise BadInput(f"“{cut(text, 60)}” is not one of {cut(', '.join(self.options), 150)}.")
            return {"__entity": {"type": self.entity, "id": text}}
        reader = _READERS.get(self.kind)
        return reader(text) if reader else text

    def wanted_by(self, given: Mapping[tuple[str, ...], Any]) -> bool:
        """Whether this field has to be filled, seeing which others are."""
        if not self.needed:
            return False
        return all(any(path[: len(at)] == at for path in given) for at in self.optional_at)


def fields_of(tool: Tool, schema: GatewaySchema) -> list[Field]:
    """The fields of a tool, in the schema's order; what no element of a form expresses is written as JSON."""
    model = gateway_model(schema)
    principal = schema.gateway.principal_type
    for environment in model.environments:
        if environment.principal == principal and environment.action[1] == tool.action:
            inputs = environment.context.by_name.get("input")
            if inputs is not None and isinstance(inputs.type, RecordType):
                return list(_fields(inputs.type, model, tool.input_schema, (), ()))
    return []


def from_text(text: str) -> Any:
    """The JSON value that somebody typed. Raises BadInput with a sentence."""
    straight = text.translate({ord("“"): '"', ord("”"): '"'})
    try:
        return loads(straight)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"“{cut(text.strip(), 60)}” is not JSON.") from error


def nested(given: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """Values by path as one JSON object."""
    found: dict[str, Any] = {}
    for path, value in given.items():
        inner = found
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    return found


def _fields(
    record: RecordType,
    model: Model,
    described: Mapping[str, Any],
    at: tuple[str, ...],
    optional_at: tuple[tuple[str, ...], ...],
) -> Iterator[Field]:
    properties = described.get("properties")
    for name, attribute in record.attributes:
        path = (*at, name)
        found = properties.get(name) if isinstance(properties, Mapping) else None
        about: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        if isinstance(attribute.type, RecordType):
            below = optional_at if attribute.required else (*optional_at, path)
            yield from _fields(attribute.type, model, about, path, below)
            continue
        leaf = _leaf(attribute.type, model)
        kind, many, options, entity = leaf or (JSON, False, (), "")
        yield Field(
            path,
            attribute.type,
            model,
            kind,
            required=attribute.required and not optional_at,
            needed=attribute.required,
            optional_at=optional_at,
            many=many,
            options=options,
            entity=entity,
            description=str(about.get("description") or ""),
        )


def _leaf(type_: Type, model: Model, many: bool = False) -> tuple[str, bool, tuple[str, ...], str] | None:
    """Kind, whether it is a set, listed values and their entity type; None for what no element expresses."""
    if isinstance(type_, ScalarType):
        return type_.name, many, (), ""
    if isinstance(type_, EntityType):
        members = model.entities[type_.name].members if type_.name in model.entities else ()
        return ("entity", many, tuple(members), type_.name) if members else None
    if isinstance(type_, SetType) and not many:
        return _leaf(type_.element, model, many=True)
    return None


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise BadInput(f"“{cut(text, 40)}” is not a whole number.") from error
    if number not in _LONG:
        raise BadInput("The number has to fit 64 bits.")
    return number


def _decimal(text: str) -> Any:
    if not _DECIMAL.fullmatch(text) or abs(float(text)) > 922337203685477.0:
        raise BadInput("Type a number with at most four decimals, up to 922337203685477.")
    return _extension("decimal", text if "." in text else f"{text}.0")


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise BadInput("Type true or false.")
    return text.lower() == "true"


def _moment(text: str) -> Any:
    if text.isdigit():
        text = datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _extension("datetime", text)


def _extension(name: str, text: str) -> Any:
    return {"__extn": {"fn": name, "arg": text}}


_READERS: Mapping[str, Callable[[str], Any]] = {
    "Long": _whole,
    "decimal": _decimal,
    "Bool": _truth,
    "datetime": _moment,
    "ipaddr": lambda text: _extension("ip", text),
    "duration": lambda text: _extension("duration", text),
}
