"""What is asked behind a sentence for a nod alone: "…, ok?"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.text.tokens import Token
from bot.language.wordlists import words

DENIALS = frozenset({"not", "no", "never", "nobody"})
_NODS = words("messages", "nods")


def nod_of(tokens: Sequence[Token]) -> int:
    """Where the "…, ok?" begins that asks for a nod and nothing else; 0 where a sentence has none. Behind what is to
    be allowed it may ask whether that is fine."""
    at = next((n for n in range(len(tokens) - 1, 0, -1) if tokens[n].text == ","), 0)
    denies = any(token.low in DENIALS for token in tokens)
    return at if denies and " ".join(token.low for token in tokens[at + 1 :] if token.text != "?") in _NODS else 0
