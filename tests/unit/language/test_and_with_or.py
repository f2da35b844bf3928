"""Conditions side by side and an "or" that nothing groups: which belong together is asked, or the rule says it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.gateway.listed import listed_values
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

GATEWAYS = sorted((Path(__file__).parents[2] / "corpora" / "gateways").glob("*.json"))
BOUNDS = {"over 500": "context.input.amount > 500", "under 20": "context.input.amount < 20"}
KINDS = {
    "in EUR": 'context.input has currency && context.input.currency == "EUR"',
    "with reason late": 'context.input has reason && context.input.reason == "late"',
    "without a reason": "!(context.input has reason)",
}
Compare = Callable[[Gateway, Sequence[str], Sequence[str]], Any]


@pytest.mark.parametrize("frame", ["block refunds {}", "refunds {} are blocked", "interns may issue refunds {}"])
def test_a_half_of_an_or_takes_no_neighbour_alone(frame: str, desk: Callable[[str], Gateway], compare: Compare) -> None:
    gateway = desk("support")
    said = {**BOUNDS, **KINDS}
    wrong = []
    for first, second, third, fourth in itertools.permutations(said, 4):
        rule = frame.format(f"{first} {second} or {third} {fourth}")
        statements = [asset.statement for asset in translate(rule, gateway) if asset.statement]
        effect = "permit" if "may" in frame else "forbid"
        who = 'principal.hasTag("role") && principal.getTag("role") == "intern"' if "may" in frame else "true"
        gold = (
            f"{effect}(principal is AgentCore::OAuthUser, "
            f'action == AgentCore::Action::"RefundTool___process_refund", '
            f'resource == AgentCore::Gateway::"{gateway.arn}") when {{ {who} && '
            f"(({said[first]} && {said[second]}) || ({said[third]} && {said[fourth]})) }};"
        )
        if statements and compare(gateway, statements, [gold]).verdict != "equal":
            wrong.append((rule, statements))
    assert wrong == []


@pytest.mark.parametrize("path", GATEWAYS, ids=lambda path: path.stem)
def test_nothing_is_below_a_value_of_a_list(path: Path) -> None:
    gateway = load_gateway(path)
    rules = [
        f"block {tool.name} below {said}"
        for tool in gateway.tools
        for schema in tool.input_schema.get("properties", {}).values()
        for values in [listed_values(str(schema.get("description", "")))]
        for said in (*values, *(f"{left} and {right}" for left, right in itertools.pairwise(values)))
    ]
    assert [rule for rule in sampled(rules, 20) for asset in translate(rule, gateway) if asset.statement] == []
