"""How long a question about what stands takes: `python tests/bench/bench_questions.py`.

`why` (one call, and one with inputs left open) and `can`, from the engine's state to the modal's blocks, with the
solver in its process, at 100 and 1,000 policies spread over a gateway of twenty tools, and all on one of them. The
first of a process, and the median of the next.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.analyst import PolicyAnalyst
from bot.analyst.answers import PolicyAnswers
from bot.blocks.questions import QuestionOrigin, asked_modal, read_why, why_modal
from bot.cedar import GatewaySchema
from bot.review.asked import Here
from bot.review.asking import Asking, GatewayLog
from bot.review.engine import EngineState
from bot.review.listing import Listing
from bot.review.model import Proposal
from bot.review.reported import PolicyRecord
from tests.bench.bench_analysis import bench_policies, bench_schema

AIMS = {100: 300.0, 1000: 1500.0}
ROUNDS = 7
QUESTIONS = {
    "why, one call": "role=role0 Target0___tool0 amount=5 factor=1 region=eu-1 labels=a1",
    "why, inputs open": "role=role0 Target0___tool0",
}


def state_of(schema: GatewaySchema, count: int, *, one_tool: bool) -> EngineState:
    found = bench_policies(count, one_tool=one_tool)
    records = tuple(PolicyRecord(f"{name}-id", name, "ACTIVE", text) for name, text in found.items())
    return EngineState("engine", schema.gateway, "engine", "ENFORCE", records)


async def milliseconds(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Of the first time, and the median of the next ones."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken[0], statistics.median(taken[1:])


async def main() -> None:
    schema = bench_schema()
    for one_tool in (False, True):
        for count, aim in AIMS.items():
            analyst = PolicyAnalyst()
            answers = PolicyAnswers(analyst.schema, analyst.solver)
            asking = Asking(cast(Listing, None), answers, cast(GatewayLog, None))
            state = state_of(schema, count, one_tool=one_tool)
            here = Here(cast(Proposal, None), state, schema, datetime.now(UTC))
            await analyst.solver.policy_findings("permit(principal, action, resource);", schema)  # its process is there

            async def why(text: str, here: Here = here, asking: Asking = asking) -> object:
                call = read_why(text, here).call
                assert call is not None
                return why_modal(await asking.why(here, call), here.state.gateway, QuestionOrigin("C1"))

            async def can(here: Here = here, asking: Asking = asking) -> object:
                return asked_modal(await asking.can(here, "Target0___tool0"), QuestionOrigin("C1", "can"))

            where = "all on one tool" if one_tool else "over twenty tools"
            for name, text in QUESTIONS.items():
                first, next_ = await milliseconds(lambda text=text, why=why: why(text))  # type: ignore[misc]
                sys.stdout.write(
                    f"{count:5} policies {where}: {name}: {first:.0f} ms, then {next_:.0f} (aim {aim:.0f})\n"
                )
            first, next_ = await milliseconds(can)
            sys.stdout.write(f"{count:5} policies {where}: can: {first:.0f} ms, then {next_:.0f} (aim {aim:.0f})\n")
            await analyst.aclose()


if __name__ == "__main__":
    asyncio.run(main())
