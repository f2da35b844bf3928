"""The grammar files: how a rule is written, and the rules as the chart needs them.

A file holds one rule a line, `Category -> symbol symbol … = action`:

- `'may|can'` is any one of these words, and stands for nothing by itself;
- `Who` is a phrase of that category, `who:Who` one whose meaning the action is given as `who`;
- `Deed[form=ing]` asks for a feature; after the arrow's left side it says what the new phrase has;
- a symbol with `?` may be missing, `(A | B)` is not needed: write two rules;
- the action is a function of `actions`, with constants after it (`= clause effect=permit`); without one,
  the meaning of the only named symbol is passed on.

A line that starts with `#` is a comment; `e.g.` lines below a rule are sentences that it must read, `not` lines
sentences that must not be read, both for the gateway of the tests.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bot.language import vocabulary

Features = tuple[tuple[str, str], ...]
_SYMBOL = re.compile(
    r"(?:(?P<name>[a-z_]+):)?(?:'(?P<words>[^']+)'|(?P<cat>[A-Z]\w*)(?:\[(?P<feats>[^\]]*)\])?)(?P<opt>\?)?"
)
_LINE = re.compile(r"(?P<left>[A-Z]\w*(?:\[[^\]]*\])?)\s*->\s*(?P<right>.+?)(?:\s+=\s+(?P<action>.+))?")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A place of a rule: a category with features it must have, or a word (category `'word'`)."""

    category: str
    features: Features = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A production; `constants` go to the action with the meanings of the named symbols. `named` are those, by their
    places."""

    category: str
    features: Features
    symbols: tuple[Symbol, ...]
    action: str
    constants: Mapping[str, str]
    named: tuple[tuple[int, str], ...]
    line: str


@dataclass(frozen=True)
class Example:
    """A sentence below a rule, and whether it must be read."""

    rule: str
    text: str
    read: bool


@dataclass
class Step:
    """A place in the rules that begin with the same symbols: the rules that end here, and how others go on."""

    ends: list[Rule] = field(default_factory=list)
    steps: dict[str, list[tuple[Features, Step]]] = field(default_factory=dict)

    def after(self, symbol: Symbol) -> Step:
        """The step behind a symbol, made where there is none."""
        ways = self.steps.setdefault(symbol.category, [])
        for features, step in ways:
            if features == symbol.features:
                return step
        step = Step()
        ways.append((symbol.features, step))
        return step


@dataclass(frozen=True)
class Grammar:
    """All rules, as one tree of their symbols, and every word that some rule asks for.

    `begins` has, for each category, the categories of phrases that can begin with one of it.
    """

    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    root: Step
    begins: Mapping[str, frozenset[str]]
    words: frozenset[str]


@cache
def grammar() -> Grammar:
    """The grammar of the package, read once."""
    folder = files("bot.language") / "grammar"
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".gram"))
    return parsed(texts)


@cache
def closed_words() -> frozenset[str]:
    """Every word of the vocabulary and of the rules themselves."""
    return vocabulary.words() | grammar().words


def parsed(texts: Iterable[tuple[str, str]]) -> Grammar:
    """The grammar in some files. Raises ValueError with the file and the line of what is not a rule."""
    rules: list[Rule] = []
    examples: list[Example] = []
    for name, text in texts:
        last = ""
        for number, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            said = re.fullmatch(r"(e\.g\.|not)\s+(.+)", line)
            if said:
                examples.append(Example(last, said[2], said[1] == "e.g."))
                continue
            try:
                rules += _productions(line)
            except ValueError as error:
                raise ValueError(f"{name}:{number}: {error}") from None
            last = line
    root = Step()
    for rule in rules:
        step = root
        for symbol in rule.symbols:
            step = step.after(symbol)
        step.ends.append(rule)
    words = {symbol.category[1:-1] for rule in rules for symbol in rule.symbols if symbol.category.startswith("'")}
    return Grammar(tuple(rules), tuple(examples), root, _begins(rules), frozenset(words))


def _begins(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """For each category that opens a rule, what can begin with it: itself, those rules' own, and what these open."""
    direct: dict[str, set[str]] = {}
    for rule in rules:
        direct.setdefault(rule.symbols[0].category, set()).add(rule.category)
    begins: dict[str, frozenset[str]] = {}
    for category in direct:
        found = {category}
        pending = [category]
        while pending:
            more = direct.get(pending.pop(), set()) - found
            found |= more
            pending += more
        begins[category] = frozenset(found)
    return begins


def _productions(line: str) -> Iterator[Rule]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"not a rule: {line}")
    left = _SYMBOL.fullmatch(found["left"])
    action, *constants = shlex.split(found["action"] or "it")
    pairs = {key: value for key, _, value in (constant.partition("=") for constant in constants)}
    places = [list(_place(text)) for text in re.findall(r"(?:[a-z_]+:)?'[^']+'\??|\S+", found["right"])]
    assert left is not None
    for chosen in itertools.product(*places):
        symbols = tuple(symbol for symbol in chosen if symbol is not None)
        if symbols:
            named = tuple((at, symbol.name) for at, symbol in enumerate(symbols) if symbol.name)
            yield Rule(left["cat"], _features(left["feats"]), symbols, action, pairs, named, line)


def _place(text: str) -> Iterator[Symbol | None]:
    found = _SYMBOL.fullmatch(text)
    if found is None:
        raise ValueError(f"not a symbol: {text}")
    if found["opt"]:
        yield None
    for word in (found["words"] or "").split("|") if found["words"] else [""]:
        if word:
            yield Symbol(f"'{word}'", (), found["name"] or "")
        else:
            yield Symbol(found["cat"], _features(found["feats"]), found["name"] or "")


def _features(text: str | None) -> Features:
    pairs = (part.partition("=") for part in (text or "").split(",") if part.strip())
    return tuple(sorted((key.strip(), value.strip()) for key, _, value in pairs))
