"""Conditions as people put them: participles, articles, brackets, units of a rate, and how long something is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"

READ = [
    ("claims", "managers may approve settlements paid by wire", 'method == "wire"'),
    ("claims", "block settlements unless paid by check or ach", 'method == "check" || context.input.method == "ach"'),
    ("claims", "managers may file claims when a photo is attached", 'attachments.contains("photo")'),
    ("freight", "block declarations without an invoice", '!(context.input.documents.contains("invoice"))'),
    ("freight", "block declarations if the documents don't contain an invoice", '.contains("invoice"))'),
    ("freight", "planners may assign drivers unless it is a night shift", "!(context.input.night_shift == true)"),
    ("freight", "block booking shipments when it is an air shipment", '::"air"'),
    ("freight", "claims must not be paid where the party at fault is the carrier", 'fault == "carrier"'),
    ("freight", "rates above $2.40 per km may not be set", 'rate_per_km.greaterThan(decimal("2.4"))'),
    ("freight", "block rates that are valid for more than 90 days", "valid_days > 90"),
    ("hotel", "block cancelling bookings less than a day before check-in", "hours_before < 24"),
    (
        "hotel-desk",
        "managers may set room rates of up to 300 dollars a night",
        'rate.lessThanOrEqual(decimal("300.0"))',
    ),
    ("hotel-desk", "managers may block rooms (cause: maintenance, days: 1 to 3)", "days >= 1"),
    ("hotel-desk", "managers may block rooms, days maximum 3, cause maintenance", 'cause == "maintenance"'),
    ("oncall", "leads may silence alerts for up to half an hour", "minutes <= 30"),
    ("oncall", "block silencing alerts for a period exceeding one and a half hours", "minutes > 90"),
    ("crm", "exports of reports must not include emails", "includeEmails == true"),
    ("crm", "managers may apply deal discounts of 5-10 per cent", 'percent.lessThanOrEqual(decimal("10.0"))'),
    ("claims", "managers may issue advances in case of hardship", "hardship == true"),
    ("freight", "block booking shipments that weigh more than 2 tonnes", 'weight_kg.greaterThan(decimal("2000.0"))'),
    ("freight", "shipments may be booked up to a weight of 500 kg", 'weight_kg.lessThanOrEqual(decimal("500.0"))'),
    ("hotel-desk", "managers may block rooms for 1-3 days", "days >= 1"),
    ("hotel-desk", "waiters may post charges lower than or equal to 50$", 'amount.lessThanOrEqual(decimal("50.0"))'),
    ("kubernetes", "block running pods whose image ends with :latest", 'image like "*:latest"'),
    ("payroll", "block exporting payslips when bank details are included", "include_bank_details == true"),
    ("studio", "block refunding purchases that were not paid by gift card", "!(context.input.giftCard == true)"),
]
REFUSED = [
    ("claims", "block filing claims without a photo"),  # a call may leave out all attachments
    ("claims", "block reopening claims for a period of more than 2 years"),  # years since, and no duration
    ("claims", "block advances over two hundred and a half"),
    ("freight", "block declarations without an invoice or a certificate"),
    ("freight", "block assigning drivers when it is a shift"),
    ("freight", "rates over 3 per mile may not be set"),
    ("freight", "rates under 2 per day may be set"),
    ("hotel", "guests may cancel bookings up to 48 hours before check-in"),  # until then, or at most that long before
    ("hotel", "block cancelling bookings less than 24 hours after check-in"),
    ("hotel-desk", "block refunds that are not paid by card or over 50"),
    ("hotel-desk", "managers may block rooms unless it is a vip-hold, days 3"),
    ("hotel-desk", "managers may block rooms and refund guests (days: 1 to 3)"),
    ("freight", "block cancelling shipments worth over $100"),  # the fee of it is not what it is worth
    ("freight", "drivers may be assigned for free"),
    ("hotel-desk", "block room rates over 10%"),  # a rate in dollars is no share
    ("hotel-desk", "managers may block the room 101-103"),
    ("studio", "block refunding purchases bought by gift card"),
]


def gateway(name: str) -> Gateway:
    folders = (CORPORA / "second" / "gateways", CORPORA / "gateways")  # two are named claims
    return load_gateway(next(path for folder in folders if (path := folder / f"{name}.json").exists()))


@pytest.mark.parametrize(("name", "rule", "test"), READ, ids=[rule for _, rule, _ in READ])
def test_a_condition_is_read_on_its_input(name: str, rule: str, test: str) -> None:
    (asset,) = translate(rule, gateway(name))
    assert test in " ".join((asset.statement or "").split()), asset.findings


@pytest.mark.parametrize(("name", "rule"), REFUSED, ids=[rule for _, rule in REFUSED])
def test_what_may_be_meant_otherwise_is_refused(name: str, rule: str) -> None:
    assert [asset.statement for asset in translate(rule, gateway(name))] == [None]
