"""Two sockets: a refresh, a cut or a ghost loses no command, and every acknowledgement finds a way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck

from bot.errors import ChatUnavailable
from bot.slack.app import build_bolt_app
from bot.slack.client import http_session, web_client
from bot.slack.installation import check_bot_token
from bot.slack.link import Pings
from bot.slack.socket import SocketTransport
from bot.slack.tokens import OneToken
from bot.workspace import Timings, WorkspaceConfig, serve, team
from bot.workspace.people import Person

QUICK = Pings(every=0.05, unanswered=4, quiet=0.5)


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    """What the sockets log is heard, whatever other tests have set the root's level to."""
    caplog.set_level(logging.INFO, logger="bot.slack")


@dataclass
class Line:
    """A Bolt app on sockets, and somebody who types commands to it. `gate` holds what `/policy slow` waits for."""

    riley: Person
    socket: SocketTransport
    heard: list[str]
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def says(self, text: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self.riley.types(f"/policy {text}", team.AGENT_RULES)
        return answer

    async def does(self, act: str, **arguments: Any) -> None:
        await self.riley.client.perform(act, arguments)

    async def standing(self, count: int) -> None:
        """Wait until so many connections stand, on both sides."""

        async def look() -> bool:
            status = await self.riley.client.perform("status", {})
            return bool(self.socket.connections == status["connections"] == count)

        async with asyncio.timeout(10):
            while not await look():  # noqa: ASYNC110  (Slack's and the app's side change by themselves)
                await asyncio.sleep(0.01)


@asynccontextmanager
async def line(pings: Pings = QUICK, connections: int = 2, **config: Any) -> AsyncIterator[Line]:
    async with serve(WorkspaceConfig(**config)) as served, http_session() as session:
        client = web_client(None, served.api_url, session)
        installation = await check_bot_token(web_client(served.bot_token, served.api_url, session))
        app = build_bolt_app(client, OneToken(installation))
        socket = SocketTransport(app, client, served.app_token, connections=connections, apart=0.0, pings=pings)
        found = Line(Person(served.client, team.REQUESTER), socket, [])

        @app.command("/policy")
        async def policy(ack: AsyncAck, body: dict[str, Any]) -> None:
            found.heard.append(body["text"])
            if body["text"].startswith("slow"):
                await found.gate.wait()
            await ack("heard " + body["text"])

        await socket.start()
        try:
            await found.standing(connections)
            yield found
        finally:
            await socket.close()


@pytest.mark.parametrize(
    ("act", "arguments"),
    [
        ("drop_connections", {"count": 1}),
        ("disconnect", {"reason": "refresh_requested", "count": 1}),
        ("disconnect", {"reason": "warning"}),
        ("disconnect", {"reason": "warning", "count": 1}),
    ],
)
async def test_no_command_is_lost_while_connections_come_and_go(act: str, arguments: dict[str, Any]) -> None:
    """Somebody types without a pause while one connection after the other is taken away."""
    async with line() as each:
        for number in range(12):
            if number % 3 == 1:
                await each.does(act, **arguments)
            assert (await each.says(f"{number}"))["ack"]["text"] == f"heard {number}"
        assert each.heard == [str(number) for number in range(12)]


async def test_a_warned_connection_is_replaced_before_it_ends() -> None:
    """The new one stands first; the old one is still read until Slack, or a while, ends it."""
    async with line(connections=1) as each:
        await each.does("disconnect", reason="warning")
        await each.standing(2)
        for number in range(4):
            assert (await each.says(f"{number}"))["ack"]["text"] == f"heard {number}"
        await each.does("disconnect", reason="refresh_requested", count=1)
        await each.standing(1)


@pytest.mark.parametrize("act", ["drop_connections", "disconnect"])
async def test_what_is_done_when_its_connection_is_gone_is_acknowledged_on_another(act: str) -> None:
    """A command whose work was under way when its connection ended: Slack still hears that it was taken."""
    async with line() as each:
        typed = [asyncio.ensure_future(each.says(f"slow {number}")) for number in range(4)]
        while len(each.heard) < 4:  # noqa: ASYNC110  (the embedded Slack delivers them)
            await asyncio.sleep(0.01)
        await each.does(act)
        each.gate.set()
        answers = await asyncio.gather(*typed)
        assert sorted(answer["ack"]["text"] for answer in answers) == [f"heard slow {number}" for number in range(4)]


async def test_what_a_dying_connection_swallowed_is_acknowledged_again() -> None:
    """The acknowledgement went out, and the connection ended before anybody read it."""
    async with line() as each:
        typed = [asyncio.ensure_future(each.says(f"slow {number}")) for number in range(4)]
        while len(each.heard) < 4:  # noqa: ASYNC110  (the embedded Slack delivers them)
            await asyncio.sleep(0.01)
        await each.does("haunts_connections", how="deaf", count=2)
        each.gate.set()
        async with asyncio.timeout(10):
            while sum(len(link.unsure()) for link in each.socket._links) < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not any(answer.done() for answer in typed)
        await each.does("drop_connections")
        answers = await asyncio.gather(*typed)
        assert sorted(answer["ack"]["text"] for answer in answers) == [f"heard slow {number}" for number in range(4)]


_WHY = {"deaf": "pings are not answered", "forgotten": "Slack sends no pings any more"}


@pytest.mark.parametrize("how", ["deaf", "forgotten"])
async def test_a_ghost_is_noticed_said_and_replaced(how: str, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that stands and on which nothing comes: one line in the log, and another in its place."""
    async with line(timings=Timings(socket_ping=0.05)) as each:
        while not all(link.pinged for link in each.socket._links):  # noqa: ASYNC110  (Slack does it)
            await asyncio.sleep(0.01)
        await each.does("haunts_connections", how=how)
        async with asyncio.timeout(10):
            while not (said := _said(caplog, "socket is dead")):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await each.standing(2)
        assert said[0].__dict__["why"] == _WHY[how]
        for number in range(4):
            assert (await each.says(f"{number}"))["acknowledged"]


async def test_a_connection_that_slack_no_longer_counts_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """The greeting of a new connection says how many Slack knows: fewer than stand here means that one is a ghost."""
    async with line() as each:
        await each.does("haunts_connections", how="forgotten")
        await each.does("drop_connections", count=1)
        await each.standing(2)
        assert _said(caplog, "Slack has forgotten a socket")


async def test_connections_of_a_process_that_is_gone_are_said(caplog: pytest.LogCaptureFixture) -> None:
    """Slack goes on sending to them, and nobody here can end them: whoever runs the bot is told."""
    async with line() as each:
        other = SocketTransport(
            each.socket._app, each.socket._client, each.socket._app_token, connections=1, pings=QUICK
        )
        await other.start()
        (said,) = _said(caplog, "Slack has sockets of others")
        assert (said.__dict__["slack"], said.__dict__["connections"]) == (3, 1)
        await other.close()


async def test_one_that_is_turned_away_at_the_start_says_why() -> None:
    """No place is left among the connections that Slack lets an app have."""
    async with line(connection_cap=2) as each:
        third = SocketTransport(each.socket._app, each.socket._client, each.socket._app_token)
        with pytest.raises(ChatUnavailable, match="too_many_websockets"):
            await third.start()


async def test_a_command_under_way_is_acknowledged_before_the_end() -> None:
    """Told to stop, the bot answers what it has taken."""
    async with line() as each:
        typed = asyncio.ensure_future(each.says("slow"))
        while not each.heard:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        closing = asyncio.ensure_future(each.socket.close())
        each.gate.set()
        assert (await typed)["ack"]["text"] == "heard slow"
        await closing
        assert not await each.socket.connected()


def _said(caplog: pytest.LogCaptureFixture, message: str) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.message == message]
