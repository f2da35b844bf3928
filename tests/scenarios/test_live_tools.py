"""A rule about a target whose tools only a live MCP server knows: what the team reads without and with the settings."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.controlplane.config import SAMPLE_GATEWAY
from bot.dataplane import DataplaneConfig
from bot.embedded import EmbeddedConfig
from tests.contract.dataplane.test_dataplane_targets import mcp_server
from tests.support.scene import config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULE = "allow support agents to call Live___process_refund if the amount is below 500"
ASKS = "set POLICYBOT_TOOLS_FROM_GATEWAY to on"


def with_live_target(folder: Path, url: str, **settings: str) -> EmbeddedConfig:
    """The sample gateway and a target whose tools are not in its configuration; a server at the URL answers for it."""
    described = json.loads(SAMPLE_GATEWAY.read_text(encoding="utf-8"))
    server = {"mcp": {"mcpServer": {"endpoint": "https://tools.example.com/mcp"}}}
    described["targets"].append({"targetId": "LIVELIVE01", "name": "Live", "targetConfiguration": server})
    file = folder / "gateway.json"
    file.write_text(json.dumps(described), encoding="utf-8")
    found = config(gateways=(file,), settings=settings)
    dataplane = DataplaneConfig(targets={"Live": url} if url else {})
    return replace(found, plane=replace(found.plane, dataplane=dataplane))


async def test_a_rule_about_tools_that_nobody_can_see_is_refused_and_says_so(tmp_path: Path) -> None:
    async with scene(with_live_target(tmp_path, "")) as desk:
        proposal = await desk.proposes("allow support agents to call the live tool")
        card = await desk.card(proposal, "The tools of the target Live cannot be seen: ")
        assert "--target Live=URL" in card["shown"]
        assert await desk.engine.made_for(proposal) == []


async def test_what_the_bot_cannot_see_is_refused_and_the_card_says_which_setting_helps(tmp_path: Path) -> None:
    """AgentCore knows the tools and translates; the bot does not, and cannot review it."""
    async with (
        mcp_server(json_response=True, stateless_http=True) as url,
        scene(with_live_target(tmp_path, url)) as desk,
    ):
        proposal = await desk.proposes(RULE)
        card = await desk.card(proposal, "The tools of the target Live cannot be seen: ", ASKS)
        assert "unrecognized action" not in card["shown"]
        assert await desk.engine.made_for(proposal) == []


async def test_with_the_settings_the_tool_is_analysed_as_any_other(tmp_path: Path) -> None:
    async with mcp_server(json_response=True, stateless_http=True) as url:
        found = with_live_target(tmp_path, url)
        token = found.plane.dataplane.key.sign({"role": "support-agent"}, datetime.now(UTC), 3600)
        asked = {"POLICYBOT_TOOLS_FROM_GATEWAY": "on", "POLICYBOT_GATEWAY_TOKEN": token, "POLICYBOT_TOOLS_SECONDS": "0"}
        async with scene(replace(found, attach="LOG_ONLY", settings=asked)) as desk:
            proposal = await desk.proposes(RULE)
            card = await desk.card(proposal, "Mode if approved")
            assert "cannot be seen" not in card["shown"]
            assert "Not analysed" not in card["shown"]
            assert ASKS not in card["shown"]
            assert token not in json.dumps(await desk.messages(proposal))
        async with scene(replace(found, settings=asked)) as desk:
            await desk.engine.creates("all", "permit(principal, action, resource is AgentCore::Gateway);")
            proposal = await desk.proposes("nobody may call Live___process_refund if the amount is above 100")
            card = await desk.card(proposal, "Mode if approved")
            assert "narrows process_refund (Live) for anyone" in card["shown"]
            assert "Not analysed" not in card["shown"]
            everything = await desk.proposes("nobody may call any tool of Live")
            whole = await desk.card(everything, "Not analysed")
            assert "Not all tools of the target Live can be seen" in whole["shown"]
            assert "the gateway lists only what policybot itself may use" in whole["shown"]
