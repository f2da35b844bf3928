"""Each way of saying a rule, with the calls that it must and must not let through, decided by Cedar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway, Request, evaluate, schema_for
from bot.language import translate
from tests.support.gateways import load_gateway

GATEWAYS = Path(__file__).parents[2] / "corpora" / "gateways"
EVERYTHING = 'permit(principal is {kind}, action, resource == AgentCore::Gateway::"{arn}");'
Inputs = Mapping[str, Any]


def decimal(text: str) -> dict[str, Any]:
    return {"__extn": {"fn": "decimal", "arg": text}}


@dataclass(frozen=True)
class Call:
    """A call: the tool, its inputs, who makes it and when."""

    tool: str
    inputs: Inputs = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    caller: str = "subject"
    now: str = "2026-06-15T12:00:00.000Z"


def request(gateway: Gateway, call: Call) -> Request:
    tool = next(tool for tool in gateway.tools if tool.name == call.tool)
    return Request(gateway.principal_type, call.caller, tool.action, gateway.arn, call.inputs, call.tags, call.now)


def permitted(gateway: Gateway, rule: str, call: Call) -> bool:
    """Whether the rule lets the call through; a rule that only forbids is put beside a permit for everything."""
    assets = translate(rule, gateway)
    assert all(asset.statement for asset in assets), [asset.findings for asset in assets]
    policies = {str(n): str(asset.statement) for n, asset in enumerate(assets)}
    if all(text.startswith("forbid") for text in policies.values()):
        policies["all"] = EVERYTHING.format(kind=gateway.principal_type, arn=gateway.arn)
    return evaluate(policies, request(gateway, call), schema_for(gateway)).allowed


PHARMACY = load_gateway(GATEWAYS / "pharmacy.json")
RETURN = Call("return_medication", {"prescriptionId": "p", "packs": 3, "condition": "sealed"}, {"role": "technician"})
DISPENSE = Call(
    "dispense_medication",
    {"prescriptionId": "p", "quantity": 4, "controlled": False, "ward": "icu"},
    {"role": "pharmacist"},
)


def having(call: Call, tags: Mapping[str, str] | None = None, now: str = "", **inputs: Any) -> Call:
    """The call with other inputs (None leaves one out), other claims, or at another time."""
    merged = {name: value for name, value in {**call.inputs, **inputs}.items() if value is not None}
    return replace(call, inputs=merged, tags=call.tags if tags is None else tags, now=now or call.now)


NIGHT, NOON = "2026-06-15T03:00:00.000Z", "2026-06-15T12:00:00.000Z"

RULES: list[tuple[str, list[Call], list[Call]]] = [
    # effect and who
    ("technicians may return medication", [RETURN], [having(RETURN, {}), having(RETURN, {"role": "nurse"})]),
    ("Returning medication is off limits for interns.", [RETURN], [having(RETURN, {"role": "intern"})]),
    ("Nobody may return medication.", [], [RETURN]),
    (
        "No one except technicians may return medication.",
        [RETURN],
        [having(RETURN, {"role": "nurse"}), having(RETURN, {})],
    ),
    ("Everyone but interns may return medication.", [RETURN, having(RETURN, {})], [having(RETURN, {"role": "intern"})]),
    ("Only technicians may return medication.", [RETURN], [having(RETURN, {"role": "nurse"})]),
    ("We don't want interns to return medication.", [RETURN], [having(RETURN, {"role": "intern"})]),
    ("I'd like technicians to be able to return medication, please.", [RETURN], [having(RETURN, {})]),
    ("Under no circumstances may interns return medication.", [RETURN], [having(RETURN, {"role": "intern"})]),
    ("Restrict return_medication to technicians.", [RETURN], [having(RETURN, {"role": "nurse"})]),
    ("Technicians are the only ones who may return medication.", [RETURN], [having(RETURN, {})]),
    ("Make sure that nobody returns medication.", [], [RETURN]),
    ("Stop medication from being returned by interns.", [RETURN], [having(RETURN, {"role": "intern"})]),
    ('user "ana" may return medication', [having(RETURN, {"username": "ana"})], [RETURN]),
    (
        "Allow users with scope meds:return to return medication.",
        [having(RETURN, {"scope": "a meds:return b"}), having(RETURN, {"scope": "meds:return"})],
        [having(RETURN, {"scope": "meds:return-all"}), having(RETURN, {})],
    ),
    (
        "Let users whose team is night return medication.",
        [having(RETURN, {"team": "night"})],
        [having(RETURN, {"team": "day"}), RETURN],
    ),
    (
        "Users with role lead in the Night Shift department may return medication.",
        [having(RETURN, {"role": "lead", "department": "Night Shift"})],
        [having(RETURN, {"role": "lead"}), having(RETURN, {"department": "Night Shift"})],
    ),
    (
        "Users without role technician may not return medication.",
        [RETURN],
        [having(RETURN, {}), having(RETURN, {"role": "x"})],
    ),
    ("Neither interns nor nurses may return medication.", [RETURN], [having(RETURN, {"role": "nurse"})]),
    # numbers
    ("Returns of more than 5 packs are blocked.", [RETURN, having(RETURN, packs=5)], [having(RETURN, packs=6)]),
    ("Allow returns of up to five packs.", [having(RETURN, packs=5)], [having(RETURN, packs=6)]),
    (
        "Permit returns between two and 5 packs.",
        [having(RETURN, packs=2), having(RETURN, packs=5)],
        [having(RETURN, packs=1)],
    ),
    ("Block returns when packs >= 4.", [RETURN], [having(RETURN, packs=4)]),
    # texts, optional inputs, presence
    (
        "Allow returns when the condition is sealed.",
        [RETURN],
        [having(RETURN, condition="opened"), having(RETURN, condition=None)],
    ),
    (
        "Allow returns unless the condition is opened.",
        [RETURN],
        [having(RETURN, condition="opened"), having(RETURN, condition=None)],
    ),
    (
        "Block returns unless the condition is sealed.",
        [RETURN],
        [having(RETURN, condition=None), having(RETURN, condition="opened")],
    ),
    ("Block returns when the condition is not given.", [RETURN], [having(RETURN, condition=None)]),
    ("Dispensing is forbidden when the ward starts with ic.", [having(DISPENSE, ward="er")], [DISPENSE]),
    # flags
    ("Block dispensing when it is controlled.", [DISPENSE], [having(DISPENSE, controlled=True)]),
    ("Pharmacists may dispense when it is not controlled.", [DISPENSE], [having(DISPENSE, controlled=True)]),
    # joining
    (
        "Allow dispensing when the quantity is under 5 and the ward is icu or er.",
        [DISPENSE, having(DISPENSE, ward="er")],
        [having(DISPENSE, quantity=5), having(DISPENSE, ward="x")],
    ),
    (
        "Block dispensing if either the quantity is over 9 or it is controlled.",
        [DISPENSE],
        [having(DISPENSE, quantity=10), having(DISPENSE, controlled=True)],
    ),
    # times
    ("Block returns between 22:00 and 06:00 UTC.", [RETURN], [having(RETURN, now=NIGHT)]),
    ("From 9am to 5pm UTC technicians may return medication.", [RETURN], [having(RETURN, now=NIGHT)]),
    ("Allow returns until 2026-06-15.", [RETURN], [having(RETURN, now="2026-06-16T00:00:00.000Z")]),
    ("Allow returns before 2026-06-15.", [having(RETURN, now="2026-06-14T23:59:59.000Z")], [RETURN]),
    ("Block returns in May 2026.", [RETURN], [having(RETURN, now="2026-05-31T23:59:59.999Z")]),
    ("Block returns on 15 June 2026.", [having(RETURN, now="2026-06-16T00:00:00.000Z")], [RETURN]),
    # several rules
    (
        "Technicians may return medication. They may not return medication when the condition is opened.",
        [RETURN],
        [having(RETURN, condition="opened")],
    ),
    (
        "- technicians may return medication\n- nobody may return more than 5 packs",
        [RETURN],
        [having(RETURN, packs=6), having(RETURN, {})],
    ),
    (
        "Technicians may return medication. Only if the condition is sealed.",
        [RETURN],
        [having(RETURN, condition="opened")],
    ),
    (
        "Technicians may return medication but may not dispense it.",
        [RETURN],
        [having(DISPENSE, {"role": "technician"})],
    ),
    # whole targets and lists
    (
        "Technicians may use anything on the Dispensing target.",
        [RETURN, having(DISPENSE, {"role": "technician"})],
        [DISPENSE],
    ),
    ("Deny everything to interns.", [RETURN, DISPENSE], [having(RETURN, {"role": "intern"})]),
    ("Block return_medication and dispense_medication for interns.", [RETURN], [having(DISPENSE, {"role": "intern"})]),
]


@pytest.mark.parametrize(("rule", "through", "stopped"), RULES, ids=[rule for rule, *_ in RULES])
def test_a_rule_lets_through_what_it_says_and_no_more(rule: str, through: list[Call], stopped: list[Call]) -> None:
    for call in through:
        assert permitted(PHARMACY, rule, call), ("stopped", call)
    for call in stopped:
        assert not permitted(PHARMACY, rule, call), ("let through", call)
