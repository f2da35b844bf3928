"""A bounded slice of the fuzz: the encoding against Cedar, cvc5 against z3. tests/bench has the full run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_COMMAND = Path(__file__).parents[2] / "bench" / "fuzz_analysis.py"


@pytest.fixture(scope="module")
def fuzzing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_analysis", _COMMAND)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 2])
def test_random_policies_mean_what_cedar_and_both_solvers_say(seed: int, fuzzing: ModuleType) -> None:
    """Every comparison is an assertion inside the run; here, that it compared what it should."""
    counts = fuzzing.Fuzz(seed).run(75, requests=30)
    assert counts["evaluations"] > 2000
    assert counts["evaluations that match"] > 100
    assert counts["evaluations that end in an error"] > 50
    assert counts["models that Cedar confirms"] > 200
    assert counts["unsat"] > 100
    assert counts["unknown"] < 5
