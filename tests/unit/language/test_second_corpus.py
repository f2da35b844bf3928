"""221 rules in harder voices, for four more gateways: much of it is refused, none is read more loosely than asked."""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

FOLDER = Path(__file__).parents[2] / "corpora" / "second"


def test_no_rule_in_a_hard_voice_is_read_more_loosely_than_asked(
    compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any],
) -> None:
    """The share of equal readings is held as it was reached, so that a stricter reader cannot win by refusing all."""
    gateways = {path.stem: load_gateway(path) for path in (FOLDER / "gateways").glob("*.json")}
    rows = [json.loads(line) for line in (FOLDER / "rules.jsonl").read_text(encoding="utf-8").splitlines()]
    verdicts: collections.Counter[str] = collections.Counter()
    loose = []
    for row in rows:
        gateway = gateways[row["gateway"]]
        statements = [asset.statement for asset in translate(row["rule"], gateway) if asset.statement]
        if not statements:
            verdict = "refused"
        elif row["expect"] == "refuse":
            verdict = "overreach"
        else:
            found = [compare(gateway, statements, reading).verdict for reading in row["readings"]]
            verdict = next(each for each in ("equal", "tighter", "looser") if each in found)
        verdicts[verdict] += 1
        loose += [row["rule"]] if verdict in ("looser", "overreach") else []
    assert loose == []
    assert verdicts["equal"] >= 100, verdicts
