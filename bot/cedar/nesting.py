"""How deep and how large JSON may be. Whoever walks it calls itself for each level, and so do pickling and JSON's own
reader. A schema that refers twice to a part, which refers twice to another, unfolds to more than fits anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

DEEPEST = 64
"""Levels of a tool's input schema: of objects, `properties` and `items` together. Cedar itself stops at some 120."""
_LARGEST = 5_000
"""Objects and lists of a schema, those that it refers to counted each time."""
_CUT = 100
"""Levels of a text that are kept: what is around a schema, and more of it than `DEEPEST`, so that it shows."""
_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def trouble(schema: Any, document: Any = None) -> str:
    """Why a schema cannot be worked with, with all that it refers to in its document (without one, in itself).

    Empty when it can.
    """
    root = schema if document is None else document
    level, parts = [schema], 0
    for _ in range(DEEPEST):
        level = list(islice((part for whole in level for part in _parts(whole, root)), _LARGEST + 1))
        parts += len(level)
        if not level:
            return ""
        if parts > _LARGEST:
            return f"its input schema has more than {_LARGEST} parts"
    return f"its input schema nests more than {DEEPEST} levels deep"


def _parts(whole: Any, root: Any) -> Iterator[Any]:
    found = [*whole.values(), referred(whole, root)] if isinstance(whole, Mapping) else whole
    return (part for part in found if isinstance(part, Mapping | list))


def referred(node: Mapping[str, Any], document: Any) -> Any:
    """What the reference of a node (`{"$ref": "#/components/schemas/Order"}`) stands for, or None."""
    reference = node.get("$ref")
    if not isinstance(reference, str) or reference[:1] != "#":
        return None
    found = document
    for part in reference[1:].split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


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
