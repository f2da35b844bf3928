"""What a rule must be before a person or a model reads it."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from bot.errors import Refused
from bot.review.errors import Reason
from bot.review.rule_text import check_rule


def _refusal(rule: str) -> object:
    try:
        check_rule(rule)
    except Refused as error:
        return error.reason
    return None


def test_no_character_that_does_not_show_gets_into_a_rule() -> None:
    """Control, format, private, unassigned and surrogate characters: each of them, but for new emoji."""
    hidden = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")
    ]
    kept = [character for character in hidden if _refusal(f"allow ref{character}und") is not Reason.CONTROL_CHARACTERS]
    assert "".join(kept[:3]) == "\t\n\r"
    assert all("\U0001f300" <= character <= "\U0001faff" for character in kept[3:])


@pytest.mark.parametrize(
    "rule",
    [
        "allow ref\u200dund",
        "allow \U0001f600\u200dagents",
        "allow a\ufe0fgents",
        "allow 1\ufe0f refund",
        "allow \u200d\U0001f600",
        "allow \U0001f600\u200d",
        "allow\u3164refund",
        "allow\u2800refund",
        "allow\u2028refund",
        "allow refund\ufe00",
        "allow r\u034fefund",
        "allow \U0001f3f4\U000e0067\U000e007f refund",
    ],
)
def test_what_joins_or_styles_emoji_is_refused_elsewhere(rule: str) -> None:
    """So are letters and marks that are as blank."""
    with pytest.raises(Refused) as refused:
        check_rule(rule)
    assert refused.value.reason is Reason.CONTROL_CHARACTERS
    at = int(str(refused.value.fields["position"])) - 1
    assert not rule[at].isascii()


@pytest.mark.parametrize(
    "rule",
    [
        "allow refund \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "allow refund \U0001f3f3\ufe0f\u200d\U0001f308",
        "allow refund \U0001f469\U0001f3fd\u200d\U0001f4bb",
        "allow refund \u2764\ufe0f",
        "allow refund 1\ufe0f\u20e3",
        "allow refund \u203c\ufe0f \u2194\ufe0f",
        "allow refund \U0001fae8",
        "Gr\u00f6\u00dfere R\u00fcckzahlungen \u201everbieten\u201c \u2013 immer",
        "cafe\u0301: allow refund of \u20ac5",
    ],
)
def test_emoji_and_other_languages_are_kept(rule: str) -> None:
    """What people type and see is theirs to type."""
    check_rule(rule)
