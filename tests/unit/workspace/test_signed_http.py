"""The HTTP transport: signed as Slack signs, encoded as Slack encodes, retried as Slack retries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.workspace.team import AGENT_RULES, MEMBER, REQUESTER


@dataclass
class Bot:
    """A bare HTTP endpoint: what came, and what to answer next."""

    url: str = ""
    came: asyncio.Queue[tuple[dict[str, str], str]] = field(default_factory=asyncio.Queue)
    response: dict[str, Any] = field(default_factory=dict)
    slow: asyncio.Event | None = None

    async def handle(self, request: web.Request) -> web.Response:
        self.came.put_nowait((dict(request.headers), await request.text()))
        if self.slow is not None:
            await self.slow.wait()
        return web.Response(**self.response)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    app = web.Application()
    app.router.add_post("/slack/events", bot.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield bot
    if bot.slow is not None:
        bot.slow.set()
    await runner.cleanup()


@pytest.fixture
async def http_bench(open_bench: Any, bot: Bot) -> Any:
    return await open_bench(event_url=bot.url)


async def test_a_request_carries_a_signature_that_slacks_verifier_accepts(http_bench: Any, bot: Bot) -> None:
    await http_bench.clock.advance(86_400)  # the app's own time did not move
    await http_bench.person(REQUESTER).types("/policy payload & more", AGENT_RULES)
    headers, body = await bot.came.get()
    assert SignatureVerifier(http_bench.served.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another").is_valid_request(body, headers)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body)["text"] == ["payload &amp; more"]


async def test_an_interaction_is_a_form_with_a_payload_and_an_event_is_json(http_bench: Any, bot: Bot) -> None:
    await http_bench.person(REQUESTER).uses_shortcut("new_rule")
    _, body = await bot.came.get()
    assert json.loads(parse_qs(body)["payload"][0])["type"] == "shortcut"
    await http_bench.person(REQUESTER).types("@embedded hi", AGENT_RULES)
    headers, body = await bot.came.get()
    assert headers["Content-Type"] == "application/json"
    assert "X-Slack-Retry-Num" not in headers
    assert json.loads(body)["event"]["type"] == "app_mention"


@pytest.mark.parametrize(
    ("response", "ack"),
    [
        ({"text": ""}, {}),
        ({"text": "plain words"}, {"text": "plain words"}),
        ({"text": '{"text": "json"}', "content_type": "application/json"}, {"text": "json"}),
    ],
)
async def test_the_body_of_a_200_is_the_acknowledgement(
    http_bench: Any, bot: Bot, response: dict[str, Any], ack: dict[str, Any]
) -> None:
    bot.response = response
    outcome = await http_bench.person(REQUESTER).types("/policy x", AGENT_RULES)
    assert (outcome["acknowledged"], outcome["ack"]) == (True, ack)
    assert [note["text"] for note in await http_bench.person(REQUESTER).reads_private()] == list(ack.values())


@pytest.mark.parametrize(("status", "error"), [(404, "http_client_error"), (503, "http_service_error")])
async def test_another_status_is_an_error_that_the_person_sees(
    http_bench: Any, bot: Bot, status: int, error: str
) -> None:
    bot.response = {"status": status}
    outcome = await http_bench.person(REQUESTER).types("/policy x", AGENT_RULES)
    assert outcome["error"] == error
    assert error in (await http_bench.person(REQUESTER).reads_private())[0]["text"]


async def test_a_bot_that_is_not_there_cannot_be_dispatched_to(open_bench: Any) -> None:
    bench = await open_bench(event_url="http://127.0.0.1:9/slack/events")
    assert (await bench.person(REQUESTER).types("/policy x", AGENT_RULES))["error"] == "dispatch_failed"


async def test_a_slow_bot_times_out_after_three_seconds(http_bench: Any, bot: Bot) -> None:
    bot.slow = asyncio.Event()
    acting = asyncio.ensure_future(http_bench.person(REQUESTER).types("/policy x", AGENT_RULES))
    await bot.came.get()
    await http_bench.clock.advance(3)
    assert (await acting)["error"] == "operation_timeout"


async def test_a_refused_event_comes_again_with_its_number_and_reason(http_bench: Any, bot: Bot) -> None:
    bot.response = {"status": 500}
    await http_bench.person(MEMBER).types("@embedded hi", AGENT_RULES)
    await bot.came.get()
    headers, _ = await bot.came.get()
    assert (headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
    workspace = http_bench.served.workspace
    await workspace.wait_until(lambda: len(workspace.journal.deliveries) == 2)
    bot.response = {}
    await http_bench.clock.advance(60)
    headers, _ = await bot.came.get()
    assert headers["X-Slack-Retry-Num"] == "2"
    await workspace.wait_until(lambda: len(workspace.journal.deliveries) == 3)
    assert [entry["acknowledged"] for entry in workspace.journal.deliveries] == [False, False, True]


async def test_an_event_that_came_too_late_says_http_timeout_when_it_comes_again(http_bench: Any, bot: Bot) -> None:
    bot.slow = asyncio.Event()
    await http_bench.person(MEMBER).types("@embedded hi", AGENT_RULES)
    await bot.came.get()
    await http_bench.clock.advance(3)
    headers, _ = await bot.came.get()
    assert headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_a_bot_can_ask_not_to_be_retried(http_bench: Any, bot: Bot) -> None:
    bot.response = {"status": 500, "headers": {"X-Slack-No-Retry": "1"}}
    await http_bench.person(MEMBER).types("@embedded hi", AGENT_RULES)
    await bot.came.get()
    workspace = http_bench.served.workspace
    await workspace.wait_until(lambda: workspace.journal.deliveries)
    await http_bench.clock.advance(600)
    assert bot.came.empty()
    assert len(workspace.journal.deliveries) == 1
