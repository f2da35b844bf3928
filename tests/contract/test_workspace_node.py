"""The embedded workspace against Slack's client for Node, which encodes and reconnects differently from Python's."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import WorkspaceConfig, serve
from bot.workspace.people import Person
from bot.workspace.server import Served
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY, APPROVERS_GROUP, REQUESTER, WITHOUT_BOT

HERE = Path(__file__).parent / "workspace_node"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "@slack" / "bolt").is_dir(),
        reason="Slack's Node client is not installed: run `npm ci` in tests/contract/workspace_node",
    ),
]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A workspace with the Node bot connected."""
    async with serve(WorkspaceConfig()) as served:
        environ = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        process = await asyncio.create_subprocess_exec(
            *("node", "bot.mjs"),
            cwd=HERE,
            stdout=asyncio.subprocess.PIPE,
            env={
                **environ,
                "EMBEDDED_API_URL": served.api_url,
                "EMBEDDED_BOT_TOKEN": served.bot_token,
                "EMBEDDED_APP_TOKEN": served.app_token,
                "EMBEDDED_GROUP": APPROVERS_GROUP,
            },
        )
        try:
            assert process.stdout is not None
            lines = [line.decode().strip() async for line in _until(process.stdout, "connected")]
            assert lines[-1] == "connected, first approver avery"
            yield served
        finally:
            process.terminate()
            await process.wait()


async def _until(stream: asyncio.StreamReader, word: str) -> AsyncIterator[bytes]:
    async with asyncio.timeout(30):
        while line := await stream.readline():
            yield line
            if line.decode().startswith(word):
                return


async def messages_of(person: Person, text: str, channel: str) -> list[dict[str, Any]]:
    return [message for message in await person.reads(channel) if message["text"] == text]


async def test_node_bolt_posts_updates_responds_submits_and_reconnects(served: Served) -> None:
    riley, avery = Person(served.client, REQUESTER), Person(served.client, APPROVER_AVERY)
    assert (await riley.types("/policy allow <it> & more", AGENT_RULES))["acknowledged"]
    (card,) = await riley.until(lambda: messages_of(riley, "allow &lt;it&gt; &amp; more", AGENT_RULES))
    assert (await avery.clicks(card, "approve"))["acknowledged"]
    assert await riley.until(lambda: messages_of(riley, f"approved by {APPROVER_AVERY}", AGENT_RULES))

    assert (await riley.types("/policy respond", WITHOUT_BOT))["ack"]["text"] == "only you"
    assert await riley.until(lambda: messages_of(riley, "for all", WITHOUT_BOT))

    await riley.types("/policy form", AGENT_RULES)
    (view,) = await riley.until(riley.reads_modals)
    assert (await riley.submits(view, {"text": "bad"}))["errors"] == {"rule": "not a rule"}
    assert (await riley.submits(view, {"text": "allow refunds"}))["closed"]
    direct = (await served.client.perform("opens_direct", {"user": REQUESTER}))["channel"]
    assert await riley.until(lambda: messages_of(riley, "allow refunds", direct))

    said = await riley.types("@embedded hello", AGENT_RULES)

    async def answered() -> Any:
        return (await riley.reads_thread(said))[1:]

    assert [reply["text"] for reply in await riley.until(answered)] == ["hello"]

    await served.client.perform("disconnect", {"reason": "refresh_requested"})

    async def connected() -> bool:
        return bool((await served.client.perform("status", {}))["connections"])

    await riley.until(connected)
    assert (await riley.types("/policy respond", WITHOUT_BOT))["acknowledged"]
