"""The judge of the corpora sees a condition on any input: without it, or with another value, a policy is not equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled
from tests.unit.language.conftest import CORPORA, Comparison

Compare = Callable[..., Comparison]
PLACES = sorted((CORPORA / "gateways").glob("*.json"))


def _tests(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """A test on each input and one that never holds together with it."""
    for name, inner in schema.get("properties", {}).items():
        kind, said = inner.get("type"), f"`{path}{name}`"
        if kind == "object":
            yield from _tests(inner, f"{path}{name}.")
        elif "enum" in inner:
            yield f"{said} is '{inner['enum'][0]}'", f"{said} is '{inner['enum'][-1]}'"
        elif kind == "boolean":
            yield f"{said} is true", f"{said} is false"
        elif kind in ("integer", "number"):
            yield f"{said} is under 40", f"{said} is over 41"
        elif kind == "string":
            yield f"{said} is 'north'", f"{said} is 'south'"


def _statement(rule: str, gateway: Gateway) -> str | None:
    found = [asset.statement for asset in translate(rule, gateway)]
    return found[0] if len(found) == 1 else None


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.stem)
def test_a_condition_on_any_input_is_seen(place: Any, compare: Compare) -> None:
    gateway, kinds, looked = load_gateway(place), set[str](), 0
    cases = [(tool, *tests) for tool in gateway.tools for tests in _tests(tool.input_schema)]
    for tool, one, other in sampled(cases, 24):
        plain = f"allow anyone to call {tool.action}"
        bare = _statement(plain, gateway)
        with_one, with_other = _statement(f"{plain} when {one}", gateway), _statement(f"{plain} when {other}", gateway)
        if bare is None or with_one is None or with_other is None or one == other:
            continue
        looked += 1
        kinds.add("enum" if "Input::" in with_one else "plain")
        assert compare(gateway, [bare], [with_one]).verdict == "looser", one
        assert compare(gateway, [with_one], [bare]).verdict == "tighter", one
        assert compare(gateway, [with_other], [with_one]).verdict == "looser", one
    assert looked > 10
    assert "plain" in kinds
