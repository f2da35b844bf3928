"""Why a piece of a rule is not translated: the words at fault, the nearest names, and what would work."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.tokens import Token
from bot.language.wordlists import SUBJECT_FILLERS

_KINDS = tomllib.loads((files(__package__) / "refusals.toml").read_text("utf-8"))


class Refusal(Exception):
    """A piece cannot be honoured. `culprits` are its words at fault; `sentence` and `advice` are for the person.

    `between` are the tools that the words fit equally well; `core` is what may be a rule by itself."""

    def __init__(
        self, sentence: str, culprits: Sequence[Token] = (), advice: str = "", *, weight: int = 0,
        between: Sequence[ToolWords] = (), core: Sequence[Token] = (), about: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(sentence)
        self._sentence, self._advice, self._about = sentence, advice, about
        self.culprits = tuple(culprits)
        self.weight = weight
        self.between = tuple(between)
        self.core = tuple(core)

    @classmethod
    def of(
        cls, kind: str, culprits: Sequence[Token] = (), *, between: Sequence[ToolWords] = (), **about: object
    ) -> Refusal:
        """A refusal of a kind that `refusals.toml` tells, with what is to stand in the places of its words."""
        told = _KINDS[kind]
        return cls(told["sentence"], culprits, told.get("advice", ""), weight=told.get("weight", 0), between=between,
                   about=about)  # fmt: skip

    @property
    def sentence(self) -> str:
        return self._told(self._sentence)

    @property
    def advice(self) -> str:
        return self._told(self._advice)

    def _told(self, text: str) -> str:
        # Most refusals are of readings that nobody sees: the words are put in where they are shown.
        if self._about is None:
            return text
        shown = {name: _shown(each) for name, each in self._about.items()}
        tool = self._about.get("tool")
        if isinstance(tool, ToolWords):
            shown["inputs"] = nearest_inputs([tool])
        return text.format_map({"said": quote(self.culprits), **shown})

    @property
    def description(self) -> str:
        return f"{self.sentence} {self.advice}".strip()


def _shown(each: object) -> object:
    """Tools and inputs by their names, words as they were typed, and all else as it is."""
    listed = each if isinstance(each, list | tuple) else [each]
    if tools := [one for one in listed if isinstance(one, ToolWords)]:
        return names(tools)
    if listed is each and (inputs := [one for one in listed if isinstance(one, Input)]):
        return ", ".join(f"`{found.name}`" for found in inputs)
    return quote(tokens) if (tokens := [one for one in listed if isinstance(one, Token)]) else each


class TooLong(Refusal):
    """A piece nests, lists or combines more than is looked at. No other spelling of its words would be looked at."""

    def __init__(self, culprits: Sequence[Token] = ()) -> None:
        super().__init__("This is more than one rule can say.", culprits, "Make it several rules.")


def quote(tokens: Sequence[Token]) -> str:
    """Tokens as a person would see them named: what stands together in one pair of quotes, each as typed."""
    runs: list[str] = []
    last: Token | None = None
    for token in tokens:
        if last is not None and (token.start, token.end) == (last.start, last.end):
            continue  # the second word of a contraction
        made = token.start == token.end
        if made and not token.is_word:
            continue  # the mark that stands for the bar of a table
        gap = token.start - last.end if last is not None else -1
        if gap == 0 and last is not None and (made or last.start == last.end):
            gap = 1  # a word of the table's head
        if 0 <= gap <= 1:
            runs[-1] += " " * gap + token.text
        else:
            runs.append(token.text)
        last = token
    return series([f"“{run}”" for run in dict.fromkeys(runs)])


def series(each: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def names(tools: Iterable[ToolWords], limit: int = 8) -> str:
    """Tool names for a sentence: `a`, `b` and `c`; with the target where two tools share a name."""
    every = list(tools)
    short = [tool.tool.name for tool in every]
    shown = [f"`{tool.action if short.count(tool.tool.name) > 1 else tool.tool.name}`" for tool in every[:limit]]
    if len(every) > limit:
        shown.append(f"{len(every) - limit} more")
    return series(shown)


def nearest_tools(tokens: Sequence[Token], lexicon: Lexicon, limit: int = 3) -> str:
    """The tools whose words come closest to the tokens, for a sentence; empty when none comes close."""
    found: dict[str, ToolWords] = {}
    for token in tokens:
        for tool in lexicon.by_any_stem.get(token.stem, ())[:limit]:
            found.setdefault(tool.action, tool)
    for token in tokens:
        for name in _spelled_like(token.low, tuple(lexicon.by_spelling)):
            found.setdefault(lexicon.by_spelling[name].action, lexicon.by_spelling[name])
    return names(list(found.values())[:limit], limit)


@lru_cache(maxsize=4096)  # a phrase that names no tool is tried at many places of a sentence
def _spelled_like(word: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(get_close_matches(word, names, n=2, cutoff=0.72))


def nearest_inputs(tools: Sequence[ToolWords], limit: int = 8) -> str:
    """The inputs of the tools at hand, for a sentence."""
    every = list(dict.fromkeys(found.name for tool in tools for found in tool.inputs if found.kind != "record"))
    if not every:
        return "no inputs"
    return ", ".join(f"`{name}`" for name in every[:limit]) + (", …" if len(every) > limit else "")


def unknown_input(tool: ToolWords, tokens: Sequence[Token]) -> Refusal:
    """The tool has no input of that name: name the words that no input has. Where some input has all of them, that is
    what is said: an input that the tool has is never missing."""
    known = tool.input_words | tool.around
    strange = [
        token for token in tokens if token.low not in SUBJECT_FILLERS and any(word not in known for word in token.words)
    ]
    own = {word for found in tool.inputs for word in found.leaf}
    culprits = strange or [token for token in tokens if not own.issuperset(token.words)] or list(tokens)
    words = [word for token in culprits if token.low not in SUBJECT_FILLERS for word in token.words]
    meant = [found for found in tool.inputs if words and {*found.leaf, *found.outer}.issuperset(words)]
    if meant:
        return Refusal.of("not_understood_of_input", culprits, listed=meant[:3], tool=tool, input=meant[0])
    return Refusal.of("no_input_named", culprits, tool=tool)
