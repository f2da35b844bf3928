"""Notes: rows, cases of one head, lists and matrices, and what of them is not said clearly enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

Desk = Callable[[str], Gateway]


def _read(text: str, gateway: Gateway) -> list[str]:
    """The policies of a message on one line each; nothing where some of it is refused."""
    statements = [asset.statement for asset in translate(text, gateway)]
    return [] if None in statements else [" ".join((each or "").split()) for each in statements]


@pytest.mark.parametrize(
    ("notes", "plain"),
    [
        ("Refunds – managers – max $50 – EUR", "managers may refund up to $50 in EUR"),
        ("refunds ... managers ... under $50", "managers may refund under $50"),
        ("Refunds; managers; late only; under $50", "managers may refund late under $50"),
        (
            "Refunds (managers)\n- EUR: up to $50\n- USD: up to $90",
            "managers may refund up to $50 in EUR\nmanagers may refund up to $90 in USD",
        ),
        (
            "Refunds by currency: EUR – managers – $50 max; USD – leads – $90 max",
            "managers may refund up to $50 in EUR\nleads may refund up to $90 in USD",
        ),
        (
            "refunds: $50 tops for managers / $90 tops for leads",
            "managers may refund up to $50\nleads may refund up to $90",
        ),
        (
            "Managers – refunds – max $50\nLeads – refunds – max $90",
            "managers may refund up to $50\nleads may refund up to $90",
        ),
        (
            "Managers are permitted the following:\n1) create tickets\n2) refund, up to $50",
            "managers may create tickets\nmanagers may refund up to $50",
        ),
        ("Managers:\n+ create tickets\n- refunds", "managers may create tickets\nmanagers may not refund"),
        (
            "To cancel an order:\n• managers may\n• interns may not",
            "managers may cancel orders\ninterns may not cancel orders",
        ),
        (
            "Denied:\n1) interns: refunds\n2) leads: close tickets",
            "interns may not refund\nleads may not close tickets",
        ),
        (
            "action | managers | interns\nrefunds | ≤ $50 | ✗\ncreate tickets | ✓ | -",
            "managers may refund at most $50\ninterns may not refund\nmanagers may create tickets",
        ),
    ],
)
def test_notes_are_read_as_their_sentences(
    notes: str, plain: str, desk: Desk, compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any]
) -> None:
    read, wanted = (_read(text, desk("support")) for text in (notes, plain))
    assert compare(desk("support"), read, wanted).verdict == "equal"


@pytest.mark.parametrize(
    "notes",
    [
        "Refunds: managers; leads up to $50; EUR only",
        "Refunds ... managers ... leads under $50",
        "managers: process_refund; create_ticket",
        "Refunds: managers / leads up to $50",
        "Refunds\nmanagers\nleads up to $50\nEUR only",
        "Refunds by hand:\nmanagers up to 50\nleads up to 20",
        "Refunds (late, managers): interns",
        "refunds: express yes, late no",
        "refunds: express = yes; otherwise managers",
        "Managers may:\n- refund\n- create tickets: leads only",
        "Managers may:\n- refund\n- create tickets\nOnly in EUR.",
        "action | managers | interns\nrefunds | ask first | ✓",
        "Denied:\n- interns: no refunds\n- leads: close tickets",
    ],
)
def test_notes_that_are_not_clear_are_refused(notes: str, desk: Desk) -> None:
    assert _read(notes, desk("support")) == []
