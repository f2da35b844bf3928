"""Socket Mode: two connections, so that one of them lives while the other is refreshed, cut, or found to be dead."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable, SettingsError
from bot.slack.installation import check_app_token
from bot.slack.link import ACK_SECONDS, Link, Pings, opened
from bot.slack.timed import TimedApp

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 20.0
_STOP_SECONDS = 1.5
_LINGER_SECONDS = 15.0
"""For how long a connection that Slack takes away is still read: it says so some ten seconds before."""
_LONGEST_WAIT = 30.0
_AWAY = frozenset({"too_many_websockets", "link_disabled"})


class SocketTransport:
    """Slack's requests over WebSockets. Slack spreads them over all that stand.

    A connection that goes is replaced before it is closed. `apart`: seconds between the first and the second, so that
    Slack does not end both at one moment; those that Slack ended together come back so.
    """

    def __init__(
        self,
        app: TimedApp,
        client: AsyncWebClient,
        app_token: str,
        *,
        connections: int = 2,
        apart: float = 2.0,
        pings: Pings = Pings(),  # noqa: B008  (frozen)
    ) -> None:
        self._app = app
        self._client = client
        self._app_token = app_token
        self._connections = connections
        self._apart = apart
        self._pings = pings
        self._session: aiohttp.ClientSession | None = None
        self._links: list[Link] = []
        self._up = asyncio.Event()
        self._keeping: list[asyncio.Task[None]] = []
        self._running: set[asyncio.Task[None]] = set()
        self._handling: set[asyncio.Task[None]] = set()
        self._foreign = 0

    @property
    def connections(self) -> int:
        """How many connections stand now."""
        return sum(link.open for link in self._links)

    async def start(self) -> None:
        """Connect. Raises SettingsError for a token that Slack does not take, ChatUnavailable when it is not there."""
        self._session = aiohttp.ClientSession()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                first = await self._open()
        except TimeoutError as error:
            await self.close()
            raise ChatUnavailable("Slack's socket could not be reached in time.", code="socket") from error
        except BaseException:
            await self.close()
            raise
        self._keeping = [asyncio.create_task(self._keep(first), name="socket 0")]
        for number in range(1, self._connections):
            keeping = self._keep(None, self._apart * number)
            self._keeping.append(asyncio.create_task(keeping, name=f"socket {number}"))

    async def connected(self) -> bool:
        """Whether a connection stands now."""
        return self.connections > 0

    async def close(self) -> None:
        """Take no more requests. What was taken is acknowledged, if it is done soon; listeners go on, and whoever
        started them waits for them."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        self._keeping.clear()
        if self._handling:
            await asyncio.wait(self._handling, timeout=_STOP_SECONDS)
        await asyncio.gather(*(link.close() for link in self._links), return_exceptions=True)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _keep(self, link: Link | None, delay: float = 0.0) -> None:
        """Have one connection stand, until cancelled."""
        await asyncio.sleep(delay)
        while True:
            link = link or await self._opened()
            await link.leaving.wait()
            log.info("socket is replaced", extra={"why": link.why, "connections": self.connections})
            if link.why in _AWAY:  # Slack wants none in its place now
                await asyncio.sleep(_LONGEST_WAIT)
            link = None

    async def _opened(self) -> Link:
        """A connection, however long that takes."""
        wait = 0.25
        while True:
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    return await self._open()
            except (ChatError, SettingsError, TimeoutError) as error:
                said = error.sentence if isinstance(error, ChatError | SettingsError) else "no answer in time"
                log.warning("no socket can be opened", extra={"error": said, "connections": self.connections})
                asked = error.retry_after if isinstance(error, ChatUnavailable) else 0.0
            await asyncio.sleep(max(wait, asked))
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _open(self) -> Link:
        assert self._session is not None
        url = await check_app_token(self._client, self._app_token)
        link = await opened(self._session, url, self._client.proxy, self._pings, self._take)
        self._links.append(link)
        self._up.set()
        self._start(self._read(link), self._running)
        self._count(link)
        return link

    async def _read(self, link: Link) -> None:
        lingering = asyncio.create_task(_lingered(link))
        try:
            await link.read()
        finally:
            lingering.cancel()
            self._links.remove(link)
            if not self.connections:
                self._up.clear()
        await self._say_again(link)

    async def _say_again(self, ended: Link) -> None:
        """What went out on a connection just before its end was perhaps not read; Slack takes one twice."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ACK_SECONDS):
                for envelope_id, payload in ended.unsure():
                    await self._acknowledge(ended, envelope_id, payload)

    def _count(self, newest: Link) -> None:
        """Compare what Slack says in its greeting with what stands here."""
        ours = [link for link in self._links if not link.leaving.is_set()]
        if newest.counted < len(ours):
            # Slack has forgotten one, and sends nothing on it; the newest is the one that it just counted.
            log.warning("Slack has forgotten a socket", extra={"slack": newest.counted, "connections": len(ours)})
            ours[0].leave("forgotten")
            self._start(ours[0].close(), self._running)
        foreign = newest.counted - self.connections
        if foreign > 0 and foreign != self._foreign:
            # Replicas are counted as well. When there are none, Slack still sends requests to a process that is gone.
            log.warning("Slack has sockets of others", extra={"slack": newest.counted, "connections": self.connections})
        self._foreign = foreign

    def _take(self, link: Link, frame: Mapping[str, Any]) -> None:
        request = SocketModeRequest.from_dict(dict(frame))
        if request is not None:
            self._start(self._handle(link, request), self._handling)

    async def _handle(self, link: Link, request: SocketModeRequest) -> None:
        taken = asyncio.get_running_loop().time()
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        async with self._app.answering(asked) as response:
            if response.status != 200:
                log.info("request not acknowledged", extra={"type": request.type, "status": response.status})
                return
            try:
                async with asyncio.timeout_at(taken + ACK_SECONDS):
                    await self._acknowledge(link, request.envelope_id, _payload(response))
            except TimeoutError:
                response.status = 504
                log.warning("request acknowledged too late", extra={"type": request.type})

    async def _acknowledge(self, link: Link, envelope_id: str, payload: Mapping[str, Any]) -> None:
        """On the connection that it came by, or else on whichever lives, or comes to."""
        while True:
            for each in [link, *reversed(self._links)]:
                if each.open and await each.send(envelope_id, payload):
                    return
            self._up.clear()
            await self._up.wait()

    def _start(self, work: Any, among: set[asyncio.Task[None]]) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)
        task.add_done_callback(_ended)


async def _lingered(link: Link) -> None:
    """Close a connection that has been replaced, when Slack does not."""
    await link.leaving.wait()
    await asyncio.sleep(_LINGER_SECONDS)
    await link.close()


def _payload(response: BoltResponse) -> Mapping[str, Any]:
    """What an acknowledgement carries back."""
    if not response.body:
        return {}
    if (response.headers.get("content-type") or [""])[0].startswith("application/json"):
        found: Mapping[str, Any] = json.loads(response.body)
        return found
    return {"text": response.body}


def _ended(task: asyncio.Task[None]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        if (error := task.exception()) is not None:
            log.error("socket task failed", exc_info=error)
