"""What stands between commas amid a rule, as if it stood in front: "clerks shall not, if express is true, refund"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language import vocabulary
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.wordlists import words

_MODALS = words("messages", "modals_within")
_FINITE = _MODALS - {"be", "not", "never", "only"}
_OPENERS = Phrases.of(
    (*vocabulary.of("When"), *vocabulary.of("Unless"), *vocabulary.of("Except"), "whether", "subject to")
)
_ABSOLUTE = frozenset({"being", "exceeding", "containing", "including"})
_YEAR = re.compile(r"20\d\d")
# How many orders of one rule are read.
_MOST = 4


@dataclass(frozen=True)
class Order:
    """The tokens of a rule in another order, and where the phrases are that now stand in front."""

    tokens: tuple[Token, ...]
    fronts: tuple[tuple[int, int], ...]


def fronted_orders(tokens: tuple[Token, ...]) -> Iterator[Order]:
    """The rule with each phrase between commas that parts a subject from its verb, or a modal from what may be done,
    moved before all of it: a condition there is of the whole rule, wherever it stands."""
    yield from itertools.islice(_orders(tokens, 0), _MOST)


def _orders(tokens: tuple[Token, ...], start: int) -> Iterator[Order]:
    commas = [at for at in range(start, len(tokens)) if tokens[at].text == ","]
    for opening, closing in itertools.combinations(commas, 2):
        size = closing - opening
        if start < opening and size > 1 and closing + 1 < len(tokens) and _parts(tokens, opening, closing):
            inserted = tokens[opening + 1 : closing + 1]
            moved = (*tokens[:start], *inserted, *tokens[start:opening], *tokens[closing + 1 :])
            front = (start, start + size - 1)
            yield Order(moved, (front,))
            for order in _orders(moved, start + size):
                yield Order(order.tokens, (front, *order.fronts))


def _parts(tokens: tuple[Token, ...], opening: int, closing: int) -> bool:
    """Whether what stands between two commas parts what belongs together."""
    before, after = tokens[opening - 1].low, tokens[closing + 1].low
    if before in _MODALS and (before != "never" or after not in _FINITE):
        return after not in _FINITE
    inside = tokens[opening + 1 : closing]
    timed = any(token.kind in {"date", "time"} or _YEAR.fullmatch(token.text) for token in inside)
    opens = timed or _OPENERS.at(tokens, opening + 1) is not None or any(token.low in _ABSOLUTE for token in inside)
    return opens and (after in _FINITE or after in {"by", "to"})
