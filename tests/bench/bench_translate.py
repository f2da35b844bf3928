"""Milliseconds of processor time of the translator, beside what Cedar takes to parse and validate its policies.

    python tests/bench/bench_translate.py [--sizes 10,100,1000] [--rounds 5]

The rules are those of tests/corpora. Every figure stands beside its baseline of the same run, as a ratio.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import cedarpy

from bot.cedar import Gateway, gateway_from_api, load_gateway, schema_for
from bot.language import build_lexicon, translate
from bot.language.command import translate_batch
from bot.language.readback import read_back

CORPORA = Path(__file__).parents[1] / "corpora"
ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/bench-gateway-a1b2c3d4e5"
VERBS = ("create", "update", "close", "archive", "export", "verify", "assign", "print", "merge", "split")
NOUNS = ("invoice", "parcel", "ticket", "lesson", "garden", "engine", "ferry", "recipe", "statue", "tunnel")


def milliseconds(call: Callable[[], object]) -> float:
    """How much of the processor one call takes: what else runs on the machine does not count."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def spread(times: Sequence[float]) -> str:
    """Median and 95th percentile."""
    return f"median {statistics.median(times):7.2f} ms   p95 {statistics.quantiles(times, n=20)[18]:7.2f} ms"


def say(*words: object) -> None:
    """One line of the report."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def sized_gateway(size: int) -> Gateway:
    """A gateway of `size` tools, ten to a target, each with eight inputs."""
    kinds = ("string", "integer", "number", "boolean")
    properties: dict[str, Any] = {
        f"{noun}{kind.title()}": {"type": kind, "description": f"The {noun}: open, held or done"}
        for noun in ("amount", "state")
        for kind in kinds
    }
    tools = [
        {
            "name": f"{VERBS[i % 10]}_{NOUNS[i // 10 % 10]}" + (f"_{NOUNS[i // 100]}_file" if i >= 100 else ""),
            "description": f"{VERBS[i % 10].title()} the {NOUNS[i // 10 % 10]} of a customer",
            "inputSchema": {"type": "object", "properties": properties, "required": ["amountInteger"]},
        }
        for i in range(size)
    ]
    targets = [
        {"name": f"Desk{at}", "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": part}}}}}
        for at, part in enumerate(tools[i : i + 10] for i in range(0, size, 10))
    ]
    return gateway_from_api({"gatewayArn": ARN, "name": "bench", "authorizerType": "CUSTOM_JWT"}, targets)


def bench_rules(rounds: int) -> None:
    """A rule, its read-back, and the batch, against Cedar's parser and validator on the same policies."""
    rows = [json.loads(line) for line in (CORPORA / "rules.jsonl").read_text(encoding="utf-8").splitlines()]
    paths = {row["gateway"]: CORPORA / "gateways" / f"{row['gateway']}.json" for row in rows}
    lexicons = {name: build_lexicon(load_gateway(path)) for name, path in paths.items()}
    took: dict[str, list[float]] = {"rule": [], "read-back": [], "cedar": []}
    for row in rows * (rounds + 1):  # the first round warms up
        lexicon = lexicons[row["gateway"]]
        took["rule"].append(milliseconds(lambda: translate(row["rule"], lexicon.gateway, lexicon=lexicon)))  # noqa: B023
        assets = translate(row["rule"], lexicon.gateway, lexicon=lexicon)
        for statement in [asset.statement for asset in assets if asset.statement]:
            cedar = (cedarpy.policies_to_json_str, lexicon.schema.validate)
            took["cedar"].append(sum(milliseconds(lambda: call(statement)) for call in cedar))  # noqa: B023
            took["read-back"].append(milliseconds(lambda: read_back(statement, lexicon.gateway)))  # noqa: B023
    warm = {name: times[len(times) // (rounds + 1) :] for name, times in took.items()}
    base = statistics.median(warm["cedar"])
    say(f"{len(rows)} rules, {rounds} rounds after one to warm up")
    for name, what in (
        ("rule", "translate a rule"),
        ("read-back", "read a policy back"),
        ("cedar", "baseline: Cedar parses and validates the policy"),
    ):
        say(f"  {what:48} {spread(warm[name])}   {statistics.median(warm[name]) / base:5.1f} x baseline")
    lines = [json.dumps({"id": row["id"], "gateway": str(paths[row["gateway"]]), "rule": row["rule"]}) for row in rows]
    total = milliseconds(lambda: sum(1 for _ in translate_batch(lines * rounds)))
    each = total / len(lines) / rounds
    what = "--batch, one core, loading the gateways within"
    say(f"  {what:48} {1000 / each:7.0f} rules a second   {each / base:5.1f} x baseline")


def bench_sizes(sizes: Iterable[int], rounds: int) -> None:
    """The lexicon and a rule as the gateway grows."""
    say("\ntools    lexicon, cold   warm   baseline: schema alone, warm   rule")
    for size in sizes:
        gateway = sized_gateway(size)
        cold = milliseconds(lambda: build_lexicon(gateway))  # noqa: B023
        schema = statistics.median(milliseconds(lambda: schema_for(gateway)) for _ in range(3))  # noqa: B023
        warm = statistics.median(milliseconds(lambda: build_lexicon(gateway)) for _ in range(3))  # noqa: B023
        lexicon = build_lexicon(gateway)
        rule = "Clerks may close parcels when the amount integer is at most 500 and the state string is held"
        (asset,) = translate(rule, gateway, lexicon=lexicon)
        times = [milliseconds(lambda: translate(rule, gateway, lexicon=lexicon)) for _ in range(10 * rounds)]  # noqa: B023
        verdict = "" if asset.statement or size < 20 else "   (refused)"
        say(
            f"{size:5}   {cold:8.0f} ms {warm:8.0f} ms   {schema:8.0f} ms ({warm / schema:4.1f} x)"
            f"   {spread(times)}{verdict}"
        )


def bench_long(rounds: int) -> None:
    """2,000 characters: as many rules as that holds, and one sentence that never ends."""
    say("\n2,000 characters")
    gateway = sized_gateway(100)
    lexicon = build_lexicon(gateway)
    rule = "Clerks may close parcels when the amount integer is at most 500. "
    one = "Clerks may close parcels when the amount integer is at most 500" + " or the state string is held" * 80
    for what, text in (("rules", rule * 40), ("one sentence", one)):
        times = [milliseconds(lambda: translate(text[:2000], gateway, lexicon=lexicon)) for _ in range(rounds)]  # noqa: B023
        say(f"  {what:48} median {statistics.median(times):7.0f} ms   most {max(times):7.0f} ms")


def bench_import(rounds: int) -> None:
    """A process that only imports, against one that imports nothing and one that imports cedarpy."""
    say("\nstart of a process")

    def median(code: str) -> float:
        def start() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000

        return statistics.median(start() for _ in range(rounds))

    bare = median("")
    for code in (
        "import cedarpy",
        "import bot.language, bot.language.command",
        "import bot.language.readback.sentence",
    ):
        took = median(code)
        say(f"  {code:48} {took:7.0f} ms   {took / bare:5.1f} x a bare interpreter ({bare:.0f} ms)")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    bench_rules(args.rounds)
    bench_sizes([int(size) for size in args.sizes.split(",")], args.rounds)
    bench_long(args.rounds)
    bench_import(args.rounds)


if __name__ == "__main__":
    main()
