"""The tools of an OpenAPI document, as AgentCore makes them: one for each operation with an operationId.

Path and query parameters and the members of a JSON body stand side by side at the top of a tool's input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bot.cedar.nesting import referred, shallow, trouble

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def openapi_tools(text: str) -> list[dict[str, Any]]:
    """Tools as `{name, description, inputSchema}`. Raises ValueError when the text is no OpenAPI document.

    One whose schemas refer to themselves, or to more than can be worked with, has the reason under `spoiled`.
    """
    document = _mapping(_read(text))
    if "paths" not in document:
        raise ValueError("it has no paths")
    return [_tool(operation, shared, document) for operation, shared in _operations(document)]


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
        item = _followed(_mapping(path), document)
        for method in _METHODS:
            operation = _followed(_mapping(item.get(method)), document)
            if isinstance(operation.get("operationId"), str):
                yield operation, _list(item.get("parameters"))


def _tool(operation: Mapping[str, Any], shared: list[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {
        "name": operation["operationId"],
        "description": str(operation.get("description") or operation.get("summary") or ""),
    }
    if (example := _example(operation, document)) is not None:
        named["example"] = example
    takes = [[*shared, *_list(operation.get("parameters"))], operation.get("requestBody")]
    if spoiled := trouble(takes, document):
        return {**named, "inputSchema": {}, "spoiled": spoiled}
    parameters, body = _resolved(takes, document)
    members: dict[str, Any] = {}
    required: list[str] = []
    for parameter in map(_mapping, parameters):
        if parameter.get("in") not in ("path", "query"):
            continue
        name = str(parameter.get("name"))
        members[name] = {"description": str(parameter.get("description") or ""), **_mapping(parameter.get("schema"))}
        if parameter.get("required") or parameter["in"] == "path":
            required.append(name)
    of_body, required_of_body = _body(_mapping(body))
    return {
        **named,
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


def _example(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """The example that an operation gives of its JSON answer when all goes well; None when it gives none."""
    answers = {str(code): answer for code, answer in _mapping(operation.get("responses")).items()}
    good = next((answers[code] for code in sorted(answers) if code.startswith("2")), None)
    media = _mapping(_mapping(_followed(_mapping(good), document).get("content")).get("application/json"))
    named = [_followed(_mapping(each), document).get("value") for each in _mapping(media.get("examples")).values()]
    return media.get("example", named[0] if named else None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _followed(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a node stands for, when it is a reference to a part of the document."""
    found = referred(node, document)
    return node if found is None else _mapping(found)


def _resolved(node: Any, document: Mapping[str, Any]) -> Any:
    """A part of the document with its references to other parts followed. It must not be in any `trouble`."""
    if isinstance(node, list):
        return [_resolved(item, document) for item in node]
    if not isinstance(node, Mapping):
        return node
    found = referred(node, document)
    if found is None:
        return {key: _resolved(value, document) for key, value in node.items()}
    return _resolved(found, document)
