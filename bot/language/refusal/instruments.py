"""Which other instrument of AgentCore a rule asks for: counts over time, what came before, what a text may hold."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from bot.language.gateway.context import Context
from bot.language.gateway.refusals import Refusal, quote
from bot.language.text.phrases import Phrases
from bot.language.wordlists import STOPS

_MOST_BEHIND = 4


@cache
def _phrases() -> Phrases[str]:
    """Each phrase with the sentence of its instrument."""
    text = (files("bot.language.vocabulary") / "instruments.toml").read_text("utf-8")
    return Phrases({phrase: each["sentence"] for each in tomllib.loads(text).values() for phrase in each["phrases"]})


def other_instrument(context: Context) -> Refusal | None:
    """The refusal of a rule that is for another instrument, with its words; words of the gateway are its own."""
    tokens = context.tokens
    for at, token in enumerate(tokens):
        found = _phrases().at(tokens, at)
        if found is None or (found[1] == at + 1 and token.stem in context.lexicon.words):
            continue
        stop = found[1]
        while stop < len(tokens) and tokens[stop].is_word and stop - found[1] < _MOST_BEHIND:
            if tokens[stop].low in STOPS and tokens[stop].low not in {"a", "an", "the", "has", "been"}:
                break
            stop += 1
        said = tokens[at:stop]
        return Refusal(f"{quote(said)} is not of one call.", said, found[0], weight=8)
    return None
