"""Bounded slices of the fuzz: the encoding against Cedar, cvc5 against z3, claims against brute force.

tests/bench has the full runs.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_COMMANDS = Path(__file__).parents[2] / "bench"


def command(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, _COMMANDS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 2])
def test_random_policies_mean_what_cedar_and_both_solvers_say(seed: int) -> None:
    """Every comparison is an assertion inside the run; here, that it compared what it should."""
    counts = command("fuzz_analysis").Fuzz(seed).run(75, requests=30)
    assert counts["evaluations"] > 2000
    assert counts["evaluations that match"] > 100
    assert counts["evaluations that end in an error"] > 50
    assert counts["models that Cedar confirms"] > 200
    assert counts["unsat"] > 100
    assert counts["unknown"] < 5


def test_every_claim_about_a_candidate_holds_whatever_becomes_of_uncertain_policies() -> None:
    """Every comparison is an assertion inside the run; here, that it compared what it should."""
    counts = command("fuzz_standing").Fuzz(11).run(20)
    assert counts["changes: changed"] + counts["changes: changed, with a reason"] >= 10
    assert counts["changes: not analysed, with a reason"] > 0
    assert counts["who is concerned"] >= 10
    assert counts["same change: True"] > 0
    assert counts["same change: False"] > 0
    assert counts["reading: agree"] > 5
    assert counts["reading: differ"] > 5
