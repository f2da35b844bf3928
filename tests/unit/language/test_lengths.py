"""How long something is, where another input is counted in the same unit: a notice, a nested number of that name."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway, gateway_from_api
from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
GATEWAYS = sorted((CORPORA / "gateways").glob("*.json")) + sorted((CORPORA / "desks").glob("*.json"))
MINUTES = {"minutes": 1, "hours": 60, "days": 1440}


def works(length: str, unit: str, notice: str, noticed: str) -> Gateway:
    """A gateway with one tool: how long it takes in one unit, and how long before it is said, in another."""
    number = {"type": "integer", "description": f"Length in {unit}"}
    said = {"type": "integer", "description": f"{noticed.title()} of notice"}
    properties: dict[str, Any] = {length: number}
    outer, _, inner = notice.rpartition(".")
    properties |= {outer: {"type": "object", "properties": {inner: said}}} if outer else {inner: said}
    schema = {"type": "object", "properties": properties, "required": [length]}
    tool = {"name": "close_bridge", "description": "Close a bridge", "inputSchema": schema}
    target = {
        "targetId": "BR1",
        "name": "Bridges",
        "targetConfiguration": {"mcp": {"lambda": {"lambdaArn": "arn:x", "toolSchema": {"inlinePayload": [tool]}}}},
    }
    return gateway_from_api(
        {
            "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/bridges-a1b2c3d4e5",
            "gatewayId": "bridges-a1b2c3d4e5",
            "name": "bridges",
            "authorizerType": "CUSTOM_JWT",
        },
        [target],
    )


def makers() -> list[tuple[str, str, str, str]]:
    """Names and units of both inputs."""
    lengths = [(f"{name}{unit.title()}", unit) for name in ("window", "closure") for unit in ("minutes", "hours")]
    notices = [(f"{name}{unit}", unit) for name in ("notice.", "warning.notice_") for unit in ("hours", "days")]
    notices += [("noticeHours", "hours"), ("notice_days", "days")]
    return [(*length, *notice) for length, notice in itertools.product(lengths, notices)]


@pytest.mark.parametrize(("length", "unit", "notice", "noticed"), makers())
@pytest.mark.parametrize(
    "rule",
    [
        "block closing bridges longer than 4 hours",
        "block closing bridges longer than 4 hours unless {notice} is at least 48",
        "block closing bridges for longer than 2 days unless {notice} is at least 48",
        "block closing bridges for no longer than 6 hours",
        "block closing bridges up to 3 hours long",
        "block closing bridges over 4 hours unless {notice} is at least 48",
        "block closing bridges of 4 hours or more",
    ],
)
def test_a_length_is_no_notice(rule: str, length: str, unit: str, notice: str, noticed: str) -> None:
    """The bound is on the length, in its own unit, or the rule is refused; it is never on the notice."""
    gateway = works(length, unit, notice, noticed)
    (asset,) = translate(rule.format(notice=notice), gateway)
    long = "long" in rule
    assert asset.statement is not None or not long
    if asset.statement is None:
        return
    when = asset.statement.partition("unless")[0]
    assert f"context.input.{length}" in when
    assert "notice" not in when.lower()
    number = next(number for number in (4, 2, 6, 3) if f" {number} " in rule)
    said = number * MINUTES["days" if "days" in rule else "hours"]
    assert f" {said // MINUTES[unit]}" in when


@pytest.mark.parametrize("path", GATEWAYS, ids=lambda path: path.stem)
def test_nothing_longer_is_a_notice(path: Path) -> None:
    """At every gateway "longer than" is of no number that leads up to something, or comes after it."""
    gateway = load_gateway(path)
    for tool in lexicon_for(gateway).tools:
        timed = [found for found in tool.inputs if found.is_number and found.is_from_a_day]
        for found, unit in itertools.product(timed, ("minutes", "hours", "days", "weeks")):
            (asset,) = translate(f"block {tool.tool.name} longer than 3 {unit}", gateway)
            assert asset.statement is None or f"input.{found.name} >" not in asset.statement


@pytest.mark.parametrize(
    ("rule", "test"),
    [
        ("block scheduling maintenance unless the notice is at least 48 hours", "context.input.notice.hours >= 48"),
        ("block scheduling maintenance unless the notice is at least 2 days", "context.input.notice.hours >= 48"),
        ("block scheduling maintenance with notice.hours below 48", "context.input.notice.hours < 48"),
        ("block scheduling maintenance if the window is longer than 4 hours", "context.input.windowMinutes > 240"),
    ],
)
def test_a_number_within_an_object_is_found_by_its_unit(rule: str, test: str) -> None:
    (asset,) = translate(rule, load_gateway(CORPORA / "gateways" / "telecom.json"))
    assert asset.statement is not None
    assert test in " ".join(asset.statement.split())


@pytest.mark.parametrize(
    "rule",
    [
        "block scheduling maintenance of more than 4 hours",
        "block scheduling maintenance if the notice is below 48",
        "block scheduling maintenance if the notice is below 48 dollars",
    ],
)
def test_what_may_be_either_is_asked(rule: str) -> None:
    (asset,) = translate(rule, load_gateway(CORPORA / "gateways" / "telecom.json"))
    assert asset.statement is None
