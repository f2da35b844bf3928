"""What an agent was told when its call was denied, as people paste it: a sentence, JSON-RPC, or a request's id."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_SENTENCE = re.compile(r"tool execution denied|policy evaluation denied due to|no policy applies to the request", re.I)
_DUE_TO = re.compile(r"denied due to ([\w.:-]+(?:\s*,\s*[\w.:-]+)*)", re.IGNORECASE)
_DEFAULT = re.compile(r"no policy applies to the request|denied by default", re.IGNORECASE)
_WHOLE = re.compile(
    r"""["'“”]?tool\ execution\ denied(?::[^\[\n]*)?(?:\[[^\]\n]*\]?)?[."'“”]?
      | \[?policy\ evaluation\ denied\ due\ to\ [\w.:-]+(?:\s*,\s*[\w.:-]+)*\]?\.?
      | \[?no\ policy\ applies\ to\ the\ request(?:\ \(denied\ by\ default\))?\.?\]?""",
    re.IGNORECASE | re.VERBOSE,
)
_REQUEST_ID = re.compile(r"(?:request[ _-]?id\W{0,3})?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.IGNORECASE)
_DENIED = -32002


@dataclass(frozen=True)
class Denial:
    """A denial that was pasted.

    `policies` are the ids or names of those that denied; `by_default` says that none applied. `action` and `arguments`
    are the call, where the paste has it, `request_id` the one that the gateway's log has, and `rest` what was typed
    beside it.
    """

    policies: tuple[str, ...] = ()
    by_default: bool = False
    action: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""
    rest: str = ""


def read_denial(text: str) -> Denial | None:
    """The denial in a text; None where it has none."""
    rest, values = _json_in(text)
    said = [message for value in values for message in _messages(value)]
    call = next(filter(None, map(_call, values)), None)
    told = " ".join([*said, rest])
    found = _REQUEST_ID.search(rest) or _REQUEST_ID.search(" ".join(map(json.dumps, values)))
    if not _SENTENCE.search(told) and not _REQUEST_ID.match(rest.strip()):
        return None
    due = _DUE_TO.search(told)
    policies = tuple(re.split(r"\s*,\s*", due[1].rstrip("."))) if due else ()
    action, arguments = call or ("", {})
    left = _REQUEST_ID.sub("", _WHOLE.sub(" ", rest)).strip(" \t\n.,;:")
    return Denial(
        policies,
        not policies and _DEFAULT.search(told) is not None,
        action,
        arguments,
        found[1].lower() if found else "",
        left,
    )


def _json_in(text: str) -> tuple[str, list[Any]]:
    """The text without the JSON objects in it, and those."""
    decoder, values, kept, at = json.JSONDecoder(), [], [], 0
    while (start := text.find("{", at)) >= 0:
        kept.append(text[at:start])
        try:
            value, at = decoder.raw_decode(text, start)
            values.append(value)
        except (ValueError, RecursionError):
            kept.append("{")
            at = start + 1
    return "".join([*kept, text[at:]]), values


def _messages(value: Any) -> Iterator[str]:
    """What the errors in JSON say."""
    for part in _parts(value):
        message = part.get("message")
        if isinstance(message, str) and (part.get("code") == _DENIED or _SENTENCE.search(message)):
            yield message
        texts = (part.get(name) for name in ("text", "error", "reason"))
        yield from (each for each in texts if isinstance(each, str) and _SENTENCE.search(each))


def _call(value: Any) -> tuple[str, Mapping[str, Any]] | None:
    """The tool and the arguments of a `tools/call` in JSON."""
    for part in _parts(value):
        name, arguments = part.get("name"), part.get("arguments")
        if isinstance(name, str) and isinstance(arguments, Mapping):
            return name, arguments
    return None


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            yield part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
