"""Inputs of every kind: how a person's value becomes Slack's state, and what the client does not send."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspace import forms
from bot.workspace.blockkit.elements import ELEMENTS
from bot.workspace.wire import CannotAct

Json = dict[str, Any]
A, B = ({"text": {"type": "plain_text", "text": name}, "value": name} for name in ("a", "b"))


@pytest.mark.parametrize(
    ("element", "value", "state"),
    [
        ({"type": "plain_text_input"}, "x", {"value": "x"}),
        ({"type": "plain_text_input"}, "", {"value": None}),
        ({"type": "number_input"}, 3, {"value": "3"}),
        ({"type": "static_select", "options": [A, B]}, "b", {"selected_option": B}),
        ({"type": "static_select", "option_groups": [{"options": [A]}, {"options": [B]}]}, "b", {"selected_option": B}),
        ({"type": "radio_buttons", "options": [A, B]}, "a", {"selected_option": A}),
        ({"type": "checkboxes", "options": [A, B]}, ["a", "b"], {"selected_options": [A, B]}),
        ({"type": "checkboxes", "options": [A, B]}, "a", {"selected_options": [A]}),
        ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
        ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
        ({"type": "datepicker"}, "2026-01-01", {"selected_date": "2026-01-01"}),
        ({"type": "timepicker"}, "12:00", {"selected_time": "12:00"}),
        ({"type": "datetimepicker"}, 1_700_000_000, {"selected_date_time": 1_700_000_000}),
    ],
)
def test_a_value_becomes_the_state_that_slack_sends(element: Json, value: Any, state: Json) -> None:
    assert forms.state_of({"action_id": "a", **element}, value) == {"type": element["type"], **state}


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    with pytest.raises(CannotAct, match="It offers a, b"):
        forms.state_of({"type": "static_select", "action_id": "s", "options": [A, B]}, "c")


def test_every_input_that_block_kit_knows_has_a_state() -> None:
    passive = {"button", "workflow_button", "icon_button", "feedback_buttons", "overflow", "image", "url"}
    assert set(ELEMENTS) - passive - {"plain_text", "mrkdwn"} == set(forms.STATEFUL)


def block(element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": "b", "element": {"action_id": "a", **element}, **more}


@pytest.mark.parametrize(
    ("element", "value", "complaint"),
    [
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": False}, "x", "enter a number"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1.5", "at least 2"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "1"}, "1.5", "at most 1"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "1.5", ""),
        ({"type": "plain_text_input"}, "x" * 3001, "at most 3000"),
        ({"type": "checkboxes", "options": [A]}, [], "required"),
        ({"type": "users_select"}, None, "required"),
    ],
)
def test_the_client_says_what_it_would_not_send(element: Json, value: Any, complaint: str) -> None:
    blocks = [block(element)]
    values = {"b": {"a": forms.state_of(blocks[0]["element"], value)}}
    assert complaint in forms.complaints(blocks, values).get("b", "")
    assert bool(forms.complaints(blocks, values)) is bool(complaint)


def test_an_optional_input_may_stay_empty() -> None:
    blocks = [block({"type": "plain_text_input"}, optional=True)]
    assert forms.complaints(blocks, forms.initial_values(blocks, {})) == {}


def test_elements_are_found_wherever_they_stand() -> None:
    button = {"type": "button", "action_id": "go"}
    blocks: list[Json] = [
        {"type": "section", "block_id": "1", "accessory": {**button, "action_id": "one"}},
        {
            "type": "container",
            "block_id": "2",
            "child_blocks": [{"type": "actions", "block_id": "3", "elements": [{**button, "action_id": "two"}]}],
        },
        {
            "type": "carousel",
            "block_id": "4",
            "elements": [{"type": "card", "block_id": "5", "actions": [{**button, "action_id": "three"}]}],
        },
    ]
    assert [element["action_id"] for _, element in forms.elements(blocks)] == ["one", "two", "three"]
    found = forms.find(blocks, "two")
    assert found is not None
    assert found[0]["block_id"] == "3"
