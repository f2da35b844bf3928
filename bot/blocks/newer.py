"""Newer blocks where they read better, and what says the same in a workspace that does not take them yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.blocks.difference import Row
from bot.blocks.kit import Block, inert, line, rich, words

HEAD = ("Change", "Calls", "For example")
_NONE = "–"


def changes_table(rows: Sequence[Row]) -> list[Block]:
    """What changes as a table; a single row, which has nothing to be compared with, as a paragraph."""
    if len(rows) < 2:
        return [paragraphs(rows)] if rows else []
    cells = [HEAD, *((row.label, row.calls, row.example) for row in rows)]
    return [
        {
            "type": "table",
            "column_settings": [{"is_wrapped": True}] * len(HEAD),
            "rows": [[_cell(text) for text in row] for row in cells],
        }
    ]


def paragraphs(rows: Iterable[Row]) -> Block:
    """What changes, a paragraph each."""
    return rich(*(line(words(label, bold=True), words(said)) for label, said in (row.sentence for row in rows)))


def plainly(blocks: Sequence[Block]) -> list[Block]:
    """The same in blocks that every workspace takes; nothing where they are such blocks already."""
    found = [paragraphs(_rows(block)) if block["type"] == "table" else block for block in blocks]
    return found if found != list(blocks) else []


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": inert(text) or _NONE}


def _rows(table: Mapping[str, Any]) -> list[Row]:
    return [Row(*("" if cell["text"] == _NONE else cell["text"] for cell in cells)) for cells in table["rows"][1:]]
