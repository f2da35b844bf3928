"""Tools of OpenAPI documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cedar import Gateway, gateway_from_api, schema_for
from bot.cedar.openapi import openapi_tools

ORDERS = """
openapi: 3.0.3
info: {title: Orders, version: "1"}
paths:
  /orders/{orderId}:
    parameters:
      - {name: orderId, in: path, required: true, schema: {type: string}}
    get:
      operationId: getOrder
      summary: Look up one order
      parameters:
        - {name: verbose, in: query, description: Show all of it, schema: {type: boolean}}
        - {name: X-Trace, in: header, schema: {type: string}}
    post:
      operationId: changeOrder
      requestBody: {$ref: "#/components/requestBodies/Change"}
    delete: {summary: has no operationId}
components:
  requestBodies:
    Change:
      required: true
      content:
        application/json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Priced"}
              - {type: object, properties: {note: {type: string}}}
  schemas:
    Priced: {type: object, required: [amount], properties: {amount: {type: integer}}}
"""


def gateway_with(text: str) -> Gateway:
    return gateway_from_api(
        {
            "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/orders-0123456789",
            "name": "orders",
            "authorizerType": "NONE",
        },
        [{"name": "Orders", "targetConfiguration": {"mcp": {"openApiSchema": {"inlinePayload": text}}}}],
    )


def test_parameters_and_body_members_stand_side_by_side() -> None:
    look_up, change = openapi_tools(ORDERS)
    assert look_up == {
        "name": "getOrder",
        "description": "Look up one order",
        "inputSchema": {
            "type": "object",
            "properties": {
                "orderId": {"description": "", "type": "string"},
                "verbose": {"description": "Show all of it", "type": "boolean"},
            },
            "required": ["orderId"],
        },
    }
    assert set(change["inputSchema"]["properties"]) == {"orderId", "amount", "note"}
    assert change["inputSchema"]["required"] == ["orderId", "amount"]


def test_a_policy_may_read_a_body_member_of_an_operation() -> None:
    schema = schema_for(gateway_with(ORDERS))
    assert not schema.skipped
    policy = (
        'permit(principal, action == AgentCore::Action::"Orders___changeOrder", resource == '
        f'AgentCore::Gateway::"{schema.gateway.arn}") '
        'when { context.input.amount < 5 && context.input.orderId == "x" };'
    )
    assert schema.validate(policy) == ()


def test_json_is_read_as_yaml_is() -> None:
    document = {"paths": {"/a": {"get": {"operationId": "a"}}}}
    assert [tool["name"] for tool in openapi_tools(json.dumps(document))] == ["a"]


def test_a_schema_that_refers_to_itself_spoils_its_tool_only() -> None:
    tree: dict[str, Any] = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}}
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
    paths = {"/t": {"post": {"operationId": "grow", "requestBody": body}}, "/a": {"get": {"operationId": "look"}}}
    schema = schema_for(gateway_with(json.dumps({"paths": paths, "components": {"schemas": {"Tree": tree}}})))
    assert list(schema.skipped) == ["Orders___grow"]
    assert [tool.name for tool in schema.tools] == ["look"]


_DOUBLED = {
    f"x{number}": {
        "type": "object",
        "properties": {key: {"$ref": f"#/components/schemas/x{number + 1}"} for key in "lr"},
    }
    for number in range(30)
}


@pytest.mark.parametrize(
    ("bad", "more"),
    [
        ('{"$ref": "#/components/schemas/x0"}', ', "components": {"schemas": ' + json.dumps(_DOUBLED) + "}"),
        ("&a {type: object, properties: {x: *a}}", ""),
        ("{a: &a [{}, {}, {}], b: &b [*a, *a, *a], c: &c [*b, *b, *b], d: &d [*c, *c, *c], e: &e [*d, *d, *d], "
         "f: &f [*e, *e, *e], g: &g [*f, *f, *f], h: [*g, *g, *g]}", ""),
    ],
    ids=["references", "itself", "aliases"],
)  # fmt: skip
def test_a_schema_that_unfolds_without_end_spoils_its_tool_only(bad: str, more: str) -> None:
    """A few lines can say more than fits anywhere: they are not unfolded, and the other tools are as they were."""
    body = "{required: true, content: {application/json: {schema: " + bad + "}}}"
    paths = "{/t: {post: {operationId: grow, requestBody: " + body + "}}, /a: {get: {operationId: look}}}"
    schema = schema_for(gateway_with("{paths: " + paths + more + "}"))
    assert [tool.name for tool in schema.tools] == ["look"]
    assert "its input schema" in schema.skipped["Orders___grow"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "neither JSON nor YAML"),
        ("[]", "has no paths"),
        ("a: &a [*a]", "has no paths"),
    ],
)
def test_a_text_that_is_no_openapi_document_leaves_the_target_without_tools(text: str, why: str) -> None:
    (target,) = gateway_with(text).targets
    assert target.tools == ()
    assert why in target.unreadable


@pytest.mark.parametrize("paths", [{"/a": 5}, {"/a": {"get": 5}}, {"/a": {"get": {"operationId": 5}}}, [5]])
def test_what_is_no_operation_is_passed_over(paths: Any) -> None:
    assert openapi_tools(json.dumps({"paths": paths})) == []


@pytest.mark.parametrize(
    "junk", [5, "text", ["list"], {"schema": 5}, {"content": {"application/json": {"schema": []}}}]
)
def test_parts_of_an_operation_that_are_not_what_they_should_be_are_passed_over(junk: Any) -> None:
    operation = {"operationId": "a", "parameters": junk, "requestBody": junk}
    (tool,) = openapi_tools(json.dumps({"paths": {"/a": {"get": operation}}}))
    assert tool["inputSchema"]["properties"] == {}
