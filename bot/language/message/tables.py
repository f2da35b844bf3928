"""Tables of a message: the rows below a line of dashes, each as a sentence of its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language import vocabulary
from bot.language.text.tokens import Token, tokenise
from bot.language.text.words import is_plural
from bot.language.wordlists import COLUMN_HEADS

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
_ARROW, _COMMA, _MAX, _ROLE = ("→", "punct"), (",", "punct"), ("max", "word"), ("role", "word")
_NOTHING = frozenset({"", "-", "–", "—", "none", "n/a", "no limit", "unlimited"})


def rows_of(lines: Sequence[str]) -> dict[int, list[Token]]:
    """The sentence of each row by the number of its line, with the places of the line; the head and the line of dashes
    have no tokens: what they say is in every row."""
    found: dict[int, list[Token]] = {}
    for number in range(1, len(lines)):
        heads = [COLUMN_HEADS.get(cell.strip().lower().strip("*"), "") for _, cell in _cells(lines[number - 1])]
        if not _RULE.fullmatch(lines[number].rstrip("\n")) or not _read(heads):
            continue
        rows: dict[int, list[Token]] = {}
        below = number + 1
        while below < len(lines) and "|" in lines[below]:
            rows[below] = _row(heads, lines[number - 1], lines[below])
            below += 1
        if rows and all(rows.values()):
            found |= {number - 1: [], number: [], **rows}
    return found


def _read(heads: Sequence[str]) -> bool:
    """Whether the columns make a rule: each is known, none stands twice, and a bound is of no verdict."""
    kinds = set(heads)
    known = "" not in kinds and len(kinds) == len(heads) and "what" in kinds
    return known and bool(kinds & {"who", "verdict"}) and not {"limit", "verdict"} <= kinds


def _cells(line: str) -> list[tuple[int, str]]:
    """The cells of a line with their places, without the bars around it."""
    found, at = [], 0
    for part in line.rstrip().split("|"):
        found.append((at, part))
        at += len(part) + 1
    return found[not found[0][1].strip() : len(found) - (not found[-1][1].strip())]


def _row(heads: Sequence[str], head: str, line: str) -> list[Token]:
    """ "| managers | refunds | 500 |" below "| role | tool | limit |": managers → refunds, max 500."""
    cells = _cells(line)
    if len(cells) != len(heads):
        return []
    tokens = {kind: _shifted(cell, at) for kind, (at, cell) in zip(heads, cells, strict=True)}
    said = {kind: cell.strip().lower() for kind, (_, cell) in zip(heads, cells, strict=True)}
    who, what, verdict = tokens.get("who", []), tokens["what"], tokens.get("verdict", [])
    if not what or ("who" in heads and not who) or ("verdict" in heads and not verdict):
        return []
    named = len(who) == 1 and not is_plural(who[0].low) and who[0].low not in vocabulary.words()
    if named and _of_roles(heads, head):
        who = [_made(_ROLE, who[0].start), *who]
    row = [*who, _made(_ARROW, who[-1].end), *what, *verdict] if who else [*what, _made(_ARROW, what[-1].end), *verdict]
    for kind in ("limit", "condition"):
        if said.get(kind, "") not in _NOTHING:
            bound = tokens[kind]
            most = [_made(_MAX, bound[0].start)] if kind == "limit" and bound[0].kind == "number" else []
            row += [_made(_COMMA, row[-1].end), *most, *bound]
    return row


def _of_roles(heads: Sequence[str], head: str) -> bool:
    """Whether people are said by their role: in a column of that name "viewer" is one."""
    return _cells(head)[heads.index("who")][1].strip(" *\n").lower() in {"role", "roles"}


def _shifted(cell: str, by: int) -> list[Token]:
    return [
        Token(each.text, each.start + by, each.end + by, each.kind, each.low, each.value) for each in tokenise(cell)
    ]


def _made(mark: tuple[str, str], at: int) -> Token:
    """A mark that stands for the bar between two cells, or for the head of one."""
    return Token(mark[0], at, at, mark[1], mark[0])
