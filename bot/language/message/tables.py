"""Tables of a message: the rows below a head, labelled lines, and rows below the name of a tool, each as a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.language import vocabulary
from bot.language.gateway.groups import surely_people
from bot.language.text.tokens import Token, tokenise
from bot.language.text.words import is_plural
from bot.language.wordlists import COLUMN_HEADS, FORBID, MODALS, words

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
_REMARKS = words("messages", "remarks")
_NOUN = re.compile(r"[a-z][a-z_ ]*[a-z]", re.IGNORECASE)
_MOST = re.compile(r"(?P<side>max|maximum|min|minimum)\.? (?P<noun>[a-z][a-z_ ]*)", re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:[-*•]\s+)?[*_]*(?P<label>[A-Za-z][A-Za-z_ ]{1,24}?)[*_]*:[*_]*[ \t]+(?P<cell>\S.*?)\s*")
_ARROW, _COMMA, _COLON = ("→", "punct"), (",", "punct"), (":", "punct")
_MAX, _OR, _WHEN = ("max", "word"), ("or", "word"), ("when", "word")
_MAY_NOT = (("may", "word"), ("not", "word"))
_MODAL_HEADS = words("messages", "modal_heads")
_PLACES = {"denied": "who", "ban": "what"}
_CLAIMS = frozenset({"department", "team"})
_SAYS = frozenset({"is", "are", "=", "==", "equals", "starts", "begins", "ends", "contains"})
_FREE = frozenset({"no limit", "unlimited"})
_NOTHING = _FREE | {"", "-", "–", "—", "none", "n/a"}
_EFFECTS: Mapping[str, str] = {
    **dict.fromkeys(("permit", "allow", "grant"), "permitted"),
    **dict.fromkeys(("forbid", "deny", "block"), "forbidden"),
}


# A verdict that people and a tool have anyway.
_YES = frozenset({"permit", "allow", "grant", "permitted", "allowed", "yes"})


@dataclass(frozen=True)
class _Cell:
    """A cell, where it begins in its line or block, and the head of it: its kind, and the words that it is."""

    kind: str
    head: str
    text: str
    at: int

    @property
    def said(self) -> str:
        return self.text.strip().lower()

    def tokens(self) -> list[Token]:
        return _shifted(self.text, self.at)


def rows_of(lines: Sequence[str]) -> dict[int, list[Token]]:
    """The sentence of each row by the number of its line, with the places from that line on; the head and the line of
    dashes have no tokens: what they say is in every row."""
    return {**_below_names(lines), **_in_one_line(lines), **_labelled(lines), **_headed(lines)}


def _headed(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "| role | tool | limit |", a line of dashes or none, and a rule in each row below."""
    found: dict[int, list[Token]] = {}
    for number in range(len(lines) - 1):
        heads = [cell.strip().strip("*").strip() for _, cell in _cells(lines[number])]
        ruled = _RULE.fullmatch(lines[number + 1].rstrip("\n")) is not None
        if number in found or (not ruled and "|" not in lines[number + 1]) or not _makes_rules([*map(_kind, heads)]):
            continue
        rows: dict[int, list[Token]] = {}
        below = number + 1 + ruled
        while below < len(lines) and "|" in lines[below]:
            cells = _cells(lines[below])
            paired = zip(heads, cells, strict=True) if len(cells) == len(heads) else ()
            rows[below] = _row([_Cell(_kind(head), head, cell, at) for head, (at, cell) in paired])
            below += 1
        if rows and all(rows.values()):
            found |= {number: [], **({number + 1: []} if ruled else {}), **rows}
    return found


def _labelled(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "Who: clerks", "Action: refunds" and "Limit: 50" on lines of their own: one rule."""
    found: dict[int, list[Token]] = {}
    number = 0
    while number < len(lines):
        first, at = number, 0
        cells: list[_Cell] = []
        while number < len(lines) and (line := _LABEL.fullmatch(lines[number])) is not None:
            head = line["label"].strip()
            if cells and head.lower() == cells[0].head.lower():
                break
            cells.append(_Cell(_kind(head), head, line["cell"], at + line.start("cell")))
            at += len(lines[number])
            number += 1
        ends = number == len(lines) or not lines[number].strip() or _LABEL.fullmatch(lines[number]) is not None
        if ends and (row := _form(cells)):
            found |= {first: row, **{line: [] for line in range(first + 1, number)}}
        number += number == first
    return found


def _in_one_line(lines: Sequence[str]) -> dict[int, list[Token]]:
    """ "Tool: refunds | Allowed: clerks | Max amount: 50": labels on one line, between bars or semicolons."""
    found: dict[int, list[Token]] = {}
    for number, line in enumerate(lines):
        at, cells = 0, []
        for part in re.split(r"[|;]", line.rstrip().rstrip(".")):
            label = _LABEL.fullmatch(part)
            head = label["label"].strip() if label else ""
            cells.append(
                _Cell(_kind(head), head, label["cell"] if label else "", at + (label.start("cell") if label else 0))
            )
            at += len(part) + 1
        if len(cells) > 1 and (row := _form(cells)):
            found[number] = row
    return found


def _form(cells: Sequence[_Cell]) -> list[Token]:
    """The sentence of labels with a cell each, where they say who and what."""
    cells = [_beside(cell, cells) for cell in cells if cell.kind != "verdict" or cell.said not in _YES]
    known = (
        sum(cell.kind in {"who", "denied"} for cell in cells)
        == sum(cell.kind in {"what", "ban"} for cell in cells)
        == 1
    )
    return _row(cells) if known and _makes_rules([cell.kind for cell in cells]) else []


def _beside(cell: _Cell, cells: Sequence[_Cell]) -> _Cell:
    """A cell with its kind beside the others: who is allowed, and whose department it is that may."""
    heads = {each.head.lower() for each in cells}
    said = cell.text.split()
    if not said or any(each.kind == "who" for each in cells):
        return cell
    people = cell.kind == "verdict" and surely_people(said[-1].lower().strip("."))
    claim = cell.head.lower() in _CLAIMS and not _MODAL_HEADS.isdisjoint(heads)
    return replace(cell, kind="who") if people or claim else cell


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
        if (
            not rows
            or not ends
            or "|" in name
            or not _NOUN.fullmatch(name)
            or name.lower().startswith(("no ", "only "))
        ):
            continue
        for row in rows:
            (at, first), (then, second) = _cells(lines[row])
            back = -sum(len(line) for line in lines[number:row])
            head = _shifted(name, back + lines[number].index(name[0]))
            left, right = _shifted(first, at), _shifted(second, then)
            found[row] = [*head, _made(_COLON, left[0].start), *left, _made(_ARROW, right[0].start), *right]
        found[number] = []
    return found


def _plain(cells: Sequence[tuple[int, str]]) -> bool:
    """Whether every cell says something, and no line of dashes."""
    said = [cell.strip() for _, cell in cells]
    return not any(cell.lower() in _NOTHING - _FREE or re.fullmatch(r":?-+:?", cell) for cell in said)


def _kind(head: str) -> str:
    """What a head says of its cells; nothing for one that is no noun of an input."""
    low = head.lower().strip()
    if (found := COLUMN_HEADS.get(low)) is not None:
        return found
    if low in _REMARKS or not _NOUN.fullmatch(low):
        return ""
    return f"bound {low}" if _MOST.fullmatch(low) else f"input {low}"


def _makes_rules(kinds: Sequence[str]) -> bool:
    """Whether the columns make a rule: each is known, none stands twice, and a bound is of no verdict."""
    known = "" not in kinds and len({*kinds}) == len(kinds) and len({*kinds} & {"what", "ban"}) == 1
    bound = any(kind.split()[0] in {"limit", "bound"} for kind in kinds if kind)
    judged = {*kinds} & {"verdict", "ban", "denied"}
    return known and bool({*kinds} & {"who", "verdict", "denied"}) and not (bound and judged)


def _cells(line: str) -> list[tuple[int, str]]:
    """The cells of a line with their places, without the bars around it."""
    found, at = [], 0
    for part in line.rstrip().split("|"):
        found.append((at, part))
        at += len(part) + 1
    return found[not found[0][1].strip() : len(found) - (not found[-1][1].strip())]


def _row(cells: Sequence[_Cell]) -> list[Token]:
    """ "| managers | refunds | 500 |" below "| role | tool | limit |": managers → refunds, max 500."""
    by = {_PLACES.get(cell.kind, cell.kind): cell for cell in cells}
    who, what, verdict = (by[kind].tokens() if kind in by else [] for kind in ("who", "what", "verdict"))
    bans = _bans(cells)
    if not what or ("who" in by and not who) or ("verdict" in by and not verdict) or bans is None:
        return []
    who = _called(by["who"].head.lower(), who) if who else []
    if verdict and (effect := _EFFECTS.get(by["verdict"].said)):
        verdict = [Token(effect, verdict[0].start, verdict[-1].end, "word", effect)]
    row = [*who, _made(_ARROW, who[-1].end), *what, *verdict] if who else [*what, _made(_ARROW, what[-1].end), *verdict]
    if bans:
        row = [*who, *(_made(each, who[-1].end) for each in _MAY_NOT), *what]
    for cell in cells:
        if cell.kind in {"who", "what", "verdict", "ban", "denied", "verb"}:
            continue
        if cell.said in _NOTHING and not cell.kind.startswith("input "):
            continue
        said = _condition(cell)
        if not said:
            return []
        row += [_made(_COMMA, row[-1].end), *said]
    return row


def _called(head: str, who: list[Token]) -> list[Token]:
    """People with what their column says of them: below "role" also "viewer" is one, and "finance" is a department."""
    named = len(who) == 1 and not is_plural(who[0].low) and who[0].low not in vocabulary.words()
    claim = _made((head.removesuffix("s"), "word"), who[0].start)
    if head in _CLAIMS:
        name = " ".join(each.text for each in who)
        return [claim, Token(f'"{name}"', who[0].start, who[-1].end, "quoted", name.lower(), name)]
    return [claim, *who] if named and head in {"role", "roles"} else who


def _bans(cells: Sequence[_Cell]) -> bool | None:
    """Whether a row says what may not be done; None where that is not clear, as beside a bound or another verdict."""
    kinds = {cell.kind.split()[0] for cell in cells}
    verbs = [MODALS.get(cell.said) for cell in cells if cell.kind == "verb"]
    bans = FORBID in verbs or not {"ban", "denied"}.isdisjoint(kinds)
    unclear = None in verbs or (bans and (kinds & {"limit", "bound", "verdict"} or not kinds & {"who", "denied"}))
    return None if unclear else bans


def _condition(cell: _Cell) -> list[Token]:
    """What a cell asks of the calls of its row: "max 500", "points max 500", "account type trust"; nothing where that
    is not clear."""
    tokens = cell.tokens()
    if not tokens:
        return []
    start = tokens[0].start
    if cell.kind == "limit":
        return [*([_made(_MAX, start)] if tokens[0].kind == "number" else []), *tokens]
    if cell.kind == "condition":
        says = cell.head.lower() in {"when", "if"} or any(each.low in _SAYS for each in tokens[1:4])
        clause = says and tokens[0].low not in {"when", "if", "only", "unless", "after"}
        return [*([_made(_WHEN, start)] if clause and len(tokens) > 2 else []), *tokens]
    bound = _MOST.fullmatch(cell.head)
    noun = [_made((each.text, each.kind), start) for each in tokenise(bound["noun"] if bound else cell.head.lower())]
    if bound:
        side = bound["side"].lower()[:3]
        return [*noun, _made((side, "word"), start), *tokens] if tokens[0].kind == "number" else []
    values = [_made(_OR, each.start) if each.text in {",", "/"} else each for each in tokens]
    return [] if cell.said in _NOTHING | {"any", "all", "*"} else [*noun, *values]


def _shifted(cell: str, by: int) -> list[Token]:
    return [
        Token(each.text, each.start + by, each.end + by, each.kind, each.low, each.value) for each in tokenise(cell)
    ]


def _made(mark: tuple[str, str], at: int) -> Token:
    """A mark that stands for the bar between two cells, or for the head of one."""
    return Token(mark[0], at, at, mark[1], mark[0])
