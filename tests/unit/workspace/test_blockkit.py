"""Slack's rules for blocks, checked on both sides of each limit, with slack_sdk's own models as the second opinion."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks import basic_components, block_elements

from bot.workspace import blockkit
from bot.workspace.blockkit.blocks import BLOCKS
from bot.workspace.blockkit.elements import ELEMENTS
from bot.workspace.wire import SlackError

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str = "x", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": plain(text), **more}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain(), "element": element}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def select(count: int) -> Json:
    return {"type": "static_select", "options": [option(value=str(place)) for place in range(count)]}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def task(**more: Any) -> Json:
    return {"type": "task_card", "task_id": "t", "title": "x", **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain(), **more}


def layout(*rows: list[Json], **more: Any) -> Json:
    """Rows of items, each with one block."""
    made = [{"items": [{"blocks": [block]} for block in row]} for row in rows]
    return {"type": "layout", "label": "Grid", "rows": made, **more}


def dot(value: float = 1) -> Json:
    return {"label": "one", "value": value}


def lines(count: int) -> Json:
    series = [{"name": f"s{number}", "data": [dot(-1)]} for number in range(count)]
    return {"series": series, "axis_config": {"categories": ["one"], "x_label": "x" * 50}}


def chart(kind: str, **more: Any) -> Json:
    return {"type": "data_visualization", "title": "Figures", "chart": {"type": kind, **more}}


def container(*children: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": list(children), **more}


def raw() -> Json:
    return {"type": "raw_text", "text": "x"}


def figures(*rows: Any, **more: Any) -> Json:
    return {"type": "data_table", "caption": "Figures", "rows": "x" if rows == ("x",) else list(rows), **more}


def provider(**more: Any) -> Json:
    return {"type": "auth_provider", "value": "ledger", "name": plain(), "is_connected": False, **more}


def table(rows: int, cells: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def complaints(blocks: Any, total: int | None = 12_000) -> tuple[str, tuple[str, ...]]:
    try:
        blockkit.check_message(blocks, total)
    except SlackError as error:
        return error.error, error.messages
    return "", ()


LIMITS = [
    # what fits, what is one too much, where
    (provider(value="x" * 150), provider(value="x" * 151), "/value"),
    (provider(name=plain("x" * 75)), provider(name=plain("x" * 76)), "/name/text"),
    (section("x" * 3000), section("x" * 3001), "/text/text"),
    (section(fields=[plain("x" * 2000)]), section(fields=[plain("x" * 2001)]), "/fields/0/text"),
    (section(fields=[plain()] * 10), section(fields=[plain()] * 11), "/fields"),
    (section(block_id="x" * 255), section(block_id="x" * 256), "/block_id"),
    ({"type": "header", "text": plain("x" * 150)}, {"type": "header", "text": plain("x" * 151)}, "/text/text"),
    (actions(*[button()] * 25), actions(*[button()] * 26), "/elements"),
    (actions(button(text=plain("x" * 75))), actions(button(text=plain("x" * 76))), "/elements/0/text/text"),
    (actions(button(value="x" * 2000)), actions(button(value="x" * 2001)), "/elements/0/value"),
    (actions(button(action_id="x" * 255)), actions(button(action_id="x" * 256)), "/elements/0/action_id"),
    (actions(button(url="x" * 3000)), actions(button(url="x" * 3001)), "/elements/0/url"),
    (
        actions(button(accessibility_label="x" * 75)),
        actions(button(accessibility_label="x" * 76)),
        "/elements/0/accessibility_label",
    ),
    (actions(button(agent_prompt="x" * 4000)), actions(button(agent_prompt="x" * 4001)), "/elements/0/agent_prompt"),
    (
        actions(button(confirm=confirm(title=plain("x" * 100)))),
        actions(button(confirm=confirm(title=plain("x" * 101)))),
        "/elements/0/confirm/title/text",
    ),
    (
        actions(button(confirm=confirm(text=plain("x" * 300)))),
        actions(button(confirm=confirm(text=plain("x" * 301)))),
        "/elements/0/confirm/text/text",
    ),
    (
        actions(button(confirm=confirm(deny=plain("x" * 30)))),
        actions(button(confirm=confirm(deny=plain("x" * 31)))),
        "/elements/0/confirm/deny/text",
    ),
    (actions(select(100)), actions(select(101)), "/elements/0/options"),
    (
        actions({"type": "static_select", "options": [option("x" * 75, "v" * 150)]}),
        actions({"type": "static_select", "options": [option("x" * 76, "v" * 150)]}),
        "/elements/0/options/0/text/text",
    ),
    (
        actions({"type": "overflow", "options": [option()] * 5}),
        actions({"type": "overflow", "options": [option()] * 6}),
        "/elements/0/options",
    ),
    (
        field({"type": "checkboxes", "options": [option()] * 10}),
        field({"type": "checkboxes", "options": [option()] * 11}),
        "/element/options",
    ),
    (
        field({"type": "plain_text_input", "max_length": 3000}),
        field({"type": "plain_text_input", "max_length": 3001}),
        "/element/max_length",
    ),
    (
        field({"type": "plain_text_input", "placeholder": plain("x" * 150)}),
        field({"type": "plain_text_input", "placeholder": plain("x" * 151)}),
        "/element/placeholder/text",
    ),
    (
        {"type": "context", "elements": [plain()] * 10},
        {"type": "context", "elements": [plain()] * 11},
        "/elements",
    ),
    ({"type": "markdown", "text": "x" * 12_000}, {"type": "markdown", "text": "x" * 12_001}, "/text"),
    (task(title="x" * 256), task(title="x" * 257), "/title"),
    (card(title=plain("x" * 150)), card(title=plain("x" * 151)), "/title/text"),
    (card(body=plain("x" * 200)), card(body=plain("x" * 201)), "/body/text"),
    (
        {"type": "carousel", "elements": [card()] * 10},
        {"type": "carousel", "elements": [card()] * 11},
        "/elements",
    ),
    (layout(*[[section()]] * 5), layout(*[[section()]] * 6), "/rows"),
    (layout([section()], label="x" * 150), layout([section()], label="x" * 151), "/label"),
    (chart("pie", segments=[dot()] * 6), chart("pie", segments=[dot()] * 7), "/chart/segments"),
    (chart("pie", segments=[dot(1)]), chart("pie", segments=[dot(0)]), "/chart/segments/0/value"),
    (chart("line", **lines(6)), chart("line", **lines(7)), "/chart/series"),
    (container(*[section()] * 10), container(*[section()] * 11), "/child_blocks"),
    (
        container(section(), subtitle=plain("x" * 150)),
        container(section(), subtitle=plain("x" * 151)),
        "/subtitle/text",
    ),
    (table(100, 1), table(101, 1), "/rows"),
    (table(1, 20), table(1, 21), "/rows/0"),
    (
        {"type": "image", "image_url": "https://x.test/i.png", "alt_text": "x" * 2000},
        {"type": "image", "image_url": "https://x.test/i.png", "alt_text": "x" * 2001},
        "/alt_text",
    ),
]


@pytest.mark.parametrize(("fits", "too_much", "where"), LIMITS)
def test_each_limit_lets_the_most_through_and_refuses_one_more(fits: Json, too_much: Json, where: str) -> None:
    assert complaints([fits], None) == ("", ())
    error, messages = complaints([too_much], None)
    assert error == "invalid_blocks"
    assert any(message.endswith(f"[json-pointer:/blocks/0{where}]") for message in messages), messages


def test_a_message_has_at_most_fifty_blocks() -> None:
    assert complaints([{"type": "divider"}] * 50) == ("", ())
    assert complaints([{"type": "divider"}] * 51)[1] == ("no more than 50 items allowed [json-pointer:/blocks]",)


def test_the_text_of_all_blocks_together_has_a_limit_of_its_own() -> None:
    parts = [section("x" * 3000)] * 3 + [rich({"type": "text", "text": "x" * 3000})]
    assert complaints(parts) == ("", ())
    assert complaints([*parts, section()])[0] == "msg_blocks_too_long"


def test_markdown_is_counted_over_all_markdown_blocks() -> None:
    blocks = [{"type": "markdown", "text": "x" * 6001}] * 2
    assert "in total" in complaints(blocks, None)[1][0]


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([{"type": "hologram"}], "unsupported type: hologram [json-pointer:/blocks/0/type]"),
        ([{}], "missing required field: type [json-pointer:/blocks/0]"),
        (["x"], "must provide an object [json-pointer:/blocks/0]"),
        ([{"type": "alert", "text": plain()}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
        ([{"type": "section"}], "at least one of text, fields must be provided [json-pointer:/blocks/0]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "[json-pointer:/blocks/0/text/type]"),
        ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        ([actions({"type": "image"})], "unsupported type: image [json-pointer:/blocks/0/elements/0/type]"),
        (
            [field({"type": "button", "text": plain()})],
            "unsupported type: button [json-pointer:/blocks/0/element/type]",
        ),
        ([actions(button(style="huge"))], "must be a valid enum value: primary, danger"),
        ([actions(button(action_id="a"), button(action_id="a"))], "`action_id` already exists"),
        ([section(block_id="a"), section(block_id="a")], "`block_id` a already exists"),
        ([{"type": "plan", "title": "x", "tasks": [task()]}, task()], "plan and task_card cannot be"),
        ([task(status="completed")], "must be a valid enum value: pending, in_progress, complete, error"),
        ([container({"type": "markdown", "text": "x"})], "unsupported type: markdown"),
        ([container(task())], "unsupported type: task_card"),
        ([rich({"type": "spell", "text": "x"})], "unsupported type: spell"),
        ([rich({"type": "text", "text": ""})], "must be more than 0 characters"),
        ([actions({"type": "static_select", "options": [{**option(), "url": "x"}]})], "additional property: url"),
        ([actions({"type": "static_select", "options": [{**option(), "type": "x"}]})], "additional property: type"),
        ([actions({"type": "static_select"})], "exactly one of options, option_groups"),
        ([layout(*[[section()] * 10] * 5)], "no more than 50 items allowed"),
        ([layout([container(section())])], "unsupported type: container"),
        ([layout([layout([section()])])], "unsupported type: layout"),
        ([layout([section()], grid_lines="all")], "valid enum value"),
        ([figures([raw(), raw()], [raw()])], "all rows must have the same number of cells"),
        ([figures([rich()], [raw()])], "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]"),
        ([figures([raw()], [raw()], row_header_column_index=1)], "must be a column of the table"),
        ([figures("x")], "must provide an array [json-pointer:/blocks/0/rows]"),
        ([provider(is_connected=None)], "missing required field: is_connected"),
        ([provider(accessory=button())], "unsupported type: button [json-pointer:/blocks/0/accessory/type]"),
        ([chart("donut")], "unsupported type: donut"),
        ([chart("pie", segments=[dot()])] * 3, "no more than 2 data_visualization"),
        ([{"type": "image", "alt_text": "x"}], "exactly one of image_url, slack_file"),
    ],
)
def test_what_slack_would_not_render_is_named_with_its_place(blocks: Any, message: str) -> None:
    error, messages = complaints(blocks)
    assert error == "invalid_blocks"
    assert any(message in said for said in messages), messages


@pytest.mark.parametrize(
    ("kind", "surfaces"),
    [
        ("section", {"message", "modal", "home"}),
        ("alert", {"modal"}),
        ("container", {"message"}),
        ("layout", {"message", "modal", "home"}),
        ("card", {"message", "modal", "home"}),
        ("carousel", {"message", "home"}),
        ("plan", {"message"}),
        ("task_card", {"message"}),
        ("markdown", {"message"}),
        ("table", {"message"}),
        ("context_actions", {"message"}),
    ],
)
def test_a_block_stands_only_on_its_surfaces(kind: str, surfaces: set[str]) -> None:
    assert set(BLOCKS[kind][0]) == surfaces


IMAGE = sdk.ImageElement(image_url="https://x.test/i.png", alt_text="a cat")
MODELS: list[sdk.Block] = [
    sdk.SectionBlock(text="*hi*", fields=["one", "two"], accessory=sdk.ButtonElement(text="Go", action_id="go")),
    sdk.SectionBlock(text="hi", accessory=IMAGE, expand=True),
    sdk.DividerBlock(),
    sdk.ImageBlock(image_url="https://x.test/i.png", alt_text="a cat", title="Cat"),
    sdk.ActionsBlock(
        elements=[
            sdk.ButtonElement(text="Go", action_id="go", value="1", style="primary", confirm=None),
            sdk.ButtonElement(
                text="No",
                action_id="no",
                style="danger",
                accessibility_label="Reject",
                confirm=sdk.ConfirmObject(title="Sure?", text="Really", confirm="Yes", deny="No", style="danger"),
            ),
            sdk.StaticSelectElement(action_id="s", options=[sdk.Option(value="v", text="t")], placeholder="pick"),
            sdk.OverflowMenuElement(action_id="o", options=[sdk.Option(value="v", text="t", url="https://x.test")] * 2),
            sdk.DatePickerElement(action_id="d", initial_date="2026-01-01"),
            sdk.TimePickerElement(action_id="t", initial_time="12:00"),
            sdk.UserSelectElement(action_id="u", initial_user="U1"),
            sdk.ConversationSelectElement(action_id="c", default_to_current_conversation=True),
            sdk.ChannelSelectElement(action_id="ch"),
            sdk.ExternalDataSelectElement(action_id="x", min_query_length=1),
            sdk.CheckboxesElement(action_id="cb", options=[sdk.Option(value="v", text="t", description="d")]),
            sdk.RadioButtonsElement(action_id="r", options=[sdk.Option(value="v", text="t")]),
            sdk.UserMultiSelectElement(action_id="mu", max_selected_items=2),
        ]
    ),
    sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="*x*"), IMAGE, sdk.PlainTextObject(text="x")]),
    sdk.ContextActionsBlock(
        elements=[
            sdk.FeedbackButtonsElement(
                action_id="f",
                positive_button=sdk.FeedbackButtonObject(text="Good", value="1"),
                negative_button=sdk.FeedbackButtonObject(text="Bad", value="0"),
            ),
            sdk.IconButtonElement(action_id="i", icon="trash", text="Delete"),
        ]
    ),
    sdk.HeaderBlock(text="Title"),
    sdk.InputBlock(
        label="Why", hint="because", element=sdk.PlainTextInputElement(action_id="p", multiline=True, min_length=1)
    ),
    sdk.InputBlock(label="n", element=sdk.NumberInputElement(action_id="n", is_decimal_allowed=True, min_value="1")),
    sdk.InputBlock(label="e", element=sdk.EmailInputElement(action_id="e")),
    sdk.InputBlock(label="u", element=sdk.UrlInputElement(action_id="u")),
    sdk.InputBlock(label="r", element=sdk.RichTextInputElement(action_id="r")),
    sdk.InputBlock(label="dt", element=sdk.DateTimePickerElement(action_id="dt", initial_date_time=1_700_000_000)),
    sdk.MarkdownBlock(text="**x**"),
    sdk.TableBlock(
        rows=[[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]],
        column_settings=[{"align": "right", "is_wrapped": True}],
    ),
    sdk.TaskCardBlock(task_id="t", title="Translate", status="in_progress"),
    sdk.AuthProviderBlock(
        value="ledger",
        name="Ledger",
        is_connected=False,
        auth_url="https://x.test",
        accessory=sdk.OverflowMenuElement(action_id="o", options=[sdk.Option(value="v", text="t")]),
        fallback=[sdk.DividerBlock()],
    ),
    sdk.PlanBlock(title="Plan", tasks=[sdk.TaskCardBlock(task_id="t", title="Translate", status="complete")]),
    sdk.CardBlock(title="Card", body="Body", actions=[sdk.ButtonElement(text="Go", action_id="go")]),
    sdk.CarouselBlock(elements=[sdk.CardBlock(title="Card", body="Body")]),
    sdk.ContainerBlock(title="Proposal", child_blocks=[sdk.SectionBlock(text="x")], width="wide"),
    sdk.RichTextBlock(
        elements=[
            sdk.RichTextSectionElement(
                elements=[
                    sdk.RichTextElementParts.Text(text="x", style={"bold": True}),
                    sdk.RichTextElementParts.Link(url="https://x.test", text="x"),
                    sdk.RichTextElementParts.Emoji(name="eyes"),
                    sdk.RichTextElementParts.User(user_id="U1"),
                    sdk.RichTextElementParts.UserGroup(usergroup_id="S1"),
                    sdk.RichTextElementParts.Channel(channel_id="C1"),
                    sdk.RichTextElementParts.Broadcast(range="here"),
                    sdk.RichTextElementParts.Date(timestamp=1, format="{date}"),
                ]
            ),
            sdk.RichTextListElement(style="bullet", indent=1, elements=[sdk.RichTextSectionElement(elements=[])]),
            sdk.RichTextPreformattedElement(elements=[sdk.RichTextElementParts.Text(text="permit(…);")], border=0),
            sdk.RichTextQuoteElement(elements=[sdk.RichTextElementParts.Text(text="quoted")]),
        ]
    ),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.type)
def test_what_slacks_own_models_make_is_accepted(model: sdk.Block) -> None:
    assert complaints([model.to_dict()]) == ("", ())


def test_every_block_of_slacks_models_is_known_but_for_those_that_no_bot_may_send() -> None:
    classes = [getattr(sdk, name) for name in dir(sdk) if name.endswith("Block") and name != "Block"]
    kinds = {model.type for model in classes if isinstance(getattr(model, "type", None), str)}
    assert kinds - set(BLOCKS) == {"call"}
    assert len(kinds) >= 20


def test_every_element_of_slacks_models_is_known() -> None:
    classes = [getattr(block_elements, name) for name in dir(block_elements) if name.endswith("Element")]
    kinds = {model.type for model in classes if isinstance(getattr(model, "type", None), str)}
    rich_text = {kind for kind in kinds if kind.startswith("rich_text_") and kind != "rich_text_input"}
    assert kinds - rich_text <= set(ELEMENTS)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (3000, sdk.SectionBlock.text_max_length),
        (150, sdk.HeaderBlock.text_max_length),
        (2000, sdk.ButtonElement.value_max_length),
        (75, sdk.ButtonElement.text_max_length),
        (255, block_elements.InteractiveElement.action_id_max_length),
        (25, sdk.ActionsBlock.elements_max_length),
        (10, sdk.ContextBlock.elements_max_length),
        (12_000, sdk.MarkdownBlock.text_max_length),
        (75, basic_components.Option.label_max_length),
        (150, basic_components.Option.value_max_length),
        (300, basic_components.ConfirmObject.text_max_length),
        (10, sdk.ContainerBlock.child_blocks_max_length),
        (200, sdk.CardBlock.body_max_length),
    ],
)
def test_the_limits_tested_above_are_those_of_slacks_models(ours: int, theirs: int) -> None:
    assert ours == theirs
