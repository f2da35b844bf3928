"""Decisions of the embedded gateway over HTTP, on one core: `python -m tests.bench.bench_gateway [POLICIES …]`.

The server has a process and a core of its own; a client on another sends refunds one after the other, and then eight at
a time. The baseline, in the same run, is an aiohttp handler in the same place that reads the same request and answers
as many bytes. Every answer is checked: half of the calls are allowed, half denied.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web
from rich.console import Console
from rich.table import Table

from bot.controlplane import ControlPlaneConfig, serve
from bot.controlplane.store import Resource
from tests.support.serving_gateway import REFUND, refund_policy

CALLS = 2000
AT_ONCE = 8


def gateway(policies: int, ready: Connection) -> None:
    """Serve a gateway whose engine has so many policies about one tool, each for a role of its own."""

    async def main() -> None:
        async with serve(ControlPlaneConfig(latency=0)) as serving:
            engine = serving.plane.store.every("engine")[0].id
            for number in range(policies):
                condition = f'principal.hasTag("role") && principal.getTag("role") == "r{number}"'
                statement = refund_policy("permit", f"{condition} && context.input.amount < 500")
                name = f"p{number}"
                body = {
                    "definition": {"cedar": {"statement": statement}},
                    "enforcementMode": "ACTIVE",
                    "status": "ACTIVE",
                    "_inForce": True,
                }
                serving.plane.store.put(Resource("policy", f"{name}-0123456789", engine, name, name, body))
            ready.send((serving.gateway_url(), serving.token({"role": f"r{policies // 2}"})))
            await asyncio.Event().wait()

    _alone(main)


def baseline(_: int, ready: Connection) -> None:
    """Serve a handler that does nothing but read and answer."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(
            {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": "x" * 90}]}}
        )

    async def main() -> None:
        app = web.Application()
        app.router.add_post("/", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send((f"http://127.0.0.1:{runner.addresses[0][1]}/", "none"))
        await asyncio.Event().wait()

    _alone(main)


def _alone(main: Callable[[], Awaitable[None]]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    asyncio.run(main())  # type: ignore[arg-type]


async def measured(url: str, token: str, *, decides: bool) -> tuple[float, float]:
    """Median seconds of one call after the other, and calls a second of eight at a time."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    seconds: list[float] = []
    async with aiohttp.ClientSession(headers=headers) as http:

        async def call(number: int) -> None:
            amount = 20 if number % 2 else 600
            params = {"name": REFUND, "arguments": {"orderId": f"A-{number}", "amount": amount}}
            message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
            began = time.perf_counter()
            async with http.post(url, json=message) as answer:
                found = await answer.json()
            seconds.append(time.perf_counter() - began)
            assert not decides or ("result" in found) == bool(number % 2)

        for number in range(CALLS // 10):
            await call(number)
        seconds.clear()
        for number in range(CALLS):
            await call(number)
        median = statistics.median(seconds)

        async def several(first: int) -> None:
            for number in range(first, CALLS, AT_ONCE):
                await call(number)

        began = time.perf_counter()
        await asyncio.gather(*map(several, range(AT_ONCE)))
        return median, CALLS / (time.perf_counter() - began)


def run(serves: Callable[[int, Connection], None], policies: int) -> tuple[float, float]:
    """Measure one server, from its start to its end."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serves, args=(policies, theirs), daemon=True)
    process.start()
    try:
        url, token = ours.recv()
        return asyncio.run(measured(url, token, decides=serves is gateway))
    finally:
        process.terminate()
        process.join()


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or [1, 100, 1000]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    table = Table("server", "p50 ms", "× baseline", "calls/s at eight at once", "of baseline")
    base, base_rate = run(baseline, 0)
    table.add_row("empty aiohttp handler", f"{base * 1000:.2f}", "1.0", f"{base_rate:,.0f}", "1.00")
    for size in sizes:
        median, rate = run(gateway, size)
        name = f"gateway, {size:,} policies"
        table.add_row(name, f"{median * 1000:.2f}", f"{median / base:.1f}", f"{rate:,.0f}", f"{rate / base_rate:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
