"""What a refusal says is true, whatever rule it is of: a word that nobody knows, or one spelled wrong, put anywhere in
the rules of every visible corpus, is named, and the right spelling is offered first."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import Asset, translate
from bot.language.gateway.lexicon import Lexicon, lexicon_for
from bot.language.grammar.rules import closed_words
from bot.language.text.tokens import Token, tokenise
from bot.language.text.words import stem, stems
from bot.language.wordlists import PEOPLE_NOUNS, RATES
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = ("rules", "everyday", "second/rules", "third/seen-a", "third/seen-b", "fourth/seen", "fourth/aside",
         "fifth/seen", "fifth/aside", "sixth/seen", "sixth/aside", "seventh/seen")  # fmt: skip
STRANGE = ("zorbly", "quaxim", "plimtor", "vrendish", "glopnar", "tweskil")
SPANS = {"day", "hour", "week", "month", "minut", "second", "year", "quarter", "cycl"}
EVERY = 9
# Of words put where a value, a name or a role stands, some are refused for what stands beside them.
NAMED, RIGHTED = 0.95, 0.95


@cache
def _gateway(corpus: str, name: str) -> Gateway:
    own = [CORPORA / corpus.split("/")[0] / "gateways"] if corpus.startswith(("second", "third")) else []
    own += [CORPORA / "third" / "gateways"] if corpus.startswith("fourth") else []
    folders = [*own, CORPORA / "gateways", CORPORA / "desks", CORPORA / "second" / "gateways"]
    return load_gateway(next(path for folder in folders if (path := folder / f"{name}.json").exists()))


def _rows(every: int) -> Iterator[tuple[str, Gateway]]:
    """Every so many rules of one line, with their gateways."""
    at = 0
    for corpus in FILES:
        for line in (CORPORA / f"{corpus}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            at += 1
            if at % every == 0 and "\n" not in row["rule"]:
                try:
                    yield row["rule"], _gateway(corpus, row["gateway"])
                except StopIteration:
                    continue


def _readable() -> Iterator[tuple[str, Gateway, str]]:
    """Rules that are one policy each, with it."""
    for rule, gateway in _rows(EVERY):
        assets = translate(rule, gateway)
        if len(assets) == 1 and assets[0].statement:
            yield rule, gateway, assets[0].statement


def _words(rule: str) -> list[Token]:
    return [token for token in tokenise(rule) if token.is_word and token.text.isalpha()]


def _said(assets: tuple[Asset, ...]) -> list[str]:
    return [asset.findings[0].description for asset in assets if asset.statement is None]


def _spelled_wrong(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
            word[:at] + "x" + word[at + 1 :],
        ]
    )


def _known(lexicon: Lexicon, low: str) -> bool:
    return low in closed_words() | PEOPLE_NOUNS | lexicon.own_words or stem(low) in lexicon.words


def untrue(said: str, rule: str, lexicon: Lexicon) -> list[str]:
    """The sentences of a refusal that are not true of its rule and gateway."""
    return [*_not_in_the_rule(said, rule), *_missing_and_there(said, lexicon), *_counts_nothing(said),
            *_known_and_strange(said, lexicon)]  # fmt: skip


def _not_in_the_rule(said: str, rule: str) -> list[str]:
    plain = re.sub(r"[\s*]+", "", rule).lower()
    told = re.split(r"Did you mean| is near to|It could mean|A rule that works|Say |, such as", said)[0]
    quoted = re.findall(r"“([^”]*)” (?:is|are|names|does|and)\b", told)
    return [each for each in quoted if re.sub(r"[\s*]+", "", each).lower() not in plain]


def _missing_and_there(said: str, lexicon: Lexicon) -> list[str]:
    found: list[str] = []
    for name, listed in re.findall(r"`(\w+)` has no input for ((?:“[^”]*”(?:, | and )?)+)", said):
        inputs = [each for tool in lexicon.tools if tool.tool.name == name for each in tool.inputs]
        names = {tuple(sorted(each.leaf)) for each in inputs}
        words = {each: [stems(part) for part in each.split()] for each in re.findall(r"“([^”]*)”", listed)}
        found += [each for each, parts in words.items() if tuple(sorted(sum(parts, ()))) in names]
    return found


def _counts_nothing(said: str) -> list[str]:
    lows = [re.findall(r"[a-z]+", each.lower()) for each in re.findall(r"“([^”]*)” is a count over time", said)]
    return [" ".join(low) for low in lows if not set(map(stem, low)) & SPANS and not set(low) & RATES]


def _known_and_strange(said: str, lexicon: Lexicon) -> list[str]:
    said = re.split("Did you mean| is near to", said)[0]
    known = lexicon.own_words | lexicon.listed | closed_words()
    listed = re.findall(r"((?:“[^”]*”(?:, | and )?)+) (?:is no word|are no words) of", said)
    return [
        word
        for each in listed
        for word in re.findall(r"[a-z_]+", re.sub(" and |, ", " ", each.lower()))
        if word in known
    ]


@pytest.fixture(scope="module")
def changed() -> list[tuple[str, str, tuple[Asset, ...], str, Lexicon]]:
    """Rules with one word put in or spelled wrong: the kind, the rule, its assets, the word, and the gateway's words.

    A rule with a word spelled wrong is of kind "wrong" where the right one is offered first, else "lost"."""
    rng = random.Random(7)
    found: list[tuple[str, str, tuple[Asset, ...], str, Lexicon]] = []
    for rule, gateway, statement in _readable():
        lexicon, words = lexicon_for(gateway), _words(rule)
        place, word = rng.choice(words), rng.choice(STRANGE)
        text = f"{rule[: place.start]}{word} {rule[place.start :]}"
        found.append(("put in", text, translate(text, gateway), word, lexicon))
        known = [each for each in words if len(each.text) > 4 and _known(lexicon, each.low)]
        if not known:
            continue
        place = rng.choice(known)
        word = _spelled_wrong(place.text, rng)
        if _known(lexicon, word.lower()):
            continue
        text = f"{rule[: place.start]}{word}{rule[place.end :]}"
        assets = translate(text, gateway)
        first = [asset.offers[0].statements for asset in assets if asset.offers][:1]
        found.append(("wrong" if first == [(statement,)] else "lost", text, assets, word, lexicon))
    return found


Changed = list[tuple[str, str, tuple[Asset, ...], str, Lexicon]]


def _refused(changed: Changed) -> Changed:
    return [each for each in changed if _said(each[2])]


def test_a_strange_word_is_a_value_or_is_named(changed: Changed) -> None:
    refused = _refused(changed)
    missed = [text for _, text, assets, word, _ in refused if word.lower() not in " ".join(_said(assets)).lower()]
    assert len(missed) <= (1 - NAMED) * len(refused), missed


def test_a_strange_word_is_never_dropped(changed: Changed) -> None:
    for kind, text, assets, word, _ in changed:
        if kind == "put in" and not _said(assets):
            assert word in " ".join(asset.statement or "" for asset in assets), text


def test_the_right_spelling_is_offered_first(changed: Changed) -> None:
    wrong = [each for each in _refused(changed) if each[0] != "put in"]
    lost = [text for kind, text, *_ in wrong if kind == "lost"]
    assert len(lost) <= (1 - RIGHTED) * len(wrong), lost


def test_every_sentence_of_a_refusal_is_true(changed: Changed) -> None:
    wrong = [
        (text, said, why)
        for _, text, assets, _, lexicon in changed
        for said in _said(assets)
        if (why := untrue(said, text, lexicon))
    ]
    wrong += [
        (rule, said, why)
        for rule, gateway in _rows(4)
        for said in _said(translate(rule, gateway))
        if (why := untrue(said, rule, lexicon_for(gateway)))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "rule", "said"),
    [
        ("hotel-desk", "managers must upgrade rooms.", "must"),
        ("hotel-desk", "Free upgrades to a suite are forbidden unless the caller is a general manager.", "“Free”"),
    ],
)
def test_where_each_word_is_known_the_place_is_named_where_it_does_not_go_on(name: str, rule: str, said: str) -> None:
    found = " ".join(_said(translate(rule, _gateway("sixth/seen", name))))
    assert f"{said}" in found
    assert "is not understood" in found
    assert "has no input" not in found
