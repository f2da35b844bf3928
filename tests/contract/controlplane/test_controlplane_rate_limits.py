"""Rate limits of a gateway over boto3."""

from __future__ import annotations

from typing import Any

import pytest

KEYS = ["targetName", "$.context.jwt.sub"]


def entry(target: str = "RefundTool", caller: str = "*", **rates: Any) -> dict[str, Any]:
    return {
        "dimensions": dict(zip(KEYS, (target, caller), strict=True)),
        **(rates or {"requests": [{"rate": 5, "period": "minute"}]}),
    }


@pytest.fixture
def limit(client: Any, demo: Any) -> dict[str, Any]:
    """A rate limit that is there, and the ids that name it."""
    gateway = {"gatewayIdentifier": demo.gateway}
    made = client.create_gateway_rate_limit(**gateway, rateLimitId="refunds", dimensionKeys=KEYS, entries=[entry()])
    assert made["status"] == "CREATING"
    ids = {**gateway, "rateLimitId": "refunds"}
    return settled(client, ids) and ids


def settled(client: Any, ids: dict[str, Any]) -> dict[str, Any]:
    """A rate limit, once nothing is under way for it any more."""
    for _ in range(500):
        found: dict[str, Any] = client.get_gateway_rate_limit(**ids)
        if not found["status"].endswith("ING"):
            return found
    raise AssertionError(found["status"])


def test_a_rate_limit_lives_from_creating_to_gone(client: Any, limit: dict[str, Any]) -> None:
    found = client.get_gateway_rate_limit(**limit)
    assert (found["status"], found["dimensionKeys"], found["entries"]) == ("ACTIVE", KEYS, [entry()])
    blocked = entry(requests=[{"rate": 0, "period": "second"}])
    assert client.update_gateway_rate_limit(**limit, entries=[blocked], description="off")["status"] == "UPDATING"
    found = settled(client, limit)
    assert (found["entries"], found["description"]) == ([blocked], "off")
    client.update_gateway_rate_limit(**limit, entries=[entry()])
    assert settled(client, limit)["description"] == "off"
    assert client.delete_gateway_rate_limit(**limit)["status"] == "DELETING"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        settled(client, limit)


def test_a_limit_without_an_id_gets_one(client: Any, demo: Any) -> None:
    made = client.create_gateway_rate_limit(
        gatewayIdentifier=demo.gateway,
        dimensionKeys=["toolName"],
        entries=[{"dimensions": {"toolName": "*"}, "tokens": [{"rate": 1.5, "period": "minute"}]}],
    )
    ids = {"gatewayIdentifier": demo.gateway, "rateLimitId": made["rateLimitId"]}
    assert settled(client, ids)["entries"][0]["tokens"] == [{"rate": 1.5, "period": "minute"}]


def test_ids_and_dimension_keys_are_unique_in_a_gateway(client: Any, limit: dict[str, Any]) -> None:
    for more in ({"rateLimitId": "refunds", "dimensionKeys": KEYS[:1]}, {"dimensionKeys": KEYS}):
        entries = [{**entry(), "dimensions": dict.fromkeys(more["dimensionKeys"], "*")}]
        with pytest.raises(client.exceptions.ConflictException):
            client.create_gateway_rate_limit(gatewayIdentifier=limit["gatewayIdentifier"], entries=entries, **more)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([{**entry(), "dimensions": {"targetName": "*"}}], "must be those of its rate limit"),
        ([entry("*", "ana")], "trailing dimensions only"),
        ([{"dimensions": entry()["dimensions"]}], "needs one of requests, tokens, connections"),
        ([entry(tokens=[{"rate": 1, "period": "second"}])], "The period of tokens must be minute"),
        ([entry(connections=[{"rate": 1, "period": "minute"}])], "The period of connections must be second"),
        ([entry(), entry()], "Two entries have the same dimensions"),
    ],
)
def test_entries_that_cannot_be_are_refused(
    client: Any, limit: dict[str, Any], entries: list[dict[str, Any]], said: str
) -> None:
    """At creation, at an update and in a batch alike; nothing changes."""
    gateway = {"gatewayIdentifier": limit["gatewayIdentifier"]}
    with pytest.raises(client.exceptions.ValidationException, match=said):
        client.create_gateway_rate_limit(**gateway, dimensionKeys=KEYS, entries=entries)
    with pytest.raises(client.exceptions.ValidationException, match=said):
        client.update_gateway_rate_limit(**limit, entries=entries)
    with pytest.raises(client.exceptions.ValidationException, match=said):
        client.batch_put_gateway_rate_limits(**gateway, rateLimits=[{"dimensionKeys": KEYS, "entries": entries}])
    (found,) = client.list_gateway_rate_limits(**gateway)["rateLimits"]
    assert (found["status"], found["entries"]) == ("ACTIVE", [entry()])


def test_a_batch_updates_what_it_names_and_makes_the_rest(client: Any, limit: dict[str, Any]) -> None:
    """A limit is known by its id or by its dimension keys."""
    gateway = {"gatewayIdentifier": limit["gatewayIdentifier"]}
    other = [{"dimensions": {"toolName": "*"}, "connections": [{"rate": 2, "period": "second"}]}]
    found = client.batch_put_gateway_rate_limits(
        **gateway,
        rateLimits=[
            {"dimensionKeys": KEYS, "entries": [entry("OrderTool")]},
            {"rateLimitId": "tools", "dimensionKeys": ["toolName"], "entries": other},
        ],
    )["rateLimits"]
    assert [(each["rateLimitId"], each["entries"]) for each in found] == [
        ("refunds", [entry("OrderTool")]),
        ("tools", other),
    ]


def test_a_batch_of_which_one_cannot_be_changes_nothing(client: Any, limit: dict[str, Any]) -> None:
    gateway = {"gatewayIdentifier": limit["gatewayIdentifier"]}
    good = {"dimensionKeys": ["toolName"], "entries": [{**entry(), "dimensions": {"toolName": "*"}}]}
    moved: dict[str, Any] = {"rateLimitId": "refunds", "dimensionKeys": KEYS[:1]}
    moved["entries"] = [{**entry(), "dimensions": {"targetName": "*"}}]
    with pytest.raises(client.exceptions.ValidationException, match="cannot be changed"):
        client.batch_put_gateway_rate_limits(**gateway, rateLimits=[good, moved])
    with pytest.raises(client.exceptions.ValidationException, match="same dimension keys"):
        client.batch_put_gateway_rate_limits(**gateway, rateLimits=[good, good])
    (found,) = client.list_gateway_rate_limits(**gateway)["rateLimits"]
    assert (found["rateLimitId"], found["status"]) == ("refunds", "ACTIVE")
