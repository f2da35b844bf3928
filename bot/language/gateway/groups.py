"""Group nouns: which words can be the name of a group of people."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.language.gateway.lexicon import Lexicon
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, singular, stem
from bot.language.wordlists import (
    DETERMINING,
    EVERYONE,
    IMPERATIVES,
    PEOPLE_ENDINGS,
    PEOPLE_WORDS,
    THINGS,
    TOOL_NOUNS,
    VAGUE,
    words,
)

_SPEAKERS = words("groups", "speakers")
NO_GROUP = words("groups", "no_group")
# "Letting interns", "allowing agents": who is let is not who lets.
_EFFECTS = frozenset(stem(verb) for verb in IMPERATIVES if " " not in verb)
_COMPARED = words("groups", "compared")
_EVERYBODY = frozenset({"everyone", "everybody", "anyone", "anybody", "someone", "somebody"})
_NO_PART = words("groups", "no_part")
_WHOLE = words("groups", "whole")
_TRADES = words("groups", "trades")
_NO_ADVERBS = frozenset({"family", "assembly", "supply", "reply", "fly", "monopoly", "anomaly", "weekly", "daily"})


def says_who(tokens: Sequence[Token]) -> bool:
    """Whether words in the place of people can say who, as "you", "zealous everyone" and "reasonable users" do not."""
    whole_people = len(tokens) > 1 and tokens[-1].low in _WHOLE
    if len(tokens) == 1 and _near_everybody(tokens[0].low):
        return False
    department = tokens[0].text == "IT" and tokens[-1].text != tokens[-1].text.upper()  # "IT managers"
    if (
        (tokens[0].low in _SPEAKERS and not department)
        or whole_people
        or tokens[-1].low in _COMPARED
        or "/" in tokens[-1].low
    ):
        return False
    trade = len(tokens) > 2 and f"{tokens[0].low} {tokens[1].low}" in _TRADES
    said = tokens[2:] if trade else tokens
    if len(said) > 1 and said[0].low == "operations":
        said = said[1:]  # "operations clerks": a department before its people, and no tools
    return not any(token.low in VAGUE | DETERMINING | TOOL_NOUNS or _no_group(token, tokens) for token in said)


def _near_everybody(low: str) -> bool:
    """Whether a word is a slip of one for all people: "usrs" are no role."""
    near = process.extractOne(low, EVERYONE, scorer=fuzz.ratio, score_cutoff=85.0) if low not in EVERYONE else None
    return near is not None and singular(low) not in PEOPLE_WORDS


def _no_group(token: Token, tokens: Sequence[Token]) -> bool:
    """Whether a word is no part of a group noun: a count, an adverb, "new" users, people before others ("agents give
    loyal customers")."""
    if token.low in _NO_PART or (len(tokens) > 1 and token.low in _EVERYBODY):
        return True  # "all others", "everybody expect tellers"
    adverb = token.low.endswith("ly") and token.low not in _NO_ADVERBS
    inner = token is not tokens[-1] and (token.low in NO_GROUP or token.stem in _EFFECTS)
    field = token.low.endswith("ics")  # logistics, analytics
    people = is_plural(token.low) and not field and (surely_people(token.low) or token.low in EVERYONE)
    turned = token is not tokens[-1] and people
    return adverb or inner or turned or token.low in {"outside", "think"}


def may_be_people(lexicon: Lexicon, tokens: Sequence[Token], sure: bool) -> bool:
    """Whether the tokens can be a group of people: in doubtful places only what is surely one."""
    head = singular(tokens[-1].low)
    surely = surely_people(head)
    if sure:
        return surely and (stem(head) not in lexicon.words or head in PEOPLE_WORDS or len(tokens) > 1)
    return surely or stem(head) not in lexicon.by_name_stem


def surely_people(word: str) -> bool:
    """Whether a noun names people by its form or in the vocabulary."""
    head = singular(word)
    last = head.rsplit("-", 1)[-1]
    return (
        head in PEOPLE_WORDS
        or singular(word.rsplit("-", 1)[-1]) in PEOPLE_WORDS
        or (head.endswith(PEOPLE_ENDINGS) and not head.endswith("ment") and last not in THINGS and len(head) > 3)
    )


def heads_department(token: Token) -> bool:
    """Whether a word behind "department" is a person there, and not the department's name: heads, the manager."""
    several = is_plural(token.low) and surely_people(token.low)
    return several or singular(token.low) in _HEADS or (token.low.endswith(("er", "or")) and surely_people(token.low))


_HEADS = frozenset({"head", "lead", "chief", "chair", "admin", "deputy", "boss"})
