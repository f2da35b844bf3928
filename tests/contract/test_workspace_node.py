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
from bot.workspace.config import DEFAULT_EVENTS
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
    async with serve(WorkspaceConfig(events=DEFAULT_EVENTS | {"message.channels", "reaction_added"})) as served:
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
            # Two a page: those of the team, without the outsider, and the channels that are not private.
            assert lines == ["found 6 users, 4 channels", "connected, first approver avery"]
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


async def test_node_bolt_pushes_suggests_publishes_schedules_and_hears(served: Served) -> None:
    """What other bots use besides: both kinds of shortcut, a stack of views with hashes, the Home tab, events."""
    riley = Person(served.client, REQUESTER)
    said = await riley.types("ping", AGENT_RULES)
    assert await riley.until(lambda: messages_of(riley, "pong in a channel", AGENT_RULES))
    eyes = {"user": REQUESTER, "channel": AGENT_RULES, "ts": said["ts"], "reaction": "eyes"}
    await served.client.perform("reacts", eyes)

    async def reacted() -> Any:
        (message,) = [each for each in await riley.reads(AGENT_RULES) if each["ts"] == said["ts"]]
        return [each["name"] for each in message["reactions"]] == ["eyes", "eyes_too"]

    assert await riley.until(reacted)

    await riley.opens_home()
    home = await riley.until(riley.reads_home)
    assert [block["type"] for block in home["blocks"]] == ["divider"]

    assert (await riley.uses_message_shortcut(said, "propose"))["acknowledged"]
    (view,) = await riley.until(riley.reads_modals)
    assert view["private_metadata"] == said["ts"]
    asked = {"user": REQUESTER, "view_id": view["id"], "action_id": "tools", "query": "ref"}
    assert [option["value"] for option in await served.client.perform("suggests", asked)] == ["refund"]
    assert (await riley.clicks_in(view, "deeper"))["acknowledged"]

    async def stacked() -> Any:
        titles = [each["title"]["text"] for each in await riley.reads_modals()]
        return titles == ["hash_conflict", "Deeper"]

    assert await riley.until(stacked)
    for _ in range(2):
        await riley.closes((await riley.reads_modals())[-1])
    assert (await riley.uses_shortcut("propose"))["acknowledged"]
    (view,) = await riley.until(riley.reads_modals)
    assert view["private_metadata"] == "everywhere"
    await riley.closes(view)

    await riley.types(f"/policy later {int(served.workspace.clock.seconds()) + 3600}", AGENT_RULES)
    await riley.until(lambda: called(served, "chat.scheduleMessage"))
    assert not await messages_of(riley, "it is later", AGENT_RULES)
    await served.client.perform("moves_clock", {"seconds": 3601})
    assert await riley.until(lambda: messages_of(riley, "it is later", AGENT_RULES))


async def called(served: Served, method: str) -> Any:
    return [call for call in await served.client.perform("reads_calls", {"method": method}) if call["ok"]]
