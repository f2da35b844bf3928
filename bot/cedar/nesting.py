"""How deep JSON may nest. Whoever walks it calls itself for each level, and so do pickling and JSON's own reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

DEEPEST = 64
"""Levels of a tool's input schema: of objects, `properties` and `items` together. Cedar itself stops at some 120."""
_CUT = 100
"""Levels of a text that are kept: what is around a schema, and more of it than `DEEPEST`, so that it shows."""
_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def nests_deeper(value: Any, levels: int = DEEPEST) -> bool:
    """Whether JSON has more levels of objects and lists than that."""
    level = [value]
    for _ in range(levels):
        level = [part for whole in level for part in _parts(whole) if isinstance(part, Mapping | list)]
    return bool(level)


def _parts(whole: Any) -> Iterable[Any]:
    if isinstance(whole, Mapping):
        return whole.values()
    return whole if isinstance(whole, list) else ()


def shallow(text: str) -> str:
    """A JSON text with null in the place of whatever nests too deeply; nothing of a text that breaks off there."""
    kept: list[str] = []
    depth = since = 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            if depth == _CUT + 1:
                kept.append(text[since : mark.start()])
        elif mark[0] in "]}":
            if depth == _CUT + 1:
                kept.append("null")
                since = mark.end()
            depth -= 1
    return "".join([*kept, text[since:]]) if depth <= _CUT else ""
