"""The bot beside an empty Bolt command: acknowledgements, the way to the review card, and memory.

    python tests/bench/bench_bot.py [--rounds 8] [--sustained SECONDS --rate 200]

Everything runs in one process, in turns: the bot on one embedded Slack, and on another a Bolt app, as Bolt runs
it, whose `/policy` does nothing but acknowledge. Both share their loop with the Slack that they are on. Numbers compare
only within a run.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import psutil
from rich.console import Console
from rich.table import Table
from slack_bolt.async_app import AsyncAck

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot import workspace
from bot.logs import configure
from bot.serve import spare_pauses
from bot.slack.app import build_bolt_app
from bot.slack.client import web_client
from bot.slack.installation import check_bot_token
from bot.slack.socket import SocketTransport
from bot.slack.tokens import OneToken
from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import REFUND_RULE, Scene, config, proposal_in, scene

AT_ONCE = (1, 10, 50)
MEGABYTE = 1024 * 1024


@contextlib.asynccontextmanager
async def baseline() -> AsyncIterator[Person]:
    """Somebody in an embedded Slack with an app that only acknowledges, over the same kind of socket."""
    rates = workspace.Rates(enforced=False)
    async with workspace.serve(workspace.WorkspaceConfig(rates=rates)) as slack, aiohttp.ClientSession() as session:
        client = web_client(slack.bot_token, slack.api_url, session)
        installation = await check_bot_token(client)
        app = build_bolt_app(web_client(None, slack.api_url, session), OneToken(installation))

        @app.command("/policy")
        async def empty(ack: AsyncAck) -> None:
            await ack()

        socket = SocketTransport(app, client, slack.app_token)
        await socket.start()
        try:
            yield Person(slack.client, team.REQUESTER)
        finally:
            await socket.close()


async def acknowledgements(person: Person, at_once: int) -> tuple[list[float], list[str]]:
    """Seconds until each of `at_once` commands typed at the same moment was acknowledged, and what was answered."""

    async def one() -> tuple[float, str]:
        began = time.perf_counter()
        answer = await person.types(f"/policy {REFUND_RULE}", team.AGENT_RULES)
        assert answer["acknowledged"], answer
        return time.perf_counter() - began, str(answer["ack"].get("text", ""))

    found = await asyncio.gather(*(one() for _ in range(at_once)))
    return [seconds for seconds, _ in found], [text for _, text in found]


async def settle(desk: Scene, proposals: list[str]) -> None:
    """Wait until every one of the proposals is in review, so that one round does not slow the next."""
    for proposal in proposals:
        await desk.card(proposal, seconds=600)


def percentile(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] if len(seconds) > 1 else seconds[0]


def p95(seconds: list[float]) -> float:
    return percentile(seconds, 95)


async def bench(rounds: int) -> None:
    console = Console()
    process = psutil.Process()
    at_start = process.memory_info().rss
    async with baseline() as nobody, scene(config()) as desk:
        spare_pauses()
        opened = process.memory_info().rss
        first, later = await ways(desk, rounds)
        reviewed = process.memory_info().rss
        table = Table(title="From typing /policy RULE to its acknowledgement, in milliseconds")
        for head in ("at once", "empty median", "empty p95", "bot median", "bot p95", "bot p99", "median ratio"):
            table.add_column(head, justify="right")
        for at_once in AT_ONCE:
            empty: list[float] = []
            ours: list[float] = []
            for _ in range(rounds if at_once < 50 else 2):
                empty += (await acknowledgements(nobody, at_once))[0]
                seconds, answers = await acknowledgements(desk.riley, at_once)
                ours += seconds
                await settle(desk, [proposal_in(text) for text in answers])
            figures = (percentile(empty, 50), p95(empty), percentile(ours, 50), p95(ours), percentile(ours, 99))
            ratio = figures[2] / figures[0]
            table.add_row(str(at_once), *(f"{each * 1000:.1f}" for each in figures), f"{ratio:.1f}x")
        console.print(table)
        console.print(
            f"Command to review card, control-plane latency 0: first {first:.2f} s (starts the solver), then median "
            f"{statistics.median(later):.2f} s of {len(later)}"
        )
        children = sum(child.memory_info().rss for child in process.children(recursive=True))
        now = process.memory_info().rss
        memory = Table(title="Resident memory, MB (bot, embedded Slack and embedded control plane in one process)")
        for head in ("imports", "all running", f"after {1 + len(later)} proposals", "after all", "solver's process"):
            memory.add_column(head, justify="right")
        memory.add_row(*(f"{each / MEGABYTE:.0f}" for each in (at_start, opened, reviewed, now, children)))
        console.print(memory)


async def ways(desk: Scene, rounds: int) -> tuple[float, list[float]]:
    """Seconds from the command to the card: the first, and the others one after another."""
    found = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        await desk.card(await desk.proposes(), seconds=60)
        found.append(time.perf_counter() - began)
    return found[0], found[1:]


async def sustained(person: Person, seconds: float, rate: int) -> str:
    """So many commands a second, each typed at its time whatever became of those before it."""
    late, took = 0, list[float]()

    async def one() -> None:
        nonlocal late
        began = time.perf_counter()
        answer = await person.types(f"/policy {REFUND_RULE}", team.AGENT_RULES)
        took.append(time.perf_counter() - began)
        late += not (answer["acknowledged"] and "saved as" in str(answer["ack"].get("text")))

    typing, began = [], time.perf_counter()
    for number in range(round(seconds * rate)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        typing.append(asyncio.create_task(one()))
    lasted = time.perf_counter() - began
    await asyncio.gather(*typing)
    p50, p99 = percentile(took, 50), percentile(took, 99)
    return (
        f"{len(took)} commands in {lasted:.1f} s ({len(took) / lasted:.0f} a second): {late} not acknowledged in time "
        f"as saved; median {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {max(took) * 1000:.0f} ms"
    )


async def bench_sustained(seconds: float, rate: int) -> None:
    """The bot in this process."""
    async with scene(config()) as desk:
        spare_pauses()
        Console().print(await sustained(desk.riley, seconds, rate))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--sustained", type=float, default=0.0, help="seconds of commands without a pause, instead")
    parser.add_argument("--rate", type=int, default=200)
    given = parser.parse_args()
    configure("ERROR")
    asyncio.run(bench_sustained(given.sustained, given.rate) if given.sustained else bench(given.rounds))


if __name__ == "__main__":
    main()
