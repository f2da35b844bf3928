"""The try-a-request form: a tool's own inputs as fields, and what was typed as a request that Cedar takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks import CardRef, FormErrors, FormOrigin, parse_request, tools_of, trial_blocks, try_form
from bot.cedar import Decision, Gateway, GatewaySchema, Request, evaluate, schema_for
from bot.errors import PolicyError
from bot.review.trying import Trial

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORIGIN = FormOrigin(CardRef("P-7K2M9Q.1", 1), "C1")
FitsModal = Callable[[Mapping[str, Any]], None]
PROPERTIES: Mapping[str, Any] = {
    "name": {"type": "string", "description": "Who gets it"},
    "count": {"type": "integer"},
    "amount": {"type": "number"},
    "express": {"type": "boolean"},
    "tags?": {"type": "array", "items": {"type": "string"}},
    "due?": {"type": "string", "format": "date-time"},
    "region?": {"type": "string", "enum": ["eu", "us"]},
    "to?": {
        "type": "object",
        "properties": {"iban": {"type": "string"}, "country": {"type": "string"}, "memo": {"type": "string"}},
        "required": ["iban", "country"],
    },
}
GIVEN = {"name": "ana", "count": "3", "amount": "2.5", "express": "true"}


@pytest.fixture
def schema(gateway_of: Callable[..., Gateway]) -> GatewaySchema:
    return schema_for(gateway_of(Pay={"send": PROPERTIES, "peek": {"id": {"type": "string"}}}))


def form(schema: GatewaySchema, action: str = "Pay___send") -> dict[str, Any]:
    origin = FormOrigin(ORIGIN.ref, ORIGIN.channel_id, action)
    return try_form(origin, schema.tools, schema, NOON)


def inputs(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["label"]["text"]: block for block in view["blocks"] if block["type"] == "input"}


def filled(view: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The view as Slack submits it: `given` by label."""
    values: dict[str, Any] = {}
    for label, block in inputs(view).items():
        kind = block["element"]["type"]
        typed = given.get(label)
        state: dict[str, Any] = {"type": kind}
        if kind == "static_select":
            initial = block["element"].get("initial_option")
            state["selected_option"] = {"value": typed} if typed is not None else initial
        elif kind == "datetimepicker":
            state["selected_date_time"] = typed or block["element"].get("initial_date_time")
        else:
            state["value"] = typed if typed is not None else block["element"].get("initial_value")
        values[block["block_id"]] = {block["element"]["action_id"]: state}
    return {**view, "state": {"values": values}}


def asked(schema: GatewaySchema, given: Mapping[str, str]) -> Request:
    return parse_request(filled(form(schema), given), schema)


def complaint(schema: GatewaySchema, given: Mapping[str, str]) -> dict[str, str]:
    """The form's errors by label."""
    view = form(schema)
    labels = {block["block_id"]: label for label, block in inputs(view).items()}
    with pytest.raises(FormErrors) as raised:
        parse_request(filled(view, given), schema)
    return {labels[block_id]: sentence for block_id, sentence in raised.value.errors.items()}


def test_the_form_has_each_input_in_its_own_kind(schema: GatewaySchema, fits_modal: FitsModal) -> None:
    view = form(schema)
    fits_modal(view)
    found = inputs(view)
    kinds = {label: block["element"]["type"] for label, block in found.items()}
    assert kinds["name"] == "plain_text_input"
    assert kinds["count"] == kinds["amount"] == "number_input"
    assert found["amount"]["element"]["is_decimal_allowed"]
    assert not found["count"]["element"]["is_decimal_allowed"]
    assert kinds["express"] == kinds["region"] == "static_select"
    assert [option["value"] for option in found["region"]["element"]["options"]] == ["eu", "us"]
    assert kinds["due"] == "datetimepicker"
    assert found["tags"]["element"]["multiline"]
    assert {label for label, block in found.items() if not block.get("optional")} >= {
        "name",
        "count",
        "amount",
        "express",
    }
    assert all(found[label]["optional"] for label in ("tags", "due", "region", "to.iban", "to.country", "to.memo"))
    assert "Who gets it" in found["name"]["hint"]["text"]


def test_what_is_typed_becomes_a_request_that_cedar_takes(schema: GatewaySchema) -> None:
    request = asked(
        schema,
        {
            **GIVEN,
            "tags": "a\n b \n\n",
            "region": "eu",
            "due": str(int(NOON.timestamp())),
            "to.iban": "DE1",
            "to.country": "DE",
            "Who calls (user id)": "ana",
            "Claims of the caller's token": "role = support-agent\nscope=a=b",
        },
    )
    assert request.inputs == {
        "name": "ana",
        "count": 3,
        "amount": {"__extn": {"fn": "decimal", "arg": "2.5"}},
        "express": True,
        "tags": ["a", "b"],
        "region": {"__entity": {"type": "AgentCore::Pay___send::Input::region", "id": "eu"}},
        "due": {"__extn": {"fn": "datetime", "arg": "2026-11-22T12:00:00Z"}},
        "to": {"iban": "DE1", "country": "DE"},
    }
    assert request.tags == {"role": "support-agent", "scope": "a=b"}
    assert (request.principal_id, request.now) == ("ana", "2026-11-22T12:00:00.000Z")
    policy = 'permit(principal, action, resource) when { context.input.amount.lessThan(decimal("3.0")) };'
    assert evaluate({"p": policy}, request, schema).allowed


def test_the_least_that_can_be_typed_is_a_request_that_cedar_takes(schema: GatewaySchema) -> None:
    assert not evaluate({}, asked(schema, GIVEN), schema).allowed


@pytest.mark.parametrize(
    ("given", "label", "part"),
    [
        ({"name": ""}, "name", "required"),
        ({"count": "1.5"}, "count", "whole number"),
        ({"count": str(2**63)}, "count", "64 bits"),
        ({"amount": "1.23456"}, "amount", "four decimals"),
        ({"amount": "1e3"}, "amount", "four decimals"),
        ({"amount": "999999999999999"}, "amount", "922337203685477"),
        ({"region": "asia"}, "region", "not one of"),
        ({"to.memo": "hi"}, "to.iban", "required here"),
        ({"Claims of the caller's token": "support"}, "Claims of the caller's token", "name = value"),
        ({"Claims of the caller's token": "= x"}, "Claims of the caller's token", "name = value"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    schema: GatewaySchema, given: Mapping[str, str], label: str, part: str
) -> None:
    assert part in complaint(schema, {**GIVEN, **given})[label]


def test_the_largest_decimal_is_taken(schema: GatewaySchema) -> None:
    request = asked(schema, {**GIVEN, "amount": "922337203685476.9999", "count": str(-(2**63))})
    assert not evaluate({}, request, schema).errors


def test_a_policy_about_some_tools_offers_those(schema: GatewaySchema) -> None:
    one = 'permit(principal, action == AgentCore::Action::"Pay___peek", resource);'
    target = 'permit(principal, action in [AgentCore::Action::"Pay"], resource);'
    assert [tool.name for tool in tools_of(one, schema)] == ["peek"]
    assert len(tools_of(target, schema)) == len(tools_of("forbid(principal, action, resource);", schema)) == 2
    with pytest.raises(PolicyError):
        tools_of("nonsense", schema)


def test_one_tool_needs_no_choice(schema: GatewaySchema) -> None:
    (peek,) = (tool for tool in schema.tools if tool.name == "peek")
    assert "Tool" not in inputs(try_form(ORIGIN, (peek,), schema, NOON))


def test_iam_gateways_ask_for_an_arn_and_no_claims(gateway_of: Callable[..., Gateway]) -> None:
    schema = schema_for(gateway_of("AWS_IAM", Pay={"peek": {"id": {"type": "string"}}}))
    found = inputs(form(schema, "Pay___peek"))
    assert set(found) == {"Who calls (the ARN of the caller)", "When", "id"}


def test_a_tool_with_more_inputs_than_a_form_holds_keeps_the_required(
    gateway_of: Callable[..., Gateway], fits_modal: FitsModal
) -> None:
    properties = {f"p{number}?": {"type": "string"} for number in range(150)} | {"last": {"type": "string"}}
    schema = schema_for(gateway_of(Pay={"big": properties}))
    view = form(schema, "Pay___big")
    fits_modal(view)
    assert "last" in inputs(view)
    assert view["blocks"][-1]["optional"]


def test_what_a_form_has_no_room_for_is_typed_as_one_object(
    gateway_of: Callable[..., Gateway], fits_modal: FitsModal
) -> None:
    """A hundred and twenty required inputs: those that have no field are in the object, with a value each to change."""
    properties = {f"p{number}": {"type": "integer"} for number in range(120)}
    schema = schema_for(gateway_of(Pay={"big": properties}))
    view = form(schema, "Pay___big")
    fits_modal(view)
    fields = inputs(view)
    (rest,) = (label for label in fields if label.startswith("The other"))
    given = {label: "7" for label in fields if label.startswith("p")}
    request = parse_request(filled(view, given), schema)
    assert {name: value for name, value in request.inputs.items() if value != 7} == {
        name: 1 for name in properties if name not in fields
    }
    assert set(request.inputs) == set(properties)
    evaluate({}, request, schema)
    short = json.loads(fields[rest]["element"]["initial_value"])
    gone = short.popitem()[0]
    with pytest.raises(FormErrors, match=f"{gone} is required here"):
        parse_request(filled(view, given | {rest: json.dumps(short)}), schema)
    with pytest.raises(FormErrors, match="is not JSON"):
        parse_request(filled(view, given | {rest: "{"}), schema)


FILES: Mapping[str, Any] = {
    "branch": {"type": "string"},
    "files": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"path": {"type": "string"}, "mode": {"type": "integer"}, "note": {"type": "string"}},
            "required": ["path", "mode"],
        },
    },
}


def test_a_list_of_objects_is_typed_as_json_by_its_example(
    gateway_of: Callable[..., Gateway], fits_modal: FitsModal
) -> None:
    schema = schema_for(gateway_of(Git={"push": FILES}))
    view = form(schema, "Git___push")
    fits_modal(view)
    hint = inputs(view)["files"]["hint"]["text"]
    example = hint.partition("such as ")[2]
    assert set(json.loads(example)[0]) == {"path", "mode"}
    request = parse_request(filled(view, {"branch": "main", "files": example}), schema)
    assert request.inputs["files"] == json.loads(example)
    evaluate({}, request, schema)
    for wrong, said in (
        ("[{]", "is not JSON"),
        ('[{"path": "a"}]', "'/0/mode' is required"),
        ('{"path": "a", "mode": 1}', "is not an array"),
        ('[{"path": "a", "mode": "x"}]', "'/0/mode' is no Long"),
    ):
        with pytest.raises(FormErrors, match=said):
            parse_request(filled(view, {"branch": "main", "files": wrong}), schema)


def test_two_hundred_tools_can_be_chosen_from(gateway_of: Callable[..., Gateway], fits_modal: FitsModal) -> None:
    targets = {f"T{number}": {f"t{tool}": {"id": {"type": "string"}} for tool in range(20)} for number in range(10)}
    schema = schema_for(gateway_of(**targets))
    view = form(schema, "T9___t19")
    fits_modal(view)
    groups = inputs(view)["Tool"]["element"]["option_groups"]
    assert sum(len(group["options"]) for group in groups) == 200


@pytest.mark.parametrize("after", [True, False])
def test_a_trial_says_both_outcomes_and_by_which_policies(after: bool) -> None:
    trial = Trial(Decision(allowed=False), Decision(after, ("this policy",) if after else ("old_forbid",)))
    text = str(trial_blocks(trial))
    assert ("The draft changes this request." in text) == after
    assert "because no policy permits it" in text
    assert ("this policy" if after else "old_forbid") in text


def test_every_tool_of_a_large_target_can_be_chosen(gateway_of: Callable[..., Gateway], fits_modal: FitsModal) -> None:
    """A menu's group takes a hundred tools; the chosen one is always among those that are offered."""
    schema = schema_for(gateway_of(Pay={f"tool_{number}": {"id": {"type": "string"}} for number in range(130)}))
    view = form(schema, "Pay___tool_125")
    fits_modal(view)
    menu = next(block["element"] for block in view["blocks"] if block["element"].get("option_groups"))
    offered = [option for group in menu["option_groups"] for option in group["options"]]
    assert [option["value"] for option in offered] == [tool.action for tool in schema.tools]
    assert menu["initial_option"] in offered
    assert menu["initial_option"]["value"] == "Pay___tool_125"


def test_tools_with_long_names_can_be_chosen(gateway_of: Callable[..., Gateway], fits_modal: FitsModal) -> None:
    """Slack takes 150 characters for what stands for an option; the form knows which tool was meant."""
    schema = schema_for(gateway_of(**{"T" * 90: {"t" * 100 + str(number): {} for number in range(3)}}))
    view = form(schema, schema.tools[0].action)
    fits_modal(view)
    menu = next(block["element"] for block in view["blocks"] if block["element"].get("option_groups"))
    third = menu["option_groups"][0]["options"][2]
    again = form(schema, third["value"])
    fits_modal(again)
    assert json.loads(again["private_metadata"])["action"] == schema.tools[2].action


@pytest.mark.parametrize("value", ["", "x" * 151])
def test_a_listed_value_that_no_menu_takes_is_typed(
    gateway_of: Callable[..., Gateway], fits_modal: FitsModal, value: str
) -> None:
    """One value that Slack refuses in a menu must not cost the whole form."""
    schema = schema_for(gateway_of(Pay={"send": {"plan": {"type": "string", "enum": ["basic", value]}}}))
    view = form(schema)
    fits_modal(view)
    assert inputs(view)["plan"]["element"]["type"] == "plain_text_input"
