"""Inputs and their values: what an input starts with, what a person may put in, and the state Slack makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from bot.workspace.wire import CannotAct, Json

# element type: (field of the state that holds the value, field of the element that holds the start)
_SINGLE = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
}
_MANY = {
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}
STATEFUL = {**_SINGLE, **_MANY}
MOST_FILES = 10
"""Files in a `file_input` that does not say how many."""
_FROM_OPTIONS = ("static_select", "radio_buttons", "checkboxes", "multi_static_select")


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that a person can act on, with the block it is in, nested blocks included."""
    for block in blocks:
        inner = [block[part] for part in ("accessory", "element") if isinstance(block.get(part), dict)]
        if block.get("type") in ("actions", "context_actions"):
            inner += block.get("elements", [])
        if block.get("type") == "card":
            inner += block.get("actions", [])
        if block.get("type") == "auth_provider" and not block["is_connected"]:
            inner.append(connect_button(block))
        for element in inner:
            if "action_id" in element:
                yield block, element
        yield from elements(block.get("child_blocks", []))
        for row in block.get("rows", []) if block.get("type") == "layout" else ():
            for item in row["items"]:
                yield from elements(item["blocks"])
        if block.get("type") == "carousel":
            yield from elements(block.get("elements", []))


def connect_button(block: Json) -> Json:
    """The button that Slack shows in an `auth_provider` until its person is connected."""
    url = {"url": block["auth_url"]} if block.get("auth_url") else {}
    label = {"type": "plain_text", "text": "Connect", "emoji": True}
    action_id = f"auth_provider_connect_{block['value']}"
    return {"type": "button", "action_id": action_id, "text": label, "value": block["value"], **url}


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json] | None:
    """The block and element with this action id."""
    for block, element in elements(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    return None


def initial_values(blocks: list[Json], keep: Mapping[str, Any]) -> Json:
    """`state.values` of fresh blocks: what `keep` has for the same input, else what the element starts with."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in STATEFUL:
            continue
        kept = keep.get(block["block_id"], {}).get(element["action_id"])
        same_type = kept is not None and kept["type"] == element["type"]
        values.setdefault(block["block_id"], {})[element["action_id"]] = kept if same_type else _start(element)
    return values


def _start(element: Json) -> Json:
    field, initial = STATEFUL[element["type"]]
    return {"type": element["type"], field: element.get(initial, [] if element["type"] in _MANY else None)}


def options(element: Json) -> list[Json]:
    """All options of an element, groups flattened."""
    grouped = [option for group in element.get("option_groups", []) for option in group.get("options", [])]
    return [*element.get("options", []), *grouped]


def state_of(element: Json, value: Any, own: Mapping[str, Json] = MappingProxyType({})) -> Json:
    """The state of `element` after a person put `value` in: a text, an option's value, an id, or a list of those.

    `own` are the files that the person has uploaded, by id.
    """
    kind = element["type"]
    if kind not in STATEFUL:
        raise CannotAct(f"Nothing can be typed into {element['action_id']}: it is a {kind}.", code="not_an_input")
    field = STATEFUL[kind][0]
    if kind in _MANY:
        chosen = [_chosen(element, item, own) for item in (value if isinstance(value, list) else [value])]
        return {"type": kind, field: chosen}
    return {"type": kind, field: None if value in (None, "") else _chosen(element, value, own)}


def _chosen(element: Json, value: Any, own: Mapping[str, Json]) -> Any:
    kind = element["type"]
    _check_shape(element, value)
    if kind in _FROM_OPTIONS:
        wanted = value.get("value") if isinstance(value, dict) else value
        for option in options(element):
            if option["value"] == wanted:
                return option
        offered = ", ".join(option["value"] for option in options(element))
        raise CannotAct(
            f"{element['action_id']} does not offer {wanted!r}. It offers {offered}.", code="no_such_option"
        )
    if kind.endswith("external_select") and not isinstance(value, dict):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    if kind == "file_input":
        file_id = value["id"] if isinstance(value, dict) else value
        if file_id not in own:
            raise CannotAct(f"There is no file {file_id} of this person.", code="file_not_found")
        return own[file_id]
    return str(value) if kind == "number_input" else value


def _check_shape(element: Json, value: Any) -> None:
    """Raise CannotAct for a value that no client of Slack could send for this element."""
    kind = element["type"]
    if kind == "rich_text_input":
        fits = isinstance(value, dict)
    elif kind == "file_input":
        fits = isinstance(value, str) or (isinstance(value, dict) and isinstance(value.get("id"), str))
    elif kind == "datetimepicker":
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif kind.endswith("external_select"):
        fits = isinstance(value, str) or (isinstance(value, dict) and isinstance(value.get("value"), str))
    else:
        fits = isinstance(value, str | int | float) or (kind in _FROM_OPTIONS and isinstance(value, dict))
    if not fits:
        raise CannotAct(f"{element['action_id']} is a {kind}: that is no value for it.", code="bad_value")


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own client would not let a person submit, as `{block_id: sentence}`."""
    found: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] != "input" or element["type"] not in STATEFUL:
            continue
        value = values[block["block_id"]][element["action_id"]].get(STATEFUL[element["type"]][0])
        if value in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif sentence := _complaint(element, value):
            found[block["block_id"]] = sentence
    return found


def _complaint(element: Json, value: Any) -> str | None:
    if element["type"] == "number_input":
        return _number_complaint(element, value)
    if element["type"] == "file_input":
        return _files_complaint(element, value)
    if element["type"] == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"This field must have at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"This field must have at most {element.get('max_length', 3000)} characters."
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", number)):
        return f"Please enter at least {element['min_value']}."
    if number > float(element.get("max_value", number)):
        return f"Please enter at most {element['max_value']}."
    return None


def _files_complaint(element: Json, given: list[Json]) -> str | None:
    most = element.get("max_files", MOST_FILES)
    if len(given) > most:
        return f"Please choose at most {most} {'file' if most == 1 else 'files'}."
    kinds = [kind.lower() for kind in element.get("filetypes", [])]
    wrong = next((file["name"] for file in given if kinds and file["filetype"] not in kinds), None)
    return None if wrong is None else f"Please choose files of these types only: {', '.join(kinds)}. {wrong} is none."
