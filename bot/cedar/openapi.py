"""The tools of an OpenAPI document, as AgentCore makes them: one for each operation with an operationId.

Path and query parameters and the members of a JSON body stand side by side at the top of a tool's input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bot.cedar.nesting import shallow

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def openapi_tools(text: str) -> list[dict[str, Any]]:
    """Tools as `{name, description, inputSchema}`. Raises ValueError when the text is no OpenAPI document.

    A schema that refers to itself keeps its `$ref`; Cedar cannot express it, which spoils that tool only.
    """
    document = _mapping(_read(text))
    if "paths" not in document:
        raise ValueError("it has no paths")
    try:
        return [_tool(operation, shared) for operation, shared in _operations(document)]
    except RecursionError as error:
        raise ValueError("it contains itself") from error


def _read(text: str) -> Any:
    try:
        return json.loads(shallow(text))
    except ValueError:
        pass
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("it is neither JSON nor YAML") from error


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[Any]]]:
    """Each operation with an operationId, and the parameters that it shares with the others of its path."""
    for path in _mapping(document["paths"]).values():
        item = _mapping(_resolved(path, document))
        for method in _METHODS:
            operation = _mapping(item.get(method))
            if isinstance(operation.get("operationId"), str):
                yield operation, _list(item.get("parameters"))


def _tool(operation: Mapping[str, Any], shared: list[Any]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    required: list[str] = []
    for parameter in map(_mapping, [*shared, *_list(operation.get("parameters"))]):
        if parameter.get("in") not in ("path", "query"):
            continue
        name = str(parameter.get("name"))
        members[name] = {"description": str(parameter.get("description") or ""), **_mapping(parameter.get("schema"))}
        if parameter.get("required") or parameter["in"] == "path":
            required.append(name)
    of_body, required_of_body = _body(_mapping(operation.get("requestBody")))
    return {
        "name": operation["operationId"],
        "description": str(operation.get("description") or operation.get("summary") or ""),
        "inputSchema": {
            "type": "object",
            "properties": members | of_body,
            "required": list(dict.fromkeys(required + required_of_body)),
        },
    }


def _body(body: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The members of a JSON body and which of them are required, none when the body as a whole is optional.

    The parts of an `allOf` are put together.
    """
    schema = _mapping(_mapping(_mapping(body.get("content")).get("application/json")).get("schema"))
    members: dict[str, Any] = {}
    required: list[str] = []
    for part in map(_mapping, [schema, *_list(schema.get("allOf"))]):
        members.update(_mapping(part.get("properties")))
        required.extend(map(str, _list(part.get("required"))))
    return members, required if body.get("required") else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resolved(node: Any, document: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> Any:
    """A part of the document with its references to other parts followed."""
    if isinstance(node, list):
        return [_resolved(item, document, seen) for item in node]
    if not isinstance(node, Mapping):
        return node
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return {key: _resolved(value, document, seen) for key, value in node.items()}
    found = None if reference in seen else _at(document, reference)
    return node if found is None else _resolved(found, document, seen | {reference})


def _at(document: Mapping[str, Any], reference: str) -> Any:
    """What a reference within the document (`#/components/schemas/Order`) points to, or None."""
    if not reference.startswith("#/"):
        return None
    found: Any = document
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
