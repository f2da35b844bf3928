"""Arguments of every JSON type, held to a tool's schema and told in Cedar's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cedar import Gateway, Request, Target, Tool, evaluate, schema_for
from bot.dataplane.inputs import Inputs, Unfit

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-0123456789"
PROPERTIES: dict[str, Any] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "yes": {"type": "boolean"},
    "size": {"type": "string", "enum": ["S", "M"]},
    "day": {"type": "string", "format": "date-time"},
    "host": {"type": "string", "format": "ipv4"},
    "either": {"type": ["string", "integer"]},
    "nothing": {"type": "null"},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "many": {"type": "array", "items": {"type": "number"}},
    "deep": {"type": "object", "properties": {"size": {"type": "string", "enum": ["L"]}}, "required": ["size"]},
}
TOOL = Tool("T", "all", "", {"type": "object", "properties": PROPERTIES})
SCHEMA = schema_for(Gateway(ARN, "desk-0123456789", "desk", "CUSTOM_JWT", (Target("T000000001", "T", (TOOL,)),)))
INPUTS = Inputs(SCHEMA)


def test_every_type_is_told_so_that_policies_read_it() -> None:
    arguments = {
        "text": "a",
        "whole": 5,
        "number": 1.5,
        "yes": True,
        "size": "M",
        "day": "2026-11-22T18:00:00Z",
        "host": "10.0.0.1",
        "either": 7,
        "nothing": None,
        "labels": {"a": "b"},
        "many": [1, 2.25],
        "deep": {"size": "L"},
        "unheard_of": [{}],
    }
    INPUTS.check(TOOL, arguments)
    request = Request("AgentCore::OAuthUser", "u", TOOL.action, ARN, INPUTS.in_cedar(TOOL, arguments))
    for condition in (
        'context.input.text == "a"',
        "context.input.whole == 5",
        'context.input.number.greaterThan(decimal("1.4999"))',
        "context.input.yes",
        'context.input.size == AgentCore::T___all::Input::size::"M"',
        'context.input.day > datetime("2026-11-22T17:59:00Z")',
        'context.input.host.isInRange(ip("10.0.0.0/8"))',
        "context.input.either has typeChoice1 && context.input.either.typeChoice1 == 7",
        "context.input has nothing && context.input has labels",
        'context.input.many.contains(decimal("2.25"))',
        'context.input.deep.size == AgentCore::T___all::Input::deep::size::"L"',
    ):
        policy = f'permit(principal, action == AgentCore::Action::"{TOOL.action}", resource) when {{ {condition} }};'
        decided = evaluate({"p": policy}, request, SCHEMA)
        assert (decided.allowed, decided.errors) == (True, ()), condition


@pytest.mark.parametrize(
    ("arguments", "cedar"),
    [
        ({"whole": 5.0}, {"whole": 5}),
        ({"number": 3}, {"number": {"__extn": {"fn": "decimal", "arg": "3.0000"}}}),
        ({"number": -0.0001}, {"number": {"__extn": {"fn": "decimal", "arg": "-0.0001"}}}),
        ({"either": "x"}, {"either": {"typeChoice0": "x"}}),
        ({"day": "2026-11-22"}, {"day": {"__extn": {"fn": "datetime", "arg": "2026-11-22"}}}),
        (
            {"day": "2026-11-22T18:00:00.5+02:00"},
            {"day": {"__extn": {"fn": "datetime", "arg": "2026-11-22T16:00:00.500Z"}}},
        ),
        ({}, {}),
    ],
)
def test_numbers_and_times_are_told_exactly(arguments: dict[str, Any], cedar: dict[str, Any]) -> None:
    INPUTS.check(TOOL, arguments)
    assert INPUTS.in_cedar(TOOL, arguments) == cedar


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"text": 5}, "Field '/text' has invalid type: integer found, string expected"),
        ({"whole": True}, "Field '/whole' has invalid type: boolean found, integer expected"),
        ({"whole": None}, "Field '/whole' has invalid type: null found, integer expected"),
        ({"size": "XL"}, "Field '/size' is invalid: breaks the schema's enum"),
        ({"many": [1, "2"]}, "Field '/many/1' has invalid type: string found, number expected"),
        ({"deep": {}}, "Missing required field(s): 'size'"),
        ({"either": []}, "Field '/either' has invalid type: array found, string, integer expected"),
    ],
)
def test_what_breaks_the_tools_schema_is_named(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(Unfit) as unfit:
        INPUTS.check(TOOL, arguments)
    assert unfit.value.problems == (problem,)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"whole": 2**63}, "Field '/whole' does not fit 64 bits"),
        ({"number": 1.00001}, "Field '/number' has more digits than Cedar's decimals, four after the point"),
        ({"number": 1e300}, "Field '/number' has more digits than Cedar's decimals, four after the point"),
        ({"day": "soon"}, "Field '/day' is no date or time"),
        ({"day": "2026-11-22T18:00:00"}, "Field '/day' has no time zone"),
    ],
)
def test_what_cedar_cannot_hold_is_named(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(Unfit) as unfit:
        INPUTS.in_cedar(TOOL, arguments)
    assert unfit.value.problems == (problem,)


def test_a_schema_that_is_none_holds_nobody_to_anything() -> None:
    odd = Tool("T", "odd", "", {"type": "object", "properties": {"a": {"type": "wrong"}}})
    INPUTS.check(odd, {"a": 5})
