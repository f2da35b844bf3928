"""The list of a gateway's tools: what each takes, page by page, within Slack's limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.blocks import ids
from bot.blocks.listing import ListOrigin, list_origin
from bot.blocks.tools import tool_list
from bot.cedar import Gateway, schema_for

FitsModal = Callable[[Mapping[str, Any]], None]


def buttons(view: Mapping[str, Any]) -> list[str]:
    return [each["action_id"] for block in view["blocks"] if block["type"] == "actions" for each in block["elements"]]


def test_each_tool_says_what_it_takes(gateway_of: Callable[..., Gateway], fits_modal: FitsModal) -> None:
    pay = {
        "refund": {"amount": {"type": "integer"}, "express?": {"type": "boolean"}},
        "move": {
            "to": {"type": "string", "enum": ["eu", "us"]},
            "lines?": {"type": "array", "items": {"type": "string"}},
        },
        "ping": {},
    }
    view = tool_list(schema_for(gateway_of(Pay=pay)), ListOrigin("C1"))
    fits_modal(view)
    shown = str(view["blocks"])
    assert "3 tools at the gateway desk-gateway" in shown
    assert "Takes amount (whole number), express (true or false, optional)." in shown
    assert "to (eu | us)" in shown
    assert "lines (list of text, optional)" in shown
    assert "Takes nothing." in shown


def test_a_tool_that_no_policy_can_govern_says_why(gateway_of: Callable[..., Gateway]) -> None:
    view = tool_list(schema_for(gateway_of(Shop={"find_user": {"in": {"type": "string"}}})), ListOrigin("C1"))
    assert "Policies cannot govern it" in str(view["blocks"])


def test_text_narrows_it_and_pages_turn(gateway_of: Callable[..., Gateway], fits_modal: FitsModal) -> None:
    tools = {f"read_{number:03}": {"id": {"type": "string"}} for number in range(60)} | {"wipe": {}}
    schema = schema_for(gateway_of(Data=tools))
    first = tool_list(schema, ListOrigin("C1"))
    fits_modal(first)
    assert buttons(first) == [ids.TOOLS_ON]
    last = tool_list(schema, ListOrigin("C1", "", 99))
    assert "page 3 of 3" in str(last["blocks"])
    assert buttons(last) == [ids.TOOLS_BACK]
    narrowed = tool_list(schema, ListOrigin("C1", "WIPE"))
    assert "1 tool with" in str(narrowed["blocks"])
    assert list_origin(narrowed).text == "WIPE"
    assert "has no tools with “xyz”" in str(tool_list(schema, ListOrigin("C1", "xyz"))["blocks"])


def test_names_and_descriptions_are_shown_as_they_are(
    gateway_of: Callable[..., Gateway], fits_modal: FitsModal
) -> None:
    view = tool_list(schema_for(gateway_of(Evil={"<!channel>\u202e": {"<@U1>": {"type": "string"}}})), ListOrigin("C1"))
    fits_modal(view)
    assert "mrkdwn" not in str(view["blocks"])
    assert "\u202e" not in str(view["blocks"])
