"""A piece of a rule while it is read: its tokens, the gateway's words, and what each token has become so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.language.glossary import Glossary
from bot.language.lexicon import Lexicon
from bot.language.tokens import Token


@dataclass
class Line:
    """Tokens with marks. Readers mark what they consume; a reader that gives up restores the marks it found."""

    tokens: list[Token]
    lexicon: Lexicon
    glossary: Glossary
    marks: dict[int, tuple[str, str]] = field(default_factory=dict)
    target: str = ""

    def fork(self) -> Line:
        """The same piece with marks of its own, for a reading that may fail."""
        return replace(self, marks=dict(self.marks))

    def mark(self, start: int, end: int, role: str, meaning: str = "") -> None:
        """Note what the tokens from `start` up to `end` have become; the first mark of a token stays."""
        for at in range(start, end):
            self.marks.setdefault(at, (role, meaning))

    def mark_each(self, places: Iterable[int], role: str, meaning: str = "") -> None:
        for at in places:
            self.marks.setdefault(at, (role, meaning))

    def low(self, at: int) -> str:
        """The word at a place, empty past the end."""
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""

    def unmarked(self) -> list[Token]:
        """The tokens that nothing has been made of."""
        return [token for at, token in enumerate(self.tokens) if at not in self.marks]
