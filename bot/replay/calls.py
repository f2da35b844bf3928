"""Calls as they were recorded: by the embedded gateway, by AWS's application log, by MCP clients, by OpenTelemetry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.cedar import Gateway, Tool
from bot.replay.javamap import arguments_in

_CALL = "tools/call"
Json = Mapping[str, Any]


@dataclass(frozen=True)
class RecordedCall:
    """One call. `claims` is None where the record does not hold them, and `principal_id` empty; `decision` is ALLOW or
    DENY where it is known. `line` is where it was read."""

    line: int
    action: str
    arguments: Json
    principal_type: str
    principal_id: str = ""
    claims: Json | None = None
    time: str = ""
    decision: str = ""


@dataclass
class Calls:
    """The calls of a file, and what in it could not be used: a sentence by line."""

    calls: list[RecordedCall] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)


def read_calls(lines: Iterable[str], gateway: Gateway) -> Calls:
    """The calls of a gateway in JSON lines; a line that is none is named, and the rest is used."""
    found = Calls()
    log = _ApplicationLog(gateway)
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            found.calls += _calls(json.loads(text), number, gateway, log)
        except (ValueError, RecursionError, TypeError, AttributeError, KeyError) as error:
            found.broken[number] = _why(error)
    for number, call in log.finished():
        if isinstance(call, str):
            found.broken[number] = call
        else:
            found.calls.append(call)
    return found


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | RecursionError):
        return "it is not JSON"
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _calls(entry: Any, line: int, gateway: Gateway, log: _ApplicationLog) -> Iterator[RecordedCall]:
    """The calls in one line's value; the application log's are known once its other records are read."""
    if not isinstance(entry, dict):
        raise TypeError("it is not an object")
    if "tool" in entry:
        yield _ours(entry, line, gateway)
    elif isinstance(entry.get("body"), dict) and "log" in entry["body"]:
        log.take(entry, line)
    elif "jsonrpc" in entry:
        if entry.get("method") == _CALL:
            yield _call(entry["params"]["name"], entry["params"].get("arguments", {}), line, gateway)
    elif spans := list(_spans(entry)):
        for span in spans:
            yield from _traced(span, line, gateway)
    elif "name" not in entry:
        raise ValueError("it is no call in a form that is known")


def _ours(entry: Json, line: int, gateway: Gateway) -> RecordedCall:
    principal = entry["principal"]
    if entry.get("gateway", gateway.arn) != gateway.arn:
        raise ValueError("it is a call of another gateway")
    return _call(
        entry["tool"],
        entry["input"],
        line,
        gateway,
        principal_type=str(principal["type"]),
        principal_id=str(principal["id"]),
        claims=dict(entry.get("claims") or {}),
        time=_instant(entry.get("time", "")),
        decision=str(entry.get("decision", "")),
    )


def _call(action: Any, arguments: Any, line: int, gateway: Gateway, **more: Any) -> RecordedCall:
    if not isinstance(action, str) or not isinstance(arguments, dict):
        raise TypeError("its tool or its input cannot be read")
    return RecordedCall(line, action, arguments, **{"principal_type": gateway.principal_type, **more})


class _ApplicationLog:
    """AWS's application log: the records of one request, put together. It has the caller's id, and never the claims."""

    def __init__(self, gateway: Gateway) -> None:
        self._tools: Mapping[str, Tool] = {tool.action: tool for tool in gateway.tools}
        self._gateway = gateway
        self._requests: dict[str, dict[str, Any]] = {}

    def take(self, entry: Json, line: int) -> None:
        request = self._requests.setdefault(str(entry["request_id"]), {})
        body = entry["body"]
        if body.get("requestBody"):
            at = datetime.fromtimestamp(int(entry["event_timestamp"]) / 1000, UTC).isoformat(timespec="milliseconds")
            request.update(line=line, text=str(body["requestBody"]), time=at.replace("+00:00", "Z"))
        if isinstance(body.get("policy"), dict):
            request.update(policy=body["policy"])

    def finished(self) -> Iterator[tuple[int, RecordedCall | str]]:
        """Each call by its line, or why it cannot be used."""
        for request in self._requests.values():
            if f"method={_CALL}" in request.get("text", ""):
                try:
                    yield request["line"], self._call(request)
                except ValueError as error:
                    yield request["line"], str(error)

    def _call(self, request: Json) -> RecordedCall:
        policy = request.get("policy", {})
        principal = policy.get("principal", {})
        action, arguments = arguments_in(request["text"], self._tools)
        kind = str(principal.get("entityType", self._gateway.principal_type))
        claims: Json | None = {} if kind.endswith("::IamEntity") else None  # an ARN is all that policies see of it
        return RecordedCall(
            request["line"],
            action,
            arguments,
            kind,
            str(principal.get("entityId", "")),
            claims,
            request["time"],
            str(policy.get("decision", "")),
        )


def _spans(entry: Json) -> Iterator[Json]:
    """The spans in OTLP's JSON, or the one span that a line is."""
    for resource in entry.get("resourceSpans", ()):
        for scope in resource.get("scopeSpans", ()):
            yield from scope.get("spans", ())
    if "attributes" in entry:
        yield entry


def _traced(span: Json, line: int, gateway: Gateway) -> Iterator[RecordedCall]:
    """The call of a span that OpenTelemetry's conventions for tools describe; the gateway's own have no arguments."""
    attributes = span.get("attributes") or {}
    if isinstance(attributes, list):
        attributes = {each["key"]: next(iter(each["value"].values()), None) for each in attributes}
    name, given = attributes.get("gen_ai.tool.name"), attributes.get("gen_ai.tool.call.arguments")
    if name is None or given is None:
        return
    nano = span.get("startTimeUnixNano")
    time = datetime.fromtimestamp(int(nano) / 1e9, UTC).isoformat().replace("+00:00", "Z") if nano else ""
    yield _call(name, json.loads(given) if isinstance(given, str) else given, line, gateway, time=_instant(time))


def _instant(text: str) -> str:
    """A time in the one form that Cedar reads; empty when there is none."""
    if not text:
        return ""
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("its time has no zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
