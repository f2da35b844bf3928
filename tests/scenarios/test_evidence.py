"""Tested in log-only: what the gateway recorded of a policy stands where the team decides whether it is enforced."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.workspace import team
from tests.scenarios.test_acts import approved, newest, policy_of, proposes_by
from tests.support.scene import Json, Scene, buttons, config, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUND = "RefundTool___process_refund"
LIMIT = "nobody may call refund tool if the amount is above 100"


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[Scene]:
    """A bot that looks often."""
    looks = {"POLICYBOT_DRIFT_SECONDS": "0.2", "POLICYBOT_EVIDENCE_SECONDS": "0.2"}
    async with scene(config(settings=looks)) as found:
        yield found


async def refunds(desk: Scene, amount: int) -> Json:
    return await desk.calls(REFUND, {"orderId": "A-1", "amount": amount}, role="support-agent")


async def everyone_may(desk: Scene) -> None:
    """Refunds are allowed, and that is enforced."""
    gateway = (await desk.engine.call("list_gateways"))["items"][0]["gatewayId"]
    arn = (await desk.engine.call("get_gateway", gatewayIdentifier=gateway))["gatewayArn"]
    await desk.engine.creates(
        "open_refunds",
        f'permit(principal is AgentCore::OAuthUser, action == AgentCore::Action::"{REFUND}", '
        f'resource == AgentCore::Gateway::"{arn}");',
    )


async def test_a_card_says_what_was_recorded_since_and_a_tested_policy_is_promoted_by_a_click(desk: Scene) -> None:
    await everyone_may(desk)
    proposal = await desk.proposes(LIMIT)
    card = await approved(desk, proposal)
    await desk.card(proposal, "In log-only: ", "no call came to the gateway: no call has tested it yet.")
    for amount in (20, 200, 300):
        assert "result" in await refunds(desk, amount)
    card = await desk.card(proposal, "2 calls matched, 2 would have been denied (all process_refund), no errors.")

    policy = await policy_of(desk, proposal)
    assert policy is not None
    answer = await desk.riley.types(f"/policy show {policy['name']}", team.AGENT_RULES)
    assert answer["acknowledged"]
    shown = await desk.until(lambda: modal(desk, "In log-only: "))
    assert "2 would have been denied" in view_text(shown)

    await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "2 would have been denied", "Mode if approved")
    assert promote["shown"].startswith("Since ")
    assert ids.APPROVE in buttons(promote)
    await desk.avery.clicks(promote, ids.APPROVE)
    await newest(desk, proposal, "promoted, enforced, ACTIVE")
    denied = await refunds(desk, 200)
    assert denied["error"]["code"] == -32002
    assert "result" in await refunds(desk, 20)


async def test_what_no_call_tested_is_promoted_with_a_tick_and_a_call_that_comes_meanwhile_counts(desk: Scene) -> None:
    """Whoever approves has seen that nothing is known; the card of the promotion is kept current as well."""
    await everyone_may(desk)
    proposal = await desk.proposes(LIMIT)
    card = await approved(desk, proposal)
    await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted")
    promote = await newest(desk, proposal, "Promotes the policy", "no call has tested it yet", "Mode if approved")
    assert ids.APPROVE not in buttons(promote)
    await desk.avery.clicks(promote, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "log-only did not show it to work")
    assert (await desk.avery.submits(form, {}))["errors"]
    assert "result" in await refunds(desk, 200)
    promote = await newest(desk, proposal, "Promotes the policy", "1 call matched, 1 would have been denied")
    assert ids.APPROVE in buttons(promote)


async def test_a_card_says_which_recorded_calls_would_be_decided_otherwise(tmp_path: Path) -> None:
    """Of the calls that a gateway wrote down, with the first of them behind the card's button."""
    calls = tmp_path / "calls.jsonl"
    principal = {"type": "AgentCore::OAuthUser", "id": "alice"}
    known = {"tool": REFUND, "principal": principal, "claims": {"role": "x"}, "time": "2026-11-24T09:00:00Z"}
    inputs = ({"orderId": "A-1", "amount": amount} for amount in (20, 200, 300))
    calls.write_text("\n".join(json.dumps({**known, "input": each}) for each in inputs))
    async with scene(config(settings={"POLICYBOT_CALLS": str(calls)})) as desk:
        await everyone_may(desk)
        proposal = await desk.proposes(LIMIT)
        card = await desk.card(proposal, "Recorded calls: of the last 3, 2 would be decided otherwise (2 denied).")
        await desk.riley.clicks(card, ids.SHOW_CHANGES)
        shown = view_text(await desk.until(lambda: modal(desk, "Recorded calls: ")))
        assert "alice calls process_refund with amount = 200 on 2026-11-24: allowed → denied" in shown
        assert "A-1" not in shown.partition("Recorded calls: ")[2].partition("process_refund (")[0]


async def modal(desk: Scene, part: str) -> Json | None:
    forms = await desk.riley.reads_modals()
    return forms[-1] if forms and part in view_text(forms[-1]) else None
