"""The leaves that are people: group nouns, which are roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain

from bot.language import vocabulary
from bot.language.gateway.context import Context
from bot.language.gateway.groups import heads_department, may_be_people, says_who, surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.verbs import VERBS, names_people
from bot.language.grammar.chart import Phrase
from bot.language.meaning.model import Value
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, kebab, parts, singular
from bot.language.wordlists import (
    ARTICLES,
    DETERMINING,
    EVERYONE,
    IMPERATIVES,
    MODALS,
    PEOPLE_WORDS,
    STOPS,
    UNITS,
    VAGUE,
    words,
)

_LONGEST = 4
_CLOSED = STOPS | ARTICLES
_SOME = frozenset({"any", "one", "ones"})
_NEAR_NOUNS = ("department", "username", "scope", "tenant")
_RELATIONS = frozenset({"owner", "author", "creator", "requester", "assignee", "holder", "recipient", "sender"})
_HOLDERS = frozenset({"member", "holder", "bearer"})
_ALONE = words("people", "alone")
_APART = words("people", "apart")
_QUALIFIES = words("people", "qualifying")
_BEARERS = words("people", "bearers")
_CLAIM_NOUNS = frozenset({"role", "scope", "department", "dept"})


def is_set_apart(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether a word for everybody stands beside one like "only", and nothing behind it says who of them: the "only
    principals" of a school are a group, and no rule is for everyone that is for somebody only."""
    before, after = ([token.low for token in part] for part in (tokens[max(0, at - 2) : at], tokens[stop : stop + 2]))
    if after[:1] and after[0] in _ALONE:
        return after[0] != "only" or not (after[1:] and after[1][0].isalnum())
    only = bool(before) and (before[-1] in _ALONE or (before[-1] in {"for", "to", "by"} and before[0] in _APART))
    return only and not (after[:1] and after[0] in _QUALIFIES)


def _is_deed(lexicon: Lexicon, span: tuple[Token, ...]) -> bool:
    """Whether words are the name of a tool: "suspend riders" and "suspending riders" are what is done to riders."""
    said = tuple(each.stem for each in span)
    return len(said) > 1 and any(tool.name == said for tool in lexicon.tools)


def _no_role(tokens: tuple[Token, ...], at: int, span: tuple[Token, ...]) -> bool:
    """Whether words name no role: all people, a claim's own noun, "the owner" of a thing, "members of" a team, "user
    octo-admin", or "the finance deparment", which is a slip. Department heads are a role."""
    last, stop = span[-1], at + len(span)
    heads = len(span) == 2 and span[0].low == "department" and heads_department(last)
    claims = any(singular(each.low) in _CLAIM_NOUNS for each in span[heads:])
    if (len(span) == 1 and last.low in EVERYONE) or claims or last.text.lower() in {"one", "ones"}:
        return True
    after = tokens[stop].low if stop < len(tokens) else ""
    if singular(last.low) in _HOLDERS and len(span) == 1 and after in {"of", "in", "from"}:
        return True
    if singular(last.low) in _BEARERS and (len(span) == 1 or after in _QUALIFIES):
        return True
    related = last.low in _RELATIONS and at > 0 and tokens[at - 1].low == "the"
    named = len(span) > 1 and singular(span[0].low) in {"user", "username"}
    # "Tenants may …", "the tenant may not …" are people; "tenant acme" is a claim.
    if singular(last.low) == "tenant" and (is_plural(last.low) or after in _DOES):
        return related or named
    return related or named or _is_nearly(singular(last.low))


@lru_cache(maxsize=65536)
def _is_nearly(noun: str) -> bool:
    return bool(get_close_matches(noun, _NEAR_NOUNS, n=1, cutoff=0.85))


def groups(context: Context, at: int) -> Iterator[Phrase]:
    """Group nouns: "support agents" is a role."""
    tokens, lexicon = context.tokens, context.lexicon
    if at and tokens[at - 1].kind == "number" and singular(tokens[at].low) in UNITS:
        return  # "up to 10 days, managers may …"
    yield from chain(*(named(context, at) for named in (_outside, _ranked, _leading, _department)))
    for size in range(1 if tokens[at].text != "IT" else 2, _LONGEST + 1):  # "IT managers"
        span = tokens[at : at + size]
        if len(span) < size or not _may_end_group(span[-1]):
            return
        last = span[-1]
        if any("_" in each.text or {"'", "’"} & {*each.text} or each.low in lexicon.by_name for each in span):
            return
        named = (each for each in span if each.text in lexicon.input_names)
        if any(each.text != each.low or len(parts(each.text)) > 1 for each in named):
            return  # "when confidencePercent > 80", "waiveFee = no": the exact name of an input is no group
        if _no_role(tokens, at, span) or _is_deed(lexicon, span):
            continue
        if re.fullmatch(r"non-\w+", span[0].low):
            without = kebab((span[0].text[4:], *(each.text for each in span[1:])))
            several = is_plural(last.low) or singular(last.low.removeprefix("non-")) in PEOPLE_WORDS
            if several and surely_people(last.low) and singular(last.low).removeprefix("non-") not in _HOLDERS:
                yield Phrase("NonGroup", (), at, at + size, Value(without, False, span))
            continue
        surely = (
            singular(last.low) in vocabulary.group_words()
            or re.fullmatch(r"(?:tier|level|grade)-\d", last.low) is not None
            or may_be_people(lexicon, span, True)
        )
        bare = _without_thing(context, at, size) if surely else span
        if not _can_be_people(lexicon, bare, surely, subject=_does(tokens, at, at + size)):
            continue
        value = Value(kebab(tuple(each.text for each in span)), False, span)
        # "Deletes" are nobody, though athletes are people; "maintainers" are, though a tool may maintain.
        sure = surely or (surely_people(last.low) and (last.stem not in VERBS or names_people(last)))
        thing = last.stem in lexicon.by_name_stem  # "flights, not passengers"
        features = (
            ("number", "many" if is_plural(last.low) else "one"),
            ("sure", "yes" if sure else "no"),
            ("thing", "yes" if thing else "no"),
        )
        yield Phrase("Group", features, at, at + size, value)


def _may_end_group(last: Token) -> bool:
    """What "them" stands for is nobody's role."""
    return last.is_word and last.low not in _CLOSED | _SOME and last.text.lower() not in {"it", "them"}


def _does(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """ "No volunteer may …", "a teacher must not …": somebody who does something, whatever an input lists; or who the
    caller is: "unless they are a service manager"."""
    low = [token.low for token in tokens[max(0, start - 3) : start]]
    if len(low) == 3 and low[0] in _CALLER and low[1] in {"is", "are"} and low[2] in {"a", "an"}:
        return True
    one = start > 0 and tokens[start - 1].low in {"no", "a", "an", "every", "each", "any"}
    return one and stop < len(tokens) and tokens[stop].low in _DOES


def _without_thing(context: Context, at: int, size: int) -> tuple[Token, ...]:
    """The words of people without a thing that could also be an order: "permit clerks may issue permits" are clerks
    where a tool is about permits, and they do something or stand behind a preposition. "Permit clerks to issue permits"
    is an order all the same."""
    low = [token.low for token in context.tokens]
    span, stop = context.tokens[at : at + size], at + size
    before, after = "".join(low[at - 1 : at]) if at else "", "".join(low[stop : stop + 1])
    joined = before in {"and", "or"} and not _BEFORE_PEOPLE.isdisjoint(low[max(0, at - 4) : at])
    listed = not at and after in {"and", "or"} and not _DOES.isdisjoint(low[stop + 2 : stop + 5])
    kept = before == "to" and low[max(0, at - 2)] in {"except", "save", "than", "but"}  # "…, except to permit clerks"
    led = before in _LETS or kept or (after != "to" and (before in _BEFORE_PEOPLE or joined))
    if after not in _DOES | {"→"} and not listed and not led:
        return span
    things = context.lexicon.things
    return (*(each for each in span[:-1] if each.low not in _ORDERS or each.stem not in things), span[-1])


def _outside(context: Context, at: int) -> Iterator[Phrase]:
    """ "Outside collaborators": people who are called so, where the word cannot say outside of whom."""
    tokens = context.tokens
    span = tokens[at : at + 2]
    if len(span) < 2 or span[0].low != "outside" or singular(span[1].low) not in _OUTSIDERS:
        return
    before = tokens[at - 1] if at else None
    if before is None or before.kind == "punct" or before.low in _BEFORE_OUTSIDERS or before.low in IMPERATIVES:
        several = is_plural(span[1].low) or span[1].low == "counsel"
        features = (("number", "many" if several else "one"), ("sure", "yes"), ("thing", "no"))
        yield Phrase("Group", features, at, at + 2, Value(kebab((span[0].text, span[1].text)), False, span))


def _ranked(context: Context, at: int) -> Iterator[Phrase]:
    """ "Tier 2 agents", "level 3 support engineers": a role, where no input is called so, of which it could be said."""
    tokens, lexicon = context.tokens, context.lexicon
    rank, number = tokens[at], tokens[at + 1 : at + 2]
    if rank.low not in _RANKS or not number or not re.fullmatch(r"\d", number[0].text):
        return
    if rank.stem in lexicon.by_input_word or rank.stem in lexicon.by_name_stem:
        return
    inner = at + 2 < len(tokens) and tokens[at + 2].low in vocabulary.group_words()
    stop = at + 3 + inner
    if stop > len(tokens) or not is_plural(tokens[stop - 1].low) or not surely_people(tokens[stop - 1].low):
        return
    if tokens[stop - 1].stem in lexicon.by_name_stem and tokens[stop - 1].low not in EVERYONE:
        return
    features = (("number", "many"), ("sure", "yes"), ("thing", "no"))
    span = tokens[at:stop]
    yield Phrase("Group", features, at, stop, Value(kebab(tuple(each.text for each in span)), False, span))


def _department(context: Context, at: int) -> Iterator[Phrase]:
    """ "IT may reset passwords", "only for IT": those who do, and no pronoun in a message of capitals."""
    tokens = context.tokens
    if tokens[at].text != "IT":
        return
    small = any(each.is_word and each.text != each.text.upper() for each in tokens)
    after = tokens[at + 1].low if at + 1 < len(tokens) else ""
    led = at > 0 and tokens[at - 1].low in {"by", "for", "to", "from", "let", "only", "except", "in"}
    let = at > 0 and tokens[at - 1].low in {"let", "lets", "letting"}
    if small and (let or after in _DOES | {"only", "alone"} or (led and not after.isalnum())):
        features = (("number", "many"), ("sure", "yes"), ("thing", "no"))
        yield Phrase("Group", features, at, at + 1, Value("it", False, (tokens[at],)))


def _leading(context: Context, at: int) -> Iterator[Phrase]:
    """ "The head of analytics", "VPs of customer success": a role, whatever it is of."""
    tokens = context.tokens
    if singular(tokens[at].low) not in _LEADING or [each.low for each in tokens[at + 1 : at + 2]] != ["of"]:
        return
    two = " ".join(each.low for each in tokens[at + 2 : at + 4])
    stop = at + 2 + (2 if two in _FIELDS else 1)
    field, after = tokens[at + 2 : stop], tokens[stop : stop + 1]
    said = all(each.is_word and each.low not in _CLOSED | VAGUE | DETERMINING | _WHOLES for each in field)
    people = bool(field) and is_plural(field[-1].low) and surely_people(field[-1].low)
    more = tokens[stop + 1 : stop + 2]
    each = after and more and after[0].low in {"and", "or", ","} and more[0].low in vocabulary.group_words()
    if not field or not said or people or each or (after and singular(after[0].low) in _UNITS_LED):
        return  # "the head of finance or legal": of both, or the head, and legal
    several = "many" if is_plural(tokens[at].low) else "one"
    span = tokens[at:stop]
    features = (("number", several), ("sure", "yes"), ("thing", "no"))
    role = "-".join((singular(span[0].low), *(each.low for each in span[1:])))
    yield Phrase("Group", features, at, stop, Value(role, False, span))


_CALLER = frozenset({"they", "you", "u", "user", "caller"})
_LEADING = words("groups", "leading")
_FIELDS = words("groups", "fields")
_WHOLES = frozenset({"everything", "anything", "nothing", "all"})
_UNITS_LED = frozenset({"department", "dept", "team", "group", "unit", "division", "role", "scope"})
_ORDERS = frozenset(IMPERATIVES) | {"request", "offer", "help"}
_DOES = frozenset(word for modal in MODALS for word in modal.split()[:1]) - {"to"}
_LETS = frozenset({"allow", "allowing", "permit", "permitting", "authorize", "authorise", "enable"})
_BEFORE_PEOPLE = frozenset(
    {"by", "for", "from", "a", "an", "the", "every", "each", "except", "unless", "than", "but", "let", "letting"}
)  # fmt: skip
_RANKS = frozenset({"tier", "level", "grade", "band"})
_SENIOR = frozenset({"chief", "head", "lead", "deputy", "assistant", "associate", "principal"})
_OUTSIDERS = words("groups", "outsiders")
_BEFORE_OUTSIDERS = words("groups", "before_outsiders")


def _can_be_people(lexicon: Lexicon, span: tuple[Token, ...], surely: bool, subject: bool) -> bool:
    """Whether words can be the name of a group; `surely` where they are people wherever they stand, `subject` where
    they are said to do something."""
    last, several = span[-1], is_plural(span[-1].low)
    flag = last.low in lexicon.flag_words and (last.low,) in lexicon.spelled_inputs  # "unless it is exclusive"
    known = last.low in lexicon.listed or flag
    listed = known and last.low not in vocabulary.group_words() and not subject
    if not several and (not (surely or surely_people(last.low)) or listed):
        return False
    if len(span) == 1 and not surely_people(last.low) and not {last.low, singular(last.low)}.isdisjoint(lexicon.listed):
        return False  # "other than savings" is a kind of account, and nobody; so are "esims"
    if last.stem in VERBS and not surely and not names_people(last):
        return False  # "changes to emails" are nobody
    bare = span[1:] if span[0].low == "registered" and last.low not in EVERYONE and len(span) > 1 else span
    if not says_who(bare) or not (surely or may_be_people(lexicon, span, False)):
        return False
    # "Let reception issue master keys": people, and what they do.
    whole = singular(span[0].low) in vocabulary.group_words() or surely_people(span[0].low) or not several
    # "Chief building officials": behind a rank it is what they are of, and nothing that a chief does.
    ranked = span[0].low in _SENIOR and surely
    inner = (
        each
        for each in span[1:-1]
        if each.stem in VERBS and not names_people(each) and not (ranked and each.low.endswith("ing"))
    )
    return not (whole and any(each.stem in lexicon.by_any_stem for each in inner))
