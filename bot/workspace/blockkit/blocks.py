"""Block Kit's blocks as a table: what each may hold, and on which surfaces (message, modal, home) it may stand."""

from __future__ import annotations

from bot.workspace.blockkit import elements as el
from bot.workspace.blockkit.charts import CHARTS
from bot.workspace.blockkit.rich_text import RICH_TEXT
from bot.workspace.blockkit.rules import (
    Report,
    Rule,
    Shape,
    anything,
    array,
    at_least_one,
    flag,
    number,
    one_of,
    optional,
    say,
    string,
    text,
    typed,
)

EVERYWHERE = frozenset({"message", "modal", "home"})
MESSAGES = frozenset({"message"})
MODALS = frozenset({"modal"})

_BASE: dict[str, Rule] = {"type": anything, "block_id": string(255)}
_RICH = typed({"rich_text": RICH_TEXT})
_RAW = {
    "raw_text": Shape({"type": anything, "text": string(0, 1)}, ("text",)),
    "raw_number": Shape({"type": anything, "value": anything, "text": string(0, 1)}, ("value",)),
    "rich_text": RICH_TEXT,
}
_COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": flag})
_TASK = Shape(
    {
        **_BASE,
        "task_id": string(0, 1),
        "title": string(256, 1),
        "details": _RICH,
        "output": _RICH,
        "sources": array(el.URL_SOURCE),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    ("task_id", "title"),
)
_CARD = Shape(
    {
        **_BASE,
        "hero_image": el.IMAGE_ONLY,
        "icon": el.IMAGE_ONLY,
        "title": text("plain_text", "mrkdwn", most=150),
        "subtitle": text("plain_text", "mrkdwn", most=150),
        "body": text("plain_text", "mrkdwn", most=200),
        "actions": array(el.IN_CARD),
        "slack_icon": anything,
        "subtext": text("plain_text", "mrkdwn", most=200),
    },
    whole=(at_least_one("hero_image", "title", "actions", "body"),),
)
_CONTAINED: dict[str, Rule] = {}
_IN_LAYOUT: dict[str, Rule] = {}
_STABLE: dict[str, Rule] = {}
# Of an item Slack's reference was not to be had beyond its blocks and widths, so that other properties may stand.
_LAYOUT_ITEM = Shape(
    {"blocks": array(typed(_IN_LAYOUT), 1), "width": one_of("narrow", "standard", "wide")}, ("blocks",), open=True
)


def _rows_of(block: object) -> list[list[object]]:
    """The rows of a table, as far as they are lists; anything else is complained of where it stands."""
    rows = block.get("rows") if isinstance(block, dict) else None
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def _even_rows(block: object, pointer: str, report: Report) -> None:
    """All rows have as many cells, and the one that names rows is among them."""
    assert isinstance(block, dict)
    rows = _rows_of(block)
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        say(report, "all rows must have the same number of cells", f"{pointer}/rows")
    naming = block.get("row_header_column_index")
    if isinstance(naming, int) and widths and naming >= max(widths):
        say(report, "must be a column of the table", f"{pointer}/row_header_column_index")


def _written_head(block: object, pointer: str, report: Report) -> None:
    """The head is plain text or numbers."""
    for place, cell in enumerate((_rows_of(block) or [[]])[0]):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            say(report, "unsupported type: rich_text", f"{pointer}/rows/0/{place}/type")


BLOCKS: dict[str, tuple[frozenset[str], Rule]] = {
    "section": (
        EVERYWHERE,
        Shape(
            {
                **_BASE,
                "text": text("plain_text", "mrkdwn", most=3000),
                "fields": array(text("plain_text", "mrkdwn", most=2000), 1, 10),
                "accessory": el.IN_SECTION,
                "expand": flag,
            },
            whole=(at_least_one("text", "fields"),),
        ),
    ),
    "divider": (EVERYWHERE, Shape(_BASE)),
    "image": (
        EVERYWHERE,
        Shape(
            {**_BASE, **el.IMAGE_FIELDS, "title": text("plain_text", most=2000)},
            ("alt_text",),
            whole=(el.IMAGE_SOURCE,),
        ),
    ),
    "actions": (EVERYWHERE, Shape({**_BASE, "elements": array(el.IN_ACTIONS, 1, 25)}, ("elements",))),
    "context": (EVERYWHERE, Shape({**_BASE, "elements": array(el.IN_CONTEXT, 1, 10)}, ("elements",))),
    "context_actions": (MESSAGES, Shape({**_BASE, "elements": array(el.IN_CONTEXT_ACTIONS, 1, 5)}, ("elements",))),
    "header": (EVERYWHERE, Shape({**_BASE, "text": text("plain_text", most=150), "level": number(1, 4)}, ("text",))),
    "input": (
        EVERYWHERE,
        Shape(
            {
                **_BASE,
                "label": text("plain_text", most=2000),
                "hint": text("plain_text", most=2000),
                "element": el.IN_INPUT,
                "optional": flag,
                "dispatch_action": flag,
            },
            ("label", "element"),
        ),
    ),
    "file": (
        MESSAGES,
        Shape({**_BASE, "external_id": string(), "source": one_of("remote")}, ("external_id", "source")),
    ),
    "markdown": (MESSAGES, Shape({**_BASE, "text": string(12_000, 1)}, ("text",))),
    "rich_text": (EVERYWHERE, RICH_TEXT),
    "video": (
        EVERYWHERE,
        Shape(
            {
                **_BASE,
                "alt_text": string(0, 1),
                "video_url": el.URL,
                "thumbnail_url": el.URL,
                "title": text("plain_text", most=200),
                "title_url": el.URL,
                "description": text("plain_text", most=200),
                "provider_icon_url": el.URL,
                "provider_name": string(),
                "author_name": string(50),
            },
            ("alt_text", "video_url", "thumbnail_url", "title"),
        ),
    ),
    "table": (
        MESSAGES,
        Shape(
            {
                **_BASE,
                "rows": array(array(typed(_RAW), 1, 20), 1, 100),
                "column_settings": array(optional(_COLUMN), 0, 20),
            },
            ("rows",),
        ),
    ),
    "task_card": (MESSAGES, _TASK),
    "plan": (
        MESSAGES,
        Shape({**_BASE, "title": string(256, 1), "tasks": array(typed({"task_card": _TASK}), 1)}, ("title",)),
    ),
    "alert": (
        MODALS,
        Shape(
            {
                **_BASE,
                "text": text("plain_text", "mrkdwn", most=200),
                "level": one_of("default", "info", "warning", "error", "success"),
            },
            ("text",),
        ),
    ),
    "card": (EVERYWHERE, _CARD),
    "carousel": (
        frozenset({"message", "home"}),
        Shape({**_BASE, "elements": array(typed({"card": _CARD}), 1, 10)}, ("elements",)),
    ),
    "container": (
        MESSAGES,
        Shape(
            {
                **_BASE,
                "title": text("plain_text", most=150),
                "rich_text_title": _RICH,
                "subtitle": text("plain_text", most=150),
                "child_blocks": array(typed(_CONTAINED), 1, 10),
                "width": one_of("narrow", "standard", "wide", "full"),
                "icon": el.IMAGE_ONLY,
                "is_collapsible": flag,
                "default_collapsed": flag,
                "has_header_divider": flag,
            },
            ("child_blocks",),
            whole=(at_least_one("title", "rich_text_title"),),
        ),
    ),
    "data_table": (
        MESSAGES,
        Shape(
            {
                **_BASE,
                "caption": string(0, 1),
                "rows": array(array(typed(_RAW), 1, 20), 2, 101),
                "page_size": number(1, 100),
                "row_header_column_index": number(0),
            },
            ("caption", "rows"),
            whole=(_even_rows, _written_head),
        ),
    ),
    # On which surfaces it stands is not in Slack's reference.
    "auth_provider": (
        EVERYWHERE,
        Shape(
            {
                **_BASE,
                "value": string(150, 1),
                "name": text("plain_text", most=75),
                "is_connected": flag,
                "description": text("plain_text", most=150),
                "icon_url": el.URL,
                "auth_url": el.URL,
                "disconnect_url": el.URL,
                "connected_identity": text("plain_text", most=75),
                "connected_context": text("plain_text", most=75),
                "accessory": el.MENU_ONLY,
                "fallback": array(typed(_STABLE)),
            },
            ("value", "name", "is_connected"),
        ),
    ),
    "data_visualization": (
        MESSAGES,
        Shape({**_BASE, "title": string(50, 1), "chart": typed(CHARTS)}, ("title", "chart")),
    ),
    "layout": (
        EVERYWHERE,
        Shape(
            {
                **_BASE,
                "label": string(150, 1),
                "rows": array(Shape({"items": array(_LAYOUT_ITEM, 1)}, ("items",)), 1, 5),
                "is_label_visible": flag,
                "grid_lines": one_of("none", "rows", "outer"),
                "fallback": array(typed(_STABLE)),
            },
            ("label", "rows"),
        ),
    ),
}
_IN_CONTAINER = (
    "actions",
    "context",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
_IN_LAYOUT.update({kind: rule for kind, (_, rule) in BLOCKS.items() if kind not in ("layout", "container")})
_STABLE.update({kind: rule for kind, (_, rule) in BLOCKS.items() if kind != "layout"})
_CONTAINED.update({kind: BLOCKS[kind][1] for kind in _IN_CONTAINER})


def on_surface(surface: str) -> Rule:
    """A block that may stand on this surface."""
    return typed({kind: rule for kind, (surfaces, rule) in BLOCKS.items() if surface in surfaces})
