"""Block Kit's elements and composition objects as a table: what each may hold, and how much of it."""

from __future__ import annotations

from bot.workspace.blockkit.rules import (
    Rule,
    Shape,
    anything,
    array,
    exactly_one,
    flag,
    number,
    one_of,
    string,
    text,
    typed,
)

ANY_TEXT = text("plain_text", "mrkdwn")
ACTION_ID = string(255)
URL = string(3000)
CONFIRM = Shape(
    {
        "title": text("plain_text", most=100),
        "text": text("plain_text", "mrkdwn", most=300),
        "confirm": text("plain_text", most=30),
        "deny": text("plain_text", most=30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)


def option(*kinds: str, **more: Rule) -> Shape:
    """An option with texts of these kinds."""
    fields: dict[str, Rule] = {
        "text": text(*kinds, most=75),
        "value": string(150, 1),
        "description": text(*kinds, most=75),
    }
    return Shape(fields | more, ("text", "value"))


_OPTION = option("plain_text")
_LINK_OPTION = option("plain_text", url=URL)
_RICH_OPTION = option("plain_text", "mrkdwn")
_GROUP = Shape({"label": text("plain_text", most=75), "options": array(_OPTION, 1, 100)}, ("label", "options"))
_PLACEHOLDER = text("plain_text", most=150)
_DISPATCH = Shape({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"))})
_FILTER = Shape(
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)
_INPUT: dict[str, Rule] = {"type": anything, "action_id": ACTION_ID, "placeholder": _PLACEHOLDER, "focus_on_load": flag}
_CONFIRMED: dict[str, Rule] = {**_INPUT, "confirm": CONFIRM}
_MULTI: dict[str, Rule] = {**_CONFIRMED, "max_selected_items": number(1)}
_STATIC: dict[str, Rule] = {"options": array(_OPTION, 1, 100), "option_groups": array(_GROUP, 1, 100)}
_STATIC_RULE = (exactly_one("options", "option_groups"),)
_TYPED_IN: dict[str, Rule] = {**_INPUT, "dispatch_action_config": _DISPATCH}
_FEEDBACK = Shape(
    {"text": text("plain_text", most=75), "value": string(2000), "accessibility_label": string(75)}, ("text", "value")
)
IMAGE_SOURCE = exactly_one("image_url", "slack_file")
_SLACK_FILE = Shape({"id": string(), "url": URL}, whole=(exactly_one("id", "url"),))
IMAGE_FIELDS: dict[str, Rule] = {
    "type": anything,
    "image_url": URL,
    "slack_file": _SLACK_FILE,
    "alt_text": string(2000, 1),
}
_WORKFLOW = Shape({"trigger": Shape({"url": URL, "customizable_input_parameters": anything}, ("url",))}, ("trigger",))

ELEMENTS: dict[str, Rule] = {
    "button": Shape(
        {
            "type": anything,
            "action_id": ACTION_ID,
            "text": text("plain_text", most=75),
            "value": string(2000),
            "url": URL,
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
            "agent_prompt_display": anything,
            "visible_to_user_ids": array(string()),
        },
        ("text",),
    ),
    "workflow_button": Shape(
        {
            "type": anything,
            "action_id": ACTION_ID,
            "text": text("plain_text", most=75),
            "workflow": _WORKFLOW,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        ("text", "workflow"),
    ),
    "icon_button": Shape(
        {
            "type": anything,
            "action_id": ACTION_ID,
            "icon": one_of("trash"),
            "text": text("plain_text", most=75),
            "value": string(2000),
            "accessibility_label": string(75),
            "confirm": CONFIRM,
            "visible_to_user_ids": array(string()),
        },
        ("icon", "text"),
    ),
    "feedback_buttons": Shape(
        {"type": anything, "action_id": ACTION_ID, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        ("positive_button", "negative_button"),
    ),
    "overflow": Shape(
        {"type": anything, "action_id": ACTION_ID, "options": array(_LINK_OPTION, 1, 5), "confirm": CONFIRM},
        ("options",),
    ),
    "image": Shape(IMAGE_FIELDS, ("alt_text",), whole=(IMAGE_SOURCE,)),
    "checkboxes": Shape(
        {**_CONFIRMED, "options": array(_RICH_OPTION, 1, 10), "initial_options": array(_RICH_OPTION, 1)}, ("options",)
    ),
    "radio_buttons": Shape(
        {**_CONFIRMED, "options": array(_RICH_OPTION, 1, 10), "initial_option": _RICH_OPTION}, ("options",)
    ),
    "datepicker": Shape({**_CONFIRMED, "initial_date": string(10, 10)}),
    "timepicker": Shape({**_CONFIRMED, "initial_time": string(5, 5), "timezone": string()}),
    "datetimepicker": Shape({**_CONFIRMED, "initial_date_time": number(0, 9_999_999_999)}),
    "static_select": Shape({**_CONFIRMED, **_STATIC, "initial_option": _OPTION}, whole=_STATIC_RULE),
    "multi_static_select": Shape({**_MULTI, **_STATIC, "initial_options": array(_OPTION)}, whole=_STATIC_RULE),
    "external_select": Shape({**_CONFIRMED, "min_query_length": number(0), "initial_option": _OPTION}),
    "multi_external_select": Shape({**_MULTI, "min_query_length": number(0), "initial_options": array(_OPTION)}),
    "users_select": Shape({**_CONFIRMED, "initial_user": string()}),
    "multi_users_select": Shape({**_MULTI, "initial_users": array(string())}),
    "conversations_select": Shape(
        {
            **_CONFIRMED,
            "initial_conversation": string(),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _FILTER,
        }
    ),
    "multi_conversations_select": Shape(
        {
            **_MULTI,
            "initial_conversations": array(string()),
            "default_to_current_conversation": flag,
            "filter": _FILTER,
        }
    ),
    "channels_select": Shape({**_CONFIRMED, "initial_channel": string(), "response_url_enabled": flag}),
    "multi_channels_select": Shape({**_MULTI, "initial_channels": array(string())}),
    "plain_text_input": Shape(
        {
            **_TYPED_IN,
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        }
    ),
    "email_text_input": Shape({**_TYPED_IN, "initial_value": string(3000)}),
    "url_text_input": Shape({**_TYPED_IN, "initial_value": string(3000)}),
    "number_input": Shape(
        {
            **_TYPED_IN,
            "is_decimal_allowed": flag,
            "initial_value": string(),
            "min_value": string(),
            "max_value": string(),
        },
        ("is_decimal_allowed",),
    ),
    "rich_text_input": Shape({**_TYPED_IN, "initial_value": anything, "min_lines": number(1), "max_lines": number(1)}),
    "file_input": Shape(
        {"type": anything, "action_id": ACTION_ID, "filetypes": array(string()), "max_files": number(1, 10)}
    ),
    "url": Shape({"type": anything, "url": URL, "text": string()}, ("url", "text")),
    "plain_text": ANY_TEXT,
    "mrkdwn": ANY_TEXT,
}

_BUTTONS = ("button", "workflow_button")
_PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_MULTI_SELECTS = tuple(f"multi_{kind}" for kind in _SELECTS)
_WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")

IN_ACTIONS = typed(
    ELEMENTS,
    *_BUTTONS,
    "overflow",
    "icon_button",
    *_PICKERS,
    "datetimepicker",
    *_SELECTS,
    *_MULTI_SELECTS,
    "rich_text_input",
)
IN_SECTION = typed(ELEMENTS, *_BUTTONS, "overflow", "image", *_PICKERS, *_SELECTS, *_MULTI_SELECTS)
IN_INPUT = typed(ELEMENTS, *_WRITTEN, *_PICKERS, "datetimepicker", *_SELECTS, *_MULTI_SELECTS, "file_input")
IN_CONTEXT = typed(ELEMENTS, "image", "plain_text", "mrkdwn")
IN_CONTEXT_ACTIONS = typed(ELEMENTS, "feedback_buttons", "icon_button")
IN_CARD = typed(ELEMENTS, *_BUTTONS)
MENU_ONLY = typed(ELEMENTS, "overflow")
IMAGE_ONLY = typed(ELEMENTS, "image")
URL_SOURCE = typed(ELEMENTS, "url")
