"""Phrases between commas amid a rule: a condition of the whole rule, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate


def statements(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


@pytest.mark.parametrize(
    ("inserted", "plain"),
    [
        (
            "Interns shall not, where the amount exceeds 500, refund.",
            "Where the amount exceeds 500, interns shall not refund",
        ),
        ("Refunds shall, save by managers, be prohibited.", "Save by managers, refunds shall be prohibited"),
        ("Interns may not, whether in EUR or in USD, refund.", "Whether in EUR or in USD, interns may not refund"),
        (
            "Orders, the total being over 500, may not be cancelled.",
            "The total being over 500, orders may not be cancelled",
        ),
        (
            "Leads are entitled, insofar as express is true, to refund.",
            "Insofar as express is true, leads are entitled to refund",
        ),
        (
            "Refunds, if express is true, may, in EUR, be processed.",
            "If express is true, in EUR, refunds may be processed",
        ),
    ],
)
def test_a_phrase_between_commas_is_read_as_in_front(inserted: str, plain: str, desk: Callable[[str], Gateway]) -> None:
    ours = statements(inserted, desk("support"))
    assert None not in ours
    assert ours == statements(plain, desk("support"))


@pytest.mark.parametrize(
    "rule",
    [
        "managers may, being leads, refund",
        "managers may, leads, refund",
        "interns, contractors being leads, may refund",
        "managers may, in EUR, in USD, refund",
        "managers may, if the weather is fine, refund",
        "managers may refund and leads may, if express is true, cancel orders",
        "refunds, if express is true, and tickets may be created by interns",
        "interns may, unless express is true, refund except for late ones",
    ],
)
def test_what_is_no_condition_there_is_not_read(rule: str, desk: Callable[[str], Gateway]) -> None:
    assert None in statements(rule, desk("support"))


def test_every_word_has_its_place_in_the_account(desk: Callable[[str], Gateway]) -> None:
    rule = "Interns shall not, where the amount exceeds 500, refund."
    (asset,) = translate(rule, desk("support"))
    assert [word.text for word in asset.account if word.text.isalnum()] == rule.replace(",", "").rstrip(".").split()
    assert all(word.role for word in asset.account)
