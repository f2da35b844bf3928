"""Seconds of one core for replaying recorded calls: `python -m tests.bench.bench_replay [CALLS]`.

The calls are all different: fifty callers in three roles, amounts at random. Ten policies, and a candidate that denies
a sixth of the calls. The baselines, in the same run: the calls only read, and the same decisions asked one by one.
Seconds are the process's own, so that others on the machine do not count.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.cedar import Request, evaluate, schema_for
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.replay import RecordedCall, read_calls
from bot.replay.command import replay_files
from tests.support.serving_gateway import GATEWAY, REFUND, refund_policy

ROLES = ("support-agent", "manager", "intern")
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'
SINGLY = 1000


def lines(count: int) -> list[str]:
    """Calls as the gateway records them."""
    chance = random.Random(1)
    return [
        json.dumps(
            {
                "time": "2026-11-22T12:00:00.000Z",
                "gateway": GATEWAY.arn,
                "principal": {"type": "AgentCore::OAuthUser", "id": f"u{number % 50}"},
                "claims": {"role": ROLES[number % 3]},
                "tool": REFUND,
                "input": {"orderId": f"A-{number}", "amount": chance.randrange(1000)},
                "decision": "ALLOW",
            }
        )
        for number in range(count)
    ]


def singly(calls: list[RecordedCall], before: dict[str, str], after: dict[str, str]) -> int:
    """How many calls flip, each decided by itself, twice."""
    schema = schema_for(GATEWAY)
    flips = 0
    for call in calls:
        tags = {"role": str((call.claims or {})["role"])}
        request = Request(call.principal_type, call.principal_id, REFUND, GATEWAY.arn, call.arguments, tags, call.time)
        flips += evaluate(before, request, schema).allowed != evaluate(after, request, schema).allowed
    return flips


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    before = {f"p{role}": refund_policy("permit", ROLE.format(role)) for role in ROLES[:2]}
    before |= {f"r{n}": refund_policy("permit", f"{ROLE.format(n)} && context.input.amount < {n}") for n in range(8)}
    after = {**before, "cap": refund_policy("forbid", f"{ROLE.format(ROLES[0])} && context.input.amount > 500")}
    with tempfile.TemporaryDirectory() as folder:
        policies, candidate, calls = (Path(folder) / name for name in ("before.cedar", "cap.cedar", "calls.jsonl"))
        policies.write_text("\n".join(before.values()))
        candidate.write_text(after["cap"])
        calls.write_text("\n".join(lines(count)))

        began = time.process_time()
        read = read_calls(calls.read_text().splitlines(), GATEWAY)
        reading = time.process_time() - began

        began = time.process_time()
        done = replay_files(SAMPLE_GATEWAY, [policies], candidate, calls).replayed
        whole = time.process_time() - began

    few = read.calls[:SINGLY]
    began = time.process_time()
    flips = singly(few, before, after)
    one_by_one = (time.process_time() - began) * count / len(few)
    assert flips == len([each for each in done.outcomes[: len(few)] if each.kind != "same"])

    table = Table("what", "CPU seconds", "× reading", title=f"{count:,} calls, {len(before)} policies and one more")
    for what, seconds in (
        ("only read", reading),
        ("policybot replay", whole),
        ("decided one by one (from fewer)", one_by_one),
    ):
        table.add_row(what, f"{seconds:.1f}", f"{seconds / reading:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
