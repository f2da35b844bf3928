"""Milliseconds of the policy analysis, beside what Cedar itself takes to parse and validate the same policies.

    python tests/bench/bench_analysis.py [--sizes 1,10,100,1000] [--json]

Medians. `cold` is the first call of a process that has not seen the policies; everything else is warm.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import cedarpy
import psutil

from bot.analysis import Standing, analyse, difference
from bot.analysis.offloop import Analyst
from bot.analysis.sets.policies import parse
from bot.analysis.sets.relations import Relations
from bot.analysis.sets.session import Deadline, Limits, session_for
from bot.cedar.gateway import gateway_from_api
from bot.cedar.schema import GatewaySchema, schema_for

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/bench-gateway-a1b2c3d4e5"
TOOLS = 20
_INPUT = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer"},
        "factor": {"type": "integer"},
        "region": {"type": "string"},
        "rate": {"type": "number"},
        "labels": {"type": "array", "items": {"type": "string"}},
        "express": {"type": "boolean"},
    },
    "required": ["amount", "factor", "region", "labels"],
}


def bench_schema() -> GatewaySchema:
    """A gateway with two targets of ten tools each."""
    targets = [
        {
            "targetId": f"TARGET000{target}",
            "name": f"Target{target}",
            "targetConfiguration": {
                "mcp": {
                    "lambda": {
                        "toolSchema": {
                            "inlinePayload": [
                                {"name": f"tool{number}", "description": "", "inputSchema": _INPUT}
                                for number in range(TOOLS // 2)
                            ]
                        }
                    }
                }
            },
        }
        for target in range(2)
    ]
    gateway = {"gatewayArn": ARN, "gatewayId": "bench", "name": "bench", "authorizerType": "CUSTOM_JWT"}
    return schema_for(gateway_from_api(gateway, targets))


def bench_policies(count: int, *, one_tool: bool, seed: int = 7) -> dict[str, str]:
    """Policies with two to four conditions, 15 % of them forbids; each permit for a role of its own."""
    draw = random.Random(seed)
    return {f"p{number}": bench_policy(draw, number, 0 if one_tool else number % TOOLS) for number in range(count)}


def bench_policy(draw: random.Random, number: int, tool: int) -> str:
    conditions = [
        f'principal.hasTag("role") && principal.getTag("role") == "role{number}"',
        *draw.sample(
            [
                f"context.input.amount < {draw.randrange(10, 100_000)}",
                f"context.input.amount >= {draw.randrange(10)}",
                f'context.input.region like "eu-{draw.randrange(20)}*"',
                f'context.input has rate && context.input.rate.lessThan(decimal("{draw.randrange(1, 90)}.5"))',
                f'context.input.labels.containsAny(["a{draw.randrange(9)}", "b{draw.randrange(9)}"])',
                "!(context.input has express && context.input.express)",
                f'context.system.now >= datetime("2025-0{draw.randrange(1, 9)}-01T00:00:00Z")',
            ],
            draw.choice((1, 2, 3)),
        ),
    ]
    effect = "forbid" if draw.random() < 0.15 else "permit"
    action = f"Target{tool // (TOOLS // 2)}___tool{tool % (TOOLS // 2)}"
    return (
        f'{effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"{action}", '
        f'resource == AgentCore::Gateway::"{ARN}") when {{ {" && ".join(f"({each})" for each in conditions)} }};'
    )


def rewritten(statement: str) -> str:
    """The same policy in other words."""
    head, body = statement.split(" when { ", 1)
    return f"{head} unless {{ !({body.removesuffix(' };')}) }};"


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """The median duration of a piece of work."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def rows(schema: GatewaySchema, size: int, *, one_tool: bool) -> Iterator[tuple[str, float]]:
    """Name and milliseconds of each measurement at one size."""
    policies = bench_policies(size, one_tool=one_tool)
    joined = "\n".join(policies.values())
    yield "cedarpy parse + validate (baseline)", milliseconds(lambda: _baseline(joined, schema), 3)
    names = list(policies)[:: max(1, size // 20)]
    session = session_for(schema)
    parsed = {name: parse(text) for name, text in policies.items()}

    def per_policy(ask: Callable[[Relations, str], object]) -> float:
        relations = Relations(session, parsed, Deadline(Limits(review_seconds=600)))
        return statistics.median(milliseconds(partial(ask, relations, name)) for name in names)

    yield "never matches, a policy", per_policy(lambda r, name: r.matching(name, r.environments(name)[0]))
    yield "always matches, a policy", per_policy(lambda r, name: r.not_matching(name, r.environments(name)[0]))
    yield "redundant and its kin, a policy", per_policy(lambda r, name: r.related(name))
    draw = random.Random(3)
    edits = [
        {**policies, name: bench_policy(draw, int(name[1:]), 0 if one_tool else int(name[1:]) % TOOLS)}
        for name in names[:10]
    ]
    taken = [milliseconds(partial(difference, policies, edit, schema)) for edit in edits]
    yield "difference of one edit", statistics.median(taken)
    other = {name: rewritten(text) for name, text in policies.items()}
    found = []
    yield "equivalence of a rewritten set", milliseconds(lambda: found.append(difference(policies, other, schema)))
    assert found[0].proved_unchanged
    added = bench_policy(draw, size + 1, 0)
    yield "card: findings + difference, warm", milliseconds(lambda: _card(policies, added, schema), 5)
    yield "card: findings + difference, cold", _in_new_process(size, one_tool)


def _baseline(joined: str, schema: GatewaySchema) -> None:
    cedarpy.PolicySet.from_str(joined)
    assert cedarpy.validate_policies(joined, schema.handle).validation_passed


def _card(policies: dict[str, str], added: str, schema: GatewaySchema) -> None:
    assert not analyse(Standing(policies), "added", added, schema).difference.not_analysed


def _in_new_process(size: int, one_tool: bool) -> float:
    done = subprocess.run(
        [sys.executable, __file__, "--cold", f"{size},{int(one_tool)}"], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def cold(size: int, one_tool: bool) -> float:
    """A whole card where nothing is warm, the solver's import and the schema included."""
    policies = bench_policies(size, one_tool=one_tool)
    added = bench_policy(random.Random(3), size + 1, 0)
    return milliseconds(lambda: _card(policies, added, bench_schema()))


async def beside_a_loop(size: int, *, one_tool: bool) -> dict[str, float]:
    """The longest stall of the event loop while a process beside it analyses cards, and that process's memory."""
    schema = bench_schema()
    policies = bench_policies(size, one_tool=one_tool)
    added = bench_policy(random.Random(3), size + 1, 0)
    stall = 0.0

    async def beat() -> None:
        nonlocal stall
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            stall = max(stall, time.perf_counter() - started - 0.001)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.3)
    idle, stall = stall, 0.0
    async with Analyst() as analyst:
        started = time.perf_counter()
        for _ in range(3):
            await analyst.analyse(Standing(policies), "added", added, schema)
        taken = time.perf_counter() - started
        (worker,) = psutil.Process().children()
        memory = worker.memory_info().rss
    beating.cancel()
    return {
        "longest stall of an idle loop, ms": idle * 1000,
        "longest stall, ms": stall * 1000,
        "worker RSS, MB": memory / 2**20,
        "three cards, ms": taken * 1000,
    }


async def behind_slow_ones(slow: int = 3) -> dict[str, float]:
    """How long a card takes while the solver cannot answer the questions of others that were asked before it."""
    schema = bench_schema()
    product = "context.input.amount * context.input.factor == 4611685975477714963"
    hard = (
        'permit(principal, action == AgentCore::Action::"Target0___tool0", resource) when '
        f"{{ {product} && context.input.amount > context.input.factor }};"
    )
    easy = bench_policy(random.Random(3), 1, 0)
    async with Analyst() as analyst:
        await analyst.analyse(Standing(), "added", easy, schema)
        started = time.perf_counter()
        await analyst.analyse(Standing(), "added", easy, schema)
        alone = time.perf_counter() - started
        stuck = [asyncio.create_task(analyst.analyse(Standing(), "added", hard, schema)) for _ in range(slow)]
        await asyncio.sleep(0)
        started = time.perf_counter()
        await analyst.analyse(Standing(), "added", easy, schema)
        behind = time.perf_counter() - started
        await asyncio.gather(*stuck)
        whole = time.perf_counter() - started
    return {
        "a card alone, ms": alone * 1000,
        f"a card behind {slow} slow ones, ms": behind * 1000,
        "until the slow ones are done as well, ms": whole * 1000,
    }


def main() -> None:
    """Run as a command."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--sizes", default="1,10,100,1000")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--cold", default="", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.cold:
        size, one_tool = map(int, chosen.cold.split(","))
        sys.stdout.write(f"{cold(size, bool(one_tool))}\n")
        return
    report: dict[str, Any] = {"fairness": asyncio.run(behind_slow_ones())}
    if not chosen.json:
        sys.stdout.writelines(f"  {value:10.1f}              {name}\n" for name, value in report["fairness"].items())
    schema = bench_schema()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    for one_tool in (False, True):
        for size in sizes:
            title = f"{size} policies, {'all on one tool' if one_tool else f'over {TOOLS} tools'}"
            measured = dict(rows(schema, size, one_tool=one_tool))
            beside = asyncio.run(beside_a_loop(size, one_tool=one_tool))
            report[title] = {**measured, **beside}
            if not chosen.json:
                baseline = next(iter(measured.values()))
                sys.stdout.write(f"{title}\n")
                for name, value in measured.items():
                    sys.stdout.write(f"  {value:10.1f} ms {value / baseline:8.2f} x  {name}\n")
                for name, value in beside.items():
                    sys.stdout.write(f"  {value:10.1f}              {name}\n")
    if chosen.json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
