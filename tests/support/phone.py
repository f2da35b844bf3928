"""How long a message is on a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

PHONE = 48
"""Characters that a line of Slack's text takes on a phone held upright."""


def lines_before_buttons(blocks: Sequence[Mapping[str, Any]], width: int = PHONE) -> list[str]:
    """The lines that a person scrolls through before the first row of buttons, wrapped as a phone wraps them."""
    places = [place for place, block in enumerate(blocks) if block["type"] == "actions"]
    return lines(blocks[: places[0]] if places else blocks, width)


def lines(blocks: Sequence[Mapping[str, Any]], width: int = PHONE) -> list[str]:
    """The lines of blocks, wrapped as a phone wraps them."""
    return [line for block in blocks for paragraph in _paragraphs(block) for line in _wrapped(paragraph, width)]


def _wrapped(paragraph: str, width: int) -> list[str]:
    return [part for line in paragraph.split("\n") for part in (wrap(line, width) or [""])]


def _paragraphs(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "rich_text":
        for part in block["elements"]:
            items = part["elements"] if part["type"] == "rich_text_list" else [part]
            yield from ("".join(_run(run) for run in item["elements"]) for item in items)
    elif kind == "actions":
        yield " ".join(f"[{label}]" for element in block["elements"] for label in _labels(element))
    elif kind == "table":
        yield from (" | ".join(cell["text"] for cell in row) for row in block["rows"])
    elif kind == "context":
        yield from (element["text"] for element in block["elements"])
    else:
        yield block["text"]["text"]


def _run(run: Mapping[str, Any]) -> str:
    named = {"user": "@riley", "usergroup": "@approvers"}
    return named.get(run["type"]) or str(run["text"])


def _labels(element: Mapping[str, Any]) -> list[str]:
    """A button's label, and a menu's entries."""
    return [part["text"]["text"] for part in element.get("options", (element,))]
