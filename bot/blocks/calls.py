"""A tool call as it is typed: CLAIM=VALUE … TOOL INPUT=VALUE …"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.blocks.fields import fields_of, nested
from bot.blocks.kit import cut
from bot.cedar import GatewaySchema, Request, Tool
from bot.errors import BadInput
from bot.review.near import near

_SOMEONE = "someone"
"""The id of whoever is known by claims alone: no policy is expected to name it."""
_USAGE = "Write CLAIM=VALUE … TOOL INPUT=VALUE …, such as role=support-agent process_refund amount=20"


def words_of(text: str) -> list[str]:
    """The words of a line, those in quotes together. Raises BadInput for a quote that is not closed."""
    straight = text.translate({ord("“"): '"', ord("”"): '"', ord("‘"): "'", ord("’"): "'"})
    try:
        return shlex.split(straight)
    except ValueError as error:
        raise BadInput("A quote is not closed. Write it again with both of them.") from error


@dataclass(frozen=True)
class TypedCall:
    """A call as far as it was typed: `missing` are the inputs that it needs as well. `named`: with the caller's id."""

    request: Request
    missing: tuple[str, ...] = ()
    named: bool = False


def read_call(parts: Sequence[str], schema: GatewaySchema) -> Request:
    """The request that words describe: claims, the tool, its inputs; `at=` an instant as well.

    Raises BadInput with a sentence.
    """
    typed = read_typed(parts, schema)
    if typed.missing:
        name, needed = typed.request.action.rpartition("___")[2], typed.missing
        raise BadInput(f"{name} needs {', '.join(needed)} as well, such as {needed[0]}=VALUE.")
    return typed.request


def read_typed(parts: Sequence[str], schema: GatewaySchema, now: str = "") -> TypedCall:
    """The same, of a call that may lack inputs; `now` is its instant where none is typed. Raises BadInput."""
    place = next((place for place, word in enumerate(parts) if "=" not in word), None)
    if place is None:
        raise BadInput(f"There is no tool in it. {_USAGE}")
    tool = _tool(parts[place], schema)
    tags = dict(_pair(word) for word in parts[:place])
    given = dict(_pair(word) for word in parts[place + 1 :])
    at = _instant(given.pop("at", "") if "at" not in _inputs(tool, schema) else "")
    inputs, missing = _given(given, tool, schema)
    request = Request(
        principal_type=schema.gateway.principal_type,
        principal_id=tags.pop("id", _SOMEONE),
        action=tool.action,
        resource=schema.gateway.arn,
        inputs=inputs,
        tags=tags,
        now=at or now or Request("", "", "", "").now,
    )
    return TypedCall(request, missing, request.principal_id != _SOMEONE)


def _tool(name: str, schema: GatewaySchema) -> Tool:
    found = [tool for tool in schema.tools if name in (tool.name, tool.action)]
    if len(found) == 1:
        return found[0]
    if why := _unseen(name, schema):
        raise BadInput(why)
    names = sorted({tool.action if found else tool.name for tool in found or schema.tools})
    meant = "" if found else near(name, names)
    what = "is a tool of several targets" if found else "is no tool of the gateway"
    raise BadInput(f"“{cut(name, 60)}” {what}.{meant} Say one of {cut(', '.join(names), 400)}.")


def _unseen(name: str, schema: GatewaySchema) -> str:
    """Why nothing is known of the calls of a tool that Cedar cannot express, or that may be there and is not seen."""
    for tool in schema.gateway.tools:
        if tool.action in schema.skipped and name in (tool.name, tool.action):
            return f"No policy can speak of {cut(name, 60)} ({schema.skipped[tool.action]}), so nothing is known of it."
    hidden = [target.unseen for target in schema.gateway.targets if target.may_hide(name)]
    return hidden[0] if hidden else ""


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise BadInput(f"“{cut(word, 60)}” is neither a claim nor an input. {_USAGE}")
    return name, value


def _inputs(tool: Tool, schema: GatewaySchema) -> set[str]:
    return {".".join(field.path) for field in fields_of(tool, schema)}


def _given(given: dict[str, str], tool: Tool, schema: GatewaySchema) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The inputs, and the names of those that are missing."""
    fields = {".".join(field.path): field for field in fields_of(tool, schema)}
    read: dict[tuple[str, ...], Any] = {}
    for name, text in given.items():
        if name not in fields:
            raise BadInput(
                f"{tool.name} has no input “{cut(name, 60)}”. It has {cut(', '.join(fields) or 'none', 300)}."
            )
        try:
            value = fields[name].read(text.replace(",", "\n") if fields[name].many else text)
        except BadInput as error:
            raise BadInput(f"{name}: {error.sentence}") from error
        if value is not None:
            read[fields[name].path] = value
    missing = (name for name, field in fields.items() if field.path not in read and field.wanted_by(read))
    return nested(read), tuple(missing)


def _instant(text: str) -> str:
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"at={cut(text, 40)} is no instant. Write it like at=2026-11-22T18:00Z.") from error
    return f"{found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
