"""Schemas that nest without end: whoever writes one of a gateway's tools must not be able to stop the others."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import pytest

from bot.cedar import gateway_from_api, load_gateway, schema_for
from bot.cedar.nesting import DEEPEST, shallow, trouble

sys.path.insert(0, str(Path(__file__).parents[3]))  # the tests' own helpers are modules under tests/support

from tests.support.nested import ARN, LISTS, OBJECTS, nested_gateway


@pytest.mark.parametrize("levels", [DEEPEST, 250, 2_000, 50_000])
@pytest.mark.parametrize("kind", [OBJECTS, LISTS], ids=["objects", "lists"])
def test_a_schema_that_nests_too_deeply_spoils_only_its_tool(
    tmp_path: Path, levels: int, kind: tuple[str, str]
) -> None:
    """The tool is named with the reason, the others are as they were, and the gateway travels between processes."""
    file = tmp_path / "gateway.json"
    file.write_text(nested_gateway(levels, kind))
    gateway = load_gateway(file)
    schema = schema_for(gateway)
    assert [tool.name for tool in schema.tools] == ["refund", "close"]
    assert "levels deep" in schema.skipped["Desk___deep"]
    assert pickle.loads(pickle.dumps(gateway)) == gateway


def test_a_schema_of_twenty_objects_is_governed(tmp_path: Path) -> None:
    """The bound is far above what people write."""
    file = tmp_path / "gateway.json"
    file.write_text(nested_gateway(20))
    assert schema_for(load_gateway(file)).skipped == {}


def test_only_what_nests_too_deeply_is_cut() -> None:
    """Brackets in strings count for nothing, and everything beside the cut stays as it is."""
    deep = "[" * 5_000 + "]" * 5_000
    kept = {"a": "[" * 300 + '"\\', "b": [[1, {"c": None}]], "z": "}"}
    text = json.dumps(kept)
    assert shallow(text) == text
    found = json.loads(shallow(f'{{"deep": {deep}, "more": [{deep}], "kept": {text}}}'))
    assert found["kept"] == kept
    assert 90 < json.dumps(found["deep"]).count("[") < 100


@pytest.mark.parametrize("broken", ["[" * 5_000, "[" * 5_000 + '"', "]" * 5_000, '"' + "\\" * 5_001])
def test_a_text_that_breaks_off_is_no_json(broken: str) -> None:
    """Whatever is not JSON stays so, and ends in no other error than JSON's own."""
    with pytest.raises(ValueError, match=r"line 1|char 0"):
        json.loads(shallow(broken))


@pytest.mark.parametrize("parts", ["$defs", "definitions"])
def test_a_schema_that_unfolds_without_end_spoils_only_its_tool(parts: str) -> None:
    """References that double at each step are not followed to their end."""
    doubled = {
        f"x{step}": {"type": "object", "properties": {key: {"$ref": f"#/{parts}/x{step + 1}"} for key in "lr"}}
        for step in range(30)
    }
    doubled["x30"] = {"type": "string"}
    deep = {"type": "object", "properties": {"x": {"$ref": f"#/{parts}/x0"}}, parts: doubled}
    tools = [{"name": "deep", "inputSchema": deep}, {"name": "fine", "inputSchema": {"type": "object"}}]
    target = {"name": "Desk", "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": tools}}}}}
    schema = schema_for(gateway_from_api({"gatewayArn": ARN, "name": "g", "authorizerType": "NONE"}, [target]))
    assert [tool.name for tool in schema.tools] == ["fine"]
    assert "parts" in schema.skipped["Desk___deep"]


def test_references_that_do_not_double_are_followed() -> None:
    """What a few schemas share is no trouble."""
    point = {"type": "object", "properties": {"x": {"type": "integer"}}}
    shared = {"type": "object", "properties": {key: {"$ref": "#/$defs/p"} for key in "abc"}, "$defs": {"p": point}}
    assert trouble(shared) == ""
