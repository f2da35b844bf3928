"""Finding vocabulary phrases in tokens: the longest phrase that starts at a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from bot.language.text.tokens import Token

V = TypeVar("V")


class Phrases(Generic[V]):
    """A table of phrases, each with a value; `at` finds the longest that starts at a token."""

    def __init__(self, table: Mapping[str, V]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for phrase, value in table.items():
            words = tuple(phrase.split())
            self._by_first.setdefault(words[0], []).append((words, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Phrases[str]:
        """A table whose phrases stand for themselves."""
        return Phrases({phrase: phrase for phrase in phrases})

    def at(self, tokens: Sequence[Token], start: int, end: int | None = None) -> tuple[V, int] | None:
        """The value of the longest phrase at `start`, and where the tokens go on after it."""
        end = len(tokens) if end is None else end
        if start >= end:
            return None
        for words, value in self._by_first.get(tokens[start].low, ()):
            stop = start + len(words)
            if stop <= end and all(tokens[start + n].low == word for n, word in enumerate(words)):
                return value, stop
        return None

    def all_at(self, tokens: Sequence[Token], start: int, end: int) -> Iterable[tuple[V, int]]:
        """Every phrase at `start`, longest first."""
        for words, value in self._by_first.get(tokens[start].low, ()) if start < end else ():
            stop = start + len(words)
            if stop <= end and all(tokens[start + n].low == word for n, word in enumerate(words)):
                yield value, stop
