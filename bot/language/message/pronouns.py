"""What "it", "them", "one" and "any" stand for: the one thing that was spoken of, in the rule or the one before it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.subjects import of_one_list
from bot.language.gateway.verbs import is_verb
from bot.language.meaning.model import Compared, Value, Valued, spread, terms
from bot.language.reader import Reading
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural
from bot.language.wordlists import ARTICLES, BEFORE_VERBS, IMPERATIVES, PREPOSITIONS, TOOL_NOUNS, UNLESS, WHEN, words

_CLAUSES = Phrases.of((*WHEN, *UNLESS))
_BEHIND = PREPOSITIONS | {"over", "above", "below", "up", "if", "when", "unless", "that", "without"}
_PARTICLES = frozenset({"up", "out", "off", "back", "down", "over"})
_NO_DEEDS = words("conditions", "copulas") | {"do"}


def spoken_of(reading: Reading) -> str:
    """The noun that a rule names its tool with, for "them" in the next; "late fees" are no fees."""
    draft = reading.draft
    asked = [each for cond in (draft.when, draft.unless) if cond for each in terms(cond)]
    if any(not isinstance(each, Compared) for each in asked) and not _case(reading):
        return ""
    nouns = _nouns(reading)
    return nouns[-1] if nouns else ""


def _nouns(reading: Reading) -> list[str]:
    tokens, lexicon = reading.context.tokens, reading.context.lexicon
    return [
        _in_full(tokens, at, lexicon)
        for at in _places(reading)
        if (tokens[at].low not in TOOL_NOUNS or tokens[at].stem in lexicon.by_name_stem)
        and (not is_verb(tokens[at]) or _is_thing(tokens, at) or _is_named(tokens, at, lexicon))
    ]


def _is_named(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a word right behind a verb is a thing that tools are named with: the "access" of "revoke access"."""
    return at > 0 and is_verb(tokens[at - 1]) and tokens[at].stem in lexicon.things


def _of_number(noun: str, tokens: Sequence[Token], before: Reading | None) -> str:
    """The noun, or the only one of its rule that "it" can stand for: in "revoke access to datasets" the access."""
    one = any(token.low == "it" for token in tokens)
    fits = {each for each in (_nouns(before) if before and one else ()) if not is_plural(each)}
    return fits.pop() if is_plural(noun) and len(fits) == 1 else noun


def stands_for(reading: Reading) -> tuple[str, bool]:
    """The noun for "them" in the next rule, and whether it may be narrowed: "orders under 500" are not all orders, but
    in "orders when the total is under 500" only the rule is."""
    draft, tokens = reading.draft, reading.context.tokens
    limited = any(each is not None for part in spread(draft) for each in (part.when, part.unless))
    return spoken_of(reading), limited and not any(_CLAUSES.at(tokens, at) for at in range(len(tokens)))


def _case(reading: Reading) -> tuple[Value, ...]:
    """The listed values that are all that a rule asks of its calls: "export the ledger as pdf"."""
    when = reading.draft.when
    alone = isinstance(when, Valued) and when.how == "==" and reading.draft.unless is None and not reading.draft.beside
    return when.values if alone and isinstance(when, Valued) else ()


def meant(told: tuple[str, bool], tokens: Sequence[Token], forbids: bool, before: Reading | None) -> str:
    """The noun that a rule may take from the one before: of what was narrowed only to ban it, or within own bounds; of
    "the ledger as pdf" only to ban it all, or in another case, "exporting it as csv"."""
    noun, narrowed = _of_number(told[0], tokens, before), told[1]
    if before is not None and (case := _case(before)):
        lexicon, said = before.context.lexicon, {value.text.lower() for value in case}
        others = (Value(token.low, False, (token,)) for token in tokens if token.low in lexicon.listed)
        ours = [each for each in others if of_one_list(lexicon, (*case, each))]
        return noun if all(each.text not in said for each in ours) and (ours or forbids) else ""
    return noun if not narrowed or forbids or any(token.kind == "number" for token in tokens) else ""


def named_with(reading: Reading | None) -> list[Token]:
    """The words that a rule names its tools with."""
    return [reading.context.tokens[at] for at in _places(reading)] if reading else []


def _places(reading: Reading) -> Iterator[int]:
    """Where these words stand; of a whole description those in front of a preposition."""
    for leaf in reading.phrase.leaves():
        if leaf.category == "Word":
            yield leaf.start
        elif leaf.category == "ToldTool":
            told = range(leaf.start, leaf.end)
            yield from itertools.takewhile(lambda at: reading.context.tokens[at].low not in PREPOSITIONS, told)


def _in_full(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> str:
    """A noun with what stands beside it in a tool's name too, behind the verb: the "requests" of "pull requests"."""
    start, end = at, at + 1
    while start and _pair(tokens[start - 1], tokens[start], lexicon):
        start -= 1
    while end < len(tokens) and _pair(tokens[end - 1], tokens[end], lexicon):
        end += 1
    return " ".join(token.low for token in tokens[start:end])


def _pair(first: Token, then: Token, lexicon: Lexicon) -> bool:
    """Whether two words stand together in a tool's name, behind its verb."""
    tools = lexicon.by_name_stem.get(then.stem, ())
    return any((first.stem, then.stem) in itertools.pairwise(tool.name[1:]) for tool in tools)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether no noun follows: "send one above 500", "schedule any"."""
    return at == len(tokens) or tokens[at].low in _BEHIND or not tokens[at].is_word


def _is_thing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word names what is done something with: no people, and a word that may be a verb behind another."""
    token = tokens[at]
    particle = at > 1 and tokens[at - 1].low in _PARTICLES
    done = at > 0 and is_plural(token.low) and is_verb(tokens[at - 1 - particle])
    noun = not is_verb(token) or done or (at > 0 and tokens[at - 1].low in ARTICLES)
    return noun and not (surely_people(token.low) and not (at and is_verb(tokens[at - 1])))


def _acts(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word is a verb, of the vocabulary or as tools are named here: "merge", "reroute"."""
    return is_verb(token) or token.stem in lexicon.openings


def _is_told(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a word is a thing of some tool's name, and not what may be done: the "track" of "may track shipments"."""
    does = at > 0 and tokens[at - 1].low in BEFORE_VERBS and tokens[at].stem in lexicon.openings
    return tokens[at].stem in lexicon.by_name_stem and _is_thing(tokens, at) and not does


def _led(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a verb stands before: the "draft" of "create draft orders" says which ones."""
    return at > 0 and _acts(tokens[at - 1], lexicon)


def _done(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a word is what some tool does: "release"."""
    return at < len(tokens) and is_verb(tokens[at]) and tokens[at].stem in {tool.name[0] for tool in lexicon.tools}


def resolved(tokens: Sequence[Token], before: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens with "it" and "them" behind a verb as the one thing told of so far, or of the rule before."""
    found: list[Token] = []
    comma = next((n for n, token in enumerate(tokens) if token.text == ","), 0)
    front = comma if _CLAUSES.at(tokens, 0) else 0  # a condition in front of the whole rule narrows nothing
    for at, token in enumerate(tokens):
        told = [tokens[n] for n in range(front) if tokens[n].stem in lexicon.by_name_stem and _is_thing(tokens, n)]
        if (
            0 < front < at
            and token.low == "its"
            and len({each.stem for each in told}) == 1
            and _done(tokens, at + 1, lexicon)
        ):
            token = replace(token, low=told[0].low)  # "where a wire is screened, its release is …"
        some = token.low in {"one", "any", "ones"} and _ends(tokens, at + 1)
        does = at and (_acts(tokens[at - 1], lexicon) or (some and tokens[at - 1].stem in lexicon.by_name_stem))
        if does and (some or token.low in {"it", "them"}) and tokens[at - 1].low not in _NO_DEEDS:
            told = [tokens[n] for n in range(at) if _is_told(tokens, n, lexicon)]
            plain = [tokens[n] for n in range(front, at) if not _acts(tokens[n], lexicon) or _led(tokens, n, lexicon)]
            narrowed = any(each.low in lexicon.listed for each in plain)
            narrowed = narrowed or any(each.stem in lexicon.flags for each in tokens[front:at])
            ours = tokens[at - 1].low not in IMPERATIVES and len({each.stem for each in told}) == 1 and not narrowed
            own = _in_full(tokens, tokens.index(told[0]), lexicon) if ours else ""
            thing = own or ("" if told and tokens[at - 1].low not in IMPERATIVES else before)
            found += [replace(token, low=low) for low in thing.split()[:-1]]
            token = replace(token, low=thing.split()[-1]) if thing else token
        found.append(token)
    return tuple(found)
