"""Ways to say a known thing, over several gateways: with the tests that each makes, and near ones that are not read."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"


@functools.cache
def gateway(name: str) -> Gateway:
    folder = next(folder for folder in ("gateways", "desks") if (CORPORA / folder / f"{name}.json").exists())
    return load_gateway(CORPORA / folder / f"{name}.json")


def read(name: str, rule: str) -> list[str]:
    """The statements of a rule on one line each, or none where a piece of it is refused."""
    found = [asset.statement for asset in translate(rule, gateway(name))]
    return [" ".join(text.split()) for text in found if text] if None not in found else []


READ = [
    # A half with a condition of its own.
    (
        "freight",
        "Anyone may track shipments, but contractors may not when live is true",
        ["permit", "context.input.live == true"],
    ),
    ("support", "Managers may cancel orders; with a total over 100 nobody may", ["permit", "total.greaterThan"]),
    (
        "oncall",
        "responders may silence alerts; beyond 120 minutes nobody may",
        ["permit", "context.input.minutes > 120"],
    ),
    # A list of values with articles, and a number before values.
    ("claims", "Letters by email or by post may be sent by clerks only", ['channel::"email" ||']),
    ("museum", "cashiers may sell up to 20 adult or senior tickets", ["quantity <= 20 && ("]),
    ("museum", "cashiers may sell 10 or fewer adult tickets", ["quantity <= 10 && "]),
    ("studio", "mods may grant up to 5 rare or epic items", ["quantity <= 5 && ("]),
    # An input with "only" behind a comma.
    (
        "telecom",
        "Store clerks may activate SIM cards, plan basic or plus only",
        ['plan == "basic" || context.input.plan == "plus"'],
    ),
    ("hotel-desk", "clerks may post charges, category minibar or spa only", ['category == "minibar" ||']),
    # Who alone does it, in the plain present.
    ("claims", "Only supervisors deny claims", ['"supervisor"']),
    ("farm", "Only licensed pilots dispatch drones for spray missions", ['"licensed-pilot"']),
    ("telecom", "Managers alone write off debt", ['"manager"']),
    # What a boolean is said to be of.
    ("claims", "Repairs can be booked only if the garage is certified", ["certified == true"]),
    ("farm", "Seed may be ordered only if the supplier is certified", ["supplier.certified == true"]),
    ("farm", "spray fields only when the field is organic", ["organic == true"]),
    ("banking", "Tellers may not open accounts unless KYC has passed", ["kycPassed == true"]),
    # A claim in a condition without an article, and labels.
    ("claims", "approve_payout with amount over 10000 is not allowed unless role is director", ['"director"']),
    ("telecom", "region south: field techs may restart cells", ['region::"south"']),
    ("farm", "team drones → dispatch_drone, only if batteryPercent is at least 40", ['"drones"']),
    ("telecom", "department finance: no write_off_debt, no credit_account", ['"finance"']),
    # What is given.
    (
        "telecom",
        "The agent may credit an account, but only when the amount is less than 200 and caseId is present",
        ["has caseId"],
    ),
    ("crm", "block creating contacts with an owner email", ["has ownerEmail"]),
    ("payroll", "pay bonuses only with an approver", ["has approver"]),
    ("museum", "cashiers: sell_tickets; managers: refund_tickets up to 500 dollars", ['"cashier"', "500.0"]),
    # Shares.
    (
        "claims",
        "adjusters can approve payouts up to $10k; supervisors up to $50k; nobody above that",
        ["10000.0", "50000.0", 'greaterThan(decimal("50000.0"))'],
    ),
    ("claims", "adjusters can approve payouts up to $10k, directors without limit", ["10000.0", '"director"']),
    (
        "oncall",
        "SREs can restart services in any environment, developers only in dev or staging",
        ['"sre"', '"developer"'],
    ),
    ("support", "agents may create tickets, urgent ones never", ["permit", 'priority == "urgent"']),
    # The end of a range that a description has.
    ("claims", "managers may approve payouts under 5000", ['amount.lessThan(decimal("5000.0"))']),
]


@pytest.mark.parametrize(("name", "rule", "tests"), READ, ids=[rule for _, rule, _ in READ])
def test_it_is_read_with_all_that_it_says(name: str, rule: str, tests: list[str]) -> None:
    found = read(name, rule)
    assert len(found) == len(tests)
    assert all(test in text for test, text in zip(tests, found, strict=True)), found


def test_a_label_holds_for_all_of_its_line() -> None:
    """What stands before a colon is of every rule behind it, or none of them is read."""
    for mark in (";", "."):
        found = read("oncall", f"environment production: SREs may run runbooks{mark} interns may restart services")
        assert len(found) == 2
        assert all('environment::"production"' in text for text in found)
    assert read("oncall", "environment production: SREs may run runbooks, interns may restart services") == []
    assert read("oncall", "environment production: SREs may run runbooks; interns may page rotas") == []


NOT_READ = [
    ("support", "Managers may cancel orders over 100, but interns may not when shipped is true"),
    ("support", "Managers may cancel orders, but interns may, but not when shipped is true"),
    ("support", "managers may refund under 50; over 500 nobody may"),
    ("support", "managers may issue refunds; over 500 only directors may"),
    ("museum", "Badges for the dock or the moon shall be issued by the security department only"),
    ("museum", "Badges for the dock or the vault shall be issued by managers only, or for no more than 30 days"),
    ("museum", "Badges for the dock or vault shall not be issued by the security department only"),
    # A number of calls.
    ("support", "managers may process up to 5 late refunds"),
    ("support", "block more than 5 late refunds"),
    ("support", "agents may create up to 5 urgent or high tickets"),
    ("hotel-desk", "clerks may book up to 3 single or double rooms"),
    # What is blocked "only" so may be allowed else.
    ("telecom", "Store clerks may not activate SIM cards, plan basic only"),
    ("telecom", "Store clerks may activate SIM cards unless roaming is true, plan basic only"),
    ("telecom", "Store clerks may activate SIM cards, plan silver only"),
    # No plain verb.
    ("support", "Only managers ordered refunds"),
    ("support", "Only managers tickets"),
    ("support", "Only managers cancelling orders"),
    ("support", "managers cancel orders"),
    ("support", "Only managers close tickets, interns open tickets"),
    # A boolean of another thing.
    ("claims", "Repairs can be booked only if the customer is certified"),
    ("claims", "Repairs can be booked only if the estimate is certified"),
    ("farm", "block ordering seed if the crop is certified"),
    # Labels of something else.
    ("telecom", "region south: field techs may unlock devices"),
    ("telecom", "region mars: field techs may restart cells"),
    ("oncall", "group sre: run_runbook, restart_service"),
    ("finops", "team core → stop_instance"),
    # A word of an input's name is no value of it.
    ("finops", "create budgets only with an alert percent"),
    ("campus", "release transcripts only with an institution name"),
    ("freight", "agents may cancel shipments with a fee"),
    ("support", "managers may cancel orders with a total"),
    # An order whose verb is the tool's own.
    ("oncall", "Block IPs for at most 24 hours"),
    ("oncall", "Block IPs from waf only"),
    ("studio", "ban players for cheating"),
    # Whose bound it would be.
    ("support", "managers may refund in USD, leads without limit"),
    ("support", "managers may refund up to 500, leads up to 100, nobody above that"),
    ("support", "interns may not refund over 50; leads up to 500"),
    ("support", "block refunds over 500; tickets with priority above 3"),
]


@pytest.mark.parametrize(("name", "rule"), NOT_READ, ids=[rule for _, rule in NOT_READ])
def test_what_comes_near_is_not_read(name: str, rule: str) -> None:
    """Nothing of it is a policy by itself that lost what was said."""
    assert None in [asset.statement for asset in translate(rule, gateway(name))]
