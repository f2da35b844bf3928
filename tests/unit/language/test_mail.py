"""A mail's greeting and signature say nothing; what stands in their places and limits a rule is never dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from bot.language.wordlists import PREPOSITIONS
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in (CORPORA / "gateways", CORPORA / "desks") for path in folder.glob("*.json"))
SIGNED = ("{rule}. Thanks, {said}", "{rule}. Thanks! {said}", "{rule}. Kind regards\n{said}", "Hi {said}, {rule}")


def statements(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_of_the_gateway_is_a_name(path: Path) -> None:
    """In capitals too: "everyone may roll back services. Thanks! In Production" was a permit for every stage."""
    gateway = load_gateway(path)
    lexicon = lexicon_for(gateway)
    rule = f"allow anyone to call {lexicon.tools[0].tool.name}"
    words = [value.title() for value in (*sorted(lexicon.listed), *sorted(lexicon.flag_words)) if value.isalpha()]
    said = [*words, *(f"{prep.title()} {word}" for prep in sorted(PREPOSITIONS) for word in words)]
    plain = statements(rule, gateway)
    dropped = [
        text
        for each in sampled(said, 8)
        for form in SIGNED
        if statements(text := form.format(rule=rule, said=each), gateway) == plain
    ]
    assert dropped == []


@pytest.mark.parametrize(
    "said", ["Support", "Interns", "Monday", "During Weekdays", "Only", "May", "Under Review", "Only Finance Team"]
)
@pytest.mark.parametrize("form", SIGNED)
def test_people_and_times_are_no_names(said: str, form: str, desk: Callable[[str], Gateway]) -> None:
    gateway = desk("support")
    text = form.format(rule="managers may refund", said=said)
    assert statements(text, gateway) != statements("managers may refund", gateway)


@pytest.mark.parametrize("said", ["Tom", "Petra Miller", "Peter", "Eric Parker", "Ana"])
@pytest.mark.parametrize("form", [SIGNED[0], *SIGNED[2:]])
def test_a_name_says_nothing(said: str, form: str, desk: Callable[[str], Gateway]) -> None:
    gateway = desk("support")
    text = form.format(rule="managers may refund", said=said)
    assert statements(text, gateway) == statements("managers may refund", gateway) != [None]
