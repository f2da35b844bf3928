"""Who a rule is for: everyone, groups, people by their claims, and lists and exceptions of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.translate.claims import (
    any_of,
    claim,
    claim_phrase,
    claims_at,
    iam_principal,
    membership,
    needs_claims,
    plain_claim,
    value_at,
    whose,
)
from bot.translate.line import Line
from bot.translate.logic import Logic, Not, both
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    CLAIM_NAMES,
    EVERYONE,
    EXCEPT,
    PEOPLE_ENDINGS,
    PEOPLE_NOUNS,
    PEOPLE_WORDS,
    STOPS,
    THINGS,
    TOOL_NOUNS,
    VAGUE,
)
from bot.translate.words import is_plural, kebab, singular, stem

_SPEAKERS = frozenset({"you", "we", "i", "he", "she", "us", "me", "it", "him", "myself", "yourself", "nobody", "none",
                       "no-one", "noone"})  # fmt: skip
# Before a noun these count people, or say which of them, and are no part of a role's name.
_NO_GROUP = frozenset(
    {"one", "two", "three", "four", "five", "six", "ten", "dozen", "hundred", "once", "twice", "new", "verified",
     "active", "inactive", "logged-in", "logged", "signed-in", "existing", "registered", "anonymous", "former",
     "another", "outside", "beyond", "think", "believe", "guess", "seldom", "no", "not", "never"}
)  # fmt: skip
_NO_ADVERBS = frozenset({"family", "assembly", "supply", "reply", "fly", "monopoly", "anomaly", "weekly", "daily"})
_NAME_SOMEONE = "Name a role, scope, department, team or user."
_EXCEPT = Phrases.of((*EXCEPT, "except for the", "who are not", "that are not", "who is not", "which are not"))
_WITH = Phrases.of(("with", "having", "who have", "that have", "who has", "that has", "holding", "who hold",
    "that hold", "carrying",
                    "in possession of", "with a", "with the", "with an", "who have the", "who has the",
                    "whose token has",
                    "whose token carries", "bearing", "who carry", "assigned"))  # fmt: skip
_WITHOUT = Phrases.of(("without", "lacking", "who do not have", "that do not have", "who does not have", "who lack",
    "not having",
                       "that lack", "not in possession of", "missing", "who have no", "with no"))  # fmt: skip
_DETERMINERS = frozenset({"the", "a", "an", "any", "all", "every", "each", "our", "those", "of", "only",
    "just", "both",
                          "these", "even", "exclusively", "solely"})  # fmt: skip
# At the head of a group noun these are part of it ("team leads"), and not the name of a claim.
_GROUPS = frozenset({"team", "department", "group", "tenant", "region"})


@dataclass(frozen=True)
class People:
    """Who: the condition on the principal (None is everyone) and how it was said."""

    condition: Logic | None


def people_at(line: Line, start: int, end: int, *, sure: bool = False) -> tuple[People, int] | None:
    """The people named from `start`, and where the tokens go on. None when no people are named here.

    With `sure`, a group noun must be one that is surely people: other things can be named in the same place.
    """
    found = _listed(line, start, end, sure)
    if found is None:
        return None
    condition, at = found
    exception = _EXCEPT.at(line.tokens, at + (line.low(at) == "," and line.low(at + 1) != "not"), end)
    while exception is not None:
        inner = _listed(line, exception[1], end, sure)
        if inner is None or inner[0] is None:
            break
        line.mark(at, exception[1], "joiner", "except")
        condition, at = both(condition, Not(inner[0])), inner[1]
        exception = _EXCEPT.at(line.tokens, at, end)
    return People(condition), at


def whole(line: Line, start: int, end: int) -> People:
    """The people that the tokens from `start` to `end` name, all of them. Raises Refusal when some do not fit."""
    found = people_at(line, start, end)
    if found is None:
        raise Refusal(f"{quote(line.tokens[start:end])} does not say who.", line.tokens[start:end])
    people, at = found
    while at < end and line.low(at) in {",", "themselves", "alone", "only", "also", "both", "all"}:
        line.mark(at, at + 1, "filler")
        at += 1
    if at < end:
        raise Refusal(
            f"{quote(line.tokens[at:end])} is not something that says who.",
            line.tokens[at:end],
            "People are named by role, scope, department, team or user name, as in “users with role analyst”.",
        )
    return people


def qualified(line: Line, start: int, end: int) -> People:
    """What "nobody" is narrowed by: "in the sales department", "with role intern", "among the contractors"."""
    conditions: list[Logic] = []
    at = start
    while at < end:
        if (
            line.low(at) in {"of", "among"}
            and (listed := _listed(line, at + 1, end, False)) is not None
            and listed[0] is not None
        ):
            line.mark(at, at + 1, "joiner")
            conditions.append(listed[0])
            at = listed[1]
            continue
        found = _qualifier(line, at, end)
        if found is None:
            raise Refusal(f"{quote(line.tokens[at:end])} does not say who.", line.tokens[at:end], weight=2)
        conditions.append(found[0])
        at = found[1]
    return People(both(*conditions))


def _listed(line: Line, start: int, end: int, sure: bool) -> tuple[Logic | None, int] | None:
    """A, B and C: any of them."""
    found = _one(line, start, end, sure)
    if found is None:
        return None
    conditions, at = [found[0]], found[1]
    narrowed = [_narrowed(line, start, at)]
    while True:
        joined = at
        while line.low(joined) in {",", "and", "or", "nor", "and/or", "&", "/"} and joined < end:
            joined += 1
        if line.low(joined) in {"by", "for"} and joined > at:
            joined += 1
        if joined == at or joined >= end:
            break
        more = _one(line, joined, end, sure or line.low(at) == ",")
        if more is None:
            break
        _no_shared_noun(line, start, at, line.tokens[joined : more[1]])
        _no_further_value(line, start, at, line.tokens[joined : more[1]])
        line.mark(at, joined, "joiner", "or")
        conditions.append(more[0])
        narrowed.append(_narrowed(line, joined, more[1]))
        at = more[1]
    if narrowed[-1] == "group" and narrowed[0] == "":
        raise Refusal(f"{quote(line.tokens[start:at])} could be read in two ways: the last words may be meant for all.",
                      line.tokens[start:at], "Make it two rules.", weight=5)  # fmt: skip
    if len(conditions) > 1 and None in conditions:
        raise Refusal("A list of people that has everyone in it says nothing.", line.tokens[start:at])
    listed = [condition for condition in conditions if condition is not None]
    return (any_of(listed) if listed else None), at


def _no_further_value(line: Line, start: int, at: int, other: list[Token]) -> None:
    """ "Users whose team is billing or ops": a further value of the team, or a group of people."""
    said = any(line.low(n) in {"whose", *CLAIM_NAMES} for n in range(start, at)) and line.low(at - 1) not in CLAIM_NAMES
    if said and len(other) == 1 and other[0].is_word and other[0].low not in EVERYONE:
        raise Refusal(f"{quote(other)} could be one more value, or other people.", other,
                      "Say “or users with …”, or make it two rules.", weight=6)  # fmt: skip


def _no_shared_noun(line: Line, start: int, at: int, other: list[Token]) -> None:
    """ "Senior and junior agents" share their noun: "senior" alone is no role."""
    word = line.tokens[at - 1]
    several = is_plural(word.low) or word.low in EVERYONE | {"staff", "personnel", "crew"}
    alone = at - start == 1 and word.is_word and not several
    if alone and len(other) > 1 and is_plural(other[-1].low) and all(token.is_word for token in other):
        culprits = [word, *other]
        raise Refusal(f"{quote(culprits)} could be one group, or two that share the last word.", culprits,
                      "Name each in full, or make it two rules.", weight=5)  # fmt: skip


def _narrowed(line: Line, start: int, end: int) -> str:
    """Whether people are narrowed further: a "group" ("admins with scope X"), or "everyone" ("users with scope X")."""
    if not any(
        _WITH.at(line.tokens, at, end) or line.low(at) in {"whose", "without", "in", "from", "who"}
        for at in range(start + 1, end)
    ):
        return ""
    first = next(at for at in range(start, end) if line.low(at) not in _DETERMINERS)
    return "everyone" if line.low(first) in (EVERYONE - {"agents", "agent", "clients"}) | set(CLAIM_NAMES) else "group"


def _one(line: Line, start: int, end: int, sure: bool) -> tuple[Logic | None, int] | None:
    at = start
    while at < end and line.low(at) in _DETERMINERS:
        at += 1
    if at >= end:
        return None
    base = (
        _glossary(line, at, end)
        or iam_principal(line, at, end)
        or _claimed(line, at, end)
        or _named(line, at, end, start, sure)
    )
    if base is None:
        return None
    line.mark(start, at, "filler")
    condition, stop = base
    while True:
        more = _qualifier(line, stop, end)
        if more is None:
            return condition, stop
        condition, stop = both(condition, more[0]), more[1]


def _glossary(line: Line, at: int, end: int) -> tuple[Logic | None, int] | None:
    for size in range(min(6, end - at), 0, -1):
        entry = line.glossary.people.get(tuple(token.stem for token in line.tokens[at : at + size]))
        if entry is not None:
            needs_claims(line.lexicon.gateway, line.tokens[at : at + size])
            line.mark(at, at + size, "person", f'{entry[0]} = "{entry[1]}" (glossary)')
            return plain_claim(*entry), at + size
    return None


def _claimed(line: Line, start: int, end: int) -> tuple[Logic | None, int] | None:
    """user "ana", username ana, role X, the X role, non-managers: people named by a claim outright."""
    at, low = start, line.low(start)
    if low in {"user", "username"} and at + 1 < end and _value_here(line, at + 1, end, low == "user"):
        needs_claims(line.lexicon.gateway, line.tokens[at : at + 2])
        value, stop = value_at(line, at + 1, end)
        line.mark(at, stop, "person", f'username == "{value}"')
        return claim("username", "==", value), stop
    told = low not in _GROUPS or line.tokens[min(at + 1, end - 1)].kind in {"quoted", "sign"}
    if told and (found := claim_phrase(line, at, end)) is not None:
        return found
    if (low.startswith("non-") and len(low) > 5) or (low == "non" and at + 1 < end):
        needs_claims(line.lexicon.gateway, line.tokens[at : at + 1])
        words, stop = _group_words(line, at, end)
        names = [line.tokens[n].text for n in words]
        names = names[1:] if low == "non" else [names[0].split("-", 1)[1], *names[1:]]
        if names:
            value = kebab(tuple(names))
            line.mark(at, stop, "person", f'not role == "{value}"')
            return Not(claim("role", "==", value)), stop
    return None


def _value_here(line: Line, at: int, end: int, strict: bool) -> bool:
    token = line.tokens[at]
    if token.kind == "quoted":
        return True
    if token.kind != "word" or token.low in STOPS or token.low in PEOPLE_NOUNS:
        return False
    return not strict or bool(re.search(r"[.@_\d]", token.text)) or not is_plural(token.low)


def _qualifier(line: Line, at: int, end: int) -> tuple[Logic, int] | None:
    """with role X and scope Y, without role X, in a department, whose team is billing, who are not managers."""
    if at >= end:
        return None
    for table, negative in ((_WITHOUT, True), (_WITH, False)):
        if found := table.at(line.tokens, at, end):
            return claims_at(line, at, found[1], end, negative)
    low = line.low(at)
    if low == "whose":
        return whose(line, at, end)
    if low in {"in", "from", "of", "on", "at", "belonging", "within"}:
        return membership(line, at, end)
    if low in {"who", "that", "which"} and line.low(at + 1) in {"is", "are"}:
        return _who_are(line, at, end)
    if low in {"who", "that"} and line.low(at + 1) in {"belong", "work", "sit"}:
        found2 = membership(line, at + 2, end)
        if found2 is not None:
            line.mark(at, at + 2, "person")
        return found2
    return None


def _who_are(line: Line, start: int, end: int) -> tuple[Logic, int] | None:
    at = start + 2
    negative = line.low(at) in {"not", "neither"}
    at += negative
    found = membership(line, at, end) or _listed(line, at, end, False)
    if found is None or found[0] is None:
        return None
    line.mark(start, at, "joiner", "not" if negative else "")
    return (Not(found[0]) if negative else found[0]), found[1]


def _group_words(line: Line, start: int, end: int) -> tuple[list[int], int]:
    """The places of the words of a group noun, at most five."""
    at = start
    while at < end and at < start + 5 and line.tokens[at].is_word and line.low(at) not in STOPS:
        at += 1
        if at < end and line.tokens[at].is_word and _surely_people(line.low(at)):
            continue
        if is_plural(line.low(at - 1)) and line.low(at - 1) not in {
            "sales",
            "operations",
            "customers",
            "success",
            "customer's",
        }:
            break
    return list(range(start, at)), at


def _named(line: Line, at: int, end: int, start: int, sure: bool) -> tuple[Logic | None, int] | None:
    """everyone, users, or a group noun: the claim role in kebab case, singular."""
    words, stop = _group_words(line, at, end)
    if not words:
        return None
    tokens = line.tokens[at:stop]
    if tokens[0].low in EVERYONE:
        size = 2 if len(tokens) > 1 and tokens[1].low in PEOPLE_NOUNS else 1
        if line.low(at + size) == "of" and line.low(at + size + 1) in {"them", "us"}:
            size += 2
        if len(tokens) == size or tokens[0].low not in {"user", "agent", "principal", "caller", "all"}:
            line.mark(start, at + size, "person", "everyone")
            return None, at + size
    if sure and _unclear(tokens) is not None:
        return None
    if (unclear := _unclear(tokens)) is not None:
        raise unclear
    if not _may_be_people(line, tokens, sure):
        return None
    if not is_plural(tokens[-1].low) and not _surely_people(tokens[-1].low):
        word = tokens[-1].text
        raise Refusal(
            f"{quote(tokens)} could be a user, a role or a team.",
            tokens,
            f'Say user "{word}", or role "{word}".',
            weight=2,
        )
    needs_claims(line.lexicon.gateway, tokens)
    value = kebab(tuple(token.text for token in tokens))
    line.mark(at, stop, "person", f'role == "{value}"')
    return claim("role", "==", value), stop


def _unclear(tokens: list[Token]) -> Refusal | None:
    """Why words in the place of people do not say who: "you", "zealous everyone", "reasonable users", "tools"."""
    whole_people = len(tokens) > 1 and tokens[-1].low in {"everyone", "anyone", "everybody", "anybody", "nobody", "one"}
    if tokens[0].low in _SPEAKERS or whole_people:
        return Refusal(f"{quote(tokens)} does not say who.", tokens, _NAME_SOMEONE, weight=2)
    odd = [token for token in tokens if token.low in VAGUE or token.low in TOOL_NOUNS or _no_group(token, tokens)]
    if odd:
        why = f"{quote(odd)} does not say who: nothing that a caller carries tells that."
        return Refusal(why, odd, _NAME_SOMEONE)
    return None


def _no_group(token: Token, tokens: list[Token]) -> bool:
    """Whether a word is no part of a group noun: a count, an adverb, "new" users, a plural before an adjective."""
    adverb = token.low.endswith("ly") and token.low not in _NO_ADVERBS
    inner = token is not tokens[-1] and token.low in _NO_GROUP
    last = tokens[-1].low
    plural = is_plural(token.low) and _surely_people(token.low)
    turned = token is not tokens[-1] and plural and not is_plural(last) and singular(last) not in PEOPLE_WORDS
    return adverb or inner or turned or token.low in {"outside", "think"}


def _may_be_people(line: Line, tokens: list[Token], sure: bool) -> bool:
    """Whether the tokens can be a group of people: in doubtful places only what is surely one."""
    head = singular(tokens[-1].low)
    surely = _surely_people(head)
    if sure:
        return surely and (stem(head) not in line.lexicon.words or head in PEOPLE_WORDS or len(tokens) > 1)
    return surely or stem(head) not in line.lexicon.by_name_stem


def _surely_people(word: str) -> bool:
    """Whether a noun names people by its form or in the vocabulary."""
    head = singular(word)
    return (
        head in PEOPLE_WORDS
        or head.rsplit("-", 1)[-1] in PEOPLE_WORDS
        or (head.endswith(PEOPLE_ENDINGS) and head not in THINGS and len(head) > 3)
    )


def all_people(people: Iterable[People]) -> Logic | None:
    """All the conditions on the principal together."""
    return both(*(found.condition for found in people))
