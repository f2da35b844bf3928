"""What a tool does, from its description: the verb, its object, and the complements that a rule may repeat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language.text.words import parts, stem
from bot.language.wordlists import ARTICLES, PREPOSITIONS, STOPS, words

_SENTENCE = re.compile(r"(?:[.!?:;](?:\s|$)|\n|\s[-–—]\s|\()")
_WORD = re.compile(r"[^\W_](?:[\w'’-]*\w)?|[,/]")
_TURNS = words("inputs", "turns")
_OPENING = frozenset({"this", "the", "tool", "will", "can", "is", "used", "to", "a", "use", "it", "lets", "you"})
# What stands before a noun in a description, and may stand there in a rule that repeats it.
DETERMINERS = ARTICLES | {"one", "two", "three", "several", "some", "another", "your", "their", "his", "her"}
# What may stand before the noun of a complement without saying more than it.
PLAIN = frozenset({"a", "an", "the", "any", "all", "every", "each"})


@dataclass(frozen=True)
class Complement:
    """A phrase of the description: a preposition, what stands before the noun, and the noun with its own words."""

    preposition: str
    determiners: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Deed:
    """What a tool does: all the words that say so, the stems of its verb and object, and its complements. `clause` are
    the words with what only tells more of it: "Recall a wire that was sent"."""

    words: tuple[str, ...]
    acted: frozenset[str]
    complements: tuple[Complement, ...]
    clause: tuple[str, ...] = ()

    def repeats(self, preposition: str, determiners: Iterable[str], words: Sequence[str]) -> bool:
        """Whether a complement, its words as stems, only repeats one of the description: the same noun after the same
        preposition, with no article or a plain one, or with what the description itself has there."""
        return any(
            found.preposition == preposition
            and PLAIN.union(found.determiners).issuperset(determiners)
            and found.words[-1:] == tuple(words[-1:])
            and set(words) <= set(found.words)
            for found in self.complements
        )


def deed_of(description: str) -> Deed:
    """What the first sentence of a description says that the tool does, up to what it only adds."""
    words = [found.replace("’s", "'s").removesuffix("'s") for found in _WORD.findall(_first(description))]
    low = [word.lower() for word in words]
    first = next((n for n, word in enumerate(low) if word not in _OPENING), len(words))
    ends = (n for n in range(first + 1, len(words)) if low[n] in _TURNS or _adds(low, n))
    stop = next(ends, len(words))
    clause = tuple(part for word in low[first:] for part in parts(word))
    words, low = words[first:stop], low[first:stop]
    opened = next((n for n, word in enumerate(low) if word in PREPOSITIONS and n), len(low))
    return Deed(
        tuple(part for word in words for part in parts(word)),
        frozenset(stem(part) for word in words[:opened] for part in parts(word) if part not in DETERMINERS),
        tuple(_complements(words, low)),
        clause,
    )


def _adds(low: list[str], at: int) -> bool:
    """Whether a comma opens what only adds to the description: ", ordered by date", ", including drafts"."""
    return low[at - 1] == "," and (low[at].endswith(("ed", "ing")) or low[at] in {"with", "as", "then"})


def _first(description: str) -> str:
    found = _SENTENCE.search(description.strip())
    return description.strip()[: found.start()] if found else description


def _complements(words: list[str], low: list[str]) -> list[Complement]:
    """The complements. Where the description has several with "or", each would be a choice, and none is kept."""
    found: list[Complement] = []
    at = 0
    while at < len(words):
        if low[at] not in PREPOSITIONS:
            at += 1
            continue
        preposition, at = low[at], at + 1
        listed: list[Complement] = []
        choice = False
        while at < len(words) and low[at] not in PREPOSITIONS:
            stop = at
            while stop < len(words) and low[stop] not in STOPS | PREPOSITIONS | {",", "/"}:
                stop += 1
            start = at
            while start < stop - 1 and low[start] in DETERMINERS:
                start += 1
            stems = tuple(stem(part) for word in words[start:stop] for part in parts(word))
            if stems:
                listed.append(Complement(preposition, frozenset(low[at:start]), stems))
            choice = choice or (stop < len(words) and low[stop] in {"or", "/"})
            at = stop + 1 if stop < len(words) and low[stop] not in PREPOSITIONS else stop
        found += [] if choice else listed
    return found
