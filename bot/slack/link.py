"""One WebSocket to Slack: frames in, acknowledgements out, and whether anybody is still at its other end."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import ClientWSTimeout, WSMsgType

from bot.errors import ChatUnavailable
from bot.slack.errors import calling

log = logging.getLogger(__name__)

ACK_SECONDS = 3.0
"""For how long Slack waits for an acknowledgement."""
_HELLO_SECONDS = 10.0
_CLOSE_SECONDS = 1.0


@dataclass(frozen=True)
class Pings:
    """How a dead end is noticed: a ping each `every` seconds, so many of them `unanswered`; and Slack's own pings, once
    there was one, missing for `quiet` seconds."""

    every: float = 2.0
    unanswered: int = 2
    quiet: float = 30.0


class Link:
    """An open connection. `taken` is called with each envelope; `leaving` is set when another should take its place."""

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, pings: Pings, taken: Callable[[Link, Mapping[str, Any]], None]
    ) -> None:
        self._socket = socket
        self._pings = pings
        self._taken = taken
        self._missed = 0
        self._since_slacks: int | None = None
        self.counted = 0
        """How many connections Slack has for the app, as its greeting said."""
        self.leaving = asyncio.Event()
        self.why = ""
        self._sent: deque[tuple[float, str, Mapping[str, Any]]] = deque()

    @property
    def open(self) -> bool:
        """Whether something can be sent on it."""
        return not self._socket.closed

    @property
    def pinged(self) -> bool:
        """Whether Slack has pinged it."""
        return self._since_slacks is not None

    async def greeted(self) -> None:
        """Wait for Slack's greeting. Raises ChatUnavailable when there is none, or Slack turns the connection away."""
        try:
            with calling("open a socket"):
                async with asyncio.timeout(_HELLO_SECONDS):
                    frame = await self._socket.receive_json()
        except (TypeError, ValueError) as error:  # closed, or something that no Slack says
            raise ChatUnavailable("Slack closed the socket at once.", code="socket") from error
        if not isinstance(frame, dict) or frame.get("type") != "hello":
            said = str(frame.get("reason") or frame.get("type")) if isinstance(frame, dict) else "unreadable"
            raise ChatUnavailable(f"Slack turned the socket away ({said}).", code=said)
        self.counted = int(frame.get("num_connections") or 0)

    async def read(self) -> None:
        """Take what comes until the connection ends; `why` says then what ended it."""
        pinging = asyncio.create_task(self._ping(), name="socket pings")
        try:
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT:
                    self._read(frame.data)
                elif frame.type is WSMsgType.PONG:
                    self._missed = 0
                elif frame.type is WSMsgType.PING:
                    self._since_slacks = 0
                    await self._socket.pong(frame.data)
        except ConnectionError:  # while a ping was answered
            log.debug("socket broke")
        finally:
            pinging.cancel()
            self.leave("cut")
            await self.close()

    def leave(self, why: str) -> None:
        """Ask for another in its place; what comes here meanwhile is still taken."""
        self.why = self.why or why
        self.leaving.set()

    async def send(self, envelope_id: str, payload: Mapping[str, Any]) -> bool:
        """Acknowledge an envelope; False when this connection cannot any more."""
        said = {"envelope_id": envelope_id} | ({"payload": payload} if payload else {})
        try:
            await self._socket.send_str(json.dumps(said))
        except (ConnectionError, aiohttp.ClientError):
            return False
        self._sent.append((asyncio.get_running_loop().time(), envelope_id, payload))
        self._forget()
        return True

    def unsure(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The acknowledgements of the last seconds: on a connection that ended, they were perhaps never read."""
        self._forget()
        return [(envelope_id, payload) for _, envelope_id, payload in self._sent]

    def _forget(self) -> None:
        while self._sent and self._sent[0][0] < asyncio.get_running_loop().time() - ACK_SECONDS:
            self._sent.popleft()

    async def close(self) -> None:
        """End the connection, whether or not the other end answers."""
        await self._socket.close()

    def _read(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            log.warning("a frame of Slack's is not JSON")
            return
        if frame.get("type") == "disconnect":
            self.leave(str(frame.get("reason") or "disconnect"))
        elif "envelope_id" in frame:
            self._taken(self, frame)

    async def _ping(self) -> None:
        """Ping, and end the connection when it is a ghost: it stands, and nobody is there."""
        while True:
            await asyncio.sleep(self._pings.every)
            ghost = self._ghost()
            if ghost:
                log.warning("socket is dead", extra={"why": ghost})
                self.leave("ghost")
                await self.close()
                return
            # Counted in pings and not by the clock: a machine that slept, or a busy loop, makes no ghost.
            self._missed += 1
            self._since_slacks = None if self._since_slacks is None else self._since_slacks + 1
            try:
                await self._socket.ping()
            except (ConnectionError, aiohttp.ClientError):
                log.debug("socket takes no ping")

    def _ghost(self) -> str:
        if self._missed >= self._pings.unanswered:
            return "pings are not answered"
        if self._since_slacks is not None and self._since_slacks * self._pings.every > self._pings.quiet:
            return "Slack sends no pings any more"
        return ""


async def opened(
    session: aiohttp.ClientSession,
    url: str,
    proxy: str | None,
    pings: Pings,
    taken: Callable[[Link, Mapping[str, Any]], None],
) -> Link:
    """Connect to a socket's URL and wait for the greeting. Raises ChatUnavailable."""
    with calling("open a socket"):
        socket = await session.ws_connect(
            url, autoping=False, proxy=proxy, timeout=ClientWSTimeout(ws_close=_CLOSE_SECONDS)
        )
    link = Link(socket, pings, taken)
    try:
        await link.greeted()
    except BaseException:
        await link.close()
        raise
    return link
