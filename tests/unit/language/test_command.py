"""`policybot translate`: one rule, and a batch in which a bad line spoils only itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.errors import GatewayFileError
from bot.language.command import translate_batch, translate_one

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


def test_a_line_without_a_gateway_is_about_the_one_of_the_batch() -> None:
    lines = [json.dumps({"id": "a", "rule": "nobody may dispose of stock"})]
    assert "policyGenerationAssets" in json.loads(next(translate_batch(lines, gateway_path=GATEWAY)))
    assert "error" in json.loads(next(translate_batch(lines)))


def test_tools_that_are_not_near_are_not_called_near() -> None:
    said = translate_one(GATEWAY, "nobody may launch the flux capacitor")
    assert "nearest" not in said
    assert re.search(r"Its tools are `\w+`, `\w+`, `\w+` and \d+ more: name one\.", said)
    assert "nearest" in translate_one(GATEWAY, "nobody may call dispense_medicaton")


def test_one_tool_is_spoken_of_as_one(tmp_path: Path) -> None:
    described = json.loads(Path(GATEWAY).read_text(encoding="utf-8"))
    described["targets"] = described["targets"][:1]
    payload = described["targets"][0]["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]
    del payload[1:]
    path = tmp_path / "one.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    said = translate_one(str(path), "nobody may launch the flux capacitor")
    assert f"Its only tool is `{payload[0]['name']}`." in said


def test_every_line_of_a_batch_is_answered_whatever_it_holds() -> None:
    """Half a character, a target of no tool, a gateway that is no gateway: none ends the batch, all can be printed."""
    odd = [":", ";", "all tools of Dispensing except everything", "\ud800", "x" * 9000, "allow " * 3000, "((" * 400]
    lines = [json.dumps({"id": n, "gateway": GATEWAY, "rule": rule}) for n, rule in enumerate(odd)]
    lines += ["[" * 100_000, json.dumps({"id": "folder", "gateway": str(Path(GATEWAY).parent), "rule": "x"})]
    lines += [json.dumps({"id": "last", "gateway": GATEWAY, "rule": "nobody may dispose of stock"})]
    printed = [line.encode() for line in translate_batch(lines)]
    answers = [json.loads(line) for line in printed]
    assert [answer["id"] for answer in answers] == [*range(len(odd)), None, "folder", "last"]
    assert all("error" in answer or answer["policyGenerationAssets"] for answer in answers)
    assert "definition" in answers[-1]["policyGenerationAssets"][0]
