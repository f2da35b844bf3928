"""Which words of a rule no fragment of its generation covers. Every word is honoured, or named here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

FILLERS = frozenset(
    {"a", "also", "an", "and", "hello", "hey", "hi", "kindly", "lastly", "next", "plus", "please", "secondly", "so"}
    | {"thank", "thanks", "the", "then", "too"}
)
_WORD = re.compile(r"[^\W_]+(?:[-'’._$€£%@/:][^\W_]+|_+[^\W_]+)*[%]?|[$€£<>=≤≥+]+")


def uncovered(rule: str, fragments: Iterable[str]) -> tuple[str, ...]:
    """The runs of words of `rule` that stand in no fragment, as they were typed, without joining words at their ends.

    Each fragment covers one place of the rule: where its words stand in a row if they do, else its words one by one
    from the left, each once. So a word that is said twice and covered once is named once.
    """
    spans = list(_WORD.finditer(rule))
    words = [span.group().casefold() for span in spans]
    covered = [False] * len(words)
    for fragment in fragments:
        _cover(words, covered, [span.group().casefold() for span in _WORD.finditer(fragment)])
    return tuple(
        rule[spans[start].start() : spans[end - 1].end()]
        for start, end in (_trim(words, *run) for run in _runs(covered))
        if start < end
    )


def _cover(words: Sequence[str], covered: list[bool], wanted: Sequence[str]) -> None:
    length = len(wanted)
    places = [i for i in range(len(words) - length + 1) if list(words[i : i + length]) == list(wanted)]
    if not length:
        return
    if places:
        fresh = [place for place in places if not any(covered[place : place + length])]
        place = (fresh or places)[0]
        covered[place : place + length] = [True] * length
        return
    for word in wanted:
        spot = next((i for i, found in enumerate(words) if found == word and not covered[i]), None)
        if spot is not None:
            covered[spot] = True


def _runs(covered: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = None
    for index, done in enumerate([*covered, True]):
        if done and start is not None:
            runs.append((start, index))
            start = None
        elif not done and start is None:
            start = index
    return runs


def _trim(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    while start < end and words[start] in FILLERS:
        start += 1
    while start < end and words[end - 1] in FILLERS:
        end -= 1
    return start, end
