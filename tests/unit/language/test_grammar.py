"""The grammar files: every example below a rule is read, and every sentence that must not be read is not."""

from __future__ import annotations

import collections
import inspect
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate, vocabulary
from bot.language.grammar import chart
from bot.language.grammar.actions import ACTIONS, MODULES
from bot.language.grammar.rules import Example, grammar, parsed

EXAMPLES = grammar().examples


def name(example: Example) -> str:
    return f"{'reads' if example.read else 'not'}: {example.text}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_a_rule_reads_its_examples_and_no_other(example: Example, desk: Callable[[str], Gateway]) -> None:
    """Sentences of repositories are for GitHub's own tools, all others for the support desk."""
    gateway = desk("github" if re.search(r"\b(?:branch|repositor)", example.text) else "support")
    assets = translate(example.text, gateway)
    assert (None not in [asset.statement for asset in assets]) == example.read, assets[0].findings


def test_every_theme_has_examples() -> None:
    rules = {example.rule for example in EXAMPLES}
    assert len(rules) > 20


def test_every_action_of_the_grammar_is_there_and_used() -> None:
    used = {rule.action for rule in grammar().rules}
    assert used <= set(ACTIONS)
    assert set(ACTIONS) - used == set()


def test_a_category_that_nothing_makes_is_a_slip_of_the_grammar() -> None:
    """A category is made by a rule, or is one of the leaves; a misspelled one would never be found."""
    leaves = {
        "AbleWord", "Amount", "Arrow", "Dash", "Day", "Done", "Emoji", "Ends", "FlagWord", "GlossTool", "GlossValue",
        "GlossWho", "Group", "Guess", "Input", "InputIng", "InputNoun", "Manner", "Money", "NonGroup", "NotFlag",
        "Number", "ParticleWord", "Tail", "Target", "TheThing", "Thing", "Time", "TimeBut", "ToldFlag", "ToldRest",
        "ToldTool", "ToolName", "Unit", "Value", "ValueNoun", "Word",
    }  # fmt: skip
    closed = {category for entries in vocabulary.categories() for category in entries}
    made = {rule.category for rule in grammar().rules} | leaves | closed
    asked = {symbol.category for rule in grammar().rules for symbol in rule.symbols}
    assert {category for category in asked - made if not category.startswith("'")} == set()


KINDS = {
    **dict.fromkeys(("Formula", "Valued", "Fact", "Neg", "Or", "And"), "condition"),
    **dict.fromkeys(("str", "Effect"), "effect"),
    **dict.fromkeys(("Draft", "tuple[Draft, ...]"), "draft"),
    **dict.fromkeys(("Deed", "tuple[Deed, ...]"), "deed"),
}


def test_no_action_hides_another_of_its_name() -> None:
    found = [name for module in MODULES for name, action in inspect.getmembers(module, inspect.isfunction)
             if action.__module__ == module.__name__ and not name.startswith("_")]  # fmt: skip
    assert sorted(found) == sorted({*found})


def test_no_rule_stands_twice() -> None:
    rules = [
        (rule.category, rule.features, rule.symbols, rule.action, *rule.constants.items()) for rule in grammar().rules
    ]
    assert [rule for rule, times in collections.Counter(rules).items() if times > 1] == []


def made_of() -> dict[str, set[str]]:
    """The kinds of meanings that phrases of each category have; a leaf that is passed on is of a kind of its own."""
    made: dict[str, set[str]] = collections.defaultdict(set)
    while True:
        before = sum(map(len, made.values()))
        for rule in grammar().rules:
            named = [symbol.category for symbol in rule.symbols if symbol.name]
            if rule.action == "it" and named:
                made[rule.category] |= made[named[0]] or {named[0].strip("'") and "leaf"}
            elif rule.action in {"it", "const"}:
                made[rule.category].add("effect")
            else:
                told = ACTIONS[rule.action].__annotations__["return"].split(" | ")
                made[rule.category] |= {KINDS.get(each, each) for each in told if each != "None"}
        if sum(map(len, made.values())) == before:
            return made


def test_a_category_is_of_one_kind() -> None:
    """Two themes that use one name for a condition and for a deed would put one where the other is meant."""
    mixed = {category: kinds - {"leaf"} for category, kinds in made_of().items()}
    assert {category: kinds for category, kinds in mixed.items() if len(kinds) > 1} == {}


def test_a_phrase_that_says_something_has_a_name_in_every_rule() -> None:
    """What a rule does not name is not in its meaning: only words may stand there, and what says that all is meant."""
    closed = {category for entries in vocabulary.categories() for category in entries}
    words = {category for category, kinds in made_of().items() if kinds <= {"effect"}} | closed
    signs = {"Arrow", "Dash", "Place", "Named1"}
    whatever = {"Anyplace", "Input"}
    for rule in grammar().rules:
        unnamed = {symbol.category for symbol in rule.symbols if not symbol.name and symbol.category[0] != "'"}
        says_all = rule.category == "Vacuous" or "Anyplace" in unnamed
        assert unnamed - words - signs - (whatever if says_all else set()) == set(), rule.line


def test_what_is_no_rule_is_named_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"clauses\.gram:2: not a rule"):
        parsed([("clauses.gram", "# a comment\nClause means nothing\n")])


@pytest.mark.parametrize(
    "rule",
    [
        "managers, " * 180 + "managers may refund",
        "allow managers to refund when " + " and ".join(f"the amount is over {n}" for n in range(70)),
        "refund " * 280,
        "the order is not express or over 5 and " * 50,
    ],
    ids=["people", "conditions", "words", "negations"],
)
def test_a_sentence_beyond_the_chart_is_tried_once(
    rule: str, desk: Callable[[str], Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is more than one rule can say is not read again with every word that may be a slip of another."""
    gateway, tried = desk("support"), itertools.count()
    closed = chart._closed

    def counted(*parts: Any) -> chart.Phrase | None:
        next(tried)
        return closed(*parts)

    monkeypatch.setattr(chart, "_closed", counted)
    (asset,) = translate(rule[:2000], gateway)
    assert asset.statement is None
    assert 1_000 < next(tried) <= chart.TRIES
