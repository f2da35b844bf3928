"""104 everyday rules for tools that most people have: GitHub's, Stripe's, a shop's and an airline's desk."""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.cedar import Gateway
from bot.language import translate

CORPUS = Path(__file__).parents[2] / "corpora" / "everyday.jsonl"


def test_everyday_rules_are_read_as_they_are_meant(
    desk: Callable[[str], Gateway], compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any]
) -> None:
    """Nothing is looser, and at least 85 % are as they should be: equal, or refused where two tools fit."""
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    verdicts: collections.Counter[str] = collections.Counter()
    wrong = []
    for row in rows:
        gateway = desk(row["gateway"])
        statements = [asset.statement for asset in translate(row["rule"], gateway) if asset.statement]
        if not statements:
            verdict = "right" if row["expect"] == "refuse" else "refused"
        elif row["expect"] == "refuse":
            verdict = "overreach"
        else:
            found = [compare(gateway, statements, reading).verdict for reading in row["readings"]]
            verdict = next(each for each in ("equal", "tighter", "looser") if each in found)
        verdicts[verdict] += 1
        wrong += [row["rule"]] if verdict in ("looser", "tighter", "overreach") else []
    assert wrong == []
    assert verdicts["equal"] + verdicts["right"] >= 0.85 * len(rows), verdicts
