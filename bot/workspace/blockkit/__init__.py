"""Slack's rules for blocks and views: shapes, sizes, surfaces, counts, and the sum of text. Driven by tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from bot.workspace.blockkit.blocks import on_surface
from bot.workspace.blockkit.rules import Report, Rule, Shape, anything, array, flag, one_of, say, string, text
from bot.workspace.wire import Json, SlackError

MARKDOWN_TOTAL = 12_000
VIEW_BYTES = 250_000

MOST_CHARTS = 2
_NESTING = ("rows", "items", "blocks", "child_blocks")
"""Where blocks lie in blocks."""
MOST = {"message": 50, "modal": 100, "home": 100}
"""Blocks on a surface. What lies in a layout counts as well."""

_MESSAGE = array(on_surface("message"), 0, 50)
_VIEW: dict[str, Rule] = {
    "type": anything,
    "blocks": anything,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = Shape(
    {
        **_VIEW,
        "blocks": array(on_surface("modal"), 0, 100),
        "title": text("plain_text", most=24),
        "submit": text("plain_text", most=24),
        "close": text("plain_text", most=24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
    ("type", "title", "blocks"),
)
_HOME = Shape({**_VIEW, "blocks": array(on_surface("home"), 0, 100)}, ("type", "blocks"))
_SURFACES = {"modal": _MODAL, "home": _HOME}


def check_message(blocks: list[Any], total: int | None, refused: Collection[str] = ()) -> None:
    """Raise SlackError `invalid_blocks`, or `msg_blocks_too_long` when the text of all blocks is above `total`.

    `refused` are types that are not known here: Slack brings new blocks to one workspace after the other.
    """
    report: Report = []
    _MESSAGE(blocks, "/blocks", report)
    _not_refused(blocks, "/blocks", refused, report)
    if not report:
        _unique(blocks, "/blocks", report)
        _plan_or_cards(blocks, report)
        _not_too_many(blocks, MOST["message"], "/blocks", report)
        if sum(block["type"] == "data_visualization" for block in blocks) > MOST_CHARTS:
            say(report, f"no more than {MOST_CHARTS} data_visualization blocks allowed", "/blocks")
        if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_TOTAL:
            say(report, f"markdown text must be less than {MARKDOWN_TOTAL + 1} characters in total", "/blocks")
    if report:
        raise SlackError("invalid_blocks", tuple(report))
    if total is not None and text_total(blocks) > total:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Json, kind: str, refused: Collection[str] = ()) -> None:
    """Raise SlackError `invalid_arguments` or `view_too_large` for a view that Slack would not show as a `kind`."""
    report: Report = []
    one_of(kind)(view.get("type"), "/view/type", report)
    _SURFACES[kind](view, "/view", report)
    _not_refused(view.get("blocks"), "/view/blocks", refused, report)
    if not report:
        blocks = view["blocks"]
        _unique(blocks, "/view/blocks", report)
        _not_too_many(blocks, MOST[kind], "/view/blocks", report)
        if kind == "modal" and view.get("submit") is None and any(block["type"] == "input" for block in blocks):
            say(report, "missing required field: submit", "/view")
    if report:
        raise SlackError("invalid_arguments", tuple(report))
    if len(str(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")


def _not_refused(value: object, pointer: str, refused: Collection[str], report: Report) -> None:
    """No block, nor one inside another, is of a type that is not known here."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            _not_refused(inner, f"{pointer}/{place}", refused, report)
    elif isinstance(value, dict) and refused:
        if value.get("type") in refused:
            say(report, f"unsupported type: {value['type']}", f"{pointer}/type")
        for name, inner in value.items():
            if name in _NESTING:
                _not_refused(inner, f"{pointer}/{name}", refused, report)


def _unique(blocks: list[Json], pointer: str, report: Report) -> None:
    """Block ids are unique in a payload, action ids in a block."""
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            say(report, f"`block_id` {block_id} already exists", f"{pointer}/{place}/block_id")
        seen.add(block_id or "")
        actions = [element.get("action_id") for element in block.get("elements", []) if isinstance(element, dict)]
        named = [action_id for action_id in actions if action_id]
        if block["type"] == "actions" and len(named) != len(set(named)):
            say(report, "`action_id` already exists in this block", f"{pointer}/{place}/elements")


def _not_too_many(blocks: list[Json], most: int, pointer: str, report: Report) -> None:
    """A layout counts as one block and as those in it."""
    inside = sum(
        len(item["blocks"])
        for block in blocks
        if block["type"] == "layout"
        for row in block["rows"]
        for item in row["items"]
    )
    if len(blocks) + inside > most:
        say(report, f"no more than {most} items allowed", pointer)


def _plan_or_cards(blocks: list[Json], report: Report) -> None:
    kinds = {block["type"] for block in blocks}
    if {"plan", "task_card"} <= kinds:
        say(report, "plan and task_card cannot be in the same message", "/blocks")


_TEXT_FIELDS = ("text", "title", "subtitle", "label", "body", "fallback", "description", "details")


def text_total(value: object) -> int:
    """How many characters of text a person would see in these blocks."""
    return sum(len(part) for part in _texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str):
                if name in _TEXT_FIELDS:
                    yield inner
            else:
                yield from _texts(inner)
