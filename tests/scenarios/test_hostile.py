"""Gateways, rules and people that nobody wishes for: they spoil what is theirs, and nothing of the others'."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.blocks import ids
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
        await desk.avery.clicks(await desk.card(proposal, seconds=30), ids.APPROVE)
        await desk.settled(proposal)
