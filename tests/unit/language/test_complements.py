"""Words after a tool: those that only repeat its description name it, and every other is a condition or is refused."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.text.words import parts
from bot.language.wordlists import ARTICLES, EVERYONE, STOPS
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
BESIDE = Path(__file__).parents[4] / "shared" / "rules"
FOLDERS = (CORPORA / "gateways", CORPORA / "second" / "gateways", CORPORA / "desks", BESIDE / "gateways")
FILES = sorted({path.stem: path for folder in FOLDERS for path in folder.glob("*.json")}.values())
PREPOSITIONS = ("in", "on", "to", "from", "of", "for", "with", "into", "at", "by", "under")
FUNCTION_WORDS = STOPS | ARTICLES | EVERYONE | {"all", "will", "be", "please", "way"}


def statements(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


def phrases(gateway: Gateway) -> Iterator[tuple[str, str, list[str | None]]]:
    """A rule for a tool, what is put after it, and what the rule alone is read as: each word of its description."""
    for tool in gateway.tools:
        rule = next(
            (f"allow {name}" for name in (" ".join(parts(tool.name)), tool.name)
             if None not in statements(f"allow {name}", gateway)), "")  # fmt: skip
        words = dict.fromkeys(word.lower() for word in re.findall(r"[A-Za-z]+", tool.description))
        plain = statements(rule, gateway) if rule else []
        for word, (preposition, article) in itertools.product(words, zip(PREPOSITIONS, itertools.cycle(("", "the ")))):
            repeated = re.search(rf"\b{preposition}\b\W+(?:[\w'’-]+\W+){{0,9}}?{word}\b", tool.description, re.I)
            if rule and word not in FUNCTION_WORDS and not repeated and word not in parts(tool.name):
                yield rule, f"{preposition} {article}{word}", plain


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_of_a_description_vanishes_behind_a_preposition(path: Path) -> None:
    """A complement that is not the description's own is never dropped: "cancel orders in the warehouse" is no permit
    for every order because the description speaks of a warehouse."""
    gateway = load_gateway(path)
    cases = sampled(phrases(gateway), 30)
    dropped = [
        f"{rule} {added}"
        for rule, added, plain in cases
        if added != "of course" and statements(f"{rule} {added}", gateway) == plain
    ]
    assert cases
    assert dropped == []


@pytest.mark.parametrize(
    ("gateway", "rule", "named"),
    [
        ("support", "managers may cancel orders only in the warehouse", "warehouse"),
        ("support", "managers may cancel warehouse orders", "warehouse"),
        ("support", "managers may cancel new orders", "new"),
        ("banking", "tellers may transfer funds to another bank", "to another bank"),
        ("banking", "tellers may transfer funds to two accounts", "two"),
        ("banking", "tellers may move money from accounts", "from accounts"),
        ("github", "writers may create repositories only in a specified organization", "organization"),
        ("github", "writers may push files to our repository", "repository"),
    ],
)
def test_a_complement_that_says_more_is_refused_by_its_words(
    desk: Callable[[str], Gateway], gateway: str, rule: str, named: str
) -> None:
    found = translate(rule, desk(gateway))
    assert [asset.statement for asset in found] == [None]
    assert named in found[0].findings[0].description


@pytest.mark.parametrize(
    ("gateway", "short", "long"),
    [
        ("banking", "tellers may transfer funds", "tellers may transfer funds at this bank"),
        ("banking", "tellers may transfer funds", "tellers may transfer funds between two accounts"),
        ("support", "managers may refund", "managers may send money to a customer for an order"),
        ("github", "writers may push files", "writers may push files to a repository"),
        ("github", "writers may push files", "writers may push files to the GitHub repository"),
    ],
)
def test_a_complement_that_repeats_the_description_adds_nothing(
    desk: Callable[[str], Gateway], gateway: str, short: str, long: str
) -> None:
    assert statements(long, desk(gateway)) == statements(short, desk(gateway)) != [None]
