"""A small HTTP server that answers what a test tells it to, in AWS's shapes, and the adapter pointed at it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.agentcore import AgentCore, Call, Client, Connection, Pace

REQUEST_ID = "0a1b2c3d-0000-4000-8000-00000000abcd"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


Reply = web.Response | Callable[[Seen], Awaitable[web.Response]]


@dataclass
class Aws:
    """The server: `replies` are given in order, the last one again and again."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def answer(self, body: Any, status: int = 200) -> None:
        """Next, answer with JSON."""
        self.replies.append(json_reply(body, status))

    def text(self, body: str, status: int = 200, content_type: str = "text/html") -> None:
        """Next, answer with something that may be no JSON."""
        self.replies.append(web.Response(text=body, status=status, content_type=content_type))

    def fail(self, code: str, message: str = "", status: int = 400, **members: Any) -> None:
        """Next, answer with an error as AWS does: its type in a header."""
        self.replies.append(json_reply({"message": message, **members}, status, {"x-amzn-ErrorType": code}))

    def then(self, reply: Callable[[Seen], Awaitable[web.Response]]) -> None:
        """Next, let the test answer."""
        self.replies.append(reply)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        seen = Seen(
            request.method,
            request.path,
            dict(request.query),
            dict(request.headers),
            json.loads(body) if body else None,
        )
        self.seen.append(seen)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, web.Response):
            return web.Response(body=reply.body, status=reply.status, headers=reply.headers)
        return await reply(seen)


def json_reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON with a request id."""
    told = {"x-amzn-RequestId": REQUEST_ID, **(headers or {})}
    return web.Response(text=json.dumps(body), status=status, content_type="application/json", headers=told)


@pytest.fixture
def reply_with() -> Callable[..., web.Response]:
    """Makes an answer in JSON."""
    return json_reply


@pytest.fixture
async def aws() -> AsyncIterator[Aws]:
    """The server, running in the test's own event loop: a call that blocked the loop would never be answered."""
    aws = Aws()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", aws.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    aws.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield aws
    await runner.cleanup()


@pytest.fixture
async def client_of() -> AsyncIterator[Callable[..., Client]]:
    """Makes clients, unpaced unless told otherwise, and closes them."""
    made: list[Client] = []

    def make(url: str, *, calls: list[Call] | None = None, pace: Pace | None = None, **connection: Any) -> Client:
        client = Client(
            Connection(endpoint_url=url, **connection), pace or Pace(0), None if calls is None else calls.append
        )
        made.append(client)
        return client

    yield make
    await asyncio.gather(*(client.aclose() for client in made))


@pytest.fixture
def service_of(client_of: Callable[..., Client]) -> Callable[..., AgentCore]:
    """Makes services over such clients."""

    def make(url: str, *, settle: float = 0.0, **connection: Any) -> AgentCore:
        return AgentCore(client_of(url, **connection), settle=settle)

    return make
