"""200 rules of a fourth corpus, gold first, by somebody who had not seen the grammar: ordinary and hard voices."""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
FLOORS = {"seen": {"ordinary": 0.95, "hard": 0.8}, "aside": {"ordinary": 0.85, "hard": 0.8}}
"""`aside` was looked at once, when the grammar was done: what is not read there is not mended row by row."""


@cache
def gateway_of(name: str) -> Gateway:
    folders = (CORPORA / "third" / "gateways", CORPORA / "desks")
    return load_gateway(next(path for folder in folders if (path := folder / f"{name}.json").exists()))


@pytest.mark.parametrize("part", FLOORS)
def test_ordinary_and_hard_voices_are_read(
    compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any], part: str
) -> None:
    """Nothing is read that should be refused; a message of two rules of which one is asked gives the other alone."""
    verdicts: collections.Counter[tuple[str, str]] = collections.Counter()
    wrong = []
    text = (CORPORA / "fourth" / f"{part}.jsonl").read_text(encoding="utf-8")
    for row in map(json.loads, text.splitlines()):
        gateway = gateway_of(row["gateway"])
        assets = translate(row["rule"], gateway)
        statements = [asset.statement for asset in assets if asset.statement]
        half = bool(statements) and len(statements) < len(assets)
        if not statements or half:
            verdict = "right" if row["expect"] == "refuse" else "refused"
        elif row["expect"] == "refuse":
            verdict = "overreach"
        else:
            found = [compare(gateway, statements, reading).verdict for reading in row["readings"]]
            verdict = next(each for each in ("equal", "tighter", "looser") if each in found)
        verdicts[row["voice"], verdict] += 1
        wrong += [row["rule"]] if verdict in ("looser", "tighter", "overreach") else []
    assert wrong == []
    for voice, floor in FLOORS[part].items():
        total = sum(count for (said, _), count in verdicts.items() if said == voice)
        assert verdicts[voice, "equal"] + verdicts[voice, "right"] >= floor * total, verdicts
