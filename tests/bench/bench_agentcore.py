"""AWS calls for pending generations and for the state of an engine: `python -m tests.bench.bench_agentcore`.

For 1, 10 and 100 generations that stay pending in the embedded control plane, every generation is asked for in each of
ten rounds, as the workflow does. The table has the calls of all rounds by operation, and the calls a round.

For an engine of 10, 100 and 1,000 policies, its state is read for the first time, again when nothing has changed, and
again when one policy has. The table has the calls by operation, and their number beside that of the policies.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter

import structlog
from rich.console import Console
from rich.table import Table

from bot.agentcore import AgentCore, Call, Pace, connect
from bot.controlplane import ControlPlaneConfig, serve
from tests.support.adapter import ENGINE, GATEWAY, an_hour_ago, multiply, plane_for

ROUNDS = 10
FOREVER = 3600.0


async def polling_calls(pending: int, history: int) -> Counter[str]:
    """The calls that ten rounds took, with `history` older generations in the engine."""
    calls: list[Call] = []
    now = 0.0
    async with serve(ControlPlaneConfig(latency=FOREVER)) as server:
        service = AgentCore(connect(endpoint_url=server.url, pace=Pace(0), on_call=calls.append), clock=lambda: now)
        started = [
            await service.start_generation(
                engine_id=ENGINE,
                gateway_arn=GATEWAY,
                name=f"bench_{number}",
                rule="allow support agents to call refund tool",
                token=str(uuid.uuid4()),
            )
            for number in range(history + pending)
        ]
        calls.clear()
        for _ in range(ROUNDS):
            now += 3.0
            await asyncio.gather(*(service.generation(ENGINE, each.generation_id) for each in started[history:]))
        await service.aclose()
    return Counter(call.operation for call in calls)


async def state_calls(policies: int) -> dict[str, Counter[str]]:
    """The calls that each reading of an engine of so many policies takes."""
    found = {}
    async with plane_for(ControlPlaneConfig(latency=0, clock=an_hour_ago)) as (plane, control):
        made = await plane.create()
        await plane.settled(made.policy_id)
        multiply(control, made.policy_id, policies)
        for reading in ("first", "nothing changed", "one policy changed"):
            if reading == "one policy changed":
                change = {"description": {"optionalValue": reading}, "validationMode": "IGNORE_ALL_FINDINGS"}
                await plane.client.call("UpdatePolicy", policyEngineId=ENGINE, policyId=made.policy_id, **change)
                await plane.settled(made.policy_id)
            plane.calls.clear()
            await plane.state()
            found[reading] = plane.counted()
    return found


async def show_states() -> None:
    """Print the table of readings."""
    operations = (
        "GetGateway",
        "ListGatewayTargets",
        "GetGatewayTarget",
        "ListPolicies",
        "ListPolicySummaries",
        "GetPolicy",
    )
    table = Table("policies", "reading", *operations, "calls", "calls a policy")
    for policies in (10, 100, 1000):
        for reading, calls in (await state_calls(policies)).items():
            total = calls.total()
            counts = (str(calls[operation]) for operation in operations)
            table.add_row(str(policies), reading, *counts, str(total), f"{total / policies:g}")
    Console().print(table)


async def main() -> None:
    """Print the tables."""
    table = Table("pending", "older generations", "list calls", "get calls", f"calls a round (of {ROUNDS})")
    for history in (0, 250):
        for pending in (1, 10, 100):
            calls = await polling_calls(pending, history)
            lists, gets = calls["ListPolicyGenerations"], calls["GetPolicyGeneration"]
            table.add_row(str(pending), str(history), str(lists), str(gets), f"{calls.total() / ROUNDS:g}")
    Console().print(table)
    await show_states()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(main())
