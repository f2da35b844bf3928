"""Server-sent events: everything that a person sees when a browser connects, then whatever has changed of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from bot.workspace.page.guard import HEADERS
from bot.workspace.page.plugins import Plugin
from bot.workspace.page.seen import Looking, Seen
from bot.workspace.store import Changes
from bot.workspace.wire import CannotAct, Json

_TOGETHER = 0.03
"""Seconds in which changes gather before they are sent as one."""
_BEAT = 15.0
_AGAIN = 1000
"""Milliseconds after which a browser connects again."""
_BY_TS = ("messages", "thread")


class Sent:
    """What one connection has been told. `changed` gives what is new, as pairs of a part's name and its data."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}
        self._messages: dict[str, dict[str, str]] = {name: {} for name in _BY_TS}

    def changed(self, parts: Json) -> Iterator[tuple[str, str]]:
        for name, value in parts.items():
            told = self._delta(name, value) if name in _BY_TS else value
            text = _text(told)
            stands = _text(told["order"]) if name in _BY_TS else text
            if stands != self._parts.get(name) or (name in _BY_TS and told["changed"]):
                self._parts[name] = stands
                yield name, text

    def _delta(self, name: str, messages: list[Json]) -> Json:
        """All time stamps in their order, and the messages among them that are new or not as they were."""
        before = self._messages[name]
        after = {message["ts"]: json.dumps(message, sort_keys=True) for message in messages}
        self._messages[name] = after
        changed = [message for message in messages if before.get(message["ts"]) != after[message["ts"]]]
        return {"order": list(after), "changed": changed}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def stream(
    request: web.Request, looking: Looking, seen: Seen, changes: Changes, plugins: list[Plugin], ended: asyncio.Event
) -> web.StreamResponse:
    """Send parts until the browser goes or the server ends."""
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):  # the browser went on to another place, or away
        await response.write(f"retry: {_AGAIN}\n\n".encode())
        await _tell(response, looking, seen, changes, plugins, ended)
    return response


async def _tell(
    response: web.StreamResponse,
    looking: Looking,
    seen: Seen,
    changes: Changes,
    plugins: list[Plugin],
    ended: asyncio.Event,
) -> None:
    sent = Sent()
    while not ended.is_set():
        revision = changes.revision
        try:
            parts = _parts(looking, seen, plugins)
        except CannotAct:  # somebody was switched off, or taken out of the channel: the page connects anew and is told
            break
        told = list(sent.changed(parts))
        told.append(("revision", str(revision)))
        await response.write("".join(f"event: {name}\ndata: {data}\n\n" for name, data in told).encode())
        if await changes.within(revision, _BEAT) != revision:
            await asyncio.sleep(_TOGETHER)


def _parts(looking: Looking, seen: Seen, plugins: list[Plugin]) -> dict[str, Any]:
    seen.check(looking)
    return {
        "team": seen.team(),
        "app": seen.app(),
        "plugins": [{"name": plugin.name, "title": plugin.title} for plugin in plugins],
        "channels": seen.channels(looking.user),
        "messages": seen.messages(looking),
        "thread": seen.thread(looking),
        "home": seen.home(looking.user),
        "modals": seen.modals(looking.user),
    }
