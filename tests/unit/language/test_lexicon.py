"""What a gateway's schema says in words."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest

from bot.cedar import Gateway, load_gateway
from bot.language import build_lexicon, lexicon_for, translate
from bot.language.gateway.listed import listed_values
from tests.unit.language.conftest import CORPORA


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ("Currency: USD, EUR or GBP", ("USD", "EUR", "GBP")),
        ("One of: csv, json, xlsx", ("csv", "json", "xlsx")),
        ("One of lost, stolen, fraud", ("lost", "stolen", "fraud")),
        ("Queue, e.g. billing, fraud or shipping", ("billing", "fraud", "shipping")),
        ("AWS region, such as us-east-1, eu-west-1 or ap-south-1", ("us-east-1", "eu-west-1", "ap-south-1")),
        ("Order status: open, in transit or delivered", ("open", "in transit", "delivered")),
        ("check | ach | wire", ("check", "ach", "wire")),
        ("low/medium/high", ("low", "medium", "high")),
        ("What to do:\n- 'add' - add a part\n- 'remove' - take a part away\nWrites.", ("add", "remove")),
        ("Free text", ()),
        ("Name/id", ()),
        ("Version to return to; the previous one when left out", ()),
    ],
)
def test_values_listed_in_a_description(description: str, values: tuple[str, ...]) -> None:
    assert listed_values(description) == values


def test_inputs_have_cedars_types_and_every_level_of_optional(gateway_of: Callable[..., Gateway]) -> None:
    gateway = gateway_of(
        Desk={
            "go": {"at?": {"type": "object", "properties": {"city": {"type": "string", "enum": ["A"]}}, "required": []}}
        }
    )
    (tool,) = build_lexicon(gateway).tools
    city = next(found for found in tool.inputs if found.path == ("at", "city"))
    assert (city.kind, city.optional, city.values) == ("enum", (True, True), ("A",))


def test_a_lexicon_is_built_once_for_a_gateway(gateway_of: Callable[..., Gateway]) -> None:
    gateway = gateway_of(Desk={"go": {}})
    assert lexicon_for(gateway) is lexicon_for(gateway)
    assert lexicon_for(gateway_of(Desk={"go": {}})) is not lexicon_for(gateway)


def test_the_words_of_a_gateway_that_is_gone_are_let_go() -> None:
    """Gateways change, and each change is another one: what the reader keeps by word never keeps them all."""
    seen = []
    for number in range(40):
        gateway = load_gateway(CORPORA / "gateways" / "cloud.json")
        translate(f"allow managers to flibber wobbles {number}", gateway)
        seen.append(weakref.ref(lexicon_for(gateway)))
    del gateway
    gc.collect()
    assert sum(kept() is not None for kept in seen) <= 33
