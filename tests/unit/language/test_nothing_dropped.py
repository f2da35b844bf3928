"""A word that is put into a rule changes its policy, or the rule is refused: none disappears in the reading."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.language import translate
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
# What limits a rule wherever it stands, if it says anything there at all.
LIMITS = (
    "foreign", "in europe", "to strangers", "with receipts", "without receipts", "before lunch", "of minors", "never",
    "partially", "two", "unless approved", "or aliens", "except aliens", "of theirs", "on mars", "urgent-only",
    "mostly", "once", "un-verified", "outside", "if approved",
)  # fmt: skip


def spoiled(rule: str, dice: random.Random) -> Iterator[str]:
    """The rule with a limit put between two of its words, or at its end."""
    words = rule.rstrip(".!").split(" ")
    for _ in range(4):
        at = dice.randrange(1, len(words) + 1)
        yield " ".join([*words[:at], dice.choice(LIMITS), *words[at:]])


@pytest.mark.parametrize("folder", [CORPORA, CORPORA / "second"], ids=["first", "second"])
def test_a_limit_put_anywhere_into_a_rule_is_never_dropped(folder: Path) -> None:
    dice, dropped, tried = random.Random(2026), [], 0
    gateways = {path.stem: load_gateway(path) for path in (folder / "gateways").glob("*.json")}
    for line in (folder / "rules.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        plain = [asset.statement for asset in translate(row["rule"], gateways[row["gateway"]])]
        for rule in sampled(spoiled(row["rule"], dice), 1) if None not in plain else ():
            tried += 1
            if [asset.statement for asset in translate(rule, gateways[row["gateway"]])] == plain:
                dropped.append(rule)
    assert tried > 75
    assert dropped == []
