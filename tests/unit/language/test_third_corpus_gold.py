"""The gold of the third corpus is sound: written before a reader saw its rules, it must stand by itself.

A row is {"id", "gateway", "rule", "expect", "voice", "tags"} with
    expect "policies"  `readings`: the lists of policies that are right
    expect "refusal"   `culprits`: the words that a refusal names (none where the whole text is no rule);
                       `ask`: the readings that a question should offer; `offer`: the right form of a mistyped word
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway, GatewaySchema, parse_policy, schema_for
from tests.support.gateways import load_gateway

FOLDER = Path(__file__).parents[2] / "corpora" / "third"
DESKS = FOLDER.parent / "desks"
FILES = sorted(FOLDER.glob("*.jsonl"))
MEMBERS = {"id", "gateway", "rule", "expect", "voice", "tags"}
MAY = {"policies": {"readings"}, "refusal": {"readings", "culprits", "ask", "offer"}}

Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def policies_of(row: Row) -> Iterator[str]:
    for reading in [*row.get("readings", []), *row.get("ask", [])]:
        yield from reading


@pytest.fixture(scope="module")
def schema_of(desk: Callable[[str], Gateway]) -> Callable[[str], GatewaySchema]:
    """The schema of a row's gateway, from the corpus' own folder or from the desks."""
    known: dict[str, GatewaySchema] = {}

    def schema(name: str) -> GatewaySchema:
        if name not in known:
            own = FOLDER / "gateways" / f"{name}.json"
            known[name] = schema_for(load_gateway(own) if own.exists() else desk(name))
        return known[name]

    return schema


def test_ids_and_rules_are_given_once() -> None:
    rows = [row for path in FILES for row in rows_of(path)]
    assert rows
    for member in ("id", "rule"):
        values = [row[member] for row in rows]
        assert sorted({value for value in values if values.count(value) > 1}) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_row_says_what_is_expected_of_it(path: Path) -> None:
    for row in rows_of(path):
        assert MEMBERS <= set(row) <= MEMBERS | MAY[row["expect"]], row["id"]
        assert row["voice"] in ("ordinary", "hard"), row["id"]
        if row["expect"] == "policies":
            assert row["readings"], row["id"]
            assert all(row["readings"]), row["id"]
        else:
            assert not row.get("readings"), row["id"]
            assert all(row.get("ask", [[""]])), row["id"]
            assert "offer" not in row or (row["offer"] and row["culprits"]), row["id"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_culprit_stands_in_the_rule_or_is_a_name_of_the_gateway(
    path: Path, schema_of: Callable[[str], GatewaySchema]
) -> None:
    for row in rows_of(path):
        tools = schema_of(row["gateway"]).gateway.tools
        inputs = {name for tool in tools for name in tool.input_schema.get("properties", {})}
        names = {tool.name for tool in tools} | inputs
        for culprit in row.get("culprits", []):
            assert culprit.lower() in row["rule"].lower() or culprit in names, row["id"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_policy_is_one_that_the_gateway_could_hold(path: Path, schema_of: Callable[[str], GatewaySchema]) -> None:
    for row in rows_of(path):
        schema = schema_of(row["gateway"])
        gateway = schema.gateway
        for statement in policies_of(row):
            policy = parse_policy(statement)
            assert schema.validate(statement) == (), (row["id"], statement)
            assert policy.principal_type == gateway.principal_type, row["id"]
            assert policy.resources == (gateway.arn,), row["id"]
            assert policy.est["resource"]["op"] == "==", row["id"]
