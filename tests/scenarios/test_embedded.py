"""The embedded world: its gateway enforces what its engine holds, unless it is set up otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest

from bot.blocks import ids
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.embedded import embedded
from bot.trial import EXIT_REVIEWED, Trial
from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import REFUND_RULE, Engine, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

Mode = Literal["ENFORCE", "LOG_ONLY", "NONE"]
CHANGES = {"status", "updatedAt", "policyEngineConfiguration", "ResponseMetadata", "gatewayUrl"}


async def _gateway(attach: Mode | None, gateways: tuple[Path, ...] = ()) -> tuple[dict[str, Any], str]:
    """The gateway as the embedded control plane serves it once all runs, and the ARN of the bot's engine."""
    settings = config()
    settings = replace(settings, attach=attach, plane=replace(settings.plane, gateways=gateways))
    async with embedded(settings) as running:
        engine = Engine(running.plane.url)
        try:
            (item,) = (await engine.call("list_gateways"))["items"]
            (made,) = (await engine.call("list_policy_engines"))["policyEngines"]
            return await engine.call("get_gateway", gatewayIdentifier=item["gatewayId"]), made["policyEngineArn"]
        finally:
            engine.close()


async def test_a_gateway_of_ones_own_gets_an_engine_that_enforces(tmp_path: Path) -> None:
    """What its file says stays as it is; only the engine comes to it, and is ready."""
    document = json.loads(SAMPLE_GATEWAY.read_text())
    document.pop("policyEngineConfiguration")
    path = tmp_path / "gateway.json"
    path.write_text(json.dumps(document))
    found, engine = await _gateway(None, (path,))
    assert found["policyEngineConfiguration"] == {"arn": engine, "mode": "ENFORCE"}
    assert found["status"] == "READY"
    sample, _ = await _gateway(None)
    own = CHANGES | {"createdAt", "gatewayUrl"}  # each plane has a port of its own
    assert {name for name in sample if found.get(name) != sample[name]} <= own


@pytest.mark.parametrize(("attach", "mode"), [(None, "ENFORCE"), ("ENFORCE", "ENFORCE"), ("LOG_ONLY", "LOG_ONLY")])
async def test_the_engine_is_attached_as_it_is_asked_for(attach: Mode | None, mode: str) -> None:
    """The sample's file says ENFORCE; a test may say otherwise."""
    found, engine = await _gateway(attach)
    assert found["policyEngineConfiguration"] == {"arn": engine, "mode": mode}


async def test_the_engine_can_be_left_unattached() -> None:
    """A gateway without an engine, whatever its file says."""
    found, _ = await _gateway("NONE")
    assert "policyEngineConfiguration" not in found
    assert found["authorizerConfiguration"]


async def test_time_is_one_for_everything_that_runs() -> None:
    """Moved on in the workspace or at the control plane, it is later in both, and for the bot."""
    async with scene(config()) as desk, aiohttp.ClientSession() as session:
        assert desk.plane is not None
        began = (await desk.client.perform("status", {}))["time"]
        proposal = await desk.proposes(f"{REFUND_RULE} --for 2 days")
        await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
        await desk.settled(proposal)
        await desk.client.perform("moves_clock", {"seconds": 86_400})
        async with session.post(f"{desk.plane.url}/admin/clock", json={"advance": 86_400}) as answer:
            told = datetime.fromisoformat((await answer.json())["now"]).timestamp()
        assert began + 2 * 86_400 <= told <= (await desk.client.perform("status", {}))["time"]
        await desk.told(desk.riley, "is over: the policy")
        assert await desk.engine.made_for(proposal) == []


async def test_a_trial_ends_when_all_of_it_is_said() -> None:
    """Not when the card says that the policy stands, while the sentence for the person is still on its way."""
    async with embedded(config()) as running:
        client = running.slack.client

        class Slowly(Trial):
            async def _approve(self) -> int:
                await client.perform("fault", {"kind": "slow", "method": "response_url", "times": 9, "seconds": 2})
                return await super()._approve()

        trial = Slowly(running.bot, Person(client, team.REQUESTER), Person(client, team.APPROVER_AVERY))
        assert await trial.run(REFUND_RULE, approve=True) == EXIT_REVIEWED
        private = await trial.requester.reads_private(team.AGENT_RULES)
        assert any("is closed" in message["text"] for message in private), private
