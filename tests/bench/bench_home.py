"""How long App Home takes with a thousand policies, against one of ten: `python tests/bench/bench_home.py`.

Prints the median of the question and of its blocks, each as a ratio to the same with ten policies in the same run.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.blocks.home import HomeOrigin, home_view
from bot.governance import Governance
from bot.review.authority import Authority
from bot.review.drift import Look
from bot.review.home import AskHome
from bot.review.place import Asker
from bot.review.reported import PolicyRecord
from bot.review.work import WorkKind
from bot.storage.store import open_store
from tests.support.world import APPROVERS, ENGINE, GATEWAY, PERMIT, FakeDirectory, MovableClock, World

ROUNDS = 30


async def measured(count: int) -> float:
    """The median of milliseconds of a Home beside so many policies."""
    world, clock = World(), MovableClock()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{folder}/policybot.db", clock)
        await store.watch_routes("T1", [("C1", ENGINE, GATEWAY)])
        (claim,) = await store.claim(WorkKind.WATCH, limit=1, lease=15.0)
        watch = await store.watch(claim.id)
        assert watch is not None
        text = PERMIT.format(tool="pay", arn=GATEWAY)
        policies = {f"p-{at}": PolicyRecord(f"p-{at}", f"policy_{at:04}", "ACTIVE", text) for at in range(count)}
        seen = Look(ENGINE, "ENFORCE", policies).as_json()
        await store.watched(claim, replace(watch, seen=seen), after=300.0)
        governance = Governance.default((APPROVERS,))
        ask = AskHome(store, Authority(FakeDirectory(world), lambda _team, _engine, _gateway: governance))
        asker, times = Asker("T1", "", "U_APPROVES"), []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            home_view(await ask.home(asker, text="policy_0"), HomeOrigin(text="policy_0"))
            times.append((time.perf_counter() - began) * 1000)
        await store.close()
        world.close()
    return statistics.median(times)


async def main() -> None:
    baseline = await measured(10)
    sys.stdout.write(f"ten policies: {baseline:.1f} ms, the baseline\n")
    for count in (100, 1000):
        found = await measured(count)
        sys.stdout.write(f"{count:,} policies: {found:.1f} ms, {found / baseline:.1f} times the baseline\n")


if __name__ == "__main__":
    asyncio.run(main())
