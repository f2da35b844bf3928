"""The project's visible corpus, scored by its own script; skipped where the corpus is not beside the repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RULES = ROOT.parent / "shared" / "rules"
BATCH = "import sys; from bot.language.command import translate_batch as t; [print(line) for line in t(sys.stdin)]"


@pytest.mark.skipif(not RULES.exists(), reason="the corpus is not beside the repository")
def test_the_visible_corpus_is_read_exactly_and_nothing_is_loose() -> None:
    command = [
        sys.executable,
        str(RULES / "score.py"),
        "--samples",
        "10",
        str(RULES / "dev.jsonl"),
        "--",
        sys.executable,
        "-c",
        BATCH,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = re.search(r"SCORE equal ([\d.]+)% loose (\d+) honest_refusals (\d+)/(\d+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) >= 97
    assert found[2] == "0"
    assert found[3] == found[4]
