"""The marks of numbered clauses: "(a) … ; (b) …" on one line are lines of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

# "(a)", "b)", "(2)", "(iv)" behind the end of a sentence or a part of one.
_MARK = re.compile(r"(?:(?<=[:;.])|\A|(?<=\n))(\s*)(?:(?<=\s)|\A)\(?([a-z]|\d{1,2}|[ivx]{2,4})\)\s", re.IGNORECASE)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def enumerated(text: str) -> str:
    """The text, each place where it was, with a line for each clause of a row of clauses that are marked in order."""
    marks = list(_MARK.finditer(text))
    if len(marks) < 2 or not any(_counts_up([mark[2].lower() for mark in marks], kind) for kind in _KINDS):
        return text
    found = text
    for mark in marks:
        if mark[1] and "\n" not in mark[1]:
            found = f"{found[: mark.start(1)]}\n{found[mark.start(1) + 1 :]}"
    return found


_KINDS: tuple[Sequence[str], ...] = ("abcdefghij", [str(number) for number in range(1, 21)], _ROMAN)


def _counts_up(marks: Sequence[str], kind: Sequence[str]) -> bool:
    """Whether marks are the first ones of a kind, in order."""
    return list(marks) == list(kind[: len(marks)])
