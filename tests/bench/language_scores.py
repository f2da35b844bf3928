"""Score the translator on every corpus: a table, and the rows that are not as they should be, looser ones first.

PYTHONPATH=. python tests/bench/language_scores.py [--only NAME] [--refused] [--corpus FILE] [--gateways FOLDER]
"""

from __future__ import annotations

import argparse
import collections
import functools
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.cedar import Gateway, load_gateway
from bot.language import Asset, translate

ROOT = Path(__file__).parents[2]
SHARED = next((rules for parent in ROOT.parents if (rules := parent / "shared" / "rules").exists()), ROOT)
CORPORA = ROOT / "tests" / "corpora"
BAD = ("looser", "overreach")
ORDER = ("looser", "overreach", "raised", "tighter", "equal", "refused", "right")


def corpora(extra: Sequence[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each corpus by name, with its rows. The part of the third that is put aside is never among them."""
    places: dict[str, Path] = {
        "dev": SHARED / "dev.jsonl",
        "github": SHARED / "dev-github.jsonl",
        "rules": CORPORA / "rules.jsonl",
        "second": CORPORA / "second" / "rules.jsonl",
        "loose": CORPORA / "loose.jsonl",
        "traps": CORPORA / "traps.jsonl",
        "everyday": CORPORA / "everyday.jsonl",
        **{f"third-{path.stem}": path for path in sorted((CORPORA / "third").glob("seen*.jsonl"))},
        **{
            f"{name}-{half}": CORPORA / name / f"{half}.jsonl"
            for name in (
                *("fourth", "fifth", "sixth", "seventh", "eighth"),
                *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth"),
                *("fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
                *("twentieth", "twentyfirst", "twentysecond", "twentythird"),
            )
            for half in ("seen", "aside")
        },
        **{Path(path).stem: Path(path) for path in extra},
    }
    for name, path in places.items():
        if path.exists():
            yield name, [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@functools.cache
def gateway(name: str, corpus: str, extra: str) -> Gateway:
    """A gateway by name, from the folder of its corpus first."""
    folders = [CORPORA / "second" / "gateways"] if corpus == "second" else []
    folders += [SHARED / "gateways"] if corpus in {"dev", "github"} else []
    folders += [Path(extra)] if extra else []
    folders += (
        [CORPORA / corpus.partition("-")[0] / "gateways"]
        if corpus.startswith(
            ("fifteenth", "sixteenth", "eighteenth", "nineteenth", "twentyfirst", "twentysecond", "twentythird")
        )
        else []
    )
    folders += [CORPORA / "third" / "gateways"] if corpus.startswith(("third", "fourth")) else []
    folders += [CORPORA / "gateways", CORPORA / "desks", SHARED / "gateways", CORPORA / "second" / "gateways"]
    found = next(path for folder in folders if (path := folder / f"{name}.json").exists())
    return load_gateway(found)


def verdict(row: dict[str, Any], assets: Sequence[Asset], on: Gateway, arena: Callable[..., Any]) -> str:
    """One of ORDER; a row without an expectation is a trap, which is right when refused or as tight as its gold."""
    statements = [asset.statement for asset in assets if asset.statement]
    golds = row.get("readings") or ([row["gold"]] if row.get("gold") else [])
    refuse = row.get("expect") == "refuse" or not golds
    if not statements:
        return "right" if refuse else "refused"
    if refuse:
        return "overreach"
    if any(sorted(statements) == sorted(gold) for gold in golds):
        return "equal"
    found = [arena(on, statements, gold).compare().verdict for gold in golds]
    return next(each for each in ("equal", "tighter", "looser") if each in found)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--refused", action="store_true", help="print the rows that are refused and should not be")
    parser.add_argument("--corpus", action="append", default=[], help="a further file of rows")
    parser.add_argument("--gateways", default="", help="a further folder of gateways")
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("arena", ROOT / "tests" / "unit" / "language" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["arena"] = module
    spec.loader.exec_module(module)
    lines: list[tuple[int, str]] = []
    spent: list[float] = []
    for name, rows in corpora(options.corpus):
        if options.only not in name:
            continue
        table, voices = (
            collections.Counter[str](),
            collections.defaultdict[str, collections.Counter[bool]](collections.Counter),
        )
        for row in rows:
            on = gateway(row["gateway"], name, options.gateways)
            translate("allow", on)
            began = time.process_time()
            try:
                assets = translate(row["rule"], on)
                spent.append(time.process_time() - began)
                ours = verdict(row, assets, on, module.Arena)
            except Exception as error:  # noqa: BLE001  the table names it: a reader that raises is a finding
                assets, ours = (), f"raised {type(error).__name__} {error}"
            kind = ours.split()[0]
            table[kind] += 1
            voices[row.get("voice", "")][kind in ("equal", "right")] += 1
            if kind in (*BAD, "raised", "tighter") or (options.refused and ours == "refused"):
                said = " / ".join(asset.statement or asset.findings[0].description for asset in assets)
                lines.append(
                    (ORDER.index(kind), f"{ours:9} {name}: {row['rule']!r}\n     {' '.join(said.split())[:260]}")
                )
        shown = "  ".join(f"{each} {table[each]}" for each in ORDER if table[each])
        heard = "".join(f"  {voice} {of[True]}/{of.total()}" for voice, of in sorted(voices.items()) if voice)
        sys.stdout.write(f"{name:14} {len(rows):4}  {shown}{heard}\n")
    for _, line in sorted(lines):
        sys.stdout.write(f"{line}\n")
    if spent:
        ranked = sorted(spent)
        sys.stdout.write(
            f"of the processor: median {statistics.median(spent) * 1000:.1f} ms, "
            f"p95 {ranked[int(len(ranked) * 0.95)] * 1000:.1f} ms, "
            f"most {ranked[-1] * 1000:.1f} ms\n"
        )


if __name__ == "__main__":
    main()
