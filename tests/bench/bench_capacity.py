"""How much one bot holds: thousands of proposals that wait, whole lives a second, and a dead replica's work taken over.

    python tests/bench/bench_capacity.py [--waiting 1000 10000] [--workspaces 1000] [--lives 60] [--seconds 5]
        [--postgresql]

The review and its worker over the real store, with Slack and AgentCore replaced by the tests' small world: what is
measured is the bot's own. Idle figures are of the worker of one process while nothing is due.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.errors import Refused
from bot.installed import Installed
from bot.logs import configure
from bot.review.clock import SystemClock
from bot.review.model import DraftState
from bot.review.options import Options
from bot.storage.store import SqlStore, open_store
from bot.storage.tables import drafts, messages, proposals
from tests.support.bot import Bot
from tests.support.postgres import Cluster, binaries
from tests.support.world import ENGINE, GATEWAY, HASTY, World

MEGABYTE = 1024 * 1024
IDLE = replace(HASTY, poll_every=1.0, lease=15.0, renew_every=5.0)
_BATCH = 500


@contextlib.asynccontextmanager
async def bot(url: str, world: World, options: Options = HASTY) -> AsyncIterator[Bot]:
    store = await open_store(url, SystemClock())
    try:
        yield Bot(store, world, SystemClock(), options)
    finally:
        await store.close()


@contextlib.contextmanager
def counted(store: SqlStore) -> Iterator[list[int]]:
    """Counts the statements that a store's engine executes."""
    count = [0]

    def one(*_: object) -> None:
        count[0] += 1

    engine = store.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", one)
    try:
        yield count
    finally:
        sa.event.remove(engine, "before_cursor_execute", one)


async def fill(found: Bot, count: int) -> None:
    """So many proposals with a card each that wait for a decision: one is brought there, the rest are copies of it."""
    first = await found.propose("allow tool0")
    working = asyncio.create_task((worker := found.worker()).run())
    while not await _waits(found, first):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    worker.stop()
    await working
    async with found.store.database.write() as connection:
        for start in range(1, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            for table, owner in ((proposals, "id"), (drafts, "proposal_id"), (messages, "proposal_id")):
                rows = (await connection.execute(sa.select(table).where(table.c[owner] == first))).mappings().all()
                copies = [_copied(row, first, f"P-C{number:05}") for number in numbers for row in rows]
                await connection.execute(sa.insert(table), copies)
        await connection.execute(sa.update(messages).values(due_at=None, lease=None, lease_until=None))


def _copied(row: sa.RowMapping, first: str, other: str) -> dict[str, object]:
    return {
        name: value.replace(first, other) if isinstance(value, str) and name != "key" else value
        for name, value in row.items()
    } | ({"key": other} if "key" in row else {})


async def _waits(found: Bot, proposal_id: str) -> bool:
    """Whether its card stands, and nothing of it is in work or due within the minute: that would be copied too."""
    shown = any(f"{proposal_id}/card" in str(key) for (key,) in found.world.rows("SELECT key FROM posts"))
    soon = found.store.database.now() + timedelta(minutes=1)
    due = proposals.c.lease.is_not(None) | (proposals.c.due_at < soon)
    async with found.store.database.read() as connection:
        busy = await connection.execute(sa.select(proposals.c.id).where(proposals.c.id == proposal_id, due))
        return shown and busy.first() is None


async def waiting(url: str, count: int, seconds: float) -> Sequence[str]:
    """Memory, idle CPU, statements a second, and the time of a command and of a vote, while so many wait."""
    world = World()
    async with bot(url, world, IDLE) as found:
        await fill(found, count)
        worker = found.worker()
        working = asyncio.create_task(worker.run())
        held = await idle(found, seconds)
        began = time.perf_counter()
        new = await found.propose("allow one more")
        command = time.perf_counter() - began
        began = time.perf_counter()
        await found.decide(f"P-C{count - 1:05}.1")
        vote = time.perf_counter() - began
        assert await found.store.proposal(new)
        worker.stop()
        await working
    world.close()
    return *held, f"{command * 1000:.0f}", f"{vote * 1000:.0f}"


async def idle(found: Bot, seconds: float) -> tuple[str, str, str]:
    """Memory, processor and statements a second of a process whose worker runs."""
    await asyncio.sleep(1.0)
    with counted(found.store) as statements:
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        lasted = time.perf_counter() - began
        busy = (time.process_time() - cpu) / lasted
        rate = statements[0] / lasted
    memory = psutil.Process().memory_info().rss / MEGABYTE
    return f"{memory:.0f}", f"{busy:.1%}", f"{rate:.1f}"


async def workspaces(url: str, count: int, seconds: float) -> Sequence[str]:
    """The same while so many workspaces have the app and nobody types, and calls of AgentCore a second: each has a
    route that is looked at for what others change."""
    world = World()
    async with bot(url, world, IDLE) as found:
        found.store.fair = True
        for number in range(count):
            team = f"T{number:04}"
            await found.store.install(Installed(team_id=team, team=team, bot_token="sealed", scopes=("commands",)))
            await found.store.watch_routes(team, [("C1", ENGINE, GATEWAY)], spread=IDLE.drift_seconds)
        worker = found.worker()
        working = asyncio.create_task(worker.run())
        before = world.count("calls")
        held = await idle(found, seconds)
        calls = (world.count("calls") - before) / (seconds + 1.0)
        worker.stop()
        await working
    world.close()
    return *held, f"{calls:.1f}"


async def lives(url: str, count: int, replicas: int) -> float:
    """Whole lives a second: proposed, generated, shown, approved, created, closed and shown so."""
    world = World()
    async with contextlib.AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(bot(url, world)) for _ in range(replicas)]
        workers = [each.worker() for each in bots]
        working = [asyncio.create_task(worker.run()) for worker in workers]
        began = time.perf_counter()
        ids = [await bots[0].propose(f"allow tool{number}", key=f"life-{number}") for number in range(count)]
        left = set(ids)
        while left:
            for each in list(left):
                draft = await bots[0].store.draft(f"{each}.1")
                if draft is not None and draft.state is DraftState.IN_REVIEW:
                    with contextlib.suppress(Refused):
                        await bots[0].decide(draft.id, version=draft.version)
                if draft is not None and draft.state is DraftState.IN_EFFECT:
                    left.discard(each)
            await asyncio.sleep(0.2)
        lasted = time.perf_counter() - began
        for worker in workers:
            worker.stop()
        await asyncio.gather(*working)
    world.close()
    return count / lasted


async def takeover(url: str, lease: float) -> float:
    """Seconds from the death of a replica that held work to another's taking it up."""
    world = World()
    async with bot(url, world) as dying, bot(url, world) as survivor:
        await dying.propose()
        for kind in dying.handlers:
            await dying.store.claim(kind, limit=10, lease=lease)  # held, and never given back
        began = time.perf_counter()
        worker = survivor.worker()
        working = asyncio.create_task(worker.run())
        while not world.count("posts"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        lasted = time.perf_counter() - began
        worker.stop()
        await working
    world.close()
    return lasted


async def bench(given: argparse.Namespace, folder: Path, cluster: Cluster | None) -> None:
    console = Console(width=120)

    def url(name: str) -> str:
        return cluster.url() if cluster else f"sqlite:///{folder / name}.db"

    table = Table(title=f"Proposals that wait for a decision ({'PostgreSQL' if cluster else 'SQLite'})")
    for head in ("waiting", "resident MB", "idle CPU", "statements/s", "a command ms", "a vote ms"):
        table.add_column(head, justify="right")
    for count in given.waiting:
        table.add_row(f"{count:,}", *(await waiting(url(f"waiting{count}"), count, given.seconds)))
    console.print(table)
    table = Table(title=f"Workspaces in which nobody types ({'PostgreSQL' if cluster else 'SQLite'})")
    for head in ("workspaces", "resident MB", "idle CPU", "statements/s", "AgentCore calls/s"):
        table.add_column(head, justify="right")
    for count in given.workspaces:
        table.add_row(f"{count:,}", *(await workspaces(url(f"workspaces{count}"), count, given.seconds)))
    console.print(table)
    for replicas in (1, 2) if cluster else (1,):
        rate = await lives(url(f"lives{replicas}"), given.lives, replicas)
        console.print(f"Whole lives a second, {replicas} worker{'s' if replicas > 1 else ''}: {rate:.1f}")
    if cluster:
        console.print(f"Taken over after a death, lease 2 s: {await takeover(cluster.url(), 2.0):.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiting", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--workspaces", type=int, nargs="+", default=[1_000])
    parser.add_argument("--lives", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    configure("ERROR")
    with tempfile.TemporaryDirectory(prefix="policybot-capacity-") as name:
        cluster = Cluster(Path(name) / "postgres") if given.postgresql and binaries() else None
        if cluster:
            cluster.create()
        try:
            asyncio.run(bench(given, Path(name), cluster))
        finally:
            if cluster:
                cluster.remove()


if __name__ == "__main__":
    main()
