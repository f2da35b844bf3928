"""What "it", "them", "one" and "any" stand for: the one thing that was spoken of, in the rule or the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.verbs import is_verb
from bot.language.meaning.model import Compared, Draft, Value, Valued, spread, terms
from bot.language.reader import Reading
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural
from bot.language.wordlists import ARTICLES, IMPERATIVES, PREPOSITIONS, TOOL_NOUNS, UNLESS, WHEN, words

_CLAUSES = Phrases.of((*WHEN, *UNLESS))
_BEHIND = PREPOSITIONS | {"over", "above", "below", "up", "if", "when", "unless", "that", "without"}
_NO_DEEDS = words("conditions", "copulas") | {"do"}


def spoken_of(reading: Reading) -> str:
    """The noun that a rule names its tool with, for "them" in the next; "late fees" are no fees."""
    draft = reading.draft
    if not _of_one_list(draft) and any(
        not isinstance(each, Compared) for cond in (draft.when, draft.unless) if cond for each in terms(cond)
    ):
        return ""
    tokens = reading.context.tokens
    places = (leaf.start for leaf in reading.phrase.leaves() if leaf.category == "Word")
    nouns = [
        tokens[at].low
        for at in places
        if tokens[at].low not in TOOL_NOUNS and (not is_verb(tokens[at]) or _is_thing(tokens, at))
    ]
    return nouns[-1] if nouns else ""


def _of_one_list(draft: Draft) -> tuple[Value, ...]:
    """The listed values that are all that a rule says of its tool behind a preposition: "in dev and staging"."""
    when = draft.when
    only = isinstance(when, Valued) and when.how == "==" and when.prep and not when.subject
    return when.values if only and isinstance(when, Valued) and draft.unless is None and not draft.beside else ()


@dataclass(frozen=True)
class Told:
    """The noun for "them" in the next rule, whether it may be `narrowed`, and by which listed `values` alone."""

    noun: str = ""
    narrowed: bool = False
    values: tuple[Value, ...] = ()


def stands_for(reading: Reading) -> Told:
    """The noun for "them" in the next rule: "orders under 500" are not all orders, but in "orders when the total is
    under 500" only the rule is."""
    draft, tokens = reading.draft, reading.context.tokens
    limited = any(each is not None for part in spread(draft) for each in (part.when, part.unless))
    values = _of_one_list(draft)
    clause = any(_CLAUSES.at(tokens, at) for at in range(len(tokens)))
    return Told(spoken_of(reading), limited and (bool(values) or not clause), values)


def meant(told: Told, tokens: Sequence[Token], forbids: bool, lexicon: Lexicon) -> str:
    """The noun that a rule may take from the one before: of what was narrowed only to ban it, or within own bounds."""
    if not told.narrowed:
        return told.noun
    if told.values:
        return told.noun if _said_anew(told.values, tokens, lexicon) else ""
    return told.noun if forbids or any(token.kind == "number" for token in tokens) else ""


def _said_anew(values: Sequence[Value], tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a rule says another value of the one input that lists those of the rule before: pipelines in dev are
    started by all, and who "may start them in production" starts pipelines. Where two inputs list them all, or the
    value is the same, it may be of those that were told of."""
    before = {value.text.lower() for value in values}
    lists = {
        (found.path[-1], tuple(value.lower() for value in found.values))
        for tool in lexicon.tools
        for found in tool.inputs
        if found.values and not before.isdisjoint(value.lower() for value in found.values)
    }
    if len(lists) != 1:
        return False
    listed = next(iter(lists))[1]
    said = {token.low for token in tokens if token.low in lexicon.listed}
    return bool(said) and said <= {*listed} - before


def named_with(reading: Reading | None) -> list[Token]:
    """The words that a rule names its tools with."""
    leaves = reading.phrase.leaves() if reading else ()
    return [reading.context.tokens[leaf.start] for leaf in leaves if reading and leaf.category == "Word"]


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether no noun follows: "send one above 500", "schedule any"."""
    return at == len(tokens) or tokens[at].low in _BEHIND or not tokens[at].is_word


def _is_thing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word names what is done something with: no people, and a word that may be a verb behind another."""
    token = tokens[at]
    done = at > 0 and is_plural(token.low) and is_verb(tokens[at - 1])
    noun = not is_verb(token) or done or (at > 0 and tokens[at - 1].low in ARTICLES)
    return noun and not (surely_people(token.low) and not (at and is_verb(tokens[at - 1])))


def resolved(tokens: Sequence[Token], before: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens with "it" and "them" behind a verb as the one thing told of so far, or of the rule before."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        some = token.low in {"one", "any", "ones"} and _ends(tokens, at + 1)
        does = at and (is_verb(tokens[at - 1]) or (some and tokens[at - 1].stem in lexicon.by_name_stem))
        if does and (some or token.low in {"it", "them"}) and tokens[at - 1].low not in _NO_DEEDS:
            told = [tokens[n] for n in range(at) if tokens[n].stem in lexicon.by_name_stem and _is_thing(tokens, n)]
            narrowed = any(each.low in lexicon.listed or each.stem in lexicon.flags for each in tokens[:at])
            ours = tokens[at - 1].low not in IMPERATIVES and len({each.stem for each in told}) == 1 and not narrowed
            thing = told[0].low if ours else "" if told and tokens[at - 1].low not in IMPERATIVES else before
            token = replace(token, low=thing or token.low)
        found.append(token)
    return tuple(found)
