"""Word forms: stems, singulars, kebab case, and the words inside an identifier."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

from bot.language.wordlists import IRREGULAR_FORMS, IRREGULAR_PLURALS

_PARTS = re.compile(r"[A-Z]{2,}s(?![A-Za-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The form that refund, refunds and refunding share; sent, people go to their verb, their noun first."""
    low = word.lower()
    # A stemmer keeps the word that it works on: each word has its own, or two threads would stem each other's.
    known = IRREGULAR_FORMS.get(low) or IRREGULAR_PLURALS.get(low, low)
    return str(snowballstemmer.stemmer("english").stemWord(known))


@lru_cache(maxsize=65536)
def parts(identifier: str) -> tuple[str, ...]:
    """The lower-case words of an identifier: `updateCustomerEmail`, `Helpdesk-Tickets` and `process_refund` alike."""
    return tuple(found.lower() for found in _PARTS.findall(identifier))


@lru_cache(maxsize=65536)
def stems(text: str) -> tuple[str, ...]:
    """The stems of the words of an identifier or a description, in order."""
    return tuple(stem(part) for part in parts(text))


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of an English noun, lower-case or not: agents, secretaries, bosses, salesmen, midwives."""
    low = word.lower()
    if low in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[low]
    if (last := low.rsplit("-", 1)[-1]) != low and last in IRREGULAR_PLURALS:
        return low.removesuffix(last) + IRREGULAR_PLURALS[last]  # card-ops
    if low.endswith("men") and len(low) > 4:
        return word[:-3] + "man"
    if low.endswith(("wives", "lves")):
        return word[:-3] + ("fe" if low.endswith("wives") else "f")
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith(("sses", "ches", "shes", "xes", "zes")):
        return word[:-2]
    if low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_plural(word: str) -> bool:
    """Whether a noun is written in the plural."""
    return singular(word).lower() != word.lower()


def kebab(words: tuple[str, ...]) -> str:
    """A group noun as a claim value: ("Senior", "Adjusters") is "senior-adjuster"."""
    name = "-".join([*(word.lower() for word in words[:-1]), singular(words[-1]).lower()])
    return name.replace("_", "-").replace(" ", "-")


def forms(word: str) -> tuple[str, ...]:
    """How a word may end in a sentence: issues, issued, issuing."""
    root = word[:-1] if word[-1:] in {"e", "y"} else word
    plural = f"{root}ies" if word.endswith("y") else f"{word}s"
    past = f"{root}ied" if word.endswith("y") else f"{root}ed"
    last = word[-1:] if word[-1:] in {"b", "d", "g", "l", "m", "n", "p", "r", "t"} else ""
    double = (f"{word}{last}ed", f"{word}{last}ing") if last else ()
    hissed = (f"{word}es",) if word.endswith(("s", "x", "ch", "sh")) else ()
    present = f"{word if word.endswith('y') else root}ing"
    return (plural, past, present, f"{root}ion", f"{root}ation", *double, *hissed)
