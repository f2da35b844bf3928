"""The adapter with what tests look at, and an engine of any size for it to read."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.agentcore import AgentCore, Call, Client, Pace, connect
from bot.controlplane import ControlPlaneConfig, serve
from bot.controlplane.plane import ControlPlane
from bot.review.engine import EngineState
from bot.review.ports import PolicyService
from bot.review.reported import Generation, PolicyRecord

ENGINE = "policybot_demo-0d3m0p0l1c"
GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/support-desk-5up9or7d3s"
RULE = "allow support agents to call refund tool"
PERMIT = (
    'permit(principal, action == AgentCore::Action::"RefundTool___issue_refund", '
    f'resource == AgentCore::Gateway::"{GATEWAY}");'
)
ON_ITS_WAY = frozenset({"CREATING", "UPDATING", "DELETING"})
PATIENCE = 60.0
FORBID_ALL = "forbid(principal, action, resource is AgentCore::Gateway);"


class Plane:
    """The adapter with what tests look at: the calls that were made and a clock that stands until moved."""

    def __init__(self, url: str, pace: Pace | None = None) -> None:
        self.url = url
        self.calls: list[Call] = []
        self.now = 1000.0
        self.client: Client = connect(endpoint_url=url, pace=pace or Pace(0), on_call=self.calls.append)
        self.service: AgentCore = AgentCore(self.client, settle=0, clock=lambda: self.now)
        self.port: PolicyService = self.service

    def counted(self) -> Counter[str]:
        return Counter(call.operation for call in self.calls)

    async def start(self, name: str, *, token: str = "", rule: str = RULE) -> Generation:
        return await self.service.start_generation(
            engine_id=ENGINE, gateway_arn=GATEWAY, name=name, rule=rule, token=token or str(uuid.uuid4())
        )

    async def create(self, **changed: str) -> PolicyRecord:
        asked = {
            "engine_id": ENGINE,
            "name": "refunds",
            "statement": PERMIT,
            "description": "Refunds for everybody",
            "enforcement_mode": "LOG_ONLY",
            "validation_mode": "IGNORE_ALL_FINDINGS",
            "token": str(uuid.uuid4()),
        }
        return await self.service.create_policy(**{**asked, **changed})

    async def settled(self, policy_id: str) -> PolicyRecord:
        """The policy when it is no longer on its way."""
        async with asyncio.timeout(PATIENCE):
            while True:
                record = await self.service.policy(ENGINE, policy_id)
                assert record is not None
                if record.status not in ON_ITS_WAY:
                    return record

    async def generated(self, generation_id: str) -> Generation:
        """The generation when it is no longer GENERATING."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.service.generation(ENGINE, generation_id)
                if found.status != "GENERATING":
                    return found
                self.now += 2

    async def another_engine(self) -> str:
        """The id of a second engine, once it is ACTIVE."""
        made = await self.client.call("CreatePolicyEngine", name="another")
        engine_id = str(made["policyEngineId"])
        async with asyncio.timeout(PATIENCE):
            while (await self.client.call("GetPolicyEngine", policyEngineId=engine_id))["status"] != "ACTIVE":
                pass
        return engine_id

    async def state(self, gateway_arn: str = GATEWAY) -> EngineState:
        """The state of the engine, later than any before."""
        self.now += 1
        return await self.service.engine_state(ENGINE, gateway_arn)

    async def settled_state(self) -> EngineState:
        """The state of the engine when none of its policies is on its way any more."""
        async with asyncio.timeout(PATIENCE):
            while True:
                state = await self.state()
                if ON_ITS_WAY.isdisjoint(policy.status for policy in state.policies):
                    return state


@asynccontextmanager
async def plane_for(config: ControlPlaneConfig) -> AsyncIterator[tuple[Plane, ControlPlane]]:
    """The adapter on an embedded control plane, and the inside of that."""
    async with serve(config) as server:
        plane = Plane(server.url)
        yield plane, server.plane
        await plane.service.aclose()


def an_hour_ago() -> datetime:
    """A clock for a control plane whose policies have stood for a while when they are read."""
    return datetime.now(UTC) - timedelta(hours=1)


def multiply(control: ControlPlane, policy_id: str, count: int) -> None:
    """Make a policy of the engine `count` policies that differ in their names, without asking for each."""
    first = control.store.get("policy", policy_id)
    assert first is not None
    with control.store.transaction():
        for number in range(1, count):
            name = f"{first.name}_{number:04d}"
            new_id = f"{name}-{number:010d}"
            copy = replace(first, id=new_id, name=name, arn=first.arn.replace(policy_id, new_id))
            control.store.put(copy.with_body(policyId=new_id, name=name, policyArn=copy.arn))
