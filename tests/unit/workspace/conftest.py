"""A workspace in memory with time in the test's hand, and the ways to call its Web API and act in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.workspace import Rates, WorkspaceConfig, serve
from bot.workspace.people import Person
from bot.workspace.server import Served
from tests.support.clock import ManualClock

Json = dict[str, Any]


@dataclass(frozen=True)
class Socket:
    """A bare Socket Mode connection."""

    ws: aiohttp.ClientWebSocketResponse

    async def frame(self) -> Json:
        frame: Json = await self.ws.receive_json(timeout=10)
        return frame

    async def ack(self, frame: Json, payload: Json | None = None) -> None:
        body = {"envelope_id": frame["envelope_id"]} | ({} if payload is None else {"payload": payload})
        await self.ws.send_json(body)

    async def answer(self, act: Awaitable[Any], payload: Json | None = None) -> tuple[Json, Any]:
        """Let a person act, acknowledge what comes, and give the frame and what the act gave."""
        acting = asyncio.ensure_future(act)
        frame = await self.frame()
        await self.ack(frame, payload)
        return frame, await acting


@dataclass(frozen=True)
class Bench:
    """A served workspace; `call` is a Web API call with the bot's token and a JSON body, giving the body."""

    served: Served
    clock: ManualClock
    session: aiohttp.ClientSession
    sockets: list[Socket]

    async def call(self, method: str, **arguments: Any) -> Json:
        return (await self.raw(method, **arguments))[1]

    async def raw(self, method: str, token: str = "", **arguments: Any) -> tuple[aiohttp.ClientResponse, Json]:
        headers = {"Authorization": f"Bearer {token or self.served.bot_token}"}
        url = self.served.api_url + method
        async with self.session.post(url, json=arguments, headers=headers) as response:
            return response, await response.json()

    async def act(self, act: str, /, **arguments: Any) -> Any:
        return await self.served.client.perform(act, arguments)

    async def connect(self) -> Socket:
        """A Socket Mode connection whose frames the test reads and answers itself."""
        opened = (await self.raw("apps.connections.open", token=self.served.app_token))[1]
        socket = Socket(await self.session.ws_connect(opened["url"]))
        self.sockets.append(socket)
        assert (await socket.frame())["type"] == "hello"
        return socket

    async def leaves(self) -> None:
        """Close what the test has left open: a connection that is only forgotten complains when it is found."""
        for socket in self.sockets:
            await socket.ws.close()

    def person(self, user_id: str) -> Person:
        return Person(self.served.client, user_id)


@pytest.fixture
async def open_bench() -> AsyncIterator[Callable[..., Awaitable[Bench]]]:
    """Opens benches of any configuration, closed at the end of the test."""
    async with AsyncExitStack() as stack:

        async def opened(**settings: Any) -> Bench:
            clock = settings.pop("clock", None) or ManualClock()
            settings.setdefault("commands", frozenset({"/policy"}))
            served = await stack.enter_async_context(serve(WorkspaceConfig(clock=clock, **settings)))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            bench = Bench(served, clock, session, [])
            stack.push_async_callback(bench.leaves)
            return bench

        yield opened


@pytest.fixture
async def bench(open_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await open_bench(rates=Rates(enforced=False))
