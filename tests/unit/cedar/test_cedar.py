"""Gateways, schemas, policies and decisions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cedar import Gateway, Request, digest, evaluate, gateway_from_api, load_gateway, parse_policy, schema_for
from bot.errors import GatewayFileError, PolicyError

MakeGateway = Callable[..., Gateway]


def permit(gateway: Gateway, action: str, condition: str = "true") -> str:
    return (
        f'permit(principal is AgentCore::OAuthUser, action {action}, resource == AgentCore::Gateway::"{gateway.arn}") '
        f"when {{ {condition} }};"
    )


@pytest.fixture
def desk(gateway_of: MakeGateway) -> Gateway:
    return gateway_of(
        Refund_Desk={
            "pay_back": {"amount": {"type": "integer"}, "price": {"type": "number"}, "note?": {"type": "string"}}
        },
        Orders={"get": {"id": {"type": "string"}}},
    )


def ask(gateway: Gateway, action: str, **inputs: object) -> Request:
    return Request("AgentCore::OAuthUser", "ana", action, gateway.arn, inputs, {"role": "clerk"})


def test_every_tool_has_an_action_under_its_target_and_under_every_tool(desk: Gateway) -> None:
    """Rules for a whole target and for CallTool cover a tool of the target, and no other target's."""
    schema = schema_for(desk)
    order, refund = (
        ask(desk, "Orders___get", id="1"),
        ask(desk, "Refund-Desk___pay_back", amount=1, price=_decimal("2.0")),
    )
    whole_target = {"p": permit(desk, 'in AgentCore::Action::"Orders"')}
    assert evaluate(whole_target, order, schema).allowed
    assert not evaluate(whole_target, refund, schema).allowed
    every_tool = {"p": permit(desk, 'in AgentCore::Action::"CallTool"')}
    assert evaluate(every_tool, refund, schema).allowed


def test_numbers_are_decimals_integers_are_longs_and_optional_inputs_need_a_guard(desk: Gateway) -> None:
    schema, tool = schema_for(desk), '== AgentCore::Action::"Refund-Desk___pay_back"'
    assert schema.validate(permit(desk, tool, "context.input.amount < 5")) == ()
    assert schema.validate(permit(desk, tool, 'context.input.price.lessThan(decimal("5.0"))')) == ()
    assert schema.validate(permit(desk, tool, "context.input.price < 5"))
    assert schema.validate(permit(desk, tool, 'context.input.note == "x"'))
    assert schema.validate(permit(desk, tool, 'context.input has note && context.input.note == "x"')) == ()
    assert any("Orders" in said for said in schema.validate(permit(desk, '== AgentCore::Action::"Orders___put"')))


def test_a_tool_that_cedar_cannot_express_spoils_only_itself(gateway_of: MakeGateway) -> None:
    gateway = gateway_of(Desk={"fine": {"a": {"type": "string"}}, "broken": {"x-y": {"type": "string"}}})
    schema = schema_for(gateway)
    assert [tool.name for tool in schema.tools] == ["fine"]
    assert list(schema.skipped) == ["Desk___broken"]
    assert schema.skipped["Desk___broken"]


def test_an_enum_of_an_input_is_an_entity_type_of_that_input(gateway_of: MakeGateway) -> None:
    gateway = gateway_of(Desk={"pay": {"currency": {"type": "string", "enum": ["USD", "EUR"]}}})
    schema, tool = schema_for(gateway), '== AgentCore::Action::"Desk___pay"'
    literal = 'context.input.currency == AgentCore::Desk___pay::Input::currency::"USD"'
    assert schema.validate(permit(gateway, tool, literal)) == ()
    assert schema.validate(permit(gateway, tool, literal.replace("USD", "GBP")))


def test_names_that_differ_only_in_a_hyphen_keep_their_own_types(gateway_of: MakeGateway) -> None:
    gateway = gateway_of(A_B={"t": {"x": {"type": "integer"}}}, AB={"t": {"x": {"type": "string"}}})
    schema = schema_for(gateway)
    assert schema.skipped == {}
    assert schema.validate(permit(gateway, '== AgentCore::Action::"A-B___t"', "context.input.x == 1")) == ()
    assert schema.validate(permit(gateway, '== AgentCore::Action::"AB___t"', 'context.input.x == "1"')) == ()


def test_a_policy_is_read_as_its_effect_and_scope(desk: Gateway) -> None:
    policy = parse_policy(permit(desk, '== AgentCore::Action::"Orders___get"'))
    assert (policy.effect, policy.principal_type, policy.actions, policy.resources, policy.resource_type) == (
        "permit",
        "AgentCore::OAuthUser",
        ("Orders___get",),
        (desk.arn,),
        "AgentCore::Gateway",
    )
    bare = parse_policy("forbid(principal, action, resource);")
    assert (bare.principal_type, bare.actions, bare.resources, bare.resource_type) == (None, (), (), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("permit(principal, action, resource", "unexpected"),
        ("", "holds 0"),
        ("permit(principal, action, resource); forbid(principal, action, resource);", "holds 2"),
        ("permit(principal == ?principal, action, resource);", "template"),
    ],
)
def test_anything_but_one_static_policy_is_refused(text: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        parse_policy(text)


@pytest.mark.parametrize(
    "condition",
    [
        " && ".join(["context.a"] * 30_000),
        "if context.a then true else " * 8_000 + "false",
        "context" + ".a" * 30_000,
        "(" * 30_000 + "true" + ")" * 30_000,
    ],
    ids=["and", "if", "attributes", "brackets"],
)
def test_a_text_that_would_end_the_process_is_refused(condition: str) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        parse_policy(f"permit(principal, action, resource) when {{ {condition} }};")


def test_decisions_name_the_policies_and_a_bad_request_is_an_error_not_a_denial(desk: Gateway) -> None:
    schema = schema_for(desk)
    policies = {
        "may": permit(desk, '== AgentCore::Action::"Orders___get"', 'principal.getTag("role") == "clerk"'),
        "never": permit(desk, '== AgentCore::Action::"Orders___get"', 'context.input.id == "9"').replace(
            "permit", "forbid", 1
        ),
    }
    allowed = evaluate(policies, ask(desk, "Orders___get", id="1"), schema)
    denied = evaluate(policies, ask(desk, "Orders___get", id="9"), schema)
    assert (allowed.allowed, allowed.reasons) == (True, ("may",))
    assert (denied.allowed, denied.reasons) == (False, ("never",))
    with pytest.raises(PolicyError, match="cannot decide"):
        evaluate(policies, ask(desk, "Orders___get", id=7), schema)


def test_a_digest_keeps_its_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", "b") == digest("a", "b")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("[]", "one JSON object"),
        ('{"targets": []}', "gatewayArn is missing"),
        ('{"gatewayArn": "arn:x", "name": "g", "authorizerType": "NONE", "targets": []}', "is not the ARN"),
    ],
)
def test_a_gateway_file_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "gateway.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(GatewayFileError, match=said) as raised:
        load_gateway(file)
    assert str(file) in raised.value.sentence


def test_tools_of_mcp_servers_are_read_and_unreadable_targets_say_why(desk: Gateway) -> None:
    schema = json.dumps([{"name": "ping", "inputSchema": {"type": "object"}}])
    gateway = gateway_from_api(
        {"gatewayArn": desk.arn, "name": "g", "authorizerType": "CUSTOM_JWT"},
        [
            {"name": "S", "targetConfiguration": {"mcp": {"mcpServer": {"mcpToolSchema": {"inlinePayload": schema}}}}},
            {"name": "L", "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"s3": {"uri": "s3://b/k"}}}}}},
        ],
    )
    assert [tool.action for tool in gateway.tools] == ["S___ping"]
    assert gateway.targets[1].unreadable


def _decimal(text: str) -> dict[str, object]:
    return {"__extn": {"fn": "decimal", "arg": text}}
