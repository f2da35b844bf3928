"""A word that is taken out of a rule, or replaced, changes its policies, or the rule is refused or asked.

What may go without effect is defined by the gateway, and by nothing that was read: a word is redundant where it only
helps to name what the rest of the rule still names. It is a word of the tool's own name, target or description, or of
the name, description or unit of an input, and no value of any; or "call" and its like before a tool; or it says an
effect that the rest says too, or what the rule says elsewhere.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from bot.language.gateway.tool_words import ToolWords
from bot.language.grammar.rules import grammar
from bot.language.text.words import singular, stems
from bot.language.vocabulary import of
from bot.language.wordlists import ARTICLES, IMPERATIVES, OPENINGS, STOPS, UNITS, USE_VERBS
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
SHARED = Path(__file__).parents[4] / "shared" / "rules"
SOURCES = {
    "first": (CORPORA / "rules.jsonl", CORPORA / "gateways"),
    "second": (CORPORA / "second" / "rules.jsonl", CORPORA / "second" / "gateways"),
    "third": (CORPORA / "third" / "seen-a.jsonl", CORPORA / "third" / "gateways"),
    "visible": (SHARED / "dev.jsonl", SHARED / "gateways"),
}
ROWS = int(os.environ.get("FUZZ_EXAMPLES", "100")) // 8
# Words of the grammar, which its own examples hold; and those that greet or only point.
SMALL = STOPS | ARTICLES | grammar().words | {word for phrase in (*of("Filler"), *OPENINGS) for word in phrase.split()}


@cache
def gateway_of(folder: Path, name: str) -> Gateway:
    found = next(path for each in (folder, CORPORA / "desks") if (path := each / f"{name}.json").exists())
    return load_gateway(found)


def statements(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


def redundant(word: str, rule: str, tools: list[ToolWords]) -> bool:
    low = word.lower().removesuffix("'s")
    found = stems(low)
    if low in IMPERATIVES or low in USE_VERBS or len(re.findall(rf"\b{re.escape(low)}\b", rule.lower())) > 1:
        return True
    if any(low == part for tool in tools for value in tool.values for part in re.split(r"\W|_", value)):
        return False
    if singular(low) in UNITS:
        return True
    return any(
        set(found)
        <= {
            *tool.name, *tool.target, *tool.described, *tool.input_names,
            *(each for given in tool.inputs for each in (*given.outer, *given.described)),
        }
        for tool in tools
    )  # fmt: skip


def cut(rule: str) -> Iterator[tuple[str, str, str]]:
    """Each content word, the rule without it, and the rule with a word that nobody knows in its place."""
    for found in re.finditer(r"[\w$%][\w'$%.-]*\w|\w", rule):
        if found[0].lower() not in SMALL:
            before, after = rule[: found.start()], rule[found.end() :]
            yield found[0], f"{before}{after}", f"{before}glimfor{after}"


@pytest.mark.parametrize("source", SOURCES)
def test_a_word_taken_out_or_replaced_changes_the_policies(source: str) -> None:
    path, folder = SOURCES[source]
    if not path.exists():
        pytest.skip("this corpus is not beside the repository")
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    without, replaced, tried = [], [], 0
    for row in random.Random(2026).sample(rows, min(ROWS, len(rows))):
        gateway = gateway_of(folder, row["gateway"])
        plain = statements(row["rule"], gateway)
        if None in plain:
            continue
        lexicon = lexicon_for(gateway)
        tools = [tool for tool in lexicon.tools if any(tool.action in str(text) for text in plain)] or list(
            lexicon.tools
        )
        for word, shorter, other in cut(row["rule"]):
            tried += 1
            if statements(shorter, gateway) == plain and not redundant(word, row["rule"], tools):
                without.append((word, row["rule"]))
            changed = translate(other, gateway)
            if [asset.statement for asset in changed] == plain or not all(
                asset.statement is None or "glimfor" in asset.statement
                for asset in changed
                if "glimfor" in asset.fragment
            ):
                replaced.append((word, other))
    assert tried
    assert without == []
    assert replaced == []
