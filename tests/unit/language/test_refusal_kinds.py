"""Every kind of refusal that the code names is told in refusals.toml, and none is told for nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import bot.language

HOME = Path(bot.language.__file__).parent
KINDS = tomllib.loads((HOME / "gateway" / "refusals.toml").read_text("utf-8"))


def test_the_kinds_that_are_named_are_those_that_are_told() -> None:
    code = "\n".join(path.read_text("utf-8") for path in HOME.rglob("*.py"))
    calls = re.findall(r'Refusal\.of\(\s*"(\w+)"(?: if [^"]+ else "(\w+)")?', code)
    assert {kind for call in calls for kind in call if kind} == KINDS.keys()


def test_a_kind_says_a_sentence_and_what_to_do_in_words_that_are_put_in() -> None:
    known = {"said", "tool", "tools", "input", "inputs", "listed", "left", "right", "words"}
    known |= {"name", "near", "prep", "target", "values", "verb", "what", "why"}
    for kind, told in KINDS.items():
        assert told.keys() <= {"sentence", "advice", "weight"}, kind
        assert told["sentence"].endswith("."), kind
        places = re.findall(r"{(\w+)[.}]", told["sentence"] + told.get("advice", ""))
        assert known.issuperset(places), kind
