"""Finding vocabulary phrases in tokens: the longest phrase that starts at a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from bot.language.text.tokens import Token

V = TypeVar("V")


class Phrases(Generic[V]):
    """A table of phrases, each with a value; `at` finds the longest that starts at a token."""

    def __init__(self, table: Mapping[str, V]) -> None:
        self._table = {tuple(phrase.split()): value for phrase, value in table.items()}
        sizes: dict[str, set[int]] = {}
        for words in self._table:
            sizes.setdefault(words[0], set()).add(len(words))
        self._sizes = {first: sorted(found, reverse=True) for first, found in sizes.items()}

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Phrases[str]:
        """A table whose phrases stand for themselves."""
        return Phrases({phrase: phrase for phrase in phrases})

    def at(self, tokens: Sequence[Token], start: int, end: int | None = None) -> tuple[V, int] | None:
        """The value of the longest phrase at `start`, and where the tokens go on after it."""
        return next(iter(self.all_at(tokens, start, len(tokens) if end is None else end)), None)

    def all_at(self, tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[V, int]]:
        """Every phrase at `start`, longest first."""
        for size in self._sizes.get(tokens[start].low, ()) if start < end else ():
            words = tuple(token.low for token in tokens[start : start + size])
            if start + size <= end and words in self._table:
                yield self._table[words], start + size
