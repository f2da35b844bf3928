"""A rule as somebody says it, and the same in the plainest words: both are one reading.

`tests/corpora/pairs/` has each as its `rule` and its `plain` lines, by people who had not seen the grammar. A row that
is `refused` is known to be; whoever teaches the reader takes the mark away. None is ever read as something else. Those
that are put `aside` are for measuring, and nobody teaches them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

FOLDER = Path(__file__).parents[2] / "corpora" / "pairs"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.jsonl")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_what_is_said_is_read_as_its_plain_words(
    path: Path, desk: Callable[[str], Gateway], compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any]
) -> None:
    wrong = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        gateway = desk(row["gateway"])
        told, named = (translate(row[side], gateway) for side in ("rule", "plain"))
        said, plain = ([asset.statement for asset in assets if asset.statement] for assets in (told, named))
        assert len(plain) == len(named), row["plain"]
        verdict = "refused" if len(said) < len(told) else compare(gateway, said, plain).verdict
        if verdict not in {"equal", "refused" if row.get("refused") else ""}:
            wrong.append((verdict, row["rule"]))
    assert wrong == []
