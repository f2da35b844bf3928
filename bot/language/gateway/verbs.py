"""What verbs say is done: classes of meaning, which words are verbs where they stand, and what tools do."""

from __future__ import annotations

from collections.abc import Iterable

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.lexicon import ToolWords
from bot.language.gateway.line import Line
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts, singular, stem
from bot.language.wordlists import (
    ACT_VERBS,
    BEFORE_VERBS,
    PARTICLES,
    PREPOSITIONS,
    USE_VERBS,
    VERB_CLASSES,
    words,
)

USE = frozenset(map(stem, USE_VERBS))
ACT = frozenset(map(stem, ACT_VERBS))
ANY_VERBS = USE | ACT
CLASSES = {name: frozenset(map(stem, verbs)) for name, verbs in VERB_CLASSES.items()}
_BE = frozenset({"be", "been", "being", "is", "are", "get", "gets"})
_MAKES = frozenset(map(stem, words("tools", "making_verbs")))
_ASKS = frozenset(map(stem, words("tools", "asking_verbs")))
_DECIDES = frozenset(map(stem, words("tools", "deciding_verbs")))
VERBS = frozenset().union(*CLASSES.values()) | USE | ACT
_AGAIN = frozenset(map(stem, ("reopen", "reschedule", "renew", "restart", "resend", "reissue", "reassign", "rename")))
_BEGINS = (ACT & CLASSES["create"]) - USE
_LIGHT = frozenset(map(stem, ("take", "put", "bring", "turn", "get", "call")))
_VERB_FORMS = frozenset().union(*VERB_CLASSES.values()) | USE_VERBS | ACT_VERBS


def classes_of(stems_: Iterable[str]) -> frozenset[str]:
    """The classes of meaning that verbs belong to."""
    listed = frozenset(stems_)
    return frozenset(name for name, verbs in CLASSES.items() if not verbs.isdisjoint(listed))


def is_verb(token: Token) -> bool:
    """Whether a word is a verb that the vocabulary knows."""
    return token.stem in VERBS and not names_people(token) and singular(token.low)[-3:] != "ity"  # "activity"


def names_people(token: Token) -> bool:
    """Whether a word is a person who does something: manager, approvers; its stem alone would look like the verb."""
    word = singular(token.low)
    return word.endswith(("er", "or", "ist")) and word not in _VERB_FORMS


def senses_of(tool: ToolWords) -> frozenset[str]:
    """The classes of what a tool does, by its name's verb, or where that has none by every word that can be one."""
    own = classes_of(tool.name[:1])
    told = classes_of(stem(word) for word in tool.does.words[:1])
    return (own & told if len(own) > 1 else own) or own or classes_of(tool.verbs)


def is_said_to_do(line: Line, at: int, first: bool) -> bool:
    """Whether a word is surely a verb where it stands: in the passive, or as the `first` of a phrase that says what is
    done, behind a modal or in its form of one."""
    token, before = line.tokens[at], line.low(at - 1)
    if before in _BE:
        return token.low.endswith(("ed", "en")) or token.stem in _ASKS
    if not first:
        return False
    let = any(line.low(n) == "let" for n in range(at)) and before not in PREPOSITIONS | DETERMINERS | {"let"}
    bare = not is_plural(token.low) or token.stem in _ASKS or before == "nobody"  # "never may files be deleted"
    return (bare and (let or before in BEFORE_VERBS)) or (token.low.endswith("ing") and len(token.low) > 5)


def does_so(tool: ToolWords, verb: Token, said: frozenset[str]) -> bool:
    """Whether a tool does what a verb says, of all words `said`. A noun of its name says it only of a tool that makes
    or gives the whole thing: who may refund may `process_refund`, but who may email customers may not
    `update_customer_email`, and who may park may not `issue_parking_pass`."""
    own, told = tool.name[0], stem("".join(tool.does.words[:1]))
    if verb.low.endswith("ing") and verb.low in parts(tool.tool.name):
        return True  # "pending orders"
    if verb.stem in _ASKS - {*tool.name, told} and own in _DECIDES:
        return False
    if verb.stem in _BEGINS and verb.stem not in {own, told} and classes_of([own]) & {"approve", "reject"}:
        return False  # who issues something does not decide on it either
    if verb.stem in {stem(word) for word in tool.does.words[1:] if word.endswith("ed")} - {told, *tool.name}:
        return not classes_of([verb.stem]).isdisjoint(senses_of(tool))  # who may deny may not "Appeal a denied claim"
    if (verb.stem in _BEGINS and own in _AGAIN) or _parts(tool, verb, said):
        return False  # nor is a thing issued or recorded by who reopens or reschedules one
    if verb.stem not in tool.name or verb.stem in {own, told}:
        return True
    if verb.stem in ANY_VERBS and not (verb.stem == tool.name[-1] and tool.ends_in_a_thing):
        return True  # but who records employees does not "Update the record of an employee"
    if own in _MAKES and said.issuperset(tool.name[1:]):
        return True
    if own in tool.described - VERBS and own != told:
        return True  # `pods_exec`
    last = verb.stem == tool.name[-1] and not classes_of([verb.stem]).isdisjoint(classes_of([told]))
    return (last and own != told) or verb.stem in _joined_verbs(tool)


def _parts(tool: ToolWords, verb: Token, said: frozenset[str]) -> bool:
    """Whether a verb says something else without the particle of the description: who may take rooms may not "Take a
    room out of service"."""
    own = verb.stem == stem("".join(tool.does.words[:1])) and verb.stem in _LIGHT and verb.stem not in tool.name
    particles = PARTICLES & tool.does.acted
    return own and bool(particles) and particles.isdisjoint(said)


def _joined_verbs(tool: ToolWords) -> frozenset[str]:
    """The verbs of a name that has several: `create_or_update_file`."""
    name = parts(tool.tool.name)
    return frozenset(stem(name[at + 1]) for at, word in enumerate(name[:-1]) if word in {"and", "or"})
