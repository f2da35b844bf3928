"""A bounded slice of `python -m tests.chaos`: a few rounds of what goes wrong most, with the real bot as a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.rounds import run

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROUNDS = ("delivered_twice", "kill_while_slack_is_slow", "agentcore_answers_lost", "slacks_answers_lost")


async def test_nothing_is_lost_and_every_policy_is_once_in_effect(tmp_path: Path) -> None:
    """Whatever was acknowledged comes to its end, and is shown and recorded so."""
    found = await run(tmp_path, ROUNDS, seed=20261126)
    assert found.proposals >= 3
    assert found.faults == []
    assert found.doubled == []
    assert not any(name.startswith("delivered_twice") for name in found.lost)
