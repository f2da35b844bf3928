"""python -m tests.chaos [--rounds 20] [--seed 1] [--database sqlite|postgresql] [--replicas 1] [--only FAULT …]

Real bots as processes between an embedded Slack and an embedded AgentCore, while everything goes wrong. Ends with 0
when nothing was lost and every policy is in effect once; messages that stand twice are counted and named.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.faults import FAULTS
from tests.chaos.rounds import run
from tests.support.postgres import Cluster


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--replicas", type=int, default=1, help="on PostgreSQL")
    parser.add_argument("--only", nargs="+", choices=sorted(FAULTS), default=sorted(FAULTS))
    given = parser.parse_args()
    chance = random.Random(given.seed)
    names = [chance.choice(given.only) for _ in range(given.rounds)]
    with tempfile.TemporaryDirectory(prefix="policybot-chaos-") as name:
        folder = Path(name)
        cluster = Cluster(folder / "postgres") if given.database == "postgresql" else None
        if cluster:
            cluster.create()
        try:
            replicas = given.replicas if cluster else 1
            running = run(folder, names, given.seed, cluster=cluster, replicas=replicas, say=_say)
            findings = asyncio.run(running)
        finally:
            if cluster:
                cluster.remove()
    _say(str(findings))
    return 1 if findings.faults else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
