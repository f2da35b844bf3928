"""Conditions that could be read more openly than asked: each is refused, or decides as it should, by Cedar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.cedar import Gateway, Request, evaluate, gateway_from_api, schema_for
from bot.language import translate


def typed(kind: str, description: str = "") -> dict[str, Any]:
    return {"type": kind, "description": description}


TOOLS = {
    "ferry_crossing": (
        "Book a crossing",
        {
            "cabins": typed("integer", "How many cabins"),
            "fare": typed("number", "Fare in US dollars"),
            "deck": typed("string", "Deck: lower, upper or sun"),
            "payment": typed("string", "Pay by voucher, unless in cash"),
            "pets": {"type": "array", "items": {"type": "string"}, "description": "Kinds: dog, cat or bird"},
            "insured": typed("boolean", "True when insured"),
            "sealed": typed("boolean", "True when sealed"),
            "remark": typed("string", "A remark"),
        },
        ["cabins", "fare", "deck", "payment", "sealed"],
    ),
    "haul_cargo": (
        "Haul cargo to a port",
        {
            "weight": typed("number", "Weight in kilograms"),
            "destination": typed("string", "Destination country: NO, DK or SE"),
            "storage": typed("integer", "Days in storage"),
        },
        ["weight", "destination", "storage"],
    ),
}


def harbour() -> Gateway:
    """A gateway with one target and the tools above."""
    payload = [
        {
            "name": name,
            "description": description,
            "inputSchema": {"type": "object", "properties": properties, "required": required},
        }
        for name, (description, properties, required) in TOOLS.items()
    ]
    target = {
        "targetId": "HB1",
        "name": "Harbour",
        "targetConfiguration": {
            "mcp": {"lambda": {"lambdaArn": "arn:x", "toolSchema": {"inlinePayload": payload}}},
        },
    }
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/harbour-a1"
    return gateway_from_api(
        {"name": "harbour", "gatewayArn": arn, "gatewayId": "harbour-a1", "authorizerType": "CUSTOM_JWT"}, [target]
    )


GATEWAY = harbour()
CROSSING = {"cabins": 1, "fare": 20, "deck": "sun", "payment": "cash", "sealed": True, "pets": []}


@pytest.mark.parametrize(
    "rule",
    [
        "Block ferry_crossing when the remark is empty.",
        "Block ferry_crossing when the deck is blank.",
        "Block ferry_crossing when the deck is missing.",
        "Block ferry_crossing without a deck.",
        "Block ferry_crossing without insured.",
        "Forbid ferry_crossing when the pets do not contain dog and cat.",
        "Allow ferry_crossing when the deck is upper or better.",
        "Allow ferry_crossing over 5.",
        "Block ferry_crossing when the fare is over 1.000.",
        "Block ferry_crossing when the cabins are under 2 and over 4.",
        "Block ferry_crossing unless the cabins are under 2 and over 4.",
        "Block ferry_crossing when the deck is upper and the deck is sun.",
        "Block ferry_crossing between 8am and 9am UTC and 3pm and 4pm UTC.",
        "Block ferry_crossing until midnight UTC.",
        "Block ferry_crossing from 24:00 UTC.",
        "Block ferry_crossing between 11 and 3 UTC.",
        "Block ferry_crossing between 2026-08-09 and 2026-08-02.",
        "Allow ferry_crossing over and under $500.",
        "Allow ferry_crossing when sealed and not sealed.",
        "Allow ferry_crossing when the deck is sun and the deck is not sun.",
        "Block haul_cargo when the weight is over 3 tons.",
        "Block haul_cargo from NO.",
        "Block haul_cargo when the storage is older than 30 days.",
    ],
)
def test_a_condition_with_two_readings_or_none_is_refused(rule: str) -> None:
    """A condition that cannot hold, or that could mean two things, never becomes a policy."""
    assert [asset.statement for asset in translate(rule, GATEWAY)] == [None]


@pytest.mark.parametrize("effect", ["Allow ferry_crossing", "Block ferry_crossing"])
@pytest.mark.parametrize("first", ["when the fare is not above 100", "when not sealed", "unless the fare is above 100"])
@pytest.mark.parametrize("joined", [" nor ", ", nor ", " nor when "])
@pytest.mark.parametrize("second", ["below 10", "the cabins are over 3", "insured", "the deck is sun", "it is sealed"])
def test_nor_between_two_conditions_never_loses_its_not(effect: str, first: str, joined: str, second: str) -> None:
    """It is refused, but for two bounds of one input, which say "not" of each."""
    (asset,) = translate(f"{effect} {first}{joined}{second}.", GATEWAY)
    if (first, joined, second) == ("when the fare is not above 100", " nor ", "below 10"):
        assert asset.statement
        blocked = [not allowed([asset.statement], {"fare": fare}) for fare in (9, 50, 101)]
        assert blocked == ([False, True, False] if effect.startswith("Block") else [False] * 3)
        assert "!(context.input.fare.lessThan" in asset.statement
    else:
        assert asset.statement is None


@pytest.mark.parametrize(
    ("rule", "blocking", "passing"),
    [
        ("Block ferry_crossing when not sealed.", {"sealed": False}, {"sealed": True}),
        ("Block ferry_crossing without sealed.", {"sealed": False}, {"sealed": True}),
        ("Block ferry_crossing when the pets contain neither dog nor cat.", {"pets": ["bird"]}, {"pets": ["cat"]}),
        ("Block ferry_crossing with a dog and a cat.", {"pets": ["dog", "cat"]}, {"pets": ["dog"]}),
        ("Block ferry_crossing when the payment is VOUCHER.", {"payment": "voucher"}, {"payment": "cash"}),
        ('Block ferry_crossing when the remark starts with "K-".', {"remark": "K-1"}, {"remark": "K1"}),
        ("Block ferry_crossing when the remark starts with K-.", {"remark": "K-1"}, {"remark": "K1"}),
        ("Block ferry_crossing when the deck is not sun nor upper.", {"deck": "lower"}, {"deck": "upper"}),
        ("Block ferry_crossing when the fare is not above 9 and not below 5.", {"fare": 7}, {"fare": 4}),
        ("Block ferry_crossing over $50.", {"fare": 51}, {"fare": 50}),
    ],
)
def test_a_condition_decides_as_it_was_asked(
    rule: str, blocking: Mapping[str, Any], passing: Mapping[str, Any]
) -> None:
    """Negated flags, lists and values block the call that they name, and only that."""
    statements = [asset.statement for asset in translate(rule, GATEWAY)]
    assert all(statements), translate(rule, GATEWAY)[0].findings
    assert not allowed(statements, blocking)
    assert allowed(statements, passing)


def allowed(statements: list[str | None], inputs: Mapping[str, Any]) -> bool:
    """Whether a crossing passes beside a permit for everything."""
    policies = {str(n): str(text) for n, text in enumerate(statements)}
    policies["all"] = (
        f'permit(principal is AgentCore::OAuthUser, action, resource == AgentCore::Gateway::"{GATEWAY.arn}");'
    )
    call = {**CROSSING, **inputs}
    call["fare"] = {"__extn": {"fn": "decimal", "arg": f"{call['fare']}.0"}}
    request = Request(
        GATEWAY.principal_type, "ana", "Harbour___ferry_crossing", GATEWAY.arn, call, {}, "2026-06-15T12:00:00.000Z"
    )
    return evaluate(policies, request, schema_for(GATEWAY)).allowed
