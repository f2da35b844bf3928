"""The threat model names tests that there are, and the page of licences what is installed."""

from __future__ import annotations

import ast
import re
import sysconfig
from pathlib import Path

import pytest

from bot.agentcore import Call
from bot.metrics import Metrics
from bot.slack.timed import Answered
from tests.support import licences
from tests.unit.docs.test_monitoring import OfEach

ROOT = Path(__file__).parents[3]
MODEL = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in MODEL.splitlines() if line.startswith("|") and not line.startswith(("|---", "| asset |"))]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FREE = re.compile(r"\b(AGPL|GPL|SSPL|BUSL|Commons Clause|Proprietary)\b")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[3].strip())
def test_every_threat_has_a_control_and_a_test_that_is_there(row: str) -> None:
    """Five cells, none of them empty, and in the last one tests of this repository by file and name."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 5
    assert all(cells)
    named = NAMED.findall(cells[4])
    assert ", ".join(f"`{file}::{name}`" for file, name in named) == cells[4]
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in functions, f"{file}::{name}"


def test_the_model_has_a_row_for_each_part() -> None:
    assert len(ROWS) >= 25


async def test_metrics_say_nothing_of_people_or_rules() -> None:
    """No label has a user's, a channel's or a proposal's id: labels are names of operations, states and queues."""
    metrics = Metrics()
    metrics.called(Call("GetPolicy", "", 0.1))
    metrics.acknowledged(Answered("command", 0.1, 200, "P-7K2M9Q"))
    text = (await metrics.everything(OfEach())).decode()
    assert "P-7K2M9Q" not in text
    harmless = "code engine kind le method operation outcome question queue state status verdict"
    assert set(re.findall(r"(\w+)=\"", text)) <= set(harmless.split())


def test_the_licences_are_those_of_what_is_pinned() -> None:
    """`python -m tests.support.licences` writes the page anew."""
    assert licences.FILE.read_text(encoding="utf-8") == licences.page()


@pytest.mark.parametrize("name", licences.pinned())
def test_each_licence_is_known_and_leaves_the_project_free(name: str) -> None:
    said = licences.licence(name)
    assert said, name
    assert not FREE.search(said), said


def test_the_libraries_within_the_wheels_are_named() -> None:
    """Every shared library that a pinned package brings along is one whose licence the page tells."""
    site = Path(sysconfig.get_path("platlib"))
    inside = [each for name in licences.pinned() for each in (site / f"{name.replace('-', '_')}.libs").glob("*.so*")]
    assert inside
    for library in inside:
        assert re.split(r"[-.]", library.name)[0] in licences.BUNDLED, library.name
    for said in licences.BUNDLED.values():
        assert said.partition(":")[0].removesuffix(" itself") in licences.page()
