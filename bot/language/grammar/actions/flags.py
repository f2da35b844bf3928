"""Booleans of a call, and what of it is given or left out."""

from __future__ import annotations

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import fits_any
from bot.language.gateway.verbs import is_verb
from bot.language.meaning.model import Flagged, Formula, Given, Has, Said, about, joined, negated
from bot.language.text.tokens import Token
from bot.language.text.words import singular, stem

# What the name of a boolean may have beside what it is of.
_INCLUDE = frozenset(map(stem, ("include", "contain", "show")))
_TWO = 2
_LIGHT = frozenset({"is", "ha", "has", "mode", "flag", "taken"})
# "With a note only", "with a note may"; behind anything else the noun may be of more words: "a duration in months".
_BEHIND_GIVEN = frozenset(
    {"and", "or", "only", "may", "can", "must", "is", "are", "unless", "if", "when", "except", "but"}
)


def flagged(context: Context, flag: Said) -> Formula:
    """A boolean input that is true."""
    return Flagged(flag, flag)


def unflagged(context: Context, flag: Said) -> Formula:
    """A boolean input that is not true: false, or left out where it may be."""
    return negated(Flagged(flag, flag))


def either_way(context: Context, flag: Said) -> Said | None:
    """ "Express or not"; what stands before may be of the same flag: "only if customs cleared or not"."""
    at = context.tokens.index(flag[0])
    return flag if not at or context.tokens[at - 1].low not in context.lexicon.flag_words else None


def in_manner(context: Context, flag: Said) -> Formula | None:
    """ "Temporarily"; of two that say "only", the second may say of the first how it is done."""
    return flagged(context, flag) if sum(token.low == "only" for token in context.tokens) < _TWO else None


def flagged_whole(context: Context, flag: Said) -> Formula | None:
    """ "It is a night shift": of a name of two words, both are said."""
    said = {word for token in flag for word in token.words}
    booleans = (found for found in context.lexicon.inputs_beside(flag[0].words[:1]) if found.kind == "Bool")
    named = any(set(found.leaf) - _LIGHT <= said or found.tells(said) for found in booleans)
    return flagged(context, flag) if named else None


def truth(context: Context, flag: Said, truth: str, negative: str = "") -> Formula:
    """ "express is true", "force is not true"."""
    return _told(Flagged(flag, flag), (truth == "true") == bool(negative))


def given(context: Context, subject: Said) -> Formula:
    """An input that is there."""
    return Given(subject, subject)


def not_given(context: Context, subject: Said) -> Formula:
    """An input that is not there."""
    return negated(Given(subject, subject))


def truth_or_absent(context: Context, subject: Said, truth: str) -> Formula:
    """ "dryRun is false or missing"."""
    told = _told(Flagged(subject, subject), truth != "true")
    return joined("or", told, not_given(context, subject))


def said_or_absent(context: Context, subject: Said, pred: Formula) -> Formula:
    """ "The recovery days are below 7, or are not given"."""
    return joined("or", about(subject, pred), not_given(context, subject))


def including(context: Context, flag: Said) -> Formula | None:
    """ "Must not include emails", of a boolean that is named so."""
    return flagged(context, flag) if len(flag) > 1 and flag[0].stem in _INCLUDE else None


def flag_of_three(context: Context, left: Said, second: Said, right: Said, negative: str = "") -> Formula | None:
    """ "Bank details are included"."""
    return flag_of_two(context, (*left, *second), right, negative)


def flag_of_two(context: Context, left: Said, right: Said, negative: str = "") -> Formula | None:
    """ "The appeal is accepted": a boolean input named for both words."""
    both = (*left, *right)
    named = any(
        found.kind == "Bool" and {token.stem for token in both} == set(found.leaf)
        for tool in context.lexicon.tools
        for found in tool.inputs
    )
    return _told(Flagged(both, both), negative) if named else None


def flag_of_thing(context: Context, thing: Said, flag: Said, negative: str = "") -> Formula | None:
    """ "The garage is certified", of a boolean that is said to be "true for a certified garage"."""
    noun, states = tuple(stem(singular(token.low)) for token in thing), tuple(token.stem for token in flag)
    told = any(
        found.kind == "Bool" and not found.denies and found.leaf == states and found.says_of(noun)
        for found in context.lexicon.inputs_beside(states[:1])
    )
    return _told(Flagged(flag, flag, thing[-1].low), negative) if told else None


def flag_within(context: Context, outer: Said, flag: Said, negative: str = "") -> Formula | None:
    """ "The link is public", of a boolean in an object that is called so."""
    around, states = {word for token in outer for word in token.words}, tuple(token.stem for token in flag)
    told = any(
        found.kind == "Bool" and found.leaf == states and around <= set(found.outer)
        for found in context.lexicon.inputs_beside(states[:1])
    )
    both = (*outer, *flag)
    return _told(Flagged(both, both), negative) if told else None


def with_given(context: Context, subject: Said, negative: str = "") -> Formula | None:
    """ "With a note", "without leaving a note"; a number that is there may be 0, and a list may have nothing in it."""
    after = _behind(context, subject)
    goes_on = bool(after) and after[0].is_word and after[0].low not in _BEHIND_GIVEN
    blank = fits_any(context.lexicon, subject) & {"Long", "decimal", "set"}
    if goes_on or blank:
        return None
    return _told(Given(subject, subject), negative)


def without(context: Context, subject: Said) -> Formula | None:
    """ "Without a note"; "without sealed" is true of a flag that is required."""
    return given_or_flagged(context, subject, "yes")


def given_or_flagged(context: Context, subject: Said, negative: str = "") -> Formula | None:
    """ "With a note", "without approval"; "without a check by a manager" says who does not check."""
    by_whom = is_verb(subject[-1]) and any(token.low == "by" for token in _behind(context, subject))
    return None if by_whom else _told(Has(subject, subject), negative)


def with_flag(context: Context, flag: Said) -> Formula | None:
    """ "With approval"."""
    return flagged(context, flag) if given_or_flagged(context, flag) is not None else None


def _behind(context: Context, subject: Said) -> tuple[Token, ...]:
    """The word behind the words of an input."""
    at = next(n for n, token in enumerate(context.tokens) if token.end == subject[-1].end)
    return context.tokens[at + 1 : at + 2]


def _told(what: Flagged | Given | Has, negative: str | bool) -> Formula:
    return negated(what) if negative else what
