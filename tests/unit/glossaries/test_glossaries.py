"""Whose words a rule is read with: those of its route, else those of the routing file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BadInput, SettingsError
from bot.glossaries import Glossaries
from bot.routing import read_routing
from bot.settings import read_settings
from tests.unit.blocks.golden import PROPOSAL

ROUTES = """
routes:
  - {policy_engine_id: e, gateway_arn: g, channels: [C1], glossary: one.yml}
  - {policy_engine_id: e, gateway_arn: g, channels: [C2], glossary: two.yml}
  - {policy_engine_id: e, gateway_arn: g, workspace: T3, glossary: three.yml}
  - {policy_engine_id: e, gateway_arn: g}
targets:
  - {policy_engine_id: f, gateway_arn: h, glossary: one.yml}
glossary: {clerks: "role = general"}
"""


def read(folder: Path, text: str = ROUTES, **files: str) -> Glossaries:
    for name in ("one", "two", "three"):
        (folder / f"{name}.yml").write_text(files.get(name, f"clerks: role = {name}\n"), "utf-8")
    (folder / "routing.yml").write_text(text, "utf-8")
    settings = read_settings({"POLICYBOT_CONFIG": str(folder / "routing.yml")})
    return Glossaries.read(settings, read_routing(settings))


@pytest.mark.parametrize(
    ("team", "channel", "engine", "gateway", "role"),
    [
        ("T1", "C1", "e", "g", "one"),
        ("T1", "C2", "e", "g", "two"),
        ("T3", "C9", "e", "g", "three"),
        ("T3", "C1", "e", "g", "one"),
        ("T1", "C9", "e", "g", "general"),
        ("T1", "C9", "f", "h", "one"),
        ("T1", "C9", "gone", "g", "general"),
    ],
)
def test_the_nearest_route_says_whose_words_they_are(
    tmp_path: Path, team: str, channel: str, engine: str, gateway: str, role: str
) -> None:
    place = replace(PROPOSAL, team_id=team, channel_id=channel, engine_id=engine, gateway_arn=gateway)
    assert read(tmp_path).of(place).people == {("clerk",): ("role", role)}


def test_a_gateway_with_several_glossaries_needs_the_channel(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.of_gateway("g", "C2").people[("clerk",)][1] == "two"
    assert found.of_gateway("h").people[("clerk",)][1] == "one"
    assert found.of_gateway("elsewhere").people[("clerk",)][1] == "general"
    with pytest.raises(BadInput, match="--channel"):
        found.of_gateway("g")
    with pytest.raises(BadInput, match="--workspace"):
        found.of_gateway("g", "C9")
    assert found.of_gateway("g", "C9", "T1").people[("clerk",)][1] == "general"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clerks: c1", "one.yml: The glossary entry 'clerks' needs a meaning such as"),
        ("[clerks]", "one.yml: The glossary is a mapping"),
        ("people: [", "one.yml is not YAML: line 1"),
        ("1: 2", "one.yml: The glossary entry 1 is not a phrase"),
    ],
)
def test_a_file_that_is_wrong_is_named_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(tmp_path, one=text)
    assert said in raised.value.sentence
    assert "\n" not in raised.value.sentence


def test_a_file_that_is_not_there_and_the_settings_own_words_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing.yml cannot be read: No such file"):
        read(tmp_path, ROUTES.replace("three.yml", "missing.yml"))
    with pytest.raises(SettingsError, match=r"routing.yml: The glossary entry 'clerks' needs"):
        read(tmp_path, ROUTES.replace("role = general", "general"))


def test_two_glossaries_of_one_route_are_refused(tmp_path: Path) -> None:
    twice = ROUTES.replace("glossary: {", "  - {policy_engine_id: f, gateway_arn: h, glossary: two.yml}\nglossary: {")
    with pytest.raises(SettingsError, match="two values of glossary"):
        read(tmp_path, twice)
