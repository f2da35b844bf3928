"""What ordinary people call a gateway's tools who do not see its schema, in the words that it has itself: the initials
of words of its own ("POs"), phrasal and everyday verbs ("take down posts"), people who are nobody in particular ("add
someone to a group"), and what belongs to the thing just said ("create campaigns and set their budget").

Each is put in the gateway's words only where these leave one choice; what was typed stays in the text of the token.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import classes_of, is_verb, own_verbs, senses_of, told_verb
from bot.language.text.tokens import Token
from bot.language.text.words import forms, is_plural, parts, singular, stem
from bot.language.wordlists import (
    BEFORE_VERBS,
    EVERYDAY_VERBS,
    IMPERATIVES,
    PARTICLES,
    PEOPLE_NOUNS,
    PREPOSITIONS,
    STOPS,
    words,
)

_NOBODY_ELSE = words("tools", "narrows_people")
_SOMEONE = frozenset({"someone", "somebody", "anyone", "anybody", "everyone", "everybody"})
_INDEFINITE = _SOMEONE | {"people", "person", "persons"}
_DEALT_WITH = words("tools", "dealt_with")
_GIVES = frozenset(map(stem, words("tools", "receiving_verbs")))
_MODALS = frozenset(
    {"may", "can", "must", "should", "shall", "will", "cannot", "to", "is", "are", "have", "has", "need"}
)
_JOINS = frozenset({"and", "or", "but", "not", ",", "then", "also", *_MODALS})
_FAR = 5


def plainly(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens of a rule with such words as the gateway's own."""
    told: list[Token] = []
    for at, token in enumerate(tokens):
        told += _initials(tokens, at, lexicon) or [token]
    said = _verbs(told, lexicon)
    found: list[Token] = []
    for at, token in enumerate(said):
        ours = _belonging(said, at, lexicon) if token.is_word else None
        found += (_someone(said, at, lexicon) if token.is_word else None) or [ours or token]
    return tuple(found)


def _initials(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> list[Token]:
    """ "POs", where the tools' names have one run of words with these initials, and the gateway no such word; who may
    do something is no such thing."""
    token, low = tokens[at], tokens[at].low
    short = token.text.removesuffix("s")
    if not (token.is_word and short.isalpha() and short.isupper() and 1 < len(short) < 5) or surely_people(low):
        return []
    after = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if (
        after in _MODALS
        or (surely_people(after) and after not in PREPOSITIONS)
        or after in {"team", "department", "role", "user", "group"}
    ):
        return []
    runs = _runs(lexicon).get(short.lower(), ())
    if len(runs) != 1 or any(_is_spelled(lexicon, word, after) for word in {low, short.lower()}):
        return []
    last = runs[0][-1]
    said = (*runs[0][:-1], f"{last}s" if token.text.endswith("s") and not is_plural(last) else last)
    return [replace(token, low=word) for word in said]


def _is_spelled(lexicon: Lexicon, short: str, after: str) -> bool:
    """Whether the gateway has a word that is spelled so itself: the "po" of `po_number` is what it is the number of."""
    inputs = [found for found in lexicon.spelled_inputs if short in found]
    others = lexicon.spelled | {word for value in lexicon.listed for word in parts(value)}
    return short in others or any(found[-1] == short or after in found for found in inputs)


@lru_cache(maxsize=32)
def _runs(lexicon: Lexicon) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The runs of two to four words of the tools' names, and of the whole names of inputs, by their initials."""
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for tool in lexicon.tools:
        said = tool.parts[1:] if is_verb(_word(tool.parts[0])) else tool.parts
        runs = [said[n : n + size] for size in (2, 3, 4) for n in range(len(said) - size + 1)]
        runs += [each.own for each in tool.inputs if len(each.own) > 2]
        for run in runs:
            if all(word.isalpha() for word in run):
                found.setdefault("".join(word[0] for word in run), {})[(*run[:-1], singular(run[-1]))] = None
    return {short: tuple(listed) for short, listed in found.items()}


def _word(low: str) -> Token:
    return Token(low, 0, len(low), "word", low)


def _someone(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> list[Token]:
    """Somebody that something is done to, as what the description of the tool calls one: "add people to groups" where
    it adds a user to one. "Somebody's device" is any device."""
    token = tokens[at]
    after = tokens[at + 1].low if at + 1 < len(tokens) else ""
    before = tokens[at - 1] if at else token
    if token.low in _SOMEONE and token.text.lower().endswith(("'s", "’s")):
        acts = at > 0 and (_acts(before, lexicon) or before.low in PREPOSITIONS)
        return [replace(token, low="any")] if acts and after.isalpha() and after != "else" else []
    if token.low not in _INDEFINITE or after in _NOBODY_ELSE or not at:
        return []
    slot = before.low if before.low in PREPOSITIONS else ""
    near = range(at - 1, max(at - _FAR, -1) if slot else at - 2, -1)
    verb = next((n for n in near if _acts(tokens[n], lexicon)), None)
    if verb is None or (tokens[verb].low in IMPERATIVES and (not verb or tokens[verb - 1].low not in BEFORE_VERBS)):
        return []
    own = [tool for tool in lexicon.tools if tokens[verb].stem in own_verbs(tool)]
    does = own or [tool for tool in lexicon.tools if _does(tool, tokens[verb])]
    nouns = {noun for tool in does for noun in _people_of(tool, slot)}
    if len(nouns) != 1:
        return []
    noun = nouns.pop()
    return [replace(token, low="an" if noun[0] in "aeio" else "a"), replace(token, low=noun)]


def _acts(token: Token, lexicon: Lexicon) -> bool:
    return token.is_word and (is_verb(token) or token.stem in lexicon.openings)


def _does(tool: ToolWords, verb: Token) -> bool:
    """Whether a verb is one of a tool, or of the same sense."""
    same = classes_of([verb.stem])
    return verb.stem in own_verbs(tool) or (bool(same) and same == senses_of(tool))


def _people_of(tool: ToolWords, slot: str) -> Iterator[str]:
    """Who a description has behind its verb, or behind a preposition of it; to whom one gives, one gives a thing."""
    told = [word.lower() for word in tool.does.words]
    gives = not slot and not _GIVES.isdisjoint((tool.name[0], told_verb(tool)))
    for at, word in enumerate(told):
        if word == slot or (not slot and at == 0) or (gives and word == "to"):
            behind = itertools.takewhile(lambda each: each not in PREPOSITIONS, told[at + 1 :])
            yield from [each for each in behind if _is_person(each) and not is_plural(each)][:1]


def _is_person(word: str) -> bool:
    return surely_people(word) or word in PEOPLE_NOUNS | _DEALT_WITH


def _belonging(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Token | None:
    """ "Their" of the thing just said, where one tool does that to what its description says to be of such a thing."""
    if tokens[at].low not in {"their", "its"} or at < 3 or at + 1 >= len(tokens) or not _acts(tokens[at - 1], lexicon):
        return None
    things = [n for n in range(at - 1) if tokens[n].stem in lexicon.things and n and _acts(tokens[n - 1], lexicon)]
    narrowed = any(each.low in lexicon.listed or each.kind in {"number", "quoted"} for each in tokens[:at])
    verb, noun = tokens[at - 1], tokens[at + 1]
    fits = [tool for tool in lexicon.tools if noun.stem in tool.name[1:] and _does(tool, verb)]
    if len(things) != 1 or len(fits) != 1:
        return None
    joins = {each.low for each in tokens[things[0] + 1 : at - 1]}  # "campaigns owned by ana and set their budget"
    approved = tokens[things[0] - 1].low != "new" and _acts(tokens[things[0] - 2], lexicon)
    if narrowed or approved or not joins <= _JOINS or tokens[things[0]].stem not in fits[0].described:
        return None
    return replace(tokens[at], low="the")


def _verbs(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens with an everyday verb as the verb of the one tool that it can be said of with its noun."""
    found: list[Token] = []
    taken: set[int] = set()
    for at, token in enumerate(tokens):
        if at not in taken:
            verb, places = _meant(tokens, at, lexicon) or (token, ())
            found.append(verb)
            taken.update(places)
    return found


def _meant(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[Token, range] | None:
    """The tool's verb for such a one, and where the rest of this stands."""
    token = tokens[at]
    for said, senses in _FIRSTS.get(token.stem, ()) if token.is_word else ():
        rest = range(at + 1, at + len(said))
        beside = [each.low for each in tokens[at + 1 : at + len(said)]] == [*said[1:]]
        nouns = _nouns(tokens, rest.stop if beside else at + 1)
        about = _about([tokens[n] for n in nouns], lexicon)
        if not beside and len(said) == 2 and nouns and [each.low for each in tokens[nouns[-1] + 1 :][:1]] == [said[1]]:
            rest = range(nouns[-1] + 1, nouns[-1] + 2)  # "take a licence away"
        elif not beside:
            continue
        if not _is_deed(tokens, at, lexicon, len(said) > 1) or any(token.stem == tool.name[0] for tool in about):
            continue
        if any(_tells(tool, said, [tokens[n] for n in nouns]) for tool in about):
            continue
        fits = [tool for tool in about if _opens_with(tool, said)]
        fits = fits or [tool for tool in about if _has_one_of(tool, senses)]
        own = _own_verb(fits[0]) if len(fits) == 1 else ""
        if own:
            last = tokens[rest[-1]] if beside and rest else token
            text = " ".join(each.text for each in tokens[at : rest.stop]) if beside else token.text
            return replace(token, text=text, low=_formed(own, token.low), end=last.end), rest
    return None


def _is_deed(tokens: Sequence[Token], at: int, lexicon: Lexicon, phrasal: bool) -> bool:
    """Whether a word stands where what is done is said; one that is no phrasal verb may be a thing ("log files")."""
    before = tokens[at - 1].low if at else ""
    if before == "to" and not phrasal:
        led = tokens[at - 2]  # "access to log files"
        return at > 1 and (surely_people(led.low) or not (is_verb(led) or led.stem in lexicon.words))
    joined = phrasal and before in {"and", "or", ",", ""}
    return tokens[at].low.endswith("ing") or joined or before in BEFORE_VERBS or (phrasal and surely_people(before))


def _nouns(tokens: Sequence[Token], at: int) -> range:
    """Where the words behind a verb stand, up to what can be no part of its object."""
    stop = at
    while stop < min(len(tokens), at + _FAR) and tokens[stop].is_word:
        if tokens[stop].low in PREPOSITIONS | STOPS | PARTICLES | _MODALS | {"away"}:
            break
        stop += 1
    return range(at, stop)


def _about(nouns: Sequence[Token], lexicon: Lexicon) -> list[ToolWords]:
    """The tools whose names end in the last of some words that any has: those that are of nothing else first."""
    last = next((token.stem for token in reversed(nouns) if token.stem in lexicon.things), "")
    found = [tool for tool in lexicon.tools if last and last in tool.name[1:]]
    said = {token.stem for token in nouns}
    return [tool for tool in found if said.issuperset(tool.name[1:])] or found


def _opens_with(tool: ToolWords, said: tuple[str, ...]) -> bool:
    told = [word.lower() for word in tool.does.words[: len(said)]]
    return len(said) > 1 and len(told) == len(said) and stem(told[0]) == stem(said[0]) and told[1:] == [*said[1:]]


def _tells(tool: ToolWords, said: tuple[str, ...], nouns: Sequence[Token]) -> bool:
    """Whether a description says it word for word, and is read as it stands."""
    told = [stem(word) for word in tool.does.clause if word not in DETERMINERS]
    ours = [*map(stem, said), *(token.stem for token in nouns if token.low not in DETERMINERS)]
    return len(told) > 2 and told[: len(ours)] == ours


def _has_one_of(tool: ToolWords, senses: frozenset[str]) -> bool:
    """Whether all that a tool's verb may mean is among some senses, or the verb itself."""
    own = {f"any {each}" for each in senses_of(tool) or classes_of([told_verb(tool)])}
    if tool.name[0] == "open" and any(found.own[-1] == "id" and found.leaf[0] in tool.name for found in tool.inputs):
        return False  # which looks at one that is there
    return tool.name[0] in senses or (bool(own) and tool.name[0] != "move" and own <= senses)


def _own_verb(tool: ToolWords) -> str:
    """The verb of a tool's name as it is spelled, or that of its description."""
    first = tool.parts[0]
    return first if stem(first) in own_verbs(tool) and first.isalpha() else ""


def _formed(verb: str, low: str) -> str:
    """A verb in the form of another word: "deleting" for "taking"."""
    plain, past, present = forms(verb)[:3]
    doubled = next((form for form in forms(verb)[5:] if form.endswith("ing")), "")
    if low.endswith("ing"):
        return doubled if doubled and stem(doubled) == stem(verb) != stem(present) else present
    if low.endswith("ed") or low in {"taken", "given", "put", "thrown", "got", "gotten"}:
        return past if low != "put" else verb
    return plain if is_plural(low) else verb


def _table() -> dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]:
    found: dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]] = {}
    for said, senses in sorted(EVERYDAY_VERBS.items(), key=lambda each: -len(each[0].split())):
        split = tuple(said.lower().split())
        meant = frozenset(each if each.startswith("any ") else stem(each) for each in senses)
        found[stem(split[0])] = (*found.get(stem(split[0]), ()), (split, meant))
    return found


_FIRSTS = _table()
"""Everyday verbs by the stem of the first word: all words of each, and the classes or verbs that it may mean."""
