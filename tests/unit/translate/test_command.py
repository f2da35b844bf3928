"""`policybot translate`: one rule, and a batch in which a bad line spoils only itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import GatewayFileError
from bot.translate.command import translate_batch, translate_one

GATEWAY = str(Path(__file__).parents[2] / "corpora" / "gateways" / "pharmacy.json")


def test_one_rule_is_printed_as_the_api_has_it() -> None:
    answer = json.loads(translate_one(GATEWAY, "nobody may dispose of stock", "policy"))
    assert answer["policyGenerationAssets"][0]["definition"]["policy"]["statement"].startswith("forbid(")


def test_a_missing_gateway_file_is_an_error_with_a_sentence() -> None:
    with pytest.raises(GatewayFileError):
        translate_one("nowhere.json", "nobody may refund")


def test_a_bad_line_of_a_batch_spoils_only_itself() -> None:
    lines = [
        json.dumps({"id": "a", "gateway": GATEWAY, "rule": "nobody may dispose of stock"}),
        "not json",
        json.dumps({"id": "b", "gateway": "nowhere.json", "rule": "x"}),
        json.dumps({"id": "c", "gateway": GATEWAY}),
        json.dumps([1]),
        "",
        json.dumps({"id": "d", "gateway": GATEWAY, "rule": "lol"}),
    ]
    answers = [json.loads(line) for line in translate_batch(lines)]
    assert [answer["id"] for answer in answers] == ["a", None, "b", "c", None, "d"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
