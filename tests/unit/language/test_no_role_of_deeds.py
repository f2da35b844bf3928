"""People before a verb: what they do is no part of their role, or the rule would be for nobody."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from bot.cedar import Gateway, Tool
from bot.language import translate
from bot.language.gateway.listed import listed_values
from bot.language.text.words import parts
from bot.language.wordlists import DETERMINING
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in (".", "second") for path in (CORPORA / folder / "gateways").glob("*.json"))
ROLES = {
    "reception": "reception",
    "finance": "finance",
    "support": "support",
    "the service desk": "service-desk",
    "managers": "manager",
    "sales managers": "sales-manager",
}
NOBODY = (
    "means",
    "means of a script",
    "nights",
    "weekends",
    "days",
    "batches",
    "pairs",
    "phases",
    "steps",
    "themselves",
)
SAID = re.compile(r'principal\.getTag\("role"\) == "([^"]+)"')


def flags(tool: Tool) -> list[str]:
    """Words of the tool's boolean inputs, as they would stand before its noun."""
    properties = tool.input_schema.get("properties", {})
    return [parts(name)[0] for name, schema in properties.items() if schema.get("type") == "boolean"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_role_has_no_verb_of_a_tool_in_it(path: Path) -> None:
    gateway = load_gateway(path)
    wrong = []
    for rule, role in sampled(_of_people(gateway.tools), 30):
        for asset in translate(rule, gateway):
            said = SAID.findall(asset.statement or "")
            if said not in ([], [role]) or (asset.statement and not said and "IamEntity" not in asset.statement):
                wrong.append((rule, said))
    assert wrong == []


def _of_people(tools: Iterable[Tool]) -> Iterator[tuple[str, str]]:
    """A rule on each tool for each role, with the role that it is for."""
    for tool in tools:
        verb, *noun = parts(tool.name)
        values = [value for schema in tool.input_schema.get("properties", {}).values() for value in _values(schema)]
        for (who, role), before in itertools.product(ROLES.items(), ("", *flags(tool), *values[:4])):
            yield f"don't let {who} {verb} {before} {' '.join(noun)}".replace("  ", " "), role


def _values(schema: dict[str, object]) -> tuple[str, ...]:
    return listed_values(str(schema.get("description", ""))) if schema.get("type") == "string" else ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_value_between_an_input_and_another_value_is_no_part_of_the_name(path: Path) -> None:
    """ "With currency EUR 500" tested the currency for 500."""
    gateway = load_gateway(path)
    wrong = []
    for tool in sampled(gateway.tools, 6):
        for name, schema in tool.input_schema.get("properties", {}).items():
            for value, more in itertools.product(_values(schema)[:3], ("500", "foo", '"bar"')):
                rule = f"block {tool.name} with {' '.join(parts(name))} {value} {more}"
                wrong += [
                    (rule, asset.statement)
                    for asset in translate(rule, gateway)
                    if asset.statement and more.strip('"') in asset.statement and value not in asset.statement
                ]
    assert wrong == []


@pytest.mark.parametrize("who", ["{} managers", "{} roles", "users with {} roles", "the {} department"])
def test_what_says_which_people_is_no_part_of_what_they_are_called(who: str, desk: Callable[[str], Gateway]) -> None:
    """ "Both managers" was the role both-manager, and "such roles" the role such."""
    gateway = desk("banking")
    wrong = []
    for word, rule in itertools.product(
        sorted(DETERMINING), ("allow {} to open accounts", "don't let {} open accounts")
    ):
        said = rule.format(who.format(word))
        wrong += [said for asset in translate(said, gateway) if asset.statement and f'"{word}' in asset.statement]
    assert wrong == []


@pytest.mark.parametrize("rule", ["{tool} may not be called by {word}", "{word} may not call {tool}"])
@pytest.mark.parametrize("name", ["pipelines", "banking", "support"])
def test_how_or_when_something_is_done_is_nobody(name: str, rule: str, desk: Callable[[str], Gateway]) -> None:
    """ "May not be deployed by means of a script" forbade it to people with the role mean."""
    gateway = desk(name)
    said = [rule.format(word=word, tool=gateway.tools[0].name) for word in NOBODY]
    assert [each for each in said for asset in translate(each, gateway) if "getTag" in str(asset.statement)] == []
