"""What rows of a table and labelled lines say, as a sentence: a label and its cell each, in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.language import vocabulary
from bot.language.gateway.groups import surely_people
from bot.language.text.tokens import Token, tokenise
from bot.language.text.words import is_plural
from bot.language.wordlists import (
    CELL_EFFECTS,
    CELL_TRUTHS,
    COLUMN_HEADS,
    EMOJI_NO,
    EMOJI_YES,
    EVERYONE,
    FORBID,
    PERMIT,
    words,
)

NOUN = re.compile(r"[a-z][a-z_ ]*[a-z]", re.IGNORECASE)
FREE = frozenset({"no limit", "unlimited"})
NOTHING = FREE | {"", "-", "–", "—", "none", "n/a"}
_MOST = re.compile(r"(?P<side>max|maximum|min|minimum)\.? (?P<noun>[a-z][a-z_ ]*)", re.IGNORECASE)
_ITEMS = re.compile(r"\s*(?:,|/|\band\b|\bor\b|\n)\s*")
_REMARKS = words("messages", "remarks")
_LEASTS = words("messages", "leasts")
_ENTRIES = frozenset({"limit", "condition", "exception", "bound", "input"})
_SIGNS: Mapping[str, str] = {"+": PERMIT, "-": FORBID}
_CLAUSES = words("messages", "clause_openers")
_SAYS = words("messages", "clause_verbs")
_CLAIMS = frozenset({"department", "team", "scope"})
_ALL = frozenset({"any", "all", "*"})
_ROLE = re.compile(r"(?P<name>[\w-]+) \(role\)|role ?[=:]+ ?(?P<named>[\w-]+)", re.IGNORECASE)
_BETWEEN = frozenset({",", "/", "or", "and"})
_HEADINGS = words("messages", "headings")
_PLAIN = vocabulary.words() | EVERYONE
_MAY = {PERMIT: (("may", "word"),), FORBID: (("may", "word"), ("not", "word"))}
_Parts = dict[str, list[Token]]


@dataclass(frozen=True)
class Cell:
    """A cell, its label, and where it begins in its line or block."""

    head: str
    text: str
    at: int = 0
    kind: str = ""

    @property
    def said(self) -> str:
        return self.text.strip().rstrip(".").lower()

    @property
    def label(self) -> str:
        return self.head.lower().replace("_", " ").strip()

    @property
    def effect(self) -> str | None:
        mark = self.said.rstrip("\ufe0f")
        return CELL_EFFECTS.get(mark) or (PERMIT if mark in EMOJI_YES else FORBID if mark in EMOJI_NO else None)

    def tokens(self) -> list[Token]:
        return shifted(self.text, self.at)


def known(head: str) -> bool:
    """Whether a label says what part of a rule its cell is."""
    return head.lower().replace("_", " ").strip() in COLUMN_HEADS


def title_of(text: str, cells: Sequence[Cell]) -> str | None:
    """The label of a line above labelled ones; empty where it only heads them, and None where they may not be read
    without it."""
    kinds = {_kind(cell).rstrip("+-") for cell in cells}
    said = text.lower().split()
    if Cell("effect", text).effect:
        return "effect"
    if "what" not in kinds and NOUN.fullmatch(text):
        return "tool"
    if "who" not in kinds and surely_people(said[-1]):
        return "who"
    return "" if all(word in _HEADINGS or word.isdigit() for word in said) else None


def sentence(cells: Sequence[Cell]) -> list[Token]:
    """One sentence of all cells; nothing where they make none, as with one label twice, or one that only remarks."""
    cells = [cell if cell.text or not Cell("", cell.head).effect else Cell("effect", cell.head) for cell in cells]
    cells = _sorted([replace(cell, kind=_kind(cell)) for cell in cells])
    entries = [cell for cell in cells if cell.kind.split(" ")[0] in _ENTRIES]
    verdicts = [cell for cell in cells if cell.kind == "verdict"]
    whos, whats = _parts(cells, "who"), _parts(cells, "what")
    kinds = [cell.kind for cell in cells]
    if "" in kinds or len({*kinds}) < len(kinds) or whos is None or not whats or not (whos or verdicts):
        return []
    effect = verdicts[0].effect if verdicts else None
    if verdicts and effect is None:
        return _judged(whos.get(""), whats.get(""), verdicts[0], entries) if len({*whos, *whats}) == 1 else []
    said = [_SIGNS[sign] for sign in ("+", "-") if sign in {**whos, **whats}] or [effect or PERMIT]
    if effect not in {None, *said} or (effect and len(said) > 1) or _on_both_sides(cells):
        return []
    row: list[Token] = []
    for each in said:
        who, what = (_of(parts, each) for parts in (whos, whats))
        start = what[0].start if what else 0
        who = [made(("everyone", "word"), start)] if not whos else who
        if not who or not what:
            return []
        if what[0].low == "no" and said == [PERMIT]:  # "no refunds" of interns
            row = [*who, made(("→", "punct"), who[-1].end + 1), *what]
            continue
        also = [made((",", "punct"), row[-1].end), made(("but", "word"), row[-1].end)] if row else []
        row += [*also, *who, *(made(word, who[-1].end + 1) for word in _MAY[each]), *what]
    return _with(row, entries, FORBID in said, len(said) > 1)


def unlabelled(cells: Sequence[Cell]) -> list[Token]:
    """The sentence of cells without labels, by what they are: "deny", "hosts", "register_visitor", "parking is true".
    Nothing where there is no effect, or not one cell of people and one that may be the tool."""
    told = [replace(cell, head=_label_of(cell)) for cell in cells]
    who, what = ([at for at, cell in enumerate(told) if cell.head == head] for head in ("who", "tool"))
    return sentence(told) if len(who) == len(what) == 1 and any(cell.head == "effect" for cell in told) else []


def _label_of(cell: Cell) -> str:
    """What label a cell without one would have."""
    if cell.effect:
        return "effect"
    if _is_people(cell):
        return "who"
    tokens = cell.tokens()
    return "when" if _is_clause(tokens) or tokens[0].low in {"when", "if", "unless"} else "tool"


def _is_people(cell: Cell) -> bool:
    """Whether a cell is people, whatever its label: "noc operators", "everyone"."""
    last = (cell.said.split() or [""])[-1]
    return bool(NOUN.fullmatch(cell.said)) and "_" not in cell.said and (surely_people(last) or last in EVERYONE)


def _kind(cell: Cell) -> str:
    """What a label says of its cell, beside it; nothing for one that is no noun of an input."""
    found = COLUMN_HEADS.get(cell.label)
    if found in {"what", "yes", "no", "verdict", "judged"} and cell.effect:
        return "denial" if found == "no" else "verdict"
    if found not in {None, "judged"}:
        return str(found)
    if cell.label in _CLAIMS:
        return "claim"
    if cell.label in _REMARKS or not NOUN.fullmatch(cell.label):
        return ""
    return f"bound {cell.label}" if _MOST.fullmatch(cell.label) else f"input {cell.label}"


def _sorted(cells: Sequence[Cell]) -> list[Cell]:
    """The cells, where what one is depends on the others: whom or what "allowed" lists, and whose department may."""
    kinds = {cell.kind.rstrip("+-") for cell in cells}
    who, what = "who" in kinds or "claim" in kinds, "what" in kinds
    found = []
    for cell in cells:
        kind = cell.kind
        if kind in {"yes", "no"} and who != what:
            kind = ("who" if what else "what") + ("+" if kind == "yes" else "-")
        elif kind == "verdict" and not cell.effect and not who and _is_people(cell):
            kind = "who+"
        else:
            exempt = kind == "exception" and not who and "verdict" in kinds and _is_people(cell)
            kind = "who" if exempt or (kind == "claim" and kinds.isdisjoint({"who", "verdict"})) else kind
        found.append(replace(cell, kind={"yes": "verdict", "no": "", "denial": "", "claim": ""}.get(kind, kind)))
    return found


def _parts(cells: Sequence[Cell], kind: str) -> _Parts | None:
    """The people or the tools by their sign; those without one beside others are the ones that may. None where one that
    is said is empty."""
    found: _Parts = {}
    for cell in cells:
        if cell.kind.rstrip("+-") != kind or (cell.kind[-1] in "+-" and cell.said in NOTHING):
            continue
        found[cell.kind[len(kind) :]] = _called(cell) if kind == "who" else _tools(cell)
    if "" in found and len(found) > 1:
        found = {"+": found.pop(""), **found} if "+" not in found else {"": []}
    return None if not all(found.values()) else found


def _on_both_sides(cells: Sequence[Cell]) -> bool:
    """Whether one name stands among those that may and those that may not."""
    sides = ({item for cell in cells if cell.kind[-1:] in signs for item in _ITEMS.split(cell.said)} for signs in "+-")
    return bool(set.intersection(*sides) - NOTHING)


def _of(parts: _Parts, effect: str) -> list[Token]:
    """Those of the parts that an effect is of."""
    return parts.get("+" if effect == PERMIT else "-", parts.get("", []))


def _judged(who: list[Token] | None, what: list[Token] | None, verdict: Cell, entries: Sequence[Cell]) -> list[Token]:
    """A row with a verdict in words of its own: "managers → refunds ok"."""
    if not what or not verdict.tokens():
        return []
    arrow = made(("→", "punct"), (who or what)[-1].end)
    return _with([*(who or what), arrow, *(what if who else []), *verdict.tokens()], entries, True, False)


def _with(row: list[Token], entries: Sequence[Cell], bans: bool, several: bool) -> list[Token]:
    """A sentence with what its labels ask of the calls; nothing where that is not clear, as of a bound beside a ban, or
    beside two rules."""
    for cell in entries:
        bound = cell.kind.split(" ")[0] in {"limit", "bound"}
        if cell.said in NOTHING and not cell.kind.startswith("input "):
            continue
        said = _condition(cell)
        if not said or several or (bound and bans):
            return []
        row = [*row, made((",", "punct"), row[-1].end), *said]
    return row


def _tools(cell: Cell) -> list[Token]:
    """The tools of a cell, of which "all" are all tools."""
    return [made((each, "word"), cell.at) for each in ("all", "tools")] if cell.said in _ALL else cell.tokens()


def _called(cell: Cell) -> list[Token]:
    """People with what their label says of them: below "role" also "viewer" is one, and "finance" is a department."""
    who = cell.tokens()
    if not who:
        return []
    if found := _ROLE.fullmatch(cell.text.strip()):  # "clerk (role)", "role = clerk"
        name = found["name"] or found["named"]
        return [made(("role", "word"), who[0].start), *shifted(name, cell.at + cell.text.index(name))]
    if COLUMN_HEADS.get(cell.label) == "exception":
        return [*(made((each, "word"), who[0].start) for each in ("everyone", "except")), *who]
    head = cell.label.split(" ")[-1].removesuffix("s")
    claim = made((head, "word"), who[0].start)
    between = _BETWEEN if any(each.text == "," for each in who) else _BETWEEN - {"and"}
    groups = [[*group] for parts, group in groupby(who, lambda each: each.text in between) if not parts]
    if head in _CLAIMS:
        people = [made((each, "word"), who[0].start) for each in ("users", "with")]
        return [*people, claim, *_either([_quoted(group) for group in groups])]
    named = all(len(group) == 1 and not is_plural(group[0].low) and group[0].low not in _PLAIN for group in groups)
    return [claim, *_either([group[0] for group in groups])] if head in {"role", "user"} and named else who


def _either(names: Sequence[Token]) -> list[Token]:
    """Names with "or" between them."""
    return [*names[:1], *(each for name in names[1:] for each in (made(("or", "word"), name.start - 1), name))]


def _quoted(group: Sequence[Token]) -> Token:
    """Several words as one name."""
    name = " ".join(each.text for each in group)
    return Token(f'"{name}"', group[0].start, group[-1].end, "quoted", name.lower(), name)


def _condition(cell: Cell) -> list[Token]:
    """What a cell asks of the calls: "max 500", "points max 500", "account type trust", "unless express is true"."""
    tokens = cell.tokens()
    if not tokens:
        return []
    start = tokens[0].start
    if cell.kind == "limit":
        lows = [token.low for token in tokens]
        if cell.label != "limit" and any(
            low in _LEASTS and lows[at - 1] not in {"no", "not"} for at, low in enumerate(lows)
        ):
            return []  # "max: over 4"
        return [*([made(("max", "word"), start)] if tokens[0].kind == "number" else []), *tokens]
    if cell.kind in {"condition", "exception"}:
        clause = _is_clause(tokens)
        if clause and cell.kind == "condition":
            tokens = _joined(tokens)
        if cell.kind == "exception":
            return [made(("unless", "word"), start), *tokens] if clause else []
        return [*([made(("when", "word"), start)] if clause else []), *tokens]
    bound = _MOST.fullmatch(cell.label)
    noun = [made((each.text, each.kind), start) for each in tokenise(bound["noun"] if bound else cell.label)]
    return _of_input(cell, tokens, noun, bound["side"] if bound else "")


def _of_input(cell: Cell, tokens: list[Token], noun: list[Token], side: str) -> list[Token]:
    """What a cell asks of the input that its label names, or bounds with a "max" or a "min"."""
    start = tokens[0].start
    if side.lower().startswith("max") and tokens[0].text in {"<", "<=", "≤"}:  # "max_cost: <= 1500"
        return [*(made((each.text, each.kind), start) for each in tokenise(cell.label)), *tokens]
    if side:
        return [*noun, made((side[:3], "word"), start), *tokens] if tokens[0].kind == "number" else []
    if cell.said in CELL_TRUTHS:
        truth = made((CELL_TRUTHS[cell.said], "word"), start)
        return [made(("when", "word"), start), *noun, made(("is", "word"), start), truth]
    if len(tokens) == 1 and tokens[0].kind == "number":  # "Quantity: 5"
        return [made(("when", "word"), start), *noun, made(("is", "word"), start), *tokens]
    values = [made(("or", "word"), each.start) if each.text in {",", "/"} else each for each in tokens]
    return [] if cell.said in NOTHING | _ALL else [*noun, *values]


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Conditions between commas, where each has a sign of its own: all of them, "method = card, amount <= 200"."""
    parts = [[*group] for comma, group in groupby(tokens, lambda each: each.text == ",") if not comma]
    signed = all(any(token.kind == "sign" for token in part) for part in parts)
    return [made(("and", "word"), each.start) if each.text == "," and signed else each for each in tokens]


def _is_clause(tokens: Sequence[Token]) -> bool:
    """Whether a cell says something of an input in a clause without its "when": "parking is true", "cost < 50"."""
    says = (
        len(tokens) > 2
        and "(" not in {token.text for token in tokens}
        and any(token.kind == "sign" or token.low in _SAYS for token in tokens[1:])
    )
    return says and tokens[0].low not in _CLAUSES


def shifted(text: str, by: int) -> list[Token]:
    """The tokens of a text that begins somewhere in its line or block."""
    return [
        Token(each.text, each.start + by, each.end + by, each.kind, each.low, each.value) for each in tokenise(text)
    ]


def made(mark: tuple[str, str], at: int) -> Token:
    """A mark that stands for the bar between two cells, or for a label."""
    return Token(mark[0], at, at, mark[1], mark[0])
