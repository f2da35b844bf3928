"""An acknowledgement goes out as soon as it is given, and Bolt's ways with listeners stay what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app import build_bolt_app
from bot.slack.installation import Installation
from bot.slack.timed import TimedApp
from bot.slack.tokens import OneToken
from handlers import prompt

Listener = Callable[[AsyncAck], Awaitable[None]]


def app_with(listener: Listener) -> TimedApp:
    app = build_bolt_app(AsyncWebClient(), OneToken(Installation("T1", "Team", "", "B1", "UB", "xoxb-1")))
    prompt.install(app)
    app.command("/policy")(listener)
    return app


async def typed(app: TimedApp) -> BoltResponse:
    body = {"command": "/policy", "text": "x", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    async with asyncio.timeout(30):
        found: BoltResponse = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    return found


async def test_it_is_answered_before_the_listener_ends() -> None:
    later, ended = asyncio.Event(), asyncio.Event()

    async def listener(ack: AsyncAck) -> None:
        await ack("saved")
        await later.wait()
        ended.set()

    answer = await typed(app_with(listener))
    assert (answer.status, answer.body, ended.is_set()) == (200, "saved", False)
    later.set()
    await asyncio.wait_for(ended.wait(), 30)


async def test_nobody_looks_whether_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty who wait would wake the loop five thousand times a second."""
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def listener(ack: AsyncAck) -> None:
        await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        await ack()

    monkeypatch.setattr("slack_bolt.listener.asyncio_runner.asyncio.sleep", sleep)
    assert (await typed(app_with(listener))).status == 200
    assert slept == []


@pytest.mark.parametrize(("acknowledges", "status"), [(False, 418), (True, 200)])
async def test_what_a_listener_raises_is_answered_by_the_error_handler(acknowledges: bool, status: int) -> None:
    """An acknowledgement that was given before stays what it was."""
    told = asyncio.Queue[tuple[str, bool]]()

    async def listener(ack: AsyncAck) -> None:
        if acknowledges:
            await ack()
        raise ValueError("a fault")

    app = app_with(listener)

    @app.error
    async def on_error(error: Exception, response: BoltResponse | None) -> BoltResponse | None:
        told.put_nowait((str(error), response is None))
        return None if response is None else BoltResponse(status=418, body="")

    assert (await typed(app)).status == status
    assert await asyncio.wait_for(told.get(), 30) == ("a fault", acknowledges)


async def test_a_listener_that_never_acknowledges_is_given_up() -> None:
    async def listener(ack: AsyncAck) -> None:
        return

    app = app_with(listener)
    for each in app._async_listeners:
        each.ack_timeout = 0
    assert (await typed(app)).status == 404
