"""Words around people, pieces and tails that a hasty reader swallows, which would leave a rule looser than asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

REFUSED = (
    # "or" between who and when is no "and"
    "Block paying invoices for temps or when the amount is over 5.",
    "Block paying invoices for temps, or over $5.",
    "Block paying invoices for temps and for amounts over 5.",
    # whose a thing is, no input tells
    "Clerks may pay their invoices.",
    "Let clerks pay his invoices.",
    "Clerks may pay my invoices.",
    # words that count or pass
    "Clerks may pay invoices for now.",
    "Clerks may pay invoices once.",
    "Clerks may pay invoices weekly.",
    "Clerks may initially pay invoices.",
    "Clerks may next pay invoices.",
    "Clerks may open parcels again.",
    "Clerks may never again open parcels.",
    "Clerks may pay invoices of about $5.",
    "Clerks may pay invoices under $5 each.",
    # limits before the tool's noun that only a description knows
    "Clerks may pay signed invoices.",
    "Clerks may pay running invoices.",
    "Clerks may pay invoices nor refund invoices.",
    "Clerks may pay invoices or when the amount is under 5.",
    "Clerks may pay invoices. The amount must be under $5.",
    # "only" with a word for everybody: somebody's principals, agents or users are meant
    "Only principals may pay invoices.",
    "Paying invoices is reserved for agents.",
    "Invoices may be paid by users only.",
    "pay invoices: only callers",
    "Users alone may pay invoices.",
    # people
    "Senior and junior clerks may not pay invoices.",
    "Support and finance clerks may not pay invoices.",
    "ana@corp.example may not pay invoices.",
    "One clerk may not pay invoices.",
    "Two clerks may not pay invoices.",
    "Hardly any clerks may pay invoices.",
    "New users may not pay invoices.",
    "Verified users may pay invoices.",
    "Logged-in users may pay invoices.",
    "Especially clerks may pay invoices.",
    "Contractors active must not pay invoices.",
    "Forbid nobody from paying invoices.",
    # scopes that share a word
    "Clerks with scope a and b may pay invoices.",
    # pieces
    "Clerks can pay invoices?!",
    "Clerks may pay invoices, but may not frobnicate.",
    "Clerks can pay invoices and open parcels, but may not frobnicate.",
    "Clerks may pay invoices but must not exceed $5.",
    "Clerks may pay invoices; on Sundays",
    "Clerks may pay invoices. At most 5 a day.",
    "Clerks may pay invoices. Except on Fridays.",
)

LIMITED = (
    "Clerks may pay invoices. Only below $5.",
    "Clerks may pay invoices; under $5",
    "Clerks may pay invoices\nunder $5",
    "Clerks may pay invoices\n- under $5",
    "Clerks may pay invoices. Less than $5.",
    "Clerks may pay invoices when:\n- the amount is under 5\n- the currency is USD",
    "If the amount is under 5:\n- clerks may pay invoices",
)


@pytest.fixture
def office(gateway_of: Callable[..., Gateway]) -> Gateway:
    money: dict[str, Any] = {"amount": {"type": "number"}, "currency": {"type": "string"}}
    return gateway_of(
        Ledger={"pay_invoice": money, "refund_invoice": money},
        Post={"open_parcel": {}, "reopen_parcel": {}},
    )


@pytest.mark.parametrize("rule", REFUSED)
def test_what_cannot_be_honoured_leaves_no_policy(rule: str, office: Gateway) -> None:
    """Each of these loses a limit, a person or half of its message unless it is refused whole."""
    assert [asset.statement for asset in translate(rule, office) if asset.statement] == []


@pytest.mark.parametrize("rule", LIMITED)
def test_a_limit_in_a_piece_of_its_own_is_in_the_policy_or_there_is_none(
    rule: str, office: Gateway, compare: Callable[..., Any]
) -> None:
    """A line or sentence that only limits belongs to the rule that it leans on."""
    plain = "Clerks may pay invoices when the amount is under 5."
    gold = [str(asset.statement) for asset in translate(plain, office)]
    statements = [asset.statement for asset in translate(rule, office) if asset.statement]
    assert not statements or compare(office, statements, gold).verdict in ("equal", "tighter")


def test_two_rules_around_but_are_both_kept(office: Gateway) -> None:
    """A list before "but" stays whole, and the second rule takes the first one's people."""
    assets = translate("Clerks can pay invoices and open parcels, but may not refund invoices.", office)
    assert [(asset.statement or "")[:6] for asset in assets] == ["permit", "forbid"]
    assert all('"clerk"' in str(asset.statement) for asset in assets)


def test_our_before_a_team_is_only_polite(office: Gateway) -> None:
    """ "our" before people says nothing that a claim could hold."""
    (asset,) = translate("Our clerks may pay invoices.", office)
    assert asset.statement is not None
