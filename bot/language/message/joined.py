"""One sentence as the rules that it says: where "but", "and" or a comma stands before a new one."""

from __future__ import annotations

from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.verbs import is_verb
from bot.language.message.sentences import DENIAL, FILLER, IMPERATIVE, MODAL, effect_places
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural
from bot.language.wordlists import IMPERATIVES, NOBODY, UNLESS, WHEN, words

NO_ONE = Phrases.of(NOBODY)
CLAUSES = Phrases.of((*WHEN, *UNLESS))
_EXCEPT = Phrases.of(words("conditions", "except"))
# Verbs of effect that are something to do as well: "reps may create deals and give discounts" is of reps.
_DEEDS = frozenset({"give", "grant", "authorize", "authorise", "reject", "stop", "refuse", "enable", "disable", "keep"})
FRONTS = words("messages", "fronts")
_BUT = frozenset({"but", "yet", "however", "although", "though"})
_JOINERS = words("messages", "joiners")
_BEHIND_JOINERS = words("messages", "behind_joiners")
_PRONOUNS = frozenset({"they", "these", "those", "it", "he", "she"})
NUMBER = Phrases.of(words("conditions", "number_ops"))
TURNS = frozenset({"on", "in", "during", "within", "outside", "by", "to", "under", "over", "max", "min", "limit"})


def rules_in(tokens: list[Token], lexicon: Lexicon, labelled: bool) -> list[tuple[list[Token], str]]:
    """One sentence as its rules, each with what joins it to the one before: "but" for every word like it.

    A new rule starts after a joiner when an effect comes before it, and one after it. What a label stands before is of
    all of them.
    """
    found: list[tuple[list[Token], str]] = []
    start, joiner = 0, ""
    for at in range(1, len(tokens)):
        low = tokens[at].low
        if at <= start or low not in _JOINERS:
            continue
        after = at + 1
        while after < len(tokens) and tokens[after].low in _BEHIND_JOINERS:
            after += 1
        also = "also" if any(token.low == "also" for token in tokens[at:after]) else low
        if low == "and" and _are_people(tokens[start:at], lexicon):
            continue
        if effect_places(tokens[start:at]) and _opens_rule(tokens, after, also, lexicon):
            found.append((tokens[start:at], joiner))
            start, joiner = at + 1, "but" if any(token.low in _BUT for token in tokens[at:after]) else low
    found.append((tokens[start:], joiner))
    # What stands before all of it, between two, or behind, may be of each: it is read as one, or not at all.
    between = any(_stands_between(part, joiner) for part, joiner in found[1:])
    fronted = tokens[0].low in FRONTS or labelled
    if len(found) > 1 and (fronted or between or _for_both(found[-1][0])):
        return [(tokens, "")]
    return [part for part in found if part[0]]


def _are_people(tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether words are people who are named by a thing of the gateway: the "permit clerks" of "permit clerks and
    officials may …"."""
    named = 2 <= len(tokens) <= 3 and tokens[0].low in IMPERATIVES and tokens[0].stem in lexicon.things
    return named and is_plural(tokens[-1].low) and surely_people(tokens[-1].low)


def _stands_between(tokens: list[Token], joiner: str) -> bool:
    """Whether a rule begins with what may be of the one before: ", except in production, leads may run it"."""
    at = next((n for n in range(len(tokens)) if tokens[n].low not in _BUT | {"and", ",", "so", "while"}), 0)
    low = tokens[at].low
    leads = low in FRONTS | {"only", "not", "never"} and (joiner != "and" or low in {"only", "not", "except"})
    comma = next((n for n in range(at, len(tokens)) if tokens[n].text == ","), None)
    return leads and comma is not None and not effect_places(tokens[at:comma])


def _for_both(tokens: list[Token]) -> bool:
    """Whether a sentence ends in what may be of all its rules: ", but only between 9am and 5pm", ", both under 5",
    "(amount up to 500)"."""
    ends = [n + 1 for n in range(len(tokens) - 2) if tokens[n].text in {",", "("}]
    only = any(token.low == "only" for token in tokens)
    if any(tokens[n].low in {"both", "all", "each"} or (tokens[n].low == "but" and only) for n in ends):
        return True
    return bool(ends) and limits(tokens[ends[-1] :]) and not effect_places(tokens[ends[-1] :])


def _opens_rule(tokens: list[Token], at: int, joiner: str, lexicon: Lexicon) -> bool:
    end = len(tokens)
    while (
        (filler := FILLER.at(tokens, at, end)) and not IMPERATIVE.at(tokens, at, end) and not MODAL.at(tokens, at, end)
    ):
        at = filler[1]
    if at >= end:
        return False
    if imperative := IMPERATIVE.at(tokens, at, end):
        one = imperative[1] == at + 1 and joiner in {"and", ",", "also"}
        access = any(token.low in {"access", "permission"} for token in tokens[at:])
        return not (one and (tokens[at].stem in lexicon.by_name_stem or (tokens[at].low in _DEEDS and not access)))
    if (negative := DENIAL.at(tokens, at, end)) and negative[1] < end:
        return is_verb(tokens[negative[1]]) and (tokens[at].low == "never" or joiner != ",")
    if tokens[at].low == "only" and any(MODAL.at(tokens, n, end) for n in range(at, end)):
        return CLAUSES.at(tokens, at, end) is None
    return not _bounds_input(tokens, at, lexicon) and _subject_then_modal(tokens, at, end)


def _bounds_input(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether an input is only bounded: "…, and the amount must not exceed 100", "…, save that no such fee may"."""
    if tokens[at].low in {"save", "saving", "except"} and at + 1 < len(tokens) and tokens[at + 1].low == "that":
        return True
    at += tokens[at].low == "the"
    size = next(
        (n for n in (1, 2, 3) if tuple(token.stem for token in tokens[at : at + n]) in lexicon.spelled_inputs), 0
    )
    modal = MODAL.at(tokens, at + size) if size else None
    behind = modal[1] + (tokens[modal[1] : modal[1] + 1] != [] and tokens[modal[1]].low == "be") if modal else 0
    return modal is not None and NUMBER.at(tokens, behind) is not None


def _subject_then_modal(tokens: list[Token], at: int, end: int) -> bool:
    """A short subject and then "may", "cannot" and the like, with no clause in between; the modal can come at once."""
    if CLAUSES.at(tokens, at, end) is not None:
        return False
    bounded = False
    for n in range(at, min(end, at + 14)):
        if MODAL.at(tokens, n, end) is not None:
            return not any(tokens[k].low in {"who", "whose"} for k in (n - 1,) if k >= at)
        if n > at and (CLAUSES.at(tokens, n, end) is not None or tokens[n].low == "but"):
            return False
        if tokens[n].low in {"is", "are", "has", "contains", "exceeds"} or (n > at and NO_ONE.at(tokens, n, end)):
            return False
        bounded = bounded or NUMBER.at(tokens, n, end) is not None
        if tokens[n].low == "," and n + 1 < end and (bounded or tokens[n + 1].low in _PRONOUNS):
            return False  # "agents up to 100, and …", "pull requests, they may not …": the rule begins behind the comma
    return False


def limits(tokens: list[Token]) -> bool:
    """Whether a sentence limits: "under $5", "the amount must be at most 3", "except on …", "on 2026-05-05"."""
    return (
        any(table.at(tokens, 0) for table in (CLAUSES, _EXCEPT))
        or any(NUMBER.at(tokens, at) for at in range(len(tokens)))
        or tokens[0].kind in {"number", "date", "time", "sign"}
        or tokens[0].low in TURNS
    )
