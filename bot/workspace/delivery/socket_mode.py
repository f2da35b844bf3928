"""Socket Mode: tickets, WebSocket connections, envelopes out and acknowledgements in, disconnect and refresh."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets

from aiohttp import WSMsgType, web

from bot.clock import MovableClock
from bot.workspace.config import Timings
from bot.workspace.delivery.dispatch import Answer, Envelope
from bot.workspace.store import Changes
from bot.workspace.wire import Json

DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")
GHOSTS = ("deaf", "forgotten")
"""A `deaf` connection stands and is counted, and whatever is sent on it is lost; nobody answers its pings. A
`forgotten` one answers pings, and Slack knows it no more."""
_DEBUG = {"host": "applink-embedded"}


class SocketMode:
    """The open connections. Envelopes go to them in turn, as Slack spreads them."""

    def __init__(self, clock: MovableClock, timings: Timings, cap: int, changes: Changes, app_id: str) -> None:
        self._clock = clock
        self._timings = timings
        self._cap = cap
        self._changes = changes
        self._app_id = app_id
        self._tickets: dict[str, float] = {}
        self._connections: list[web.WebSocketResponse] = []
        self._wires: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._deaf: set[web.WebSocketResponse] = set()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._turn = 0

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def ticket(self) -> str:
        """A ticket for one connection, good for half a minute."""
        now = self._clock.seconds()
        self._tickets = {ticket: until for ticket, until in self._tickets.items() if until >= now}
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = now + self._timings.socket_ticket
        return ticket

    async def send(self, envelope: Envelope) -> Answer:
        """Send the envelope to one connection and wait for its acknowledgement, however long that takes."""
        if not self._connections:
            return Answer(error="dispatch_failed")
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(envelope.envelope_id, waiting)
        self._turn += 1
        socket = self._connections[self._turn % len(self._connections)]
        with contextlib.suppress(ConnectionError):  # a socket that breaks now is an acknowledgement that never comes
            if socket not in self._deaf:
                await socket.send_str(json.dumps(_frame(envelope)))
        try:
            return await asyncio.shield(self._waiting[envelope.envelope_id])
        finally:
            self._waiting.pop(envelope.envelope_id, None)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Handle `GET /link?ticket=…`: hello, then acknowledgements until the connection ends."""
        until = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if until < self._clock.seconds():
            raise web.HTTPForbidden(text="the ticket is unknown, used or expired: call apps.connections.open again")
        socket = web.WebSocketResponse(timeout=1.0, autoping=False)
        await socket.prepare(request)
        if len(self._connections) >= self._cap:
            await socket.send_str(json.dumps(_disconnect("too_many_websockets")))
            await socket.close()
            return socket
        self._connections.append(socket)
        self._wires[socket] = request.transport
        timed = [asyncio.ensure_future(each) for each in (self._refresh(socket), self._ping(socket))]
        try:
            await socket.send_str(json.dumps(self._hello()))
            self._changes.bump()
            async for frame in socket:
                if socket in self._deaf:
                    continue
                if frame.type == WSMsgType.TEXT:
                    self._acknowledged(frame.data)
                elif frame.type == WSMsgType.PING:
                    await socket.pong(frame.data)
        except ConnectionError:  # it broke while a ping was answered
            pass
        finally:
            for each in timed:
                each.cancel()
            self._drop(socket)
            self._wires.pop(socket, None)
            self._deaf.discard(socket)
        return socket

    def _hello(self) -> Json:
        about = {**_DEBUG, "build_number": 1, "approximate_connection_time": int(self._timings.connection)}
        info = {"app_id": self._app_id}
        return {"type": "hello", "num_connections": self.connections, "connection_info": info, "debug_info": about}

    def _acknowledged(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(frame.get("envelope_id", "")) if isinstance(frame, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(payload=frame.get("payload") or {}))

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        """Slack's own pings, to the connections that it knows."""
        while True:
            await self._clock.sleep(self._timings.socket_ping)
            if socket in self._connections and socket not in self._deaf:
                with contextlib.suppress(ConnectionError):
                    await socket.ping()

    async def _refresh(self, socket: web.WebSocketResponse) -> None:
        await self._clock.sleep(self._timings.connection - self._timings.connection_warning)
        with contextlib.suppress(ConnectionError):
            await socket.send_str(json.dumps(_disconnect("warning")))
        await self._clock.sleep(self._timings.connection_warning)
        await self._end(socket, "refresh_requested")

    async def _end(self, socket: web.WebSocketResponse, reason: str) -> None:
        self._drop(socket)
        with contextlib.suppress(ConnectionError):
            await socket.send_str(json.dumps(_disconnect(reason)))
        await socket.close()

    def _drop(self, socket: web.WebSocketResponse) -> None:
        if socket in self._connections:
            self._connections.remove(socket)
            self._changes.bump()

    async def disconnect(self, reason: str, count: int = 0) -> None:
        """Ask every connection to go, or the oldest `count`, in Slack's words; only `warning` leaves them open."""
        for socket in self._connections[: count or None]:
            if reason == "warning":
                with contextlib.suppress(ConnectionError):
                    await socket.send_str(json.dumps(_disconnect(reason)))
            else:
                await self._end(socket, reason)

    def haunt(self, how: str, count: int) -> None:
        """Make ghosts of the oldest connections: `deaf` or `forgotten`."""
        for socket in [each for each in self._connections if each not in self._deaf][:count]:
            if how == "forgotten":
                self._drop(socket)
            else:
                self._deaf.add(socket)

    def drop(self, count: int = 0) -> None:
        """Cut every connection without a word, or the oldest `count`, as a network does."""
        for socket in self._connections[: count or None]:
            self._drop(socket)
            wire = self._wires[socket]
            if wire is not None:
                wire.abort()

    async def stop(self) -> None:
        """Close every connection."""
        for socket in list(self._connections):
            self._drop(socket)
            await socket.close()


def _frame(envelope: Envelope) -> Json:
    frame: Json = {
        "envelope_id": envelope.envelope_id,
        "type": envelope.type,
        "accepts_response_payload": envelope.accepts_response_payload,
        "payload": envelope.payload,
    }
    if envelope.type == "events_api":
        frame |= {"retry_attempt": envelope.retry_attempt, "retry_reason": envelope.retry_reason}
    return frame


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": _DEBUG}
