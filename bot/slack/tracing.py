"""Every attempt of a Web API call, seen at the HTTP session: retries and rate limits included."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp

_LONGEST = 4096
"""An answer that refuses is short; a longer one is a page of people or messages."""


@dataclass(frozen=True)
class SlackCall:
    """A call: its method, the error code or HTTP status it ended with (empty when it succeeded), its seconds."""

    method: str
    code: str
    seconds: float


OnSlackCall = Callable[[SlackCall], None]


def traced(on_call: OnSlackCall) -> aiohttp.TraceConfig:
    """A trace of a session that tells of each call once. Private answers (response URLs) are one method."""
    trace = aiohttp.TraceConfig()

    def tell(context: SimpleNamespace, code: str) -> None:
        if not context.told:
            context.told = True
            on_call(SlackCall(context.method, code, time.monotonic() - context.began))

    async def started(_session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams) -> None:
        head, _, method = params.url.path.rpartition("/")
        context.method = method if head.endswith("/api") else "response_url"
        context.began, context.told = time.monotonic(), False

    async def ended(_session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        if params.response.status >= 400:
            tell(context, str(params.response.status))

    async def read(_session: Any, context: SimpleNamespace, params: aiohttp.TraceResponseChunkReceivedParams) -> None:
        tell(context, _code(params.chunk))

    async def failed(_session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams) -> None:
        tell(context, type(params.exception).__name__)

    trace.on_request_start.append(started)
    trace.on_request_end.append(ended)
    trace.on_response_chunk_received.append(read)
    trace.on_request_exception.append(failed)
    return trace


def _code(body: bytes) -> str:
    """The error of an answer that is no success."""
    if len(body) > _LONGEST or b'"error"' not in body:
        return ""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("error") or "") if isinstance(found, dict) and found.get("ok") is False else ""
