"""The team's own words, as written in the routing file."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import SettingsError
from bot.language import Glossary


def test_people_may_stand_at_the_top() -> None:
    glossary = Glossary.parse({"support agents": 'role = "cs_tier1"', "the fraud desk": "team = fraud"})
    assert glossary.people == {("support", "agent"): ("role", "cs_tier1"), ("fraud", "desk"): ("team", "fraud")}


def test_no_glossary_is_an_empty_one() -> None:
    assert Glossary.parse(None) == Glossary.parse({}) == Glossary()


@pytest.mark.parametrize(
    "entries",
    [
        {"support agents": "cs_tier1"},
        {"support agents": 7},
        {"": 'role = "x"'},
        {"people": "everyone"},
        {"tools": {"money back": []}},
        {"tools": {"money back": [1]}},
        {"values": {"broken": "damaged"}},
        {3: 'role = "x"'},
    ],
)
def test_a_bad_entry_is_named(entries: dict[Any, Any]) -> None:
    with pytest.raises(SettingsError) as raised:
        Glossary.parse(entries)
    assert str(raised.value).endswith(".")
