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
)

_SPEAKERS = frozenset({"you", "we", "i", "he", "she", "us", "me", "it", "him", "myself", "yourself", "nobody", "none",
                       "no-one", "noone"})  # fmt: skip
# Before a noun these count people, or say which of them, and are no part of a role's name.
_NO_GROUP = frozenset(
    {"one", "two", "three", "four", "five", "six", "ten", "dozen", "hundred", "once", "twice", "new", "verified",
     "active", "inactive", "logged-in", "logged", "signed-in", "existing", "registered", "anonymous", "former",
     "another", "outside", "beyond", "think", "believe", "guess", "seldom", "no", "not", "never", "give", "get", "let",
     "even", "suppose", "supposing", "all", "whoever", "whosoever", "being",
     "make", "do", "take", "send", "see", "allow", "put", "pay", "offer", "help", "tell", "show", "ask", "request",
     "rule"}
)  # fmt: skip
# "Letting interns", "allowing agents": who is let is not who lets.
_EFFECTS = frozenset(stem(verb) for verb in IMPERATIVES if " " not in verb)
_COMPARED = frozenset(
    {"lower", "higher", "greater", "smaller", "shorter", "longer", "larger", "older", "newer", "fewer", "other",
     "former", "latter", "never", "ever", "under", "over", "whatever", "whichever"}
)  # fmt: skip
_EVERYBODY = frozenset({"everyone", "everybody", "anyone", "anybody", "someone", "somebody"})
# Wherever they stand, these are no part of a group noun.
_NO_PART = frozenset(
    {"other", "others", "whoever", "whosoever", "whatsoever", "always", "provided", "btw", "fwiw", "tbh", "fyi"}
)
_WHOLE = frozenset(
    {"everyone", "anyone", "everybody", "anybody", "nobody", "one", "people", "person", "folks"}
)  # fmt: skip
# What sounds vague alone, and is a trade's own word with the noun behind it: "dangerous goods officers".
_TRADES = frozenset(
    {
        ("dangerous", "goods"),
        ("major", "incident"),
        ("critical", "care"),
        ("big", "data"),
        ("call", "center"),
        ("call", "centre"),
    }
)
_NO_ADVERBS = frozenset({"family", "assembly", "supply", "reply", "fly", "monopoly", "anomaly", "weekly", "daily"})


def says_who(tokens: Sequence[Token]) -> bool:
    """Whether words in the place of people can say who, as "you", "zealous everyone" and "reasonable users" do not."""
    whole_people = len(tokens) > 1 and tokens[-1].low in _WHOLE
    if len(tokens) == 1 and _near_everybody(tokens[0].low):
        return False
    if tokens[0].low in _SPEAKERS or whole_people or tokens[-1].low in _COMPARED or "/" in tokens[-1].low:
        return False
    trade = len(tokens) > 2 and (tokens[0].low, tokens[1].low) in _TRADES
    said = tokens[2:] if trade else tokens
    if len(tokens) == 2 and tokens[0].low == "operations" and is_plural(tokens[1].low) and surely_people(tokens[1].low):
        return not _no_group(tokens[1], tokens)  # a department, and no tools, in front of its people
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
    inner = token is not tokens[-1] and (token.low in _NO_GROUP or token.stem in _EFFECTS)
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
