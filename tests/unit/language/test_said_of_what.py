"""What a condition is said of is a word like any other: "the ticket is express" says nothing of a refund."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from bot.language.gateway.tool_words import ToolWords
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in (".", "second", "third") for path in (CORPORA / folder / "gateways").glob("*.json"))
MOST = 8


def about(tool: ToolWords) -> set[str]:
    """Every stem that has to do with a tool, wherever it stands."""
    return {*tool.name, *tool.target, *tool.prose, *tool.input_words}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_thing_of_another_tool_is_not_passed_over(path: Path) -> None:
    gateway = load_gateway(path)
    tools = [tool for tool in lexicon_for(gateway).tools if not tool.left_out]
    tried = 0
    for tool, other in ((tool, other) for tool in tools for other in tools):
        thing = other.tool.name.replace("-", "_").split("_")[-1].lower()
        if tried == MOST or not thing.isalpha() or not {*other.name[-1:]}.isdisjoint(about(tool)):
            continue
        for found in tool.inputs:
            said = {"Bool": found.leaf[-1], "Long": "over 7", "decimal": "over 7"}.get(found.kind)
            if said is None or (found.kind == "Bool" and len(found.leaf) > 1):
                continue
            rule = f"nobody may call {tool.tool.name} when the {thing} is {said}"
            statements = [asset.statement for asset in translate(rule, gateway) if asset.statement]
            assert statements == [], rule
            tried += 1
            break
