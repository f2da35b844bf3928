"""Numbers and their units: digits, words, thousands, percent signs and currencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.wordlists import CARDINALS, CURRENCIES, MULTIPLIERS, SHARES, SUFFIXES, UNITS

_DIGITS = re.compile(r"(?P<sign>[-−]?)(?P<currency>[$€£¥₹]?)\s?(?P<digits>[\d,]+(?:\.\d+)?)\s?(?P<suffix>[kmb%‰]?)")
_ENDS = re.compile(r"([1-9][\d,]{0,8}|0)-([1-9][\d,]{0,8})")
_SIGNS = frozenset("$€£¥₹")
_CURRENCY_WORDS = Phrases({word: name for word, name in CURRENCIES.items() if word.isascii() and word != "$"})


@dataclass(frozen=True)
class Quantity:
    """A number as typed: its exact value, and the currency or percent sign that came with it."""

    value: Decimal
    currency: str = ""
    percent: bool = False


def number_at(tokens: list[Token], start: int, end: int) -> tuple[Quantity, int] | None:
    """The number that starts at a token, in digits or in words, and where the tokens go on."""
    code = tokens[start].text  # "USD 2,000"
    if len(code) == 3 and code.isupper() and code.lower() in CURRENCIES and start + 1 < end:
        behind = _digits(tokens, start + 1, end) if tokens[start + 1].kind == "number" else None
        return (Quantity(behind[0].value, CURRENCIES[code.lower()]), behind[1]) if behind else None
    found = _digits(tokens, start, end) if tokens[start].kind == "number" else _in_words(tokens, start, end)
    found = found or _half(tokens, start, end)
    if found is None:
        return None
    quantity, at = _and_a_half(tokens, start, end, *found)
    if not quantity.currency and at < end and tokens[at].text in _SIGNS and tokens[at].start == tokens[at - 1].end:
        return Quantity(quantity.value, CURRENCIES[tokens[at].text]), at + 1  # "500$"
    if not quantity.currency and (money := _CURRENCY_WORDS.at(tokens, at, end)):
        return Quantity(quantity.value, money[0]), money[1]
    return quantity, at


def _digits(tokens: list[Token], start: int, end: int) -> tuple[Quantity, int] | None:
    match = _DIGITS.fullmatch(tokens[start].low)
    if match is None:
        return None
    value = Decimal(match["digits"].replace(",", ""))
    if match["sign"]:
        value = -value
    suffix = match["suffix"]
    if suffix in SUFFIXES:
        value *= SUFFIXES[suffix]
    at = start + 1
    while at < end and tokens[at].low in MULTIPLIERS:
        value *= MULTIPLIERS[tokens[at].low]
        at += 1
    return Quantity(value, CURRENCIES.get(match["currency"], ""), suffix == "%"), at


def _in_words(tokens: list[Token], start: int, end: int) -> tuple[Quantity, int] | None:
    """two hundred, twenty-five, one thousand two hundred and fifty, a hundred, a dozen."""
    total, part, at, seen = 0, 0, start, False
    while at < end:
        low = tokens[at].low
        pieces = low.split("-")
        if low in {"a", "an"} and not seen and at + 1 < end and tokens[at + 1].low in MULTIPLIERS:
            part, at, seen = 1, at + 1, True
        elif all(piece in CARDINALS for piece in pieces):
            for piece in pieces:
                if seen and not _adds(part, CARDINALS[piece]):
                    return None
                part, seen = part + CARDINALS[piece], True
            at += 1
        elif (low == "hundred" and seen) or (low == "dozen" and seen):
            part, at = part * MULTIPLIERS[low], at + 1
        elif low in MULTIPLIERS and seen:
            total, part, at = total + part * MULTIPLIERS[low], 0, at + 1
        elif low == "and" and seen and at + 1 < end and part % 100 == 0 and _small(tokens[at + 1]):
            at += 1
        else:
            break
    return (Quantity(Decimal(total + part)), at) if seen else None


def _adds(part: int, more: int) -> bool:
    """Whether a number goes on so: "two hundred fifty", "fifty two"; "two fifty" is no 52."""
    return part % 100 == 0 or (part % 10 == 0 and part % 100 > 10 and more < 10)


def _half(tokens: list[Token], start: int, end: int) -> tuple[Quantity, int] | None:
    """Half a million."""
    if start + 2 >= end or tokens[start].low != "half" or tokens[start + 1].low != "a":
        return None
    size = MULTIPLIERS.get(tokens[start + 2].low)
    return (Quantity(Decimal(size) / 2), start + 3) if size else None


def _and_a_half(tokens: list[Token], start: int, end: int, quantity: Quantity, at: int) -> tuple[Quantity, int]:
    """Two and a half, 2 and a half million, a million and a half."""
    if [token.low for token in tokens[at : min(at + 3, end)]] != ["and", "a", "half"]:
        return quantity, at
    sizes = [MULTIPLIERS[token.low] for token in tokens[start:at] if token.low in MULTIPLIERS]
    if (sizes and sizes[-1] < 1000) or tokens[at - 1].low[-1:] in {*SUFFIXES, "%", "‰"}:
        return quantity, at  # "two hundred and a half", "2k and a half": of which of both
    size, at = Decimal(sizes[-1] if sizes else 1), at + 3
    value = quantity.value + size / 2
    while at < end and not sizes and tokens[at].low in MULTIPLIERS:
        value *= MULTIPLIERS[tokens[at].low]
        at += 1
    return Quantity(value, quantity.currency, quantity.percent), at


def share_at(tokens: list[Token], at: int) -> tuple[Decimal, str, int] | None:
    """Half an hour, a quarter of an hour, three quarters of an hour: the share, its unit, and where it ends."""
    words = [token.low for token in tokens[at : at + 5]]
    for said, share in SHARES.items():
        size = len(said.split())
        if " ".join(words[:size]) == said and words[size : size + 1] and words[size] in UNITS:
            return Decimal(share), words[size], at + size + 1
    return None


def ends_of(token: Token) -> tuple[Quantity, Quantity] | None:
    """Both ends of "5-10", as one word."""
    match = _ENDS.fullmatch(token.text) if token.is_word else None
    low, high = (Decimal(end.replace(",", "")) for end in match.groups()) if match else (1, 0)
    return (Quantity(Decimal(low)), Quantity(Decimal(high))) if low < high else None


def _small(token: Token) -> bool:
    return all(piece in CARDINALS for piece in token.low.split("-"))
