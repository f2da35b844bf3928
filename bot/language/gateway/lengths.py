"""Which number of a tool says how long what it is about is."""

from __future__ import annotations

from bot.language.gateway.lexicon import ToolWords
from bot.language.gateway.schema_inputs import Input
from bot.language.text.words import stem
from bot.language.wordlists import UNITS, words

_OF_LENGTHS = frozenset(map(stem, words("inputs", "of_lengths")))


def is_length(tool: ToolWords, found: Input) -> bool:
    """Whether a number may say how long what a tool is about is: the days of a rental car are no length of a repair."""
    own = {*found.leaf} - {stem(unit) for unit in (*found.unit_names, *UNITS)} - _OF_LENGTHS
    of_tool = own <= {*tool.name, *tool.described, *map(stem, tool.does.words)}
    return not found.is_no_length and (of_tool or found.says_length)
