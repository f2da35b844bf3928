"""The marks of numbered clauses: "(a) … ; (b) …" on one line are lines of their own, and within a sentence a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language import vocabulary

# "(a)", "b)", "(2)", "(iv)" where a sentence or a part of one begins, behind "and" or "or" as well.
_CLAUSE = re.compile(
    r"(?:(?<=[:;.])|\A|(?<=\n))(?P<gap>\s*(?:(?:and|or)\s+)?)(?<!\S)\(?(?P<mark>[a-z]|\d{1,2}|[ivx]{2,4})(?:\)|(?<=\d)\.)\s",
    re.IGNORECASE,
)
# "…: 1. create branches 2. push files": with nothing between them but their numbers.
_RUN = re.compile(r"(?P<gap>\s+)(?P<mark>\d{1,2})[.)]\s+(?=[A-Za-z])")
_WITHIN = re.compile(r"(?<=\s)\((?P<mark>[a-z]|\d{1,2}|[ivx]{2,4})\)\s", re.IGNORECASE)
_KINDS: tuple[Sequence[str], ...] = (
    "abcdefghij",
    [str(number) for number in range(1, 21)],
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
)
_OPENERS = "|".join(map(re.escape, (*vocabulary.of("When"), *vocabulary.of("Unless"))))
# What stands behind all clauses of a row, and may be of each: "…, provided that the amount is under 500".
_EXCEPTIONS = "|".join(map(re.escape, (*vocabulary.of("Except[but=yes]"), *vocabulary.of("Except[but=no]"))))
_OF_ALL = re.compile(
    rf",\s*(?:and\s+)?(?:only|in|subject|with|without|for|by|{_EXCEPTIONS}|{_OPENERS})\b", re.IGNORECASE
)
_OPENS = re.compile(rf"\b(?:{_OPENERS})\s*(?P<colon>:?)\s*\Z", re.IGNORECASE)


def enumerated(text: str) -> str:
    """The text, each place where it was. A row of clauses that are marked in order has a line for each; of conditions,
    and of a list within a sentence, the marks are left out, and what joins its parts says how they are joined."""
    within = list(_WITHIN.finditer(text))
    listed = "\n" not in text.strip() and _in_order(within)
    opens = _OPENS.search(text[: within[0].start()]) if listed else None
    if opens is not None:
        start, end = opens.start("colon"), within[-1].end()
        return text[:start] + _unmarked(text, within)[start:end].replace(":", " ").replace(";", ",") + text[end:]
    clauses = list(_CLAUSE.finditer(text))
    run = list(_RUN.finditer(text)) if "\n" not in text.strip() else []
    if len(run) > len(clauses) and _in_order(run) and text[: run[0].start()].endswith(":"):
        clauses = run
    below = _in_order(clauses) and text[: clauses[0].start()].rstrip().endswith(":")
    if _in_order(clauses) and not (below and _OF_ALL.search(text, clauses[-1].end())):
        return _lined(text, clauses)
    return _unmarked(text, within) if listed and not _in_order(clauses) else text


def _lined(text: str, clauses: Sequence[re.Match[str]]) -> str:
    """The text with a line for each clause; "; and" before one joins nothing but the list."""
    for found in clauses:
        gap = found["gap"]
        if gap and "\n" not in gap:
            text = text[: found.start("gap")] + "\n".ljust(len(gap)) + text[found.end("gap") :]
    return text


def _unmarked(text: str, marks: Sequence[re.Match[str]]) -> str:
    for found in marks:
        text = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    return text


def _in_order(marks: Sequence[re.Match[str]]) -> bool:
    """Whether marks are the first ones of a kind, in order, and several."""
    said = [mark["mark"].lower() for mark in marks]
    return len(said) > 1 and any(said == list(kind[: len(said)]) for kind in _KINDS)
