"""A person whose word also stands in a tool's own words is a person, or the rule is refused; never nobody."""

from __future__ import annotations

import pytest

from bot.cedar import Gateway, gateway_from_api
from bot.language import translate

DESK = {
    "RateManager": [("set_rate", "Set the rate of a room"), ("file_claim", "Register a new claim of a policyholder")],
    "Billing": [("post_charge", "Post a charge to a guest's bill")],
}


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    schema = {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}
    return gateway_from_api(
        {
            "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5",
            "name": "desk-gateway",
            "authorizerType": "CUSTOM_JWT",
        },
        [
            {
                "name": target,
                "targetConfiguration": {
                    "mcp": {
                        "lambda": {
                            "toolSchema": {
                                "inlinePayload": [
                                    {"name": name, "description": description, "inputSchema": schema}
                                    for name, description in tools
                                ]
                            }
                        }
                    }
                },
            }
            for target, tools in DESK.items()
        ],
    )


@pytest.mark.parametrize(
    ("rule", "person"),
    [
        ("Setting rates is allowed for managers.", "manager"),
        ("Allow setting rates for managers under $5.", "manager"),
        ("Filing claims is allowed for policyholders.", "policyholder"),
        ("Filing claims is permitted to the policyholder.", "policyholder"),
        ("Block setting rates for team leads and managers.", "manager"),
        ("Block posting charges for auditors and billing.", "billing"),
        ("Posting charges is allowed for guests.", "guest"),
    ],
)
def test_a_person_is_not_swallowed_by_the_words_of_a_tool(gateway: Gateway, rule: str, person: str) -> None:
    for asset in translate(rule, gateway):
        assert asset.statement is None or f'"{person}"' in asset.statement


def test_a_noun_with_an_article_still_completes_a_tool(gateway: Gateway) -> None:
    (asset,) = translate("Allow posting a charge for a guest.", gateway)
    assert asset.statement is not None
