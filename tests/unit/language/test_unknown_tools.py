"""A rule about a tool that is not there: the words of its name are the culprit, and not the verb before them."""

from __future__ import annotations

import pytest

from bot.controlplane.config import SAMPLE_GATEWAY
from bot.language import translate
from tests.support.gateways import load_gateway

GATEWAY = load_gateway(SAMPLE_GATEWAY)


@pytest.mark.parametrize("who", ["allow support agents to", "nobody may", "let managers"])
@pytest.mark.parametrize("verb", ["use", "call"])
@pytest.mark.parametrize("name", ["flux capacitor", "frobnicator"])
@pytest.mark.parametrize("noun", ["", " tool"])
def test_the_name_of_the_tool_is_what_is_not_understood(who: str, verb: str, name: str, noun: str) -> None:
    (asset,) = translate(f"{who} {verb} the {name}{noun}", GATEWAY)
    assert asset.statement is None
    said = asset.findings[0].description
    assert name in said.partition("”")[0] + "”", said
    assert "name one" in said


def test_a_rule_in_another_language_names_its_words() -> None:
    (asset,) = translate("erlaube dem Support die Rückerstattung", GATEWAY)
    assert asset.statement is None
    assert "erlaube" in asset.findings[0].description
