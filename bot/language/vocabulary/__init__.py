"""Closed words as data: `["Category"]`, then a meaning and the phrases that have it. A new phrase is a string."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from bot.language.text.phrases import Phrases

Features = tuple[tuple[str, str], ...]
Entry = tuple[str, Features, str]
# Nouns of people, and what other instruments are for: no words of the grammar.
_OTHER = frozenset({"groups.toml", "instruments.toml"})
_HEAD = re.compile(r"(\w+)(?:\[(.*)\])?")


@cache
def phrases() -> Phrases[tuple[Entry, ...]]:
    """Every phrase with the categories, features and meanings that it has."""
    return Phrases({phrase: tuple(entries) for phrase, entries in _table().items()})


def _table() -> dict[str, list[Entry]]:
    table: dict[str, list[Entry]] = {}
    for entry in files(__name__).iterdir():
        if not entry.name.endswith(".toml") or entry.name in _OTHER:
            continue
        for head, meanings in tomllib.loads(entry.read_text("utf-8")).items():
            found = _HEAD.fullmatch(head)
            assert found is not None
            pairs = (part.partition("=") for part in (found[2] or "").split(",") if part)
            features = tuple(sorted((key.strip(), value.strip()) for key, _, value in pairs))
            for meaning, listed in meanings.items():
                for phrase in listed:
                    table.setdefault(phrase, []).append((found[1], features, meaning))
    return table


@cache
def of(category: str) -> frozenset[str]:
    """The phrases of a category."""
    return frozenset(phrase for phrase, entries in _table().items() if category in {entry[0] for entry in entries})


@cache
def group_words() -> frozenset[str]:
    """Nouns that name people though their form does not say so: "the service desk", "finance"."""
    return frozenset(tomllib.loads((files(__name__) / "groups.toml").read_text("utf-8"))["people"]["role"])


@cache
def words() -> frozenset[str]:
    """Every word of the phrases."""
    return frozenset(word for phrase in _table() for word in phrase.split())


def categories() -> tuple[frozenset[str], ...]:
    """The categories that each phrase has."""
    return tuple(frozenset(category for category, _, _ in entries) for entries in _table().values())
