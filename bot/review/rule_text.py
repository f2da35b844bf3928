"""What a rule must be before anybody reads it: neither a person nor a model sees one that is refused here."""

from __future__ import annotations

import re
import unicodedata

from bot.language.message.pieces import at_least
from bot.review.errors import Reason, refused

RULE_LIMIT = 2000
MOST_PIECES = 20
"""The most policies that one message may ask for: each is a card in its thread, and is analysed by itself."""
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
"""An emoji as Slack spells it in text."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that show nothing all the same: fillers, selectors of variants, separators."""
_JOINER, _EMOJI_STYLE, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"


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
    for at, character in enumerate(rule):
        if _hides(rule, at):
            name = unicodedata.name(character, "").lower()
            told = f"U+{ord(character):04X}" + (f", {name}" if name else "")
            raise refused(Reason.CONTROL_CHARACTERS, name=told, position=at + 1)


def _hides(rule: str, at: int) -> bool:
    """Whether a character does not show: whoever reviews the rule would read another than a model is given."""
    character, before, after = rule[at], rule[at - 1 : at], rule[at + 1 : at + 2]
    if character in "\n\r\t" or _is_picture(character):
        return False
    if character == _JOINER:
        return not ((before == _EMOJI_STYLE or _is_picture(before)) and _is_picture(after))
    if character == _EMOJI_STYLE:
        return not (_is_picture(before) or (before in "0123456789#*" and after == _KEYCAP))
    return unicodedata.category(character) in _HIDDEN or _BLANK.match(character) is not None


def _is_picture(character: str) -> bool:
    """Whether a character can begin an emoji; the newest are in no table yet."""
    if not character or character.isascii() or character == "\u2800":
        return False
    return "\U0001f300" <= character <= "\U0001faff" or unicodedata.category(character) in ("So", "Sm", "Po")
