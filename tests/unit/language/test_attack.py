"""936 sentences that were meant to be read wrongly: two or three phenomena at once, on tools of seven gateways.

`tests/corpora/attack.jsonl` has each with its `gold`, judged by hand: the policies that it asks for, or none where it
is refused or asked. A row without gold that comes to be read is a new reading: whoever taught it judges it, and writes
it down. The rows of the shared gateways are skipped where those are not beside the repository.
"""

from __future__ import annotations

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
SHARED = Path(__file__).parents[4] / "shared" / "rules" / "gateways"
FOLDERS = (CORPORA / "desks", SHARED, CORPORA / "third" / "gateways")
ROWS = [json.loads(line) for line in (CORPORA / "attack.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def gateway_of(name: str) -> Gateway | None:
    found = next((path for folder in FOLDERS if (path := folder / f"{name}.json").exists()), None)
    return load_gateway(found) if found else None


@pytest.mark.parametrize("name", sorted({row["gateway"] for row in ROWS}))
def test_no_sentence_that_misleads_is_read_more_loosely_than_judged(
    name: str, compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any]
) -> None:
    gateway = gateway_of(name)
    if gateway is None:
        pytest.skip("this gateway is not beside the repository")
    loose = []
    for row in (row for row in ROWS if row["gateway"] == name):
        statements = [asset.statement for asset in translate(row["rule"], gateway) if asset.statement]
        if sorted(" ".join(each.split()) for each in statements) == sorted(row["gold"]):
            continue
        if statements and (not row["gold"] or compare(gateway, statements, row["gold"]).verdict == "looser"):
            loose.append((row["rule"], statements))
    assert loose == []
