"""A noun of several tools with a bound on an input that only one of them has, and pronouns for what was told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.text.words import parts
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

STRIPE = load_gateway(Path(__file__).parents[2] / "corpora" / "third" / "gateways" / "stripe.json")


GATEWAYS = sorted((Path(__file__).parents[2] / "corpora" / "gateways").glob("*.json"))


def statements(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


@pytest.mark.parametrize(
    "rule",
    [
        "Coupons with a percent off of more than 50 are not allowed.",
        "allow coupons with percent off up to 20",
    ],
)
def test_an_input_that_is_named_says_which_tool_is_meant(rule: str) -> None:
    (found,) = statements(rule, STRIPE)
    assert found is not None
    assert 'action == AgentCore::Action::"Stripe___create_coupon"' in found
    assert "context.input.percent_off" in found


@pytest.mark.parametrize(
    "rule",
    [
        "coupons over 50 are forbidden",
        "coupons over 50 percent are forbidden",
        "forever coupons are forbidden",
        "coupons with currency EUR are forbidden",
        "coupons with percent off over 50 and a limit over 5 are forbidden",
        "coupons with percent off over 50 or in EUR are forbidden",
        "invoices with days until due over 30 are forbidden",
        "block customers with name bob",
        "list coupons with percent off over 50",
    ],
)
def test_a_value_or_an_amount_alone_chooses_no_tool(rule: str) -> None:
    assert statements(rule, STRIPE) == [None]


def test_no_input_chooses_where_another_tool_is_about_one_of_them(desk: Callable[[str], Gateway]) -> None:
    for rule in ("orders with total over 500 are forbidden", "tickets with priority urgent are forbidden"):
        assert statements(rule, desk("support")) == [None]


@pytest.mark.parametrize(
    "rule",
    [
        "managers may cancel orders under 500. leads may cancel them too",
        "managers may process refunds under 500. leads may process them",
        "managers may refund up to 500. they may not do so",
    ],
)
def test_what_was_narrowed_is_not_widened_by_a_pronoun(rule: str, desk: Callable[[str], Gateway]) -> None:
    assert statements(rule, desk("support"))[-1] is None


def test_others_may_not_do_it_however_narrow_the_permit_is(desk: Callable[[str], Gateway]) -> None:
    permit, forbid = statements("managers may refund up to 500. interns may not do it", desk("support"))
    assert "amount <= 500" in str(permit)
    assert '== "intern"' in str(forbid)
    assert "amount" not in str(forbid)


def test_they_may_not_do_so_bans_however_narrow_the_permit_is(desk: Callable[[str], Gateway]) -> None:
    rule = "managers may refund up to 500. they may not do so when express is true"
    permit, forbid = statements(rule, desk("support"))
    assert "amount <= 500" in str(permit)
    assert "express == true" in str(forbid)
    assert "amount" not in str(forbid)


def test_a_row_of_a_table_takes_the_noun_that_heads_its_line(desk: Callable[[str], Gateway]) -> None:
    cancel, listed = statements("orders: cancel = managers; list = interns", desk("support"))
    assert ["cancel_order" in str(cancel), '"manager"' in str(cancel)] == [True, True]
    assert ["list_orders" in str(listed), '"intern"' in str(listed)] == [True, True]


@pytest.mark.parametrize("path", GATEWAYS, ids=lambda path: path.stem)
def test_the_exact_name_of_an_input_is_nobody_and_is_known(path: Path) -> None:
    """ "When confidencePercent > 80" was also read as "when they are of the role confidencepercent"."""
    gateway = load_gateway(path)
    named = [
        (tool, name)
        for tool in gateway.tools
        for name, schema in tool.input_schema.get("properties", {}).items()
        if schema.get("type") == "integer"
    ]
    for tool, name in sampled(named, 8):
        rule = f"let anyone {' '.join(parts(tool.name))} when {name} > 80"
        for asset in translate(rule, gateway):
            assert "more than one way" not in asset.findings[0].description, rule
            assert f'"{name.lower()}"' not in (asset.statement or ""), rule
        for asset in translate(f"{rule} and frobnicated", gateway):
            assert f"“{name}” is no word" not in asset.findings[0].description, rule
