"""Cedar's own schema syntax as its JSON form."""

from __future__ import annotations

import json
from collections.abc import Callable

import cedarpy
import pytest

from bot.analysis.files.schema_text import schema_document
from bot.analysis.model import Environment, gateway_model, schema_model
from bot.cedar import Gateway, GatewaySchema, schema_for

_TEXTS = (
    'entity entity = {"a\\"b\\u{41}\\n": Long, "é": Bool, entity: Long, enum: {}, "x y"?: __cedar::Bool};',
    "entity U, V in [U] = { s: Set<Set<{a?: ipaddr}>> } tags V;",
    'entity E enum ["a", "b\\u{0}"]; type T = { e: E };',
    'namespace A { entity U; type ipaddr = String; action "a b", c in [B::Action::"g", d] appliesTo '
    '{ principal: [U, B::X], resource: U, context: {n: ipaddr} }; action d; } '
    'namespace B { action g; entity X in A::U; }',
    "namespace A { action a in Action::\"g\"; } action g;",
)  # fmt: skip


@pytest.mark.parametrize("text", _TEXTS)
def test_the_json_form_is_the_same_schema(text: str) -> None:
    handle = cedarpy.Schema.from_str(text)
    document = schema_document(handle)
    assert str(cedarpy.Schema.from_json_str(json.dumps(document))) == str(handle)
    schema_model(document)


def test_annotations_are_left_out() -> None:
    plain, annotated = "type T = { e: Long };", '@doc("x y") @other type T = { @doc("z") e: Long };'
    assert schema_document(cedarpy.Schema.from_str(annotated)) == schema_document(cedarpy.Schema.from_str(plain))


def test_a_gateways_schema_survives_its_text_form(schema: GatewaySchema) -> None:
    ours, theirs = schema_model(schema_document(schema.handle)), schema_model(schema.document)
    assert ours.entities == theirs.entities
    assert ours.action_parents == theirs.action_parents
    assert sorted(map(_named, ours.environments)) == sorted(map(_named, theirs.environments))


def _named(environment: Environment) -> tuple[str, str, str]:
    return environment.principal, environment.action[1], environment.resource


def test_a_common_type_hides_the_builtin_of_its_name() -> None:
    document = schema_document(cedarpy.Schema.from_str("namespace A { type ipaddr = String; entity U = {a: ipaddr}; }"))
    shape = schema_model(document).entities["A::U"].attributes
    assert shape.by_name["a"].type.name == "String"  # type: ignore[union-attr]


def test_a_gateway_has_one_environment_for_each_tool_and_principal_type(
    gateway_of: Callable[..., Gateway],
) -> None:
    model = gateway_model(schema_for(gateway_of(Desk={"refund": {"amount": {"type": "integer"}}})))
    assert [_named(each)[:2] for each in model.environments] == [
        ("AgentCore::IamEntity", "Desk___refund"),
        ("AgentCore::OAuthUser", "Desk___refund"),
    ]
