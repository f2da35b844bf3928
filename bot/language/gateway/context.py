"""What the actions of the grammar see: the tokens of one rule, the gateway's words, and why phrases were given up."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from bot.language.gateway.glossary import Glossary
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.tool_words import ToolWords
from bot.language.meaning.model import Draft, What
from bot.language.text.tokens import Token


@dataclass
class Context:
    """One rule while it is read. `reasons` are the refusals of phrases that made sense but cannot be honoured; one that
    is `asking` is read for the readings of a question, and never becomes a policy. `earlier` are the rules of the
    message in front of this one, of which `before` is the last."""

    tokens: tuple[Token, ...]
    lexicon: Lexicon
    glossary: Glossary
    before: Draft | None = None
    earlier: tuple[Draft, ...] = ()
    leans: bool = True
    sentence: bool = False
    asking: bool = False
    reasons: list[Refusal] = field(default_factory=list)
    named: dict[tuple[tuple[int, ...], str], object] = field(default_factory=dict)

    spans: dict[tuple[int, ...], Refusal] = field(default_factory=dict)
    parsed: object = field(default=None, init=False, compare=False)
    """The chart of the tokens once it is made: the reader's, and no copy of a context has it."""

    def line(self) -> Line:
        """The tokens as the gateway's namers take them."""
        return Line(list(self.tokens), self.lexicon, self.glossary)

    def tools_of(self, what: What | None) -> tuple[ToolWords, ...]:
        """The tools that words name, of every choice; none for a whole target."""
        if what is None or what.target:
            return ()
        return tuple(self.lexicon.by_key[action] for choice in what.choices for action in choice)

    def give_up(self, refusal: Refusal) -> None:
        """Note why a phrase makes no sense here."""
        self.reasons.append(refusal)


def share_a_tool(one: Draft, other: Draft) -> bool:
    """Whether two rules have a tool in common."""
    if one.what is None or other.what is None:
        return False
    if one.what.everything or other.what.everything:
        return True
    return not {*itertools.chain(*one.what.choices)}.isdisjoint(itertools.chain(*other.what.choices))
