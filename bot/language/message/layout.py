"""Notes as rows: what a message may say by its layout alone, where it cannot be read as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.language.gateway.groups import surely_people
from bot.language.message.forms import made, shifted
from bot.language.message.lists import MODAL, listed, matrix
from bot.language.message.pieces import Piece
from bot.language.message.sentences import BULLET, effect_places
from bot.language.text.tokens import Token, unmarked
from bot.language.text.words import is_plural
from bot.language.wordlists import CELL_EFFECTS, COLUMN_HEADS, EVERYONE, NOBODY

_BOX = re.compile(r"\s*\[[ xX]?\]\s+")
_HEAD = re.compile(r"[^:;|]{3,60}?(?::(?=\s)|\s[-–—]+(?=\s)|(?<=\))(?=\s))")
_WHO = re.compile(
    r"(?P<what>.+?)(?:\s*\((?P<a>[^(),]+)\)|,\s(?P<b>[^,()]+)|\sby\s(?P<c>[^,()]+)|\s[-–—]+\s(?P<d>[^,()]+)):?"
)
_BY = re.compile(r"(?P<what>.+?),?\s(?:by|per)\s(?P<input>[a-z_]+)")  # "Fines by reason:"
_FIRST = re.compile(r"\s[-–—=→:]|[,:]|\.{3,}|\t")
_FIELDS = re.compile(r"\s+(?:[-–—]{1,2}|[›»|·/])\s+|\s*(?:\.{3,}|…|;)\s+|\t+")
_CASES = (re.compile(r"\s*;\s+"), re.compile(r"\s/\s"))
_ITEMS = re.compile(r",\s+(?![^(]*\))")
_INNER = re.compile(r"\s+(?:[›»×|]|\.{3,}|…)\s+|\t+|[()]")  # of one row these are commas
_LABEL = re.compile(r"\s*(?P<label>[A-Za-z][A-Za-z_ ]*):(?=\s)")
_BOUND = re.compile(r"\d|[<>≤≥]")
_EQUAL = re.compile(r'(context\.input[\w.]*) == ([\w:-]*(?:"[^"]*")?)')
_ALL = EVERYONE | {word for said in NOBODY for word in said.split()}
_MARKS = frozenset({",", ":", "=", ">", "→", "⇒", "-", "–", "—"})
_REST = frozenset({"other", "others", "rest"})
_TRUTHS = frozenset({"yes", "no", "y", "n", "true", "false"})
_Part = tuple[int, str]
Layout = tuple[list[Piece], list[str]]


def layouts(text: str) -> Iterator[Layout]:
    """Each way to take a message as rows, with the cases of its one head, if there are any: "Refunds – late – managers"
    is one row, "Refunds: late – managers; damaged – leads" a row for each case."""
    text = unmarked(text)
    lines = _lines(text)
    if "?" in text or not any(map(str.isalnum, text)) or _is_mixed(text):
        return
    if grid := matrix(text):
        yield grid, []
        return
    if len(lines) > 1 and (below := listed(text, lines, _lines(text, bare=False))):
        yield below, []
        return
    each = [_fields_of(line) for line in lines]
    if len(each) > 1 and all(len(fields) > 1 for fields in each):
        yield [_piece(text, fields[0], fields[1:]) for fields in each], [line for _, line in lines]
    if len(lines) > 1 and MODAL.search(lines[0][1]):
        return  # a sentence that breaks off: a limit below may be of the line before, or of all
    row = lines if len(lines) > 1 else _fields_of(lines[0])
    if len(row) > 1 and sum(_names(part) for part in row[1:]) < 2:  # with people twice it is not said whose a bound is
        yield [_piece(text, row[0], row[1:])], []
    parts = [case for line in lines[1:] for case in _split(line, _CASES[0])]
    for head, cases in [(lines[0], parts)] if parts else _headed(lines[0]):
        judged = _who(head) is not None
        says = [_says(case[1], judged) for case in cases]
        sentences = any(MODAL.search(case) for _, case in cases)  # of which a head may hold for one alone
        if sentences or _others_of_either([case for _, case in cases]):
            continue
        if len(cases) > 1 and (judged or len({*says}) == 1) and not effect_places(shifted(head[1], head[0])):
            own = [case if said else "" for (_, case), said in zip(cases, says, strict=True)]
            yield [_piece(text, head, [case]) for case in cases], own


def _is_mixed(text: str) -> bool:
    """Whether lines below the first have bullets and others have none: those may go on with the last, or with all."""
    lines = [line.strip() for line in text.splitlines()[1:] if line.strip()]
    bullets = {BULLET.match(line) is not None or not line[0].isalnum() for line in lines}
    return len(bullets) > 1


def apart(statements: Sequence[str | None], cases: Sequence[str]) -> bool:
    """Whether cases are meant each by itself: each says who or whether, or each has another value of one input."""
    if all(cases):
        wide = zip(statements, cases, strict=True) if len(statements) == len(cases) else ()
        everyone = (_judges(case) or not _ALL.isdisjoint(case.lower().split()) for said, case in wide if _is_wide(said))
        return len(statements) == len(cases) and all(everyone)
    found: list[dict[str, set[str]]] = []
    for statement in statements:
        if statement is None or "!" in statement:
            return False
        values: dict[str, set[str]] = {}
        for path, value in _EQUAL.findall(statement):
            values.setdefault(path, set()).add(value)
        found.append(values)
    shared = set.intersection(*({*each} for each in found))
    return any(all(one[path].isdisjoint(other[path]) for one, other in combinations(found, 2)) for path in shared)


def _is_wide(statement: str | None) -> bool:
    """Whether a policy permits something to everyone."""
    return statement is not None and statement.startswith("permit") and "principal." not in statement


def _says(case: str, judged: bool) -> bool:
    """Whether a case says a verdict of its own, or who."""
    said = shifted(case, 0)
    return _judges(case) or (not judged and any(_are_people(token) or token.low == "role" for token in said))


def _others_of_either(cases: Sequence[str]) -> bool:
    """Whether "others" stand below what is no people: other cases, or other people."""
    said = [shifted(case, 0) for case in cases]
    rest = [any(token.low in _REST for token in case[:2]) for case in said]
    return any(rest) and not all(other or _are_people(case[0]) for case, other in zip(said, rest, strict=True))


def _judges(case: str) -> bool:
    """Whether a case ends in a verdict, beside its people or before them."""
    said = [word.strip(".,:;()") for word in case.lower().split()]
    return any(" ".join(said[at:end]) in CELL_EFFECTS for at in range(len(said)) for end in (at + 1, at + 2)) or any(
        token.kind == "emoji" for token in shifted(case, 0)
    )


def _lines(text: str, bare: bool = True) -> list[_Part]:
    """The lines that say something, without their bullets, and their places."""
    found: list[_Part] = []
    at = 0
    for line in text.splitlines(keepends=True):
        lead = len(line) - len(line.lstrip())
        for mark in (BULLET, _BOX) if bare else ():
            bullet = mark.match(line, lead)
            lead = bullet.end() if bullet else lead
        if line[lead:].strip():
            found.append((at + lead, line[lead:].rstrip().rstrip(".;")))
        at += len(line)
    return found


def _fields_of(line: _Part) -> list[_Part]:
    """One line as the fields of a row, the first of which is its head."""
    fields = _split(line, _FIELDS)
    head = _HEAD.match(fields[0][1])
    rest = fields[0][1][head.end() :] if head else ""
    if head is None or not rest.strip() or (len(fields) < 2 and not (_who((0, head[0])) or "(" in rest)):
        return fields
    at = fields[0][0]
    return [(at, head[0]), (at + head.end(), rest), *fields[1:]]


def _names(part: _Part) -> bool:
    """Whether a field is people, and no number of them."""
    said = shifted(part[1], 0)
    return said[0].kind not in {"number", "sign"} and any(map(_are_people, said))


def _split(part: _Part, mark: re.Pattern[str]) -> list[_Part]:
    """A text between marks, and their places."""
    found, start = [], 0
    for between in (*mark.finditer(part[1]), None):
        end = between.start() if between else len(part[1])
        if part[1][start:end].strip():
            found.append((part[0] + start, part[1][start:end]))
        start = between.end() if between else end
    return found


def _headed(line: _Part) -> Iterator[tuple[_Part, list[_Part]]]:
    """One line as a head and its cases: between semicolons, between strokes or commas where they are alike."""
    found = _HEAD.match(line[1])
    if found is None:
        return
    head, rest = (line[0], found[0]), (line[0] + found.end(), line[1][found.end() :])
    for mark in (*_CASES, _ITEMS):
        cases = _split(rest, mark)
        bounded = {_BOUND.search(case) is not None for _, case in cases}
        bare = {_judges(case) or case.endswith(")") for _, case in cases}
        alike = mark is _CASES[0] or (len(bounded) == 1 and (mark is _CASES[1] or bare == {True}))
        if len(cases) > 1 and alike:
            yield head, cases
            return


def _who(head: _Part) -> re.Match[str] | None:
    """The people that a head names behind its tool: "Badges (guards)", "Badges by guards"."""
    found = _WHO.fullmatch(head[1].rstrip(" -–—"))
    people = (found["a"] or found["b"] or found["c"] or found["d"]).split() if found else []
    last = people[-1].lower().rstrip(":") if people else ""
    return found if (is_plural(last) and surely_people(last)) or last in EVERYONE else None


def _piece(text: str, head: _Part, parts: Sequence[_Part]) -> Piece:
    """One row: the tool, a colon, and the rest between commas."""
    at, said = head[0], head[1].rstrip(" :-–—")
    found = _who(head)
    by = _BY.fullmatch(said) if found is None else None
    lead = shifted(by["input"], at + by.start("input")) if by and by["input"] not in COLUMN_HEADS else []
    tokens = shifted(by["what"] if by else said, at)
    if found is not None:
        start = max(found.start(group) for group in "abcd")
        who = next(found[group] for group in "abcd" if found[group])
        tokens = [*shifted(found["what"], at), made((":", "punct"), at + start), *shifted(who.rstrip(": "), at + start)]
    for number, part in enumerate(parts):
        if lead and any(map(_are_people, shifted(_split(part, _FIRST)[0][1], 0))):
            tokens += lead[:1]  # "refunds by hand: clerks"
            lead = []
        colon = not number and not any(token.text == ":" for token in tokens)
        tokens += [made((":" if colon else ",", "punct"), tokens[-1].end), *lead, *_fields(part)]
    start, end = head[0], max(token.end for token in tokens)
    return Piece(text[start:end], start, end, tuple(tokens))


def _fields(part: _Part) -> list[Token]:
    """A part of a row: what stands in brackets or behind a mark of its own is one more, and a label of people, or of an
    input beside its value, is none."""
    label = _LABEL.match(part[1])
    kind = COLUMN_HEADS.get(label["label"].lower().strip()) if label else ""
    people = any(map(_are_people, shifted(part[1], 0)))
    if label and (kind == "who" or (kind is None and people == label["label"].endswith(" by"))):
        lead = shifted(label["label"], part[0] + label.start("label")) if kind is None and not people else []
        return [*lead, *_fields((part[0] + label.end(), part[1][label.end() :]))]
    found: list[Token] = []
    for at, field in _split(part, _INNER):
        found += [made((",", "punct"), found[-1].end)] if found else []
        said = shifted(field.rstrip(" ,"), at)
        for place in sorted({_verdict_at(said), _for_at(said)} - {0}, reverse=True):
            said.insert(place, made((",", "punct"), said[place].start))
        found += _any_of(said)
    return found


def _verdict_at(said: Sequence[Token]) -> int:
    """Where a verdict stands behind a bound or a value, as the last of a part: "unpaid > 20 days not ok"."""
    ends = (at for at in (len(said) - 2, len(said) - 1) if at > 0)
    last = next((at for at in ends if " ".join(token.low for token in said[at:]) in CELL_EFFECTS), 0)
    if said[last].low in _TRUTHS:
        return 0  # "express yes" may be a value
    return last if last and said[last - 1].text not in _MARKS and not _are_people(said[last - 1]) else 0


def _for_at(said: Sequence[Token]) -> int:
    """Where people and a bound meet: "$15 tops for support agents", "support agents to $15"."""
    for at in range(1, len(said) - 1):
        if said[at].low in {"for", "by"} and said[0].kind in {"number", "sign"} and _are_people(said[-1]):
            return at
        if said[at].low == "to" and _are_people(said[at - 1]) and said[at + 1].kind == "number":
            return at
    return 0


def _are_people(token: Token) -> bool:
    return (is_plural(token.low) and surely_people(token.low)) or token.low in _ALL


def _any_of(said: list[Token]) -> list[Token]:
    """A part of single words between commas: any of them, as "weather, incident"."""
    words, commas = said[::2], said[1::2]
    listed = all(token.text == "," and token.start < token.end for token in commas)
    if not listed or any(not token.is_word or _are_people(token) for token in words):
        return said
    return [made(("or", "word"), token.start) if token.text == "," else token for token in said]
