"""Tables of a message: the rows below a head, labelled lines, and rows below the name of a tool, each as a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.language.message.forms import FREE, NOTHING, NOUN, Cell, known, made, sentence, shifted, title_of, unlabelled
from bot.language.text.tokens import Token

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
# A mark that no rule has.
UNREAD = "¶"
_BETWEEN = re.compile(r"[|;·]|[,.](?=\s+[A-Za-z][A-Za-z_ ]+: )")
_PARTS = re.compile(r"(?:[-=]>|[|→⇒]| [-–—] )?((?:(?![-=]>| [-–—] )[^|→⇒])+)")
_VERDICT = re.compile(r"([^:]+):\s*([^:]+)")
_BULLET = r"\s*(?:(?:[-*•]|\d{1,2}[.)])\s+)?"
_NAMED = r"[*_]*(?P<label>[A-Za-z][A-Za-z_' ]{1,24}?\??)[*_]*(?:\s?[:=]|\s[-–—](?=\s))[*_]*"
_LABEL = re.compile(rf"{_BULLET}{_NAMED}[ \t]*(?P<cell>\S.*?)?\s*")
_CAPS = re.compile(r"\s*(?:[A-Z]{2,12}(?= \S)|[A-Za-z][A-Za-z ]+(?=\t))")
_ITEM = re.compile(r"\s*[-*•]\s+(?=[^:]*$)")


def rows_of(lines: Sequence[str]) -> dict[int, list[Token]]:
    """The sentence of each row by the number of its line, with the places from that line on; the head and the line of
    dashes have no tokens: what they say is in every row."""
    return {**_below_names(lines), **_judged(lines), **_in_one_line(lines), **_labelled(lines), **_headed(lines)}


def _headed(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "| role | tool | limit |", a line of dashes or none, and a rule in each row below; where one makes none, all are
    refused."""
    found: dict[int, list[Token]] = {}
    for number in range(len(lines) - 1):
        heads = [cell.strip().strip("*").strip() for _, cell in _cells(lines[number])]
        ruled = _RULE.fullmatch(lines[number + 1].rstrip("\n")) is not None
        if number in found or (not ruled and "|" not in lines[number + 1]) or sum(map(known, heads)) < 2:
            continue
        rows: dict[int, list[Token]] = {}
        below = number + 1 + ruled
        name = lines[number - 1].strip().strip("*#:").strip() if number else ""
        titled = name and "|" not in lines[number - 1] and title_of(name, [Cell(head, "") for head in heads]) == "tool"
        while below < len(lines) and "|" in lines[below]:
            cells = _cells(lines[below])
            paired = zip(heads, cells, strict=True) if len(cells) == len(heads) else ()
            back = lines[number - 1].index(name) - sum(map(len, lines[number - 1 : below])) if titled else 0
            title = [Cell("tool", name, back)] if titled else []
            rows[below] = sentence([*title, *(Cell(head, cell, at) for head, (at, cell) in paired)])
            below += 1
        if not all(rows.values()):
            rows = {row: _refused([lines[row]], 0) for row in rows}
        if rows:
            found |= {number: [], **({number - 1: []} if titled else {}), **({number + 1: []} if ruled else {}), **rows}
    return found


def _labelled(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "Who: clerks", "Action: refunds" and "Limit: 50" on lines of their own: one rule. Bullets below a label are its
    cell."""
    found: dict[int, list[Token]] = {}
    number = 0
    while number < len(lines):
        first, at = number, 0
        cells: list[Cell] = []
        while number < len(lines):
            text = _marked(lines[number])
            line, item = _LABEL.fullmatch(text), _ITEM.match(text)
            if item and cells and (not cells[-1].text or cells[-1].text.endswith("\n")):
                listed = (", " if cells[-1].text else "").ljust(item.end()) + text[item.end() :]
                cells[-1] = replace(cells[-1], text=cells[-1].text + listed)
            elif line and not (len(cells) > 1 and line["label"].lower() == cells[0].head.lower()):
                cell = line["cell"] or ""
                cells.append(Cell(line["label"], cell, at + (line.start("cell") if cell else len(text))))
            else:
                break
            at += len(text)
            number += 1
        found |= _block(lines, first, number, cells)
        number += number == first
    return found


def _marked(line: str) -> str:
    """A line with a colon behind its label: "WHO clerks", and a label before a tab."""
    found = _CAPS.match(line)
    marks = found is not None and (known(found[0].strip()) or line[found.end()] == "\t")
    return f"{line[: found.end()]}:{line[found.end() + 1 :]}" if found and marks else line


def _block(lines: Sequence[str], first: int, end: int, cells: Sequence[Cell]) -> dict[int, list[Token]]:
    """The sentence of labelled lines, with an effect, a tool or people in the line above. Labels that say what they are
    of, and make no sentence, are refused as one: no line of them is a rule by itself."""
    if not any(known(cell.head) for cell in cells):
        return {}
    heads = not cells[0].text and len(cells) > 1  # "Denied:" above the others
    above = lines[first] if heads else lines[first - 1] if first else ""
    title = cells[0].head if heads else above.strip().strip("*#:").strip()
    at = (above.index(title) if title else 0) - (0 if heads else len(above))
    cells = cells[heads:]
    head = title_of(title, cells) if title and (heads or not _LABEL.fullmatch(above)) else ""
    cells = [*([Cell(head, title, at)] if head else []), *cells]
    ends = end == len(lines) or not lines[end].strip() or _LABEL.fullmatch(lines[end]) is not None
    row = sentence(cells) if ends and head is not None else []
    if not row and sum(known(cell.head) for cell in cells) < 2:
        return {}
    start = first - (bool(above.strip()) and not heads and not _LABEL.fullmatch(above) and head is not None)
    return {**{line: [] for line in range(start, end)}, first: row or _refused(lines[start:end], at if head else 0)}


def _refused(lines: Sequence[str], at: int) -> list[Token]:
    """Lines as a sentence that is read as nothing."""
    found: list[Token] = []
    for line in lines:
        found += [*shifted(line, at), made((UNREAD, "punct"), at + len(line.rstrip()))]
        at += len(line)
    return found


def _in_one_line(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "Tool: refunds | Allowed: clerks | Max amount: 50": labels on one line, between bars and the like."""
    found: dict[int, list[Token]] = {}
    for number, line in enumerate(lines):
        at = 0
        cells: list[Cell] = []
        for part in _BETWEEN.split(line.rstrip().rstrip(".")):
            label = _LABEL.fullmatch(part)
            bare = Cell("effect" if Cell("", part).effect else "", part, at)
            cells.append(Cell(label["label"], label["cell"] or "", at + label.start("cell")) if label else bare)
            at += len(part) + 1
        titled = cells[0].text.strip() and not cells[0].head and all(cell.head for cell in cells[1:])
        if titled and title_of(cells[0].text.strip(), cells[1:]) == "tool":
            cells[0] = replace(cells[0], head="tool")
        told = sum(known(cell.head) for cell in cells) if len(cells) > 1 else 0
        if told and (row := sentence(cells) or (_refused([line], 0) if told > 1 else [])):
            found[number] = row
    return found


def _judged(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "deny | hosts | register_visitor | parking is true", "auditors -> update_gist: not allowed": cells without
    labels, one of which is a verdict."""
    found: dict[int, list[Token]] = {}
    for number, line in enumerate(lines):
        bare = line.rstrip().rstrip(".")
        cells = [Cell("", part[1], part.start(1)) for part in _PARTS.finditer(bare) if part[1].strip()]
        if len(cells) > 1 and (judged := _VERDICT.fullmatch(cells[-1].text)):
            at = cells[-1].at
            cells[-1:] = [Cell("", judged[1], at), Cell("", judged[2], at + judged.start(2))]
        if len(cells) > 2 and "only" not in bare.lower().split() and (row := unlabelled(cells)):
            found[number] = row
    return found


def _below_names(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "Approve deployments" and "staging | team leads" below: the tool, whose calls, and who."""
    found: dict[int, list[Token]] = {}
    for number in range(len(lines) - 1):
        name = lines[number].strip().strip("*").rstrip(":").strip()
        below = number + 1
        while below < len(lines) and len(cells := _cells(lines[below])) == 2 and _plain(cells):
            below += 1
        rows = range(number + 1, below)
        ends = below == len(lines) or "|" not in lines[below]
        if not rows or not ends or "|" in name or not NOUN.fullmatch(name) or name.lower().startswith(("no ", "only ")):
            continue
        for row in rows:
            (at, first), (then, second) = _cells(lines[row])
            back = -sum(len(line) for line in lines[number:row])
            head = shifted(name, back + lines[number].index(name[0]))
            left, right = shifted(first, at), shifted(second, then)
            found[row] = [
                *head,
                made((":", "punct"), left[0].start),
                *left,
                made(("→", "punct"), right[0].start),
                *right,
            ]
        found[number] = []
    return found


def _plain(cells: Sequence[tuple[int, str]]) -> bool:
    """Whether every cell says something, and no line of dashes."""
    said = [cell.strip() for _, cell in cells]
    return not any(cell.lower() in NOTHING - FREE or re.fullmatch(r":?-+:?", cell) for cell in said)


def _cells(line: str) -> list[tuple[int, str]]:
    """The cells of a line with their places, without the bars around it."""
    found, at = [], 0
    for part in line.rstrip().split("|"):
        found.append((at, part))
        at += len(part) + 1
    return found[not found[0][1].strip() : len(found) - (not found[-1][1].strip())]
