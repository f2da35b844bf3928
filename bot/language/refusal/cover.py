"""What was understood of a rule that has no reading: the fewest phrases that leave the fewest words over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.language.grammar.chart import Chart, Phrase
from bot.language.meaning.model import Draft

_CLAUSES = frozenset({"Rule", "Clause"})
_DEEDS = frozenset({"Do", "Passive"})
_PARTS = frozenset({"Who", "Mod", "Test", "TimeMod", "Filler", "Vacuous", "Polite"})
_SAYS_NOTHING = frozenset({"Filler", "Vacuous", "Polite"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens from `start` up to `stop` that are one phrase, or that are in none."""

    start: int
    stop: int
    phrase: Phrase | None = None

    @property
    def draft(self) -> Draft | None:
        """What it says to do, where it names a tool."""
        meaning = self.phrase.meaning if self.phrase is not None else None
        return meaning if isinstance(meaning, Draft) and meaning.what is not None else None

    @property
    def is_clause(self) -> bool:
        """Whether it could be a rule by itself."""
        return self.phrase is not None and self.phrase.category in _CLAUSES and self.draft is not None

    @property
    def says_nothing(self) -> bool:
        """Whether a rule says the same without it."""
        return self.phrase is not None and self.phrase.category in _SAYS_NOTHING


def tool_phrases(chart: Chart) -> list[Piece]:
    """The phrases that name a tool, or are a rule about one, the widest first."""
    found = [
        Piece(start, phrase.end, phrase)
        for (start, category), phrases in chart.starting.items()
        if category in _CLAUSES | _DEEDS
        for phrase in phrases
    ]
    return sorted((each for each in found if each.draft is not None), key=lambda each: each.start - each.stop)


def cover(chart: Chart, unknown: Collection[int], main: Piece | None = None) -> tuple[Piece, ...]:
    """The pieces of a line from left to right; no phrase of people counts that an `unknown` word is in. Where it is to
    be about a `main` piece, no other names a tool."""
    phrases: list[list[Piece]] = [[] for _ in range(chart.size)]
    for (start, category), found in chart.starting.items():
        if category in (_CLAUSES | _DEEDS | _PARTS if main is None else _PARTS):
            for phrase in found:
                piece = Piece(start, phrase.end, phrase)
                named = category in _PARTS or piece.draft is not None
                if named and (category != "Who" or unknown_in(unknown, start, phrase.end) == 0):
                    phrases[start].append(piece)
    if main is not None:
        phrases = [
            [each for each in found if each.stop <= main.start or at >= main.stop] for at, found in enumerate(phrases)
        ]
        phrases[main.start].append(main)
    best: list[tuple[tuple[int, int, int], tuple[Piece, ...]]] = [((0, 0, 0), ())]
    best += [((chart.size + 1, 0, 0), ())] * chart.size
    for at in range(chart.size):
        (left, count, wide), before = best[at]
        inner = main is not None and main.start <= at < main.stop
        for piece in (*(() if inner else (Piece(at, at + 1),)), *phrases[at]):
            over = left + (piece.phrase is None)
            cost = (over, count + (piece.phrase is not None), wide - (piece.stop - at) ** 2)
            if cost < best[piece.stop][0]:
                best[piece.stop] = (cost, (*before, piece))
    return best[-1][1]


def unknown_in(unknown: Collection[int], start: int, stop: int) -> int:
    """How many unknown words are in a span."""
    return sum(start <= at < stop for at in unknown)


def core(pieces: Collection[Piece]) -> Piece | None:
    """The piece that the rest should go with: the widest clause that names a tool, or the widest words for a tool."""
    named = [piece for piece in pieces if piece.draft is not None]
    return max(named, key=lambda piece: (piece.is_clause, piece.stop - piece.start), default=None)
