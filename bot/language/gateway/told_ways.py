"""The ways to say what a boolean's description says: "true when customs has cleared it" is "cleared by customs" too.

Each has a form: `so` of a clause, `post` of what stands behind its noun, `with` of what stands behind "with".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.gateway.tool_words import ToolWords
from bot.language.text.words import parts, stem
from bot.language.wordlists import ARTICLES, PREPOSITIONS

Way = tuple[str, tuple[str, ...]]

_WHEN = re.compile(r"true (?:when|if|once|where|while) ([a-z][a-z' -]+)", re.IGNORECASE)
_WHERE = re.compile(
    r"true (?:for )?[a-z' -]*?\b((?:outside|inside|on|during|within|beyond|after|before) [a-z' -]+)", re.IGNORECASE
)
_TO = re.compile(r"true to ([a-z]+) ([a-z' -]+?)(?: too)?", re.IGNORECASE)
# Forms that say the same in a rule and in a description; what a call is about is "it" in both.
_SAME = {
    **dict.fromkeys(("is", "are", "was", "were"), "be"),
    **dict.fromkeys(("has", "have", "having"), "have"),
    **dict.fromkeys(("it", "they", "that", "which", "who", "them", "she", "he"), "it"),
}
# A clause with one of these says more than one thing, or what is not so.
_UNCLEAR = frozenset({"and", "or", "no", "not", "without", "never", "unless", "nobody", "there", "only", "but"})
_DONE = frozenset({"done", "made", "sent", "held"})
# What these do to a thing is that it is there.
_ADDS = ("add", "include", "show", "print")
_IT = ("it",)


def same(word: str) -> str:
    """A word as it is compared."""
    return _SAME.get(word) or stem(word)


def said_in(clause: str) -> list[str]:
    """The words of a clause; none where it says more than one thing."""
    words = [word for word in parts(clause) if word not in ARTICLES | {"must"}]
    return words if _UNCLEAR.isdisjoint(words) else []


def ways_of(tool: ToolWords, description: str) -> Iterator[Way]:
    """The words that say what a boolean of a tool is true for."""
    text = description.strip().rstrip(".")
    if found := _WHEN.fullmatch(text):
        yield from _clause(tool, said_in(found[1]))
    elif found := _TO.fullmatch(text):
        yield from _adding(found[1].lower(), said_in(found[2]))
    elif (found := _WHERE.fullmatch(text)) and said_in(found[1])[2:]:
        yield "post", tuple(map(same, said_in(found[1])))


def _clause(tool: ToolWords, said: list[str]) -> Iterator[Way]:
    alike = tuple(map(same, said))
    helping = (n for n, word in enumerate(alike) if n and (word in {"be", "have"} or said[n].endswith("ed")))
    at = next(helping, 0)
    subject, verb, behind = alike[:at], alike[at : at + 1], alike[at + 1 :]
    thing = _IT if subject == _IT or (at and tool.does.acted.issuperset(subject)) else ()
    if not at or (not behind and verb[0] in {"be", "have"}):
        if len(said) > 2:
            yield "so", alike
        if len(said) > 2 and alike[0] == "it" and said[1].endswith("s"):
            yield "post", alike[1:]  # "carrying hazardous cargo"
    elif verb == ("be",) or behind[:1] == ("been",):
        yield from _being(subject, thing, behind[behind[:1] == ("been",) :], said[-1 * len(behind)] in _DONE)
    elif verb == ("have",) and not said[at + 1].endswith("ed"):
        yield "so", alike
        if thing:
            yield from (("so", (*thing, *verb, *behind)), ("post", (*verb, *behind)))
    else:
        done = behind if verb == ("have",) else (*verb, *behind)
        yield from _doing(tool, subject, thing, done)


def _being(subject: tuple[str, ...], thing: tuple[str, ...], behind: tuple[str, ...], done: bool) -> Iterator[Way]:
    """ "The device was reported lost": it has been, and "devices reported lost"."""
    for each in dict.fromkeys((subject, thing or subject)):
        yield "so", (*each, "be", *behind)
        yield "so", (*each, "have", "been", *behind)
    bare = behind[1:] if done else behind  # "done over video"
    if thing and len(bare) > 1:
        yield "post", bare
    if subject != _IT:
        yield "with", (*subject, *behind)  # "with a receipt attached"


def _doing(tool: ToolWords, subject: tuple[str, ...], thing: tuple[str, ...], done: tuple[str, ...]) -> Iterator[Way]:
    """ "Customs has cleared it": "customs cleared it", "having cleared it", "cleared by customs"."""
    yield "so", (*subject, *done)
    yield "so", (*subject, "have", *done)
    if thing:
        yield "post", ("have", *done)
    if done[1:] == _IT or (done[1:] and tool.does.acted.issuperset(done[1:])):
        by = (done[0], "by", *subject)
        yield from (("post", by), ("so", (*_IT, "be", *by)), ("so", (*_IT, "have", "been", *by)))


def _adding(verb: str, said: list[str]) -> Iterator[Way]:
    """ "To mask card numbers": with "card numbers masked"; "to print bank details on them": with "bank details"."""
    end = next((n for n, word in enumerate(said) if word in PREPOSITIONS), len(said))
    nouns, tail = tuple(map(same, said[:end])), tuple(map(same, said[end:]))
    adds = verb in _ADDS
    if not nouns or (not adds and tail):
        return
    if adds and len(nouns) > 1:
        yield "with", nouns
    for each in map(stem, _ADDS if adds else (verb,)):
        yield from (("with", (*nouns, each, *more)) for more in dict.fromkeys(((), tail)))
        yield "so", (*nouns, "be", each)
