"""A card as Slack got it, as text; and what no value may do to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from tests.truth.brute import strings


def hidden(card: str) -> set[str]:
    """Characters on a card that nobody sees, by their code points."""
    return {hex(ord(each)) for each in card if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")}


def second_lines(candidate: str) -> list[str]:
    """What a value of a policy would put at the beginning of a line, were it shown as it is."""
    return [line for text in strings(candidate) for line in text.split("\n")[1:]]


def card_text(message: Mapping[str, Any]) -> str:
    """Everything that a card shows, a block a line."""
    return "\n".join(" ".join(_texts(block)) for block in message.get("blocks", ()))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield str(part["text"])
        yield from (text for each in part.values() if not isinstance(each, str) for text in _texts(each))
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)
