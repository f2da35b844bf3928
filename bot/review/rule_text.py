"""What a rule must be before anybody reads it: neither a person nor a model sees one that is refused here."""

from __future__ import annotations

import re
import unicodedata

from bot.review.errors import refused
from bot.review.model import Reason
from bot.translate.pieces import at_least

RULE_LIMIT = 2000
MOST_PIECES = 20
"""The most policies that one message may ask for: each is a card in its thread, and is analysed by itself."""
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
"""An emoji as Slack spells it in text."""


def check_rule(rule: str) -> None:
    """Raise Refused for a rule that cannot be proposed."""
    if not rule:
        raise refused(Reason.EMPTY_RULE)
    if len(rule) > RULE_LIMIT:
        raise refused(Reason.RULE_TOO_LONG, length=len(rule), limit=RULE_LIMIT)
    _check_characters(rule)
    if not any(character.isalpha() for character in _EMOJI.sub("", rule)):
        raise refused(Reason.NO_WORDS)
    if (pieces := at_least(rule)) > MOST_PIECES:
        raise refused(Reason.TOO_MANY_PIECES, count=pieces, limit=MOST_PIECES)


def _check_characters(rule: str) -> None:
    for position, character in enumerate(rule, 1):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t":
            raise refused(Reason.CONTROL_CHARACTERS, name=f"U+{ord(character):04X}", position=position)
