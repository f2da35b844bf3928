"""Which number of a tool says how long what it is about is, and what "90m" is of a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.language.gateway.refusals import Refusal, quote
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.quantities import Quantity
from bot.language.text.tokens import Token
from bot.language.text.words import stem
from bot.language.wordlists import UNITS, words

_OF_LENGTHS = frozenset(map(stem, words("inputs", "of_lengths")))
_TIMED = frozenset({"time", "months", "length"})
_WITH_M = re.compile(r"\d+(?:\.\d+)?m")


def is_length(tool: ToolWords, found: Input) -> bool:
    """Whether a number may say how long what a tool is about is: the days of a rental car are no length of a repair."""
    own = {*found.leaf} - {stem(unit) for unit in (*found.unit_names, *UNITS, "night")} - _OF_LENGTHS
    of_tool = own <= {*tool.name, *tool.described, *map(stem, tool.does.words)}
    return not found.is_no_length and (of_tool or found.says_length)


def maybe_minutes(found: Input, tokens: Sequence[Token]) -> bool:
    """Whether an amount may be in the unit of an input: an "m" is short for millions, minutes, months and meters."""
    return not _TIMED.isdisjoint(_kinds(found)) and any(_WITH_M.fullmatch(token.low) for token in tokens)


def in_minutes(found: Input, quantity: Quantity, unit: str, tokens: Sequence[Token]) -> tuple[Quantity, str]:
    """ "90m" of an input that is counted in a time are minutes, and no millions; of months it may be either."""
    if unit or quantity.currency or not maybe_minutes(found, tokens):
        return quantity, unit
    if _kinds(found) != {"time"}:
        raise Refusal(f"{quote(tokens)} could be millions, or something else.", tokens, "Write the unit out.", weight=5)
    return replace(quantity, value=quantity.value / 1_000_000), "minute"


def _kinds(found: Input) -> set[str]:
    """The kinds of the units that an input is counted in."""
    return {UNITS[name][0] for name in found.unit_names}
