"""People who are named by a thing of the gateway: "permit clerks may issue permits" is of clerks who are called so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cedar import Gateway, Tool
from bot.language import translate
from bot.language.text.words import kebab, parts, singular
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
FOLDERS = (CORPORA / "gateways", CORPORA / "second" / "gateways", CORPORA / "desks")
FILES = sorted({path.stem: path for folder in FOLDERS for path in folder.glob("*.json")}.values())
PEOPLE = ("clerks", "officers", "managers", "agents", "specialists")
SAID = (
    "{who} may {verb} {noun}",
    "{who} can {verb} {noun}",
    "{who} may not {verb} {noun}",
    "only {who} may {verb} {noun}",
    "don't let {who} {verb} {noun}",
    "nobody may {verb} {noun} except {who}",
)
ROLE = re.compile(r'principal\.getTag\("role"\) == "([^"]+)"')
ACTION = re.compile(r'AgentCore::Action::"([^"]+)"')


def rules(gateway: Gateway) -> Iterator[tuple[str, str, Tool]]:
    """What people of a tool's noun may do with it, the role that they are, and the tool."""
    for tool in gateway.tools:
        verb, *noun = parts(tool.name)
        if not noun:
            continue
        for people, said in itertools.product(PEOPLE, SAID):
            who = f"{singular(noun[-1])} {people}"
            yield said.format(who=who, verb=verb, noun=" ".join(noun)), kebab(tuple(who.split())), tool


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_people_of_a_thing_are_a_role_and_what_they_do_is_the_tool(path: Path) -> None:
    gateway = load_gateway(path)
    wrong = []
    for rule, role, tool in sampled(rules(gateway), 40):
        for asset in translate(rule, gateway):
            said = asset.statement or ""
            others = {*ROLE.findall(said)} - {role} or {*ACTION.findall(said)} - {tool.action}
            nobody = said and "OAuthUser" in said and not ROLE.findall(said)
            if others or nobody:
                wrong.append((rule, said))
    assert wrong == []
