"""What somebody typed stays what it is, whatever it looks like: a name with a hyphen, a state of a thing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.words import parts
from bot.language.wordlists import ATTRIBUTES
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in CORPORA.rglob("gateways") for path in folder.glob("*.json"))
STATES = ("public", "archived", "stale", "protected", "verified", "inactive")


def halves(gateway: Gateway) -> Iterator[tuple[str, str]]:
    """Words of tools' names, each in one and with a hyphen in it."""
    words = dict.fromkeys(word for tool in gateway.tools for word in parts(tool.name) if len(word) > 5)
    yield from ((word, f"{word[:at]}-{word[at:]}") for word in words for at in (3, len(word) // 2, len(word) - 2))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_hyphen_stays_in_a_role_and_in_a_value(path: Path) -> None:
    """ "Roll-back" may be a tool's rollback, and never a value that somebody else has."""
    gateway = load_gateway(path)
    tool = gateway.tools[0].name
    for whole, typed in sampled(halves(gateway), 8):
        for rule in (f"{typed} agents may call {tool}", f"users with team {typed} may call {tool}"):
            for asset in translate(rule, gateway):
                assert f'"{whole}' not in str(asset.statement), rule


def texts(gateway: Gateway) -> Iterator[tuple[ToolWords, Input]]:
    """The free texts that a tool takes, two of each."""
    for words in lexicon_for(gateway).tools:
        free = [each for each in words.inputs if each.kind == "String" and not each.values and len(each.path) == 1]
        yield from ((words, each) for each in [each for each in free if ATTRIBUTES.isdisjoint(each.own)][:2])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_what_a_thing_is_like_is_not_its_name(path: Path) -> None:
    """ "When the repository is archived" is about no repository of that name; quotes say that one is meant."""
    gateway = load_gateway(path)
    states = itertools.cycle(STATES)
    for words, found in sampled(texts(gateway), 20):
        state = next(each for each in states if each not in words.values)  # "the bucket is public": its access
        rule = f"block {words.tool.name} when the {' '.join(found.own)} is {state}"
        assert f'"{state}"' not in str(translate(rule, gateway)[0].statement), rule
        named = f'block {words.tool.name} when {found.path[0]} is "archived"'
        assert '"archived"' in str(translate(named, gateway)[0].statement), named
