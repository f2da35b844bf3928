"""Blocks of every kind that the embedded workspace accepts, as an app would send them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def options(*names: str) -> list[Json]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def _text(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart of refunds"}
CONFIRM = {"title": plain("Really?"), "text": mrkdwn("*All* of it?"), "confirm": plain("Yes, go"), "deny": plain("No")}
BUTTON = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "1"}
CARD = {
    "type": "card",
    "title": plain("Card title"),
    "subtitle": plain("Card subtitle"),
    "body": mrkdwn("Card *body*"),
    "subtext": plain("Card subtext"),
    "hero_image": IMAGE,
    "icon": IMAGE,
    "actions": [{**BUTTON, "action_id": "card"}],
}
TASK = {
    "type": "task_card",
    "task_id": "t1",
    "title": "Task title",
    "status": "complete",
    "details": rich(_text("Task details")),
}
LISTS = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                _text("bold ", bold=True),
                _text("code", code=True),
                {"type": "link", "url": "https://example.com/", "text": "a link"},
                {"type": "link", "url": "javascript:alert(1)", "text": "no link"},
                {"type": "emoji", "name": "wave"},
                {"type": "user", "user_id": "U0AVERYAPP"},
                {"type": "usergroup", "usergroup_id": "S0APPROVERS"},
                {"type": "channel", "channel_id": "C0AGENTRULES"},
                {"type": "team", "team_id": "T0EMBEDDED"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1767225600, "format": "{date_num}", "fallback": "a date"},
                {"type": "color", "value": "#ff0000"},
            ],
        },
        {"type": "rich_text_quote", "elements": [_text("a quote")]},
        {"type": "rich_text_preformatted", "elements": [_text("permit(\n  principal\n);")]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 2,
            "elements": [{"type": "rich_text_section", "elements": [_text("third")]}],
        },
    ],
}
_CELL = {"type": "raw_text", "text": "cell"}

# Every block of a message that is only read, with a text that shows that it was drawn.
READ: list[tuple[Json, str]] = [
    (
        {"type": "section", "text": mrkdwn("*strong* _soft_ ~gone~ `code` <https://example.com/|link> &lt;tag&gt;")},
        "link <tag>",
    ),
    ({"type": "section", "fields": [mrkdwn("*Left*"), plain("Right *plain*")]}, "Right *plain*"),
    ({"type": "section", "text": plain("With an image"), "accessory": IMAGE}, "A chart of refunds"),
    ({"type": "divider"}, ""),
    ({**IMAGE, "title": plain("Image title")}, "Image title"),
    ({"type": "context", "elements": [mrkdwn("context"), IMAGE, plain("more")]}, "context"),
    ({"type": "header", "text": plain("A header"), "level": 2}, "A header"),
    ({"type": "file", "external_id": "F-1", "source": "remote"}, "F-1"),
    (
        {
            "type": "markdown",
            "text": "# Title\n\n- one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```",
        },
        "two",
    ),
    (LISTS, "@Avery Adams"),
    (
        {
            "type": "video",
            "alt_text": "alt",
            "video_url": "https://example.com/v",
            "thumbnail_url": "https://example.com/t.png",
            "title": plain("Video title"),
        },
        "Video title",
    ),
    (
        {
            "type": "table",
            "rows": [[_CELL, {"type": "raw_text", "text": "Head"}], [{"type": "raw_number", "value": 7}, LISTS]],
        },
        "Head",
    ),
    (TASK, "Task title"),
    (CARD, "Card subtext"),
    ({"type": "carousel", "elements": [{**CARD, "actions": [{**BUTTON, "action_id": "in_carousel"}]}]}, "Card title"),
    (
        {
            "type": "container",
            "title": plain("Container title"),
            "is_collapsible": True,
            "child_blocks": [{"type": "section", "text": plain("Inside")}],
        },
        "Inside",
    ),
    (
        {
            "type": "data_table",
            "caption": "Refunds",
            "page_size": 1,
            "row_header_column_index": 0,
            "rows": [
                [{"type": "raw_text", "text": "Name"}],
                [{"type": "raw_text", "text": "Row 1"}],
                [{"type": "raw_text", "text": "Row 2"}],
            ],
        },
        "Page 1 of 2",
    ),
    (
        {
            "type": "auth_provider",
            "value": "ledger",
            "name": plain("Ledger"),
            "is_connected": False,
            "description": plain("Where refunds are booked"),
            "auth_url": "https://example.com/connect",
        },
        "Where refunds are booked",
    ),
    (
        {
            "type": "auth_provider",
            "value": "mail",
            "name": plain("Mail"),
            "is_connected": True,
            "connected_identity": plain("riley@example.com"),
            "accessory": {"type": "overflow", "action_id": "mail", "options": options("Again")},
        },
        "Connected as riley@example.com",
    ),
    (
        {
            "type": "data_visualization",
            "title": "Chart title",
            "chart": {"type": "pie", "segments": [{"label": "One", "value": 1}]},
        },
        "Chart title",
    ),
    (
        {
            "type": "layout",
            "label": "Layout label",
            "is_label_visible": True,
            "rows": [
                {
                    "items": [
                        {"width": "narrow", "blocks": [{"type": "section", "text": plain("left half")}]},
                        {"blocks": [{"type": "section", "text": plain("right half")}]},
                    ]
                }
            ],
        },
        "right half",
    ),
]
PLAN = ({"type": "plan", "title": "Plan title", "tasks": [TASK]}, "Plan title")
ALERT = ({"type": "alert", "level": "warning", "text": plain("Mind the gap")}, "Warning: Mind the gap")

# Elements of a message that act at once, by action id.
ACTING: list[Json] = [
    {**BUTTON, "action_id": "sure", "text": plain("Sure"), "confirm": CONFIRM},
    {"type": "static_select", "action_id": "one", "placeholder": plain("One of"), "options": options("Alpha", "Beta")},
    {"type": "overflow", "action_id": "more", "options": options("Edit", "Drop")},
    {"type": "datepicker", "action_id": "day", "placeholder": plain("Which day")},
    {"type": "checkboxes", "action_id": "ticks", "options": options("Red", "Blue")},
    {"type": "external_select", "action_id": "found", "placeholder": plain("Find a tool"), "min_query_length": 1},
    {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": plain("Bin it")},
    {
        "type": "workflow_button",
        "action_id": "flow",
        "text": plain("Flow"),
        "workflow": {"trigger": {"url": "https://example.com/flow"}},
    },
]
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "rated",
            "positive_button": {"text": plain("Good"), "value": "good"},
            "negative_button": {"text": plain("Bad"), "value": "bad"},
        }
    ],
}

# Every input of a form: the element, and what its state is once it was filled in by `tests.browser.test_kit`.
_OPTION = {"text": {"type": "plain_text", "text": "Beta", "emoji": True}, "value": "beta"}
INPUTS: list[Json] = [
    {"type": "plain_text_input", "action_id": "text"},
    {"type": "plain_text_input", "action_id": "lines", "multiline": True},
    {"type": "rich_text_input", "action_id": "rich"},
    {"type": "number_input", "action_id": "number", "is_decimal_allowed": True},
    {"type": "email_text_input", "action_id": "email"},
    {"type": "url_text_input", "action_id": "url"},
    {"type": "datepicker", "action_id": "date"},
    {"type": "timepicker", "action_id": "time"},
    {"type": "datetimepicker", "action_id": "moment"},
    {"type": "static_select", "action_id": "static", "options": options("Alpha", "Beta")},
    {"type": "users_select", "action_id": "user"},
    {"type": "channels_select", "action_id": "channel"},
    {"type": "conversations_select", "action_id": "conversation"},
    {"type": "external_select", "action_id": "external", "min_query_length": 1},
    {"type": "radio_buttons", "action_id": "radio", "options": options("Alpha", "Beta")},
    {"type": "checkboxes", "action_id": "boxes", "options": options("Alpha", "Beta")},
    {"type": "multi_static_select", "action_id": "statics", "options": options("Alpha", "Beta", "Gamma")},
    {"type": "multi_users_select", "action_id": "users"},
    {"type": "multi_channels_select", "action_id": "channels"},
    {"type": "multi_conversations_select", "action_id": "conversations"},
    {"type": "multi_external_select", "action_id": "externals", "min_query_length": 1},
    {"type": "file_input", "action_id": "files", "filetypes": ["txt", "md"]},
]


def labelled(element: Json) -> Json:
    """The element in an input block that is called like its action."""
    return {
        "type": "input",
        "block_id": element["action_id"],
        "label": plain(f"The {element['action_id']}"),
        "element": element,
    }


def form(*blocks: Json, title: str = "Everything") -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Leave"),
        "notify_on_close": True,
        "blocks": list(blocks),
    }
