"""Rules that a hasty reader makes looser than they are: misplaced exceptions, trailing conditions, two readings.

A refusal is right for each of them, and so is a policy as tight as the one written down; for some there is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "corpora" / "traps.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
def test_a_trap_is_refused_or_read_as_tightly_as_it_is_meant(
    row: dict[str, Any],
    corpus: tuple[list[dict[str, Any]], dict[str, Gateway]],
    compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any],
) -> None:
    gateway = corpus[1][row["gateway"]]
    statements = [asset.statement for asset in translate(row["rule"], gateway) if asset.statement]
    if statements:
        assert row["gold"], statements
        assert compare(gateway, statements, row["gold"]).verdict in ("equal", "tighter"), statements
