"""Milliseconds that governance takes: at start, and at every click.

    python tests/bench/bench_governance.py [--rounds 300] [--json]

Medians and 95th percentiles. The facts come as they would live: a Python value for each, made into Cedar's entities in
every call. `default` is the text that ships, `large` has two hundred policies.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.governance import Action, Governance
from bot.governance.check import findings
from bot.governance.texts import DEFAULT_FILE
from tests.support.facts import CHANNEL, ROUTE, change, member

DEFAULT = DEFAULT_FILE.read_text(encoding="utf-8")
RISKY = change(widens=True, unvalidated=True, looser=True)
GROUPS = tuple(f"group-{number}" for number in range(20))


def large() -> str:
    """The default, and a requirement for each of nearly two hundred tools."""
    return DEFAULT + "".join(
        f'@group("group-{number % 20}")\npermit (principal, action == Action::"approve", resource)\n'
        f'when {{ resource.tools.contains("Desk___tool{number}") }};\n'
        for number in range(187)
    )


def timed(rounds: int, call: Callable[[], object]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def measure(rounds: int) -> dict[str, tuple[float, float]]:
    """What each question takes."""
    approver = member("U0AVERY", "policy-approvers", *GROUPS)
    stranger = member("U0CASEY")
    few = [member(f"U0VOTER{number}", "policy-approvers", GROUPS[number]) for number in range(3)]
    many = [member(f"U0VOTER{number}", *(["policy-approvers"] if number % 2 else [])) for number in range(200)]
    found: dict[str, tuple[float, float]] = {}
    for name, text in (("default", DEFAULT), ("large", large())):
        governance = Governance.of(text)
        asks: dict[str, tuple[int, Callable[[], object]]] = {
            "parsed and validated": (max(2, rounds // 30), lambda text=text: Governance.of(text)),  # type: ignore[misc]
            "ruling, allowed": (
                rounds,
                lambda g=governance: g.ruling(Action.APPROVE, approver, CHANNEL, ROUTE, RISKY),  # type: ignore[misc]
            ),
            "ruling, refused": (
                rounds,
                lambda g=governance: g.ruling(Action.APPROVE, stranger, CHANNEL, ROUTE, RISKY),  # type: ignore[misc]
            ),
            "vote with findings and looser": (
                rounds,
                lambda g=governance: g.vote_ruling(approver, CHANNEL, ROUTE, RISKY),  # type: ignore[misc]
            ),
            "tally of 3 votes": (rounds, lambda g=governance: g.tally(few, CHANNEL, ROUTE, RISKY)),  # type: ignore[misc]
            "eligible of 200, half of them": (
                max(2, rounds // 10),
                lambda g=governance: g.eligible(many, CHANNEL, ROUTE, RISKY),  # type: ignore[misc]
            ),
        }
        found |= {f"{name}: {what}": timed(times, ask) for what, (times, ask) in asks.items()}
    governance = Governance.of(DEFAULT)
    found["default: analysed"] = timed(max(2, rounds // 60), lambda: findings(governance))
    return found


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.rounds)
    if chosen.json:
        print(json.dumps({name: {"median": each[0], "p95": each[1]} for name, each in found.items()}))  # noqa: T201
        return
    print(f"{'milliseconds':48} {'median':>9} {'p95':>9}")  # noqa: T201
    for name, (median, p95) in found.items():
        print(f"{name:48} {median:9.2f} {p95:9.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
