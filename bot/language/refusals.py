"""Why a piece of a rule is not translated: the words at fault, the nearest names, and what would work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.language.lexicon import Lexicon, ToolWords
from bot.language.tokens import Token


class Refusal(Exception):
    """A piece cannot be honoured. `culprits` are its words at fault; `sentence` and `advice` are for the person.

    `between` are the tools that the words fit equally well."""

    def __init__(
        self, sentence: str, culprits: Sequence[Token] = (), advice: str = "", *, weight: int = 0,
        between: Sequence[ToolWords] = (),
    ) -> None:  # fmt: skip
        super().__init__(sentence)
        self.sentence = sentence
        self.culprits = tuple(culprits)
        self.advice = advice
        self.weight = weight
        self.between = tuple(between)

    @property
    def description(self) -> str:
        return f"{self.sentence} {self.advice}".strip()


class TooLong(Refusal):
    """A piece nests, lists or combines more than is looked at. No other spelling of its words would be looked at."""

    def __init__(self, culprits: Sequence[Token] = ()) -> None:
        super().__init__("This is more than one rule can say.", culprits, "Make it several rules.")


def quote(tokens: Sequence[Token]) -> str:
    """Tokens as a person would see them named."""
    found: list[str] = []
    last = (-1, -1)
    for token in tokens:
        if (token.start, token.end) != last:
            found.append(token.text)
        last = (token.start, token.end)
    return "“" + " ".join(found) + "”"


def names(tools: Iterable[ToolWords], limit: int = 8) -> str:
    """Tool names for a sentence: `a`, `b` and `c`; with the target where two tools share a name."""
    listed = list(tools)
    short = [tool.tool.name for tool in listed]
    shown = [f"`{tool.action if short.count(tool.tool.name) > 1 else tool.tool.name}`" for tool in listed[:limit]]
    if len(listed) > limit:
        shown.append(f"{len(listed) - limit} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def nearest_tools(tokens: Sequence[Token], lexicon: Lexicon, limit: int = 3) -> str:
    """The tools whose words come closest to the tokens, for a sentence; empty when none comes close."""
    spelled = {word: tool for tool in lexicon.tools for word in tool.tool.name.lower().replace("-", "_").split("_")}
    spelled |= {tool.tool.name.lower(): tool for tool in lexicon.tools}
    found: dict[str, ToolWords] = {}
    for token in tokens:
        for tool in lexicon.by_any_stem.get(token.stem, ())[:limit]:
            found.setdefault(tool.action, tool)
    for token in tokens:
        for word in get_close_matches(token.low, spelled, n=2, cutoff=0.72):
            found.setdefault(spelled[word].action, spelled[word])
    return names(list(found.values())[:limit], limit)


def nearest_inputs(tools: Sequence[ToolWords], limit: int = 8) -> str:
    """The inputs of the tools at hand, for a sentence."""
    listed = list(dict.fromkeys(found.name for tool in tools for found in tool.inputs if found.kind != "record"))
    if not listed:
        return "no inputs"
    return ", ".join(f"`{name}`" for name in listed[:limit]) + (", …" if len(listed) > limit else "")
