"""Replicas as processes on PostgreSQL, beside one on SQLite: acknowledgements, whole lives, and a replica that dies.

    python tests/bench/bench_replicas.py [--replicas 1 2 4] [--rounds 3] [--lives 24] [--sustained SECONDS --rate 200]

The lives are of worker processes over the tests' small world. For acknowledgements the bots are `policybot serve`; the
embedded Slack, the embedded control plane and whoever types are this process. All share the machine with the database.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.logs import configure
from bot.review.clock import SystemClock
from bot.storage.store import open_store
from tests.bench.bench_bot import acknowledgements, percentile, sustained
from tests.chaos.town import town
from tests.support import killable
from tests.support.postgres import Cluster
from tests.support.world import World

AT_ONCE = (1, 10, 50)
_ENOUGH = 120.0
_LEASE = 2.0
_BETWEEN = 2.0
"""Seconds between two bursts: their work is still being done, as it would be."""


async def lives(folder: Path, url: str, replicas: int, count: int) -> tuple[float, float]:
    """Whole lives a second of rules of two policies each, typed at once, and seconds from kill -9 of the replica that
    has typed as many again until all of those have ended. Slack and AgentCore are the tests' small world."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.support.killable"])
    world = World(folder / "world.db")
    await (await open_store(url, SystemClock())).close()
    others = [_start(processes, url, folder, range(0)) for _ in range(replicas - 1)]
    began = time.perf_counter()
    typing = _start(processes, url, folder, range(count))
    await _closed(world, count)
    rate = count / (time.perf_counter() - began)
    taken = 0.0
    if others:
        other = _start(processes, url, folder, range(count, 2 * count))
        while world.count("generations") < count + 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        other.kill()
        began = time.perf_counter()
        said = len(world.rows("SELECT text FROM told WHERE channel = 'acked'"))
        await _closed(world, said)
        taken = time.perf_counter() - began
    for each in (typing, *others):
        each.kill()
        each.join()
    world.close()
    return rate, taken


def _start(processes: ForkServerContext, url: str, folder: Path, commands: range) -> ForkServerProcess:
    ready = processes.Event()
    given = (url, str(folder / "world.db"), commands, ready, _LEASE)
    child = processes.Process(target=killable.run, args=given, daemon=True)
    child.start()
    assert ready.wait(60), "the bot did not start"
    return child


async def _closed(world: World, count: int) -> None:
    async with asyncio.timeout(_ENOUGH):
        while len(world.rows("SELECT key FROM posts WHERE text LIKE 'progress% closed %'")) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def measured(folder: Path, cluster: Cluster | None, replicas: int, given: argparse.Namespace) -> list[str]:
    """A row of the table."""
    row = ["PostgreSQL" if cluster else "SQLite", str(replicas)]
    await asyncio.to_thread(folder.mkdir)
    url = cluster.url() if cluster else f"sqlite:///{folder / 'lives.db'}"
    rate, taken = await lives(folder, url, replicas, given.lives)
    row += [f"{rate:.1f}", f"{taken:.1f}" if taken else ""]
    async with town(folder, cluster=cluster, replicas=replicas) as found:
        for at_once in AT_ONCE:
            took: list[float] = []
            for _ in range(given.rounds if at_once > 1 else 5 * given.rounds):
                took += (await acknowledgements(found.desk.riley, at_once))[0]
                await asyncio.sleep(_BETWEEN)
            row.append(" / ".join(f"{percentile(took, each) * 1000:.0f}" for each in (50, 95, 99)))
        if given.sustained:
            row.append(await sustained(found.desk.riley, given.sustained, given.rate))
    return row


async def bench(given: argparse.Namespace, folder: Path, cluster: Cluster) -> None:
    console = Console(width=160)
    table = Table(title="Acknowledgements in milliseconds (median / p95 / p99), and lives")
    heads = ("database", "replicas", "lives/s", "after a death, s", *(f"{each} at once" for each in AT_ONCE))
    for head in (*heads, *(("sustained",) if given.sustained else ())):
        table.add_column(head, justify="right")
    for number, (where, replicas) in enumerate([(None, 1), *((cluster, each) for each in given.replicas)]):
        row = await measured(folder / str(number), where, replicas, given)
        console.print(*row, sep=" | ")  # the table comes at the end of minutes
        table.add_row(*row)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lives", type=int, default=24)
    parser.add_argument("--sustained", type=float, default=0.0, help="seconds of commands without a pause, as well")
    parser.add_argument("--rate", type=int, default=200)
    given = parser.parse_args()
    configure("ERROR")
    with tempfile.TemporaryDirectory(prefix="policybot-replicas-") as name:
        cluster = Cluster(Path(name) / "postgres", durable=True)
        cluster.create()
        try:
            asyncio.run(bench(given, Path(name), cluster))
        finally:
            cluster.remove()


if __name__ == "__main__":
    main()
