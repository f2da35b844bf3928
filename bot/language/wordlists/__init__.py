"""The words that the reader knows outside of its grammar, as data by kind. A new one is a string in a file beside.

Phrases are written in lower case with contractions undone ("can not", "do not let"), words separated by one space.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

Effect = Literal["permit", "forbid"]
PERMIT: Final = "permit"
FORBID: Final = "forbid"


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8"))


def words(kind: str, name: str) -> frozenset[str]:
    """The words of a list that one place alone asks for."""
    return frozenset(_data(kind)[name])


def _by_word(table: dict[str, list[str]]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words}


def _by_phrase(table: dict[Effect, list[str]], parts: dict[str, list[str]]) -> dict[str, Effect]:
    """Every phrase of an effect, with each of its parts in the place of its name."""
    found: dict[str, Effect] = {}
    for effect, patterns in table.items():
        for pattern in patterns:
            names = re.findall(r"\{(\w+)\}", pattern)
            for chosen in itertools.product(*(parts[name] for name in names)):
                phrase = pattern.format_map(dict(zip(names, chosen, strict=True)))
                found[" ".join(phrase.split())] = effect
    return found


_CONDITIONS = _data("conditions")
WHEN: Final = tuple[str, ...](_CONDITIONS["when"])
UNLESS: Final = tuple[str, ...](_CONDITIONS["unless"])
STOPS: Final = frozenset[str](_CONDITIONS["stops"])
ABSENT: Final = tuple[str, ...](_CONDITIONS["absent"])
STATES: Final = frozenset[str](_CONDITIONS["states"])
ATTRIBUTES: Final = frozenset[str](_CONDITIONS["attributes"])

_EFFECTS = _data("effects")
IMPERATIVES: Final = _by_phrase(_EFFECTS["imperatives"], _EFFECTS["parts"])
MODALS: Final = _by_phrase(_EFFECTS["modals"], _EFFECTS["parts"])
NEVER: Final = tuple[str, ...](_EFFECTS["never"])
NOBODY: Final = tuple[str, ...](_EFFECTS["nobody"])

_FILLERS = _data("fillers")
OPENINGS: Final = tuple[str, ...](_FILLERS["openings"])
EMOJI_YES: Final = frozenset[str](_FILLERS["emoji_yes"])
EMOJI_NO: Final = frozenset[str](_FILLERS["emoji_no"])
EMOJI_TICKS: Final = frozenset[str](_FILLERS["emoji_ticks"])
ARTICLES: Final = frozenset[str](_FILLERS["articles"])
SUBJECT_FILLERS: Final = frozenset[str](_FILLERS["subject_fillers"])

_FORMS = _data("forms")
CONTRACTIONS: Final = {word: tuple[str, ...](said.split()) for word, said in _FORMS["contractions"].items()}
ABBREVIATIONS: Final = {word: tuple[str, ...](said.split()) for word, said in _FORMS["abbreviations"].items()}
IRREGULAR_FORMS: Final = _by_word(_FORMS["irregular_forms"])
NOMINALS: Final[dict[str, str]] = _FORMS["nominals"]
IRREGULAR_PLURALS: Final = _by_word(_FORMS["irregular_plurals"])

_PEOPLE = _data("people")
EVERYONE: Final = frozenset[str](_PEOPLE["everyone"])
PEOPLE_NOUNS: Final = frozenset[str](_PEOPLE["people_nouns"])
VAGUE: Final = frozenset[str](_PEOPLE["vague"])
DETERMINING: Final = frozenset[str](_PEOPLE["determining"])
PEOPLE_ENDINGS: Final = tuple[str, ...](_PEOPLE["people_endings"])
PEOPLE_WORDS: Final = frozenset[str](_PEOPLE["people_words"])
THINGS: Final = frozenset[str](_PEOPLE["things"])
CLAIM_NAMES: Final = _by_word(_PEOPLE["claim_names"])

_QUANTITIES = _data("quantities")
CARDINALS: Final[dict[str, int]] = _QUANTITIES["cardinals"]
MULTIPLIERS: Final[dict[str, int]] = _QUANTITIES["multipliers"]
SHARES: Final[dict[str, str]] = _QUANTITIES["shares"]
SUFFIXES: Final[dict[str, int]] = _QUANTITIES["suffixes"]
CURRENCIES: Final = _by_word(_QUANTITIES["currencies"])
CURRENCY_CODES: Final[dict[str, str]] = _QUANTITIES["currency_codes"]
CURRENCY_EVIDENCE: Final[dict[str, tuple[str, ...]]] = {
    name: tuple[str, ...](said) for name, said in _QUANTITIES["currency_evidence"].items()
}
UNITS: Final[dict[str, tuple[str, int]]] = {
    name: (kind, int(size))
    for kind, sizes in _QUANTITIES["units"].items()
    for size, names in sizes.items()
    for name in names
}
"""For each unit its kind, and how much of the kind's smallest unit it is."""
RATES: Final = frozenset[str](_QUANTITIES["rates"])

_TIMES = _data("times")
UTC: Final = frozenset[str](_TIMES["utc"])
MONTHS: Final = {name: number for number, names in enumerate(_TIMES["months"], 1) for name in names.split()}
RELATIVE_TIMES: Final = tuple[str, ...](_TIMES["relative_times"])
TIME_OPENERS: Final = _by_word(_TIMES["openers"])

_TOOLS = _data("tools")
TOOL_NOUNS: Final = frozenset[str](_TOOLS["tool_nouns"])
TARGET_NOUNS: Final = frozenset[str](_TOOLS["target_nouns"])
USE_VERBS: Final = frozenset[str](_TOOLS["use_verbs"])
ACT_VERBS: Final = frozenset[str](_TOOLS["act_verbs"])
BEFORE_VERBS: Final = frozenset[str](_TOOLS["before_verbs"])
PARTICLES: Final = frozenset[str](_TOOLS["particles"])
PREPOSITIONS: Final = frozenset[str](_TOOLS["prepositions"])
JOINING_PREPOSITIONS: Final = frozenset[str](_TOOLS["joining_prepositions"])
EVERYDAY_VERBS: Final[dict[str, list[str]]] = _TOOLS["everyday_verbs"]
VERB_CLASSES: Final = {name: frozenset[str](verbs) for name, verbs in _TOOLS["verb_classes"].items()}

COLUMN_HEADS: Final = _by_word(_data("messages")["column_heads"])
CELL_TRUTHS: Final = _by_word(_data("messages")["cell_truths"])
CELL_EFFECTS: Final = _by_word(_data("messages")["cell_effects"])
