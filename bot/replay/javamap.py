"""A call's request in AWS's application log, a Java map without types or quotes, read by the tool's schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cedar import Tool

_NAME = re.compile(r"\bparams=\{(?:.*?, )?name=([^,}\s]+)", re.DOTALL)
_OPEN, _CLOSE = "{[", "}]"


def arguments_in(text: str, tools: Mapping[str, Tool]) -> tuple[str, dict[str, Any]]:
    """The tool's action and the arguments, typed as the tool's schema types them.

    Raises ValueError where the text can be read in several ways, or names no tool of the gateway.
    """
    named = _NAME.search(text)
    if named is None:
        raise ValueError("its request names no tool")
    action = named[1]
    if action not in tools:
        raise ValueError(f"the gateway has no tool {action}")
    before, given, rest = text.partition("arguments={")
    if not given:
        return action, {}
    last = rest.endswith("}}}") and named.start() < len(before) and ", _meta={" not in rest
    return action, _object(rest[:-3] if last else rest[: _closing(rest)], tools[action].input_schema)


def _closing(text: str) -> int:
    """Where the bracket closes that is open at a text's beginning."""
    depth = 1
    for place, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0:
            return place
    raise ValueError("its request breaks off")


def _object(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Members separated by commas: a comma starts another only where a name of the schema and `=` follow."""
    properties = schema.get("properties") or {}
    if not text:
        return {}
    starts = [(found.start(), found.end(), found[1]) for found in _members(text, properties)]
    if not starts or starts[0][0] != 0:
        raise ValueError("its arguments are not the ones that the tool's schema names")
    names = [name for _, _, name in starts]
    if len(set(names)) < len(names):
        raise ValueError("a text among its arguments can be read in several ways")
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    return {
        name: _value(text[begin:end].removesuffix(", "), properties[name])
        for (_, begin, name), end in zip(starts, ends, strict=True)
    }


def _members(text: str, properties: Mapping[str, Any]) -> Iterator[re.Match[str]]:
    """Where members begin, outside of any brackets."""
    pattern = re.compile("(?:^|(?<=, ))(" + "|".join(map(re.escape, properties)) + ")=") if properties else None
    depth, at = 0, 0
    for found in pattern.finditer(text) if pattern else ():
        for character in text[at : found.start()]:
            depth += (character in _OPEN) - (character in _CLOSE)
        at = found.start()
        if depth <= 0:
            yield found


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if text == "null" and kinds != ["string"]:
        return None
    if "object" in kinds and text.startswith("{"):
        return _object(text[1:-1], schema)
    if "array" in kinds and text.startswith("["):
        items = schema.get("items") or {}
        inside = text[1:-1]
        if items.get("type") in ("object", "array"):
            raise ValueError("a list of objects among its arguments cannot be read")
        return [_value(part, items) for part in inside.split(", ")] if inside else []
    if "integer" in kinds and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "number" in kinds and re.fullmatch(r"-?\d+(\.\d+)?(E-?\d+)?", text):
        return float(text) if "." in text or "E" in text else int(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "string" in kinds:
        return text
    raise ValueError(f"{text[:40]} is no {kind}")
