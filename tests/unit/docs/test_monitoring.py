"""The dashboard and the alert rules speak of metrics that there are, with labels that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.agentcore import Call
from bot.metrics import Metrics
from bot.review.found import SecondReading, Verdict
from bot.review.model import ProposalState
from bot.review.work import Claim, WorkKind
from bot.slack.timed import Answered
from bot.slack.tracing import SlackCall
from bot.storage.counting import Counted, Waiting
from tests.unit.blocks.golden import NOON

FOLDER = Path(__file__).parents[3] / "docs" / "monitoring"
ALERTS: dict[str, Any] = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
NAME = re.compile(r"\bpolicybot_\w+")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"")
BY = re.compile(r"\bby \(([^)]*)\)")


class OfEach:
    """A store with one of everything."""

    async def totals(self) -> Counted:
        return Counted({"in_review": 1}, {"in_review": 1.0}, {"drafts": Waiting(1, 1.0, 1)}, {"e-1": 1})


async def series() -> dict[str, set[str]]:
    """Every metric, as a scrape shows it, with its labels."""
    metrics = Metrics()
    metrics.called(Call("GetPolicy", "", 0.1))
    metrics.slack_called(SlackCall("chat.update", "", 0.1))
    metrics.acknowledged(Answered("command", 0.1, 200))
    metrics.solved("analyse", "answered", 0.1)
    metrics.read(SecondReading(Verdict.DIFFER, looser=True))
    metrics.lost(Claim(WorkKind.DRAFT, "d", "l", 0, 0, NOON))
    found: dict[str, set[str]] = {}
    for line in (await metrics.everything(OfEach())).decode().splitlines():
        if not line.startswith("#"):
            name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+", line).groups()  # type: ignore[union-attr]
            found[name] = set(re.findall(r"(\w+)=\"", labels or ""))
    return found


def expressions() -> Iterator[tuple[str, str]]:
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
async def test_what_it_asks_for_is_there(where: str, expression: str) -> None:
    known = await series()
    names = set(NAME.findall(expression))
    assert names, where
    assert names <= set(known), names - set(known)
    labels = set().union(*(known[name] for name in names))
    used = set(LABEL.findall(expression)) | {each.strip() for by in BY.findall(expression) for each in by.split(",")}
    assert used <= labels, used - labels


async def test_nothing_is_counted_that_nobody_looks_at() -> None:
    """Each metric is in the dashboard, by one of its series."""
    shown = {name for panel in DASHBOARD["panels"] for each in panel["targets"] for name in NAME.findall(each["expr"])}
    families = {re.sub("_(bucket|count|sum|total|created)$", "", name) for name in await series()}
    assert families == {re.sub("_(bucket|count|sum|total|created)$", "", name) for name in shown}


async def test_the_first_event_that_an_alert_waits_for_is_an_increase() -> None:
    """What alerts on an increase counts from 0 on: a series that begins with its first event has none."""
    counted = (await Metrics().everything(OfEach())).decode()
    asked = [each for _, each in expressions() if "increase(" in each]
    for name in {name for each in asked for name in NAME.findall(each)}:
        assert f"{name}{{" in counted, name
    for label in {label for each in asked for label in re.findall(r"\{.*?\}", each)}:
        assert f"{label} 0.0" in counted, label


def test_each_alert_says_what_to_do() -> None:
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            assert set(rule["annotations"]) == {"summary", "do"}
            assert rule["labels"]["severity"] in ("page", "warn")


def test_the_states_that_an_alert_names_are_states() -> None:
    (named,) = re.findall(r'state=~"([^"]+)"', json.dumps(ALERTS).replace('\\"', '"'))
    assert set(named.split("|")) <= {state.value for state in ProposalState}
