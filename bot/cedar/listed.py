"""Tools that were read elsewhere, put into a target as a gateway file has it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.cedar.gateway import UNREAD
from bot.cedar.nesting import shallow

Answer = Mapping[str, Any]

_SCHEMAS = ("toolSchema", "mcpToolSchema")


def kind_of(target: Answer) -> tuple[str, Mapping[str, Any]]:
    """What kind of MCP target it is, such as `mcpServer`, and that member of its configuration; empty where none."""
    mcp = (target.get("targetConfiguration") or {}).get("mcp") or {}
    kind = next(iter(mcp), "")
    return kind, mcp.get(kind) or {}


def object_of(target: Answer) -> tuple[str, str, str]:
    """Bucket, key and owner's account of the S3 object that holds the target's schema; empty where there is none.

    A Smithy model is no list of tools, wherever it is.
    """
    kind, config = kind_of(target)
    places = [config] if kind == "openApiSchema" else [config.get(name) or {} for name in _SCHEMAS]
    for place in places:
        found = place.get("s3") or {}
        scheme, _, path = str(found.get("uri") or "").partition("://")
        bucket, slash, key = path.partition("/")
        if scheme == "s3" and bucket and slash and key:
            return bucket, key, str(found.get("bucketOwnerAccountId") or "")
    return "", "", ""


def unread(target: Answer, why: str) -> dict[str, Any]:
    """The target with why its tools, or others than those that it has, cannot be seen."""
    return {**target, UNREAD: why}


def with_text(target: Answer, text: str) -> dict[str, Any]:
    """The target with the text of its schema inline. Raises ValueError where a list of tools is not JSON."""
    kind, _ = kind_of(target)
    if kind == "openApiSchema":
        return _with(target, kind, {"inlinePayload": text})
    return with_tools(target, _tools(json.loads(shallow(text))))


def with_tools(target: Answer, tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The target with these tools inline, where its kind has them; one that has no place has them as an MCP server."""
    kind, config = kind_of(target)
    rest = {name: value for name, value in config.items() if name not in (*_SCHEMAS, "s3")}
    if kind == "lambda":
        return _with(target, kind, {**rest, "toolSchema": {"inlinePayload": list(tools)}})
    text = json.dumps({"tools": list(tools)}, ensure_ascii=False)
    return _with(target, kind, {**rest, "mcpToolSchema": {"inlinePayload": text}})


def _tools(found: Any) -> list[Mapping[str, Any]]:
    listed = found.get("tools") if isinstance(found, Mapping) else found
    if not isinstance(listed, list):
        raise ValueError("it is not a list of tools")  # noqa: TRY004 - as for what is not JSON
    return listed


def _with(target: Answer, kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {**target, "targetConfiguration": {**target["targetConfiguration"], "mcp": {kind: dict(config)}}}
