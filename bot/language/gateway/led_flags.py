"""What stands before the words of a boolean may make another thing of them: "on advice" is not `against_advice`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.gateway.schema_inputs import Input
from bot.language.text.words import parts
from bot.language.wordlists import ARTICLES, PREPOSITIONS

_AWAY = frozenset({"from", "off", "outside"})
_WITH = frozenset({"with", "without"})


def is_led_by(found: Input, words: Sequence[str], before: Sequence[str]) -> bool:
    """Whether words behind the two `before` them still say what a boolean's name does.

    A preposition of its name is said, or none: who goes "with advice" does not go `against_advice`. Who comes "from
    isolation" goes into none; what comes "with a gift" has no `gift_aid`; and "with any" of it there may be some.
    """
    led = next((word for word in reversed(before) if word not in ARTICLES), "")
    own = found.own[0] if len(found.own) > 1 and found.own[0] in PREPOSITIONS else ""
    if own and found.leaf[0] not in words and led in PREPOSITIONS | _WITH and led != own:
        return False
    away = led in _AWAY or (led == "by" and before[-1] in ARTICLES)  # "by force", but "by the isolation ward"
    if away and led not in {*found.own, *parts(found.description)}:
        return False
    if (*before,) == ("with", "any"):
        return False
    compound = len(found.leaf) > 1 and not found.own[-1].endswith(("ed", "en"))
    return led not in _WITH or not compound or found.leaf[-1] in words or found.tells(words)
