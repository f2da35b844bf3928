"""Tools that no policy can name: their names never mean a neighbour, and the answer says why they cannot be named."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cedar import Gateway, gateway_from_api
from bot.language import translate

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-a1b2c3d4e5"
NULL_IN_ENUM = {"type": "string", "enum": ["a", None]}


def tool(name: str, description: str, /, **properties: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "inputSchema": {"type": "object", "properties": {**properties}, "required": []},
    }


def listed(name: str, *tools: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": list(tools)}}}}}


@pytest.fixture(scope="module")
def shop() -> Gateway:
    """Three tools that Cedar cannot express beside neighbours that it can, and a target whose tools are not listed."""
    return gateway_from_api(
        {"gatewayArn": ARN, "name": "shop", "authorizerType": "CUSTOM_JWT"},
        [
            listed(
                "Shop",
                tool("find_user", "Find a user", **{"in": {"type": "string"}}),
                tool("find_user_groups", "Find the groups of a user", name={"type": "string"}),
                tool("aggregate", "Aggregate documents", **{"$match": {"type": "string"}}),
                tool("aggregate-db", "Aggregate over a database", database={"type": "string"}),
                tool("refund", "Refund an order", kind=NULL_IN_ENUM),
                tool("list_orders", "List the orders", limit={"type": "integer"}),
            ),
            {"name": "RemoteDesk", "targetConfiguration": {"mcp": {"mcpServer": {"endpoint": "https://x.example"}}}},
        ],
    )


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("allow admins to call Shop___find_user", "find_user"),
        ("nobody may call find_user", "find_user"),
        ("nobody may call `find_user`", "find_user"),
        ("allow admins to find users", "find_user"),
        ("block FIND_USER", "find_user"),
        ("allow the aggregate tool", "aggregate"),
        ("block the aggregate tool and list_orders", "aggregate"),
        ("allow admins to call refund", "refund"),
        ("nobody may refund orders", "refund"),
        ("allow everything except find_user", "find_user"),
    ],
)
def test_a_tool_that_cedar_cannot_express_is_said_to_be_one(rule: str, name: str, shop: Gateway) -> None:
    """Its name on a neighbour would permit, or leave open, what nobody spoke of."""
    assets = translate(rule, shop)
    assert [asset.statement for asset in assets] == [None]
    assert f"`{name}`: Cedar cannot express it" in assets[0].findings[0].description


@pytest.mark.parametrize(
    "rule",
    ["allow all tools of RemoteDesk", "allow RemoteDesk___find_user_groups", "block the remote desk target",
     "allow list_orders on RemoteDesk"],
)  # fmt: skip
def test_a_target_whose_tools_are_not_listed_is_said_to_be_one(rule: str, shop: Gateway) -> None:
    assets = translate(rule, shop)
    assert [asset.statement for asset in assets] == [None]
    assert "The tools of the target RemoteDesk cannot be seen: the tools of this mcpServer target" in (
        assets[0].findings[0].description
    )


def test_an_action_id_that_the_target_does_not_have_means_no_other_tool(shop: Gateway) -> None:
    assets = translate("allow Shop___find_groups_user", shop)
    assert [asset.statement for asset in assets] == [None]
    assert "is not a tool of Shop" in assets[0].findings[0].description


@pytest.mark.parametrize(
    ("rule", "action"),
    [("allow find_user_groups", "find_user_groups"), ("allow aggregate-db", "aggregate-db"),
     ("allow admins to list orders", "list_orders")],
)  # fmt: skip
def test_the_tools_beside_them_are_read_as_ever(rule: str, action: str, shop: Gateway) -> None:
    (asset,) = translate(rule, shop)
    assert f'Action::"Shop___{action}"' in str(asset.statement)


@pytest.mark.parametrize("rule", ["<= tools", "allow everyone to call all tools", "only tools tool call on $"])
def test_a_gateway_without_tools_has_an_answer(rule: str) -> None:
    """It says what is missing, whatever the rule speaks of."""
    empty = gateway_from_api({"gatewayArn": ARN, "name": "shop", "authorizerType": "CUSTOM_JWT"}, [listed("Shop")])
    (asset,) = translate(rule, empty)
    assert asset.statement is None
    assert "no tool that a policy can name" in asset.findings[0].description
