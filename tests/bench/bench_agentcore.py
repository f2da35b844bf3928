"""AWS calls for pending generations: `python tests/bench/bench_agentcore.py`.

For 1, 10 and 100 generations that stay pending in the embedded control plane, every generation is asked for in each of
ten rounds, as the workflow does. The table has the calls of all rounds by operation, and the calls a round.
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

ENGINE = "policybot_demo-0d3m0p0l1c"
GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/support-desk-5up9or7d3s"
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


async def main() -> None:
    """Print the table."""
    table = Table("pending", "older generations", "list calls", "get calls", f"calls a round (of {ROUNDS})")
    for history in (0, 250):
        for pending in (1, 10, 100):
            calls = await polling_calls(pending, history)
            lists, gets = calls["ListPolicyGenerations"], calls["GetPolicyGeneration"]
            table.add_row(str(pending), str(history), str(lists), str(gets), f"{calls.total() / ROUNDS:g}")
    Console().print(table)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(main())
