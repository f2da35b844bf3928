"""What an approval binds to: the statement, and the difference that it made when it was shown."""

from __future__ import annotations

import pytest

from bot.blocks import ids
from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from tests.support.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

GATEWAY = load_gateway(SAMPLE_GATEWAY).arn
FORBID = """forbid(principal, action == AgentCore::Action::"{tool}", resource == AgentCore::Gateway::"{gateway}")
when {{ context.input.orderId == "A-1" }};"""


def _forbids(tool: str) -> str:
    return FORBID.format(tool=tool, gateway=GATEWAY)


async def test_a_change_that_alters_the_difference_voids_the_approval(fresh: Scene) -> None:
    """Somebody forbids some of it between card and click: nothing is created, and the new card says what changed."""
    proposal = await fresh.proposes()
    old = await fresh.card(proposal)
    await fresh.engine.creates("no_refunds", _forbids("RefundTool___process_refund"))
    await fresh.avery.clicks(old, ids.APPROVE)

    renewed = await fresh.card(proposal, "Changed since the last card", "Mode if approved")
    assert await fresh.engine.made_for(proposal) == []
    assert renewed["ts"] == old["ts"]
    assert _version(renewed) == _version(old) + 1

    heard = len(await fresh.heard(fresh.blair))
    await fresh.blair.clicks(renewed, ids.APPROVE)
    after = await fresh.settled(proposal)
    assert "Approved by @blair" in after["card/1"][0]["shown"]
    assert (await fresh.heard(fresh.blair))[heard:] == []
    assert len(await fresh.engine.made_for(proposal)) == 1


async def test_a_click_on_the_card_as_it_was_is_refused(fresh: Scene) -> None:
    """A form opened on the old card does not decide on the new one."""
    proposal = await fresh.proposes()
    old = await fresh.card(proposal)
    await fresh.blair.clicks(old, ids.REJECT)
    (form,) = await fresh.blair.reads_modals()
    await fresh.engine.creates("no_refunds", _forbids("RefundTool___process_refund"))
    await fresh.avery.clicks(old, ids.APPROVE)
    await fresh.card(proposal, "Changed since the last card", "Mode if approved")
    refused = await fresh.blair.submits(form, {"reason": "It was about the other card."})
    assert "The card changed after you opened it" in " ".join(refused["errors"].values())
    assert ids.APPROVE in str(await fresh.card(proposal))


async def test_a_change_elsewhere_leaves_the_approval_standing(fresh: Scene) -> None:
    """A policy about another tool is no reason to ask again."""
    proposal = await fresh.proposes()
    card = await fresh.card(proposal)
    await fresh.engine.creates("no_cancelling", _forbids("OrderTool___cancel_order"))
    await fresh.avery.clicks(card, ids.APPROVE)
    after = await fresh.settled(proposal)
    assert "Changed since" not in after["card/1"][0]["shown"]
    assert len(await fresh.engine.made_for(proposal)) == 1


def _version(card: dict[str, object]) -> int:
    blocks = card["blocks"]
    assert isinstance(blocks, list)
    values = [element["value"] for block in blocks for element in block.get("elements", ()) if "value" in element]
    return int(values[-1].rpartition(":")[2])
