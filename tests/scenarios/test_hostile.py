"""Gateways, rules and people that nobody wishes for: they spoil what is theirs, and nothing of the others'."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.blocks import ids
from bot.workspace import team
from tests.support.nested import nested_gateway
from tests.support.scene import config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("levels", [250, 2_000])
async def test_a_tool_whose_schema_nests_without_end_stalls_no_proposal(tmp_path: Path, levels: int) -> None:
    """The gateway's other tools are proposed for and enacted as ever."""
    file = tmp_path / "gateway.json"
    file.write_text(nested_gateway(levels), encoding="utf-8")
    async with scene(config(gateways=(file,))) as desk:
        proposal = await desk.proposes("allow support agents to call refund when amount is below 500")
        await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
        await desk.settled(proposal)


async def test_who_types_too_much_is_told_in_private_when_to_go_on() -> None:
    """The answer to the command says so; nothing is posted, and others propose as ever."""
    async with scene(config(settings={"POLICYBOT_MINUTE_PER_PERSON": "2"})) as desk:
        for rule in ("allow support agents to look up orders", "nobody may export customers"):
            await desk.proposes(rule)
        refused = await desk.riley.types("/policy allow support agents to call refund tool", team.AGENT_RULES)
        assert "2 rules were proposed by you within a minute" in refused["ack"]["text"]
        assert "Type the command again in" in refused["ack"]["text"]
        assert refused["ack"]["response_type"] == "ephemeral"
        await desk.card(await desk.proposes("nobody may export customers", who=team.APPROVER_AVERY))


async def test_a_flood_in_one_message_is_refused_at_once() -> None:
    """Neither Slack nor AgentCore sees any of it."""
    async with scene(config()) as desk:
        refused = await desk.riley.types("/policy " + "deny all. " * 150, team.AGENT_RULES)
        assert "holds 150 rules, and 20 is the most" in refused["ack"]["text"]
        assert await desk.engine.generations() == []
