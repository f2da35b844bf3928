"""Lists of who may do what: a line that breaks off over the lines that go on, and a matrix of people and tools."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.language.message.forms import FREE, NOTHING, Cell, made, sentence, shifted
from bot.language.message.pieces import Piece
from bot.language.text.tokens import Token
from bot.language.wordlists import COLUMN_HEADS, EMOJI_NO, EMOJI_YES, FORBID, PERMIT

_MAY = r"may|can|(?:are|is) (?:allowed|permitted|authorised|authorized|able)(?: to)?"
_MAY_NOT = (
    r"may not|cannot|can't|can not|must not|shall not|may never|"
    r"(?:are|is) (?:not (?:allowed|permitted|authorised|authorized|able)|forbidden|prohibited|barred)(?: to| from)?"
)
_THESE = r"(?: (?:the following|these)(?: (?:tools|actions|things|tasks|operations))?)?"
_DO = rf"(?: (?:use|do|call|perform|run|carry out))?{_THESE}"
_OPEN = re.compile(rf"(?P<who>[^:,;]+?)(?: (?:(?P<no>{_MAY_NOT})|(?:{_MAY})){_DO})?\s*[:–—-]?", re.IGNORECASE)
_TO = re.compile(r"to (?P<what>[^:,;]+):?", re.IGNORECASE)
_CAN = re.compile(rf"(?P<who>[^:,;]+?) (?:(?P<no>{_MAY_NOT})|(?:{_MAY}))\b(?P<rest>.*)", re.IGNORECASE)
_NAMED = re.compile(r"(?P<who>[A-Za-z][\w -]*?)(?::| [–—-]) (?P<what>.+)")  # "clerks: refunds", below "Allowed:"
_VERDICT = re.compile(r"\b(?:no|not|nobody|never|unless|except|yes|ok)\b", re.IGNORECASE)
MODAL = re.compile(rf"\b(?:{_MAY}|{_MAY_NOT}|must|shall|should)\b", re.IGNORECASE)
_NARROWS = re.compile(rf"{MODAL.pattern}|\bonly\b", re.IGNORECASE)
_LIMIT = re.compile(  # of the line before it, or of them all
    r"(?:up to|at (?:most|least)|over|under|above|below|max|min|maximum|minimum|no more|more|less|fewer|only|unless|if"
    r"|when|where|except|for|by|until|from|with|without|within|in|on|not|no|[<>≤≥\d])(?:\b|\s)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\s*(?:(?P<yes>\+)|(?P<no>-)|(?P<mark>\S\ufe0f?))\s+")
Part = tuple[int, str]


def listed(text: str, lines: Sequence[Part], raw: Sequence[Part]) -> list[Piece]:
    """A row for each line below one that breaks off: "Clerks may:", "Clerks are permitted the following:", "To refund
    a payment:", or "Clerks:" where each line has a mark of its own. Nothing where a line says more than that."""
    (at, head), below = lines[0], lines[1:]
    if to := _TO.fullmatch(head):
        found = [_CAN.fullmatch(line) for _, line in below]
        if not all(found):
            return []
        what = shifted(to["what"], at + to.start("what"))
        return [
            _piece(text, [*shifted(can["who"], start), *_modal(can["no"], start), *what, *_rest(can, start)])
            for can, (start, _) in zip(found, below, strict=True) if can is not None
        ]  # fmt: skip
    if (effect := Cell("", head.rstrip(" :–—-")).effect) is not None:
        named = [_NAMED.fullmatch(line) for _, line in below]
        if not all(named) or any(_NARROWS.search(line) or _VERDICT.search(line) for _, line in below):
            return []
        return [
            _piece(text, [*shifted(who["who"], start), *_modal(effect == FORBID, start),
                          *shifted(who["what"], start + who.start("what"))])
            for who, (start, _) in zip(named, below, strict=True) if who is not None
        ]  # fmt: skip
    opened = _OPEN.fullmatch(head)
    if opened is None or any(_NARROWS.search(line) or _LIMIT.match(line) for _, line in below):
        return []
    breaks = opened.end("who") < len(head.rstrip(" :–—-"))
    signs = [_sign(line) for _, line in raw[1:]]
    marked = len({*signs}) > 1 or any(sign not in {"", "-"} for sign in signs)
    if not (breaks or marked) or (marked and ("" in signs or opened["no"])):
        return []
    who = shifted(opened["who"], at)
    if who[-1].text == ":" or not below:
        return []
    bans = [sign in {"-", "no"} if marked else bool(opened["no"]) for sign in signs]
    parts = [(start, line[_mark_end(line) :]) for start, line in below]
    return [
        _piece(text, [*who, *_modal(ban, start), *shifted(line, start + _mark_end(old))])
        for ban, (start, line), (_, old) in zip(bans, parts, below, strict=True)
    ]


def _sign(line: str) -> str:
    """The mark before a line that says whether it is allowed: a tick or a cross, "+" or "-"."""
    found = _SIGN.match(line)
    if found is None:
        return ""
    mark = (found["mark"] or "").rstrip("\ufe0f")
    return "+" if found["yes"] or mark in EMOJI_YES else "no" if mark in EMOJI_NO else "-" if found["no"] else ""


def _mark_end(line: str) -> int:
    """Where a line begins behind its mark."""
    found = _SIGN.match(line) if _sign(line) else None
    return found.end() if found else 0


def _modal(no: object, at: int) -> list[Token]:
    return [made(("may", "word"), at), *([made(("not", "word"), at)] if no else [])]


def _rest(can: re.Match[str], start: int) -> list[Token]:
    rest = can["rest"].lstrip(" ,")
    found = shifted(rest, start + can.end() - len(rest))
    return [made((",", "punct"), found[0].start), *found] if found else []


def matrix(text: str) -> list[Piece]:
    """A row for each cell of a matrix of tools and people: who heads its column, and what its line, or the other way
    round. A cell is a verdict, or a bound of what is allowed; one that says nothing allows nothing."""
    rows = [_cells(at, line) for at, line in _lines(text)]
    rows = [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for _, cell in row)]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 3:
        return []
    corner = COLUMN_HEADS.get(rows[0][0][1].lower(), "what" if not rows[0][0][1] else "")
    found: list[Piece] = []
    for (down, first), *cells in rows[1:]:
        for (over, head), (at, cell) in zip(rows[0][1:], cells, strict=True):
            labels = ("tool", "role") if corner == "what" else ("role", "tool")
            if corner not in {"what", "who"} or COLUMN_HEADS.get(head.lower()) or cell.lower() in FREE:
                return []  # "no limit" says that all of it is allowed
            if cell.lower() in NOTHING:
                continue
            effect = Cell("", cell).effect
            said = sentence([Cell(labels[0], first, down), Cell(labels[1], head, over),
                             *([Cell("effect", "allow" if effect == PERMIT else "deny", at)] if effect else
                               [Cell("limit", cell, at)])])  # fmt: skip
            if not said or effect not in {PERMIT, FORBID, None}:
                return []
            found.append(_piece(text, said))
    return found


def _lines(text: str) -> Iterator[Part]:
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, line.rstrip("\n")
        at += len(line)


def _cells(at: int, line: str) -> list[Part]:
    """The cells of a line between bars or tabs."""
    mark = "|" if "|" in line else "\t"
    found: list[Part] = []
    for part in line.split(mark):
        lead = len(part) - len(part.lstrip())
        found.append((at + lead, part.strip().strip("*")))
        at += len(part) + 1
    bars = mark == "|" and line.strip().startswith("|")
    return found[1:] if bars and not line.rstrip().endswith("|") else found[1:-1] if bars else found


def _piece(text: str, tokens: Sequence[Token]) -> Piece:
    start, end = min(token.start for token in tokens), max(token.end for token in tokens)
    return Piece(text[start:end], start, end, tuple(tokens))
