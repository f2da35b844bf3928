"""The embedded workspace against the real clients: Bolt for Python over Socket Mode and over signed HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import WorkspaceConfig, serve
from bot.workspace.people import Person
from bot.workspace.server import Served
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY, REQUESTER

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "plain_text", "text": "Approve?"}},
    {
        "type": "actions",
        "block_id": "decision",
        "elements": [
            {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}, "value": "p1"}
        ],
    },
]


def register(app: AsyncApp) -> None:
    @app.command("/policy")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        posted = await client.chat_postMessage(channel=body["channel_id"], text=body["text"], blocks=BUTTONS)
        await client.chat_postMessage(channel=body["channel_id"], text="working", thread_ts=posted["ts"])

    @app.action("approve")
    async def approve(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        done = f"approved by {body['user']['id']} for {body['actions'][0]['value']}"
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=done)


@asynccontextmanager
async def connected(served: Served) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=AsyncWebClient(token=served.bot_token, base_url=served.api_url))
    register(app)
    handler = AsyncSocketModeHandler(app, served.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serve(WorkspaceConfig()) as served:
        yield served


async def test_a_bolt_app_gets_a_command_posts_a_card_and_updates_it_when_it_is_clicked(served: Served) -> None:
    async with connected(served):
        riley, avery = Person(served.client, REQUESTER), Person(served.client, APPROVER_AVERY)
        typed = await riley.types("/policy allow refunds", AGENT_RULES)
        assert typed["acknowledged"]

        async def card() -> Any:
            messages = await riley.reads(AGENT_RULES)
            return messages[0] if messages and messages[0].get("reply_count") else None

        message = await riley.until(card)
        assert [reply["text"] for reply in await riley.reads_thread(message)] == ["allow refunds", "working"]
        assert (await avery.clicks(message, "approve"))["acknowledged"]

        async def decided() -> Any:
            return [message for message in await avery.reads(AGENT_RULES) if "approved" in message["text"]]

        (message,) = await avery.until(decided)
        assert message["text"] == f"approved by {APPROVER_AVERY} for p1"
        assert "blocks" not in message
