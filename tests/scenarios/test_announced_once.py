"""kill -9 of the real bot while a slow Slack has on its way what the channel is told: it stands once."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.workspace import team
from tests.support.outside import Outside, outside
from tests.support.process import Serving
from tests.support.scene import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")

SLOW = 4.0
"""Seconds until Slack does what it was asked: the bot is there again before, and waits for longer."""
ARN = load_gateway(SAMPLE_GATEWAY).arn
OTHER = f"{ARN.rsplit('/', 1)[0]}/returns-gateway-r1e2t3u4r5"
_ONE_ROUTE = ("POLICYBOT_POLICY_ENGINE_ID", "POLICYBOT_GATEWAY_ARN")


def routing(folder: Path, engine_id: str) -> Path:
    """The channel's rules go to one gateway, and may go to another."""
    here = {"policy_engine_id": engine_id, "gateway_arn": ARN, "channels": [team.AGENT_RULES]}
    other = {"policy_engine_id": engine_id, "gateway_arn": OTHER, "name": "returns"}
    file = folder / "routing.yml"
    file.write_text(json.dumps({"routes": [here], "targets": [other]}), "utf-8")
    return file


async def binds(world: Outside) -> None:
    answer = await world.desk.blair.types("/policy use returns", team.AGENT_RULES)
    assert answer["acknowledged"], answer


async def drifts(world: Outside) -> None:
    await world.desk.engine.creates("theirs", f'forbid(principal, action, resource == AgentCore::Gateway::"{ARN}");')


async def found(database: Path, query: str) -> None:
    """Wait until a query finds something in the bot's database."""
    async with asyncio.timeout(PATIENCE):
        with closing(sqlite3.connect(database)) as connection:
            while connection.execute(query).fetchone() is None:  # noqa: ASYNC110  (another process does it)
                await asyncio.sleep(0.05)


async def on_its_way(world: Outside) -> None:
    """Wait until Slack was asked, and is slow."""

    async def look() -> bool:
        return not (await world.desk.client.perform("status", {}))["faults"]

    await world.desk.until(look)


async def said(world: Outside, part: str) -> list[str]:
    messages = await world.desk.client.perform("reads_channel", {"channel": team.AGENT_RULES})
    return [str(each["shown"]) for each in messages if part in each["shown"]]


@pytest.mark.parametrize(
    ("happens", "part"), [(binds, "now go to"), (drifts, "policybot did not do this")], ids=["binding", "drift"]
)
async def test_killed_while_the_channel_is_told_it_is_told_once(
    tmp_path: Path, happens: Callable[[Outside], Awaitable[None]], part: str
) -> None:
    """The next start waits for what is on its way, finds it, and posts nothing."""
    database = tmp_path / "policybot.db"
    async with outside(tmp_path, latency=0.0) as world:
        settings = {name: value for name, value in world.settings.items() if name not in _ONE_ROUTE}
        settings["POLICYBOT_CONFIG"] = str(routing(tmp_path, world.desk.engine.engine_id))
        settings["POLICYBOT_DRIFT_SECONDS"] = "0.5"
        bot = Serving(settings, tmp_path / "stderr")
        try:
            await bot.start()
            await world.connected()
            await found(database, "SELECT 1 FROM watches WHERE json_extract(known, '$.seen') IS NOT NULL")
            await world.desk.fault("slow", "chat.postMessage", seconds=SLOW)
            await happens(world)
            await on_its_way(world)
            await bot.kill()
            await bot.start()
            await found(database, "SELECT 1 FROM messages WHERE ts != ''")
            posts = await world.desk.client.perform("reads_calls", {"method": "chat.postMessage"})
            assert [each["ok"] for each in posts] == [True]
            assert len(await said(world, part)) == 1
        finally:
            await bot.kill()
