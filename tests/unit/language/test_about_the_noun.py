"""A tool is about the noun that is said: no verb of its name and no target stands for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.words import parts, stem
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in (".", "second", "third") for path in (CORPORA / folder / "gateways").glob("*.json"))
MOST = 6


def gateway_of(name: str) -> Gateway:
    """A gateway of the corpora by its name."""
    return load_gateway(next(path for path in [*FILES, *(CORPORA / "desks").glob("*.json")] if path.stem == name))


def statements(rule: str, gateway: Gateway) -> list[str]:
    """The policies that a rule becomes."""
    return [asset.statement for asset in translate(rule, gateway) if asset.statement]


def about(tool: ToolWords) -> set[str]:
    """Every stem that has to do with a tool, wherever it stands."""
    return {*tool.name, *tool.prose, *tool.input_words, *(stem(value) for value in tool.values)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_target_is_not_what_its_tools_work_on(path: Path) -> None:
    gateway = load_gateway(path)
    tried = 0
    for tool in lexicon_for(gateway).tools:
        name = tool.parts
        for noun in parts(tool.tool.target):
            if stem(noun) in about(tool) or tried == MOST or len(name) < 2 or name[1] in {"item", "job", "task"}:
                continue
            found = statements(f"nobody may {name[0]} {noun}s", gateway)
            assert not any(f'"{tool.action}"' in text for text in found), f"{name[0]} {noun}s"
            tried += 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_noun_behind_a_tool_is_not_dropped(path: Path) -> None:
    gateway = load_gateway(path)
    tools = [tool for tool in lexicon_for(gateway).tools if not tool.left_out]
    for tool in tools[:MOST]:
        name = tool.parts
        for noun in ("request", "list", "report"):
            used = noun == "list" and name[0] == "run"  # "run" says nothing, and to list is to do something
            if stem(noun) not in about(tool) and not used:
                rule = f"nobody may {' '.join(name)}s {noun}"
                assert not any(f'"{tool.action}"' in text for text in statements(rule, gateway)), rule


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("payroll", "issue expenses"), ("payroll", "issue refunds"), ("payroll", "pay employees"),
        ("payroll", "issue"), ("payroll", "get request"), ("payroll", "update employees"),
        ("payroll", "handle leave requests"), ("freight", "waive claims"), ("freight", "set carriers"),
        ("freight", "pay carriers"), ("freight", "reroute shipments request"), ("freight", "track shipment list"),
        ("farm", "sell market"), ("farm", "move livestock"), ("campus", "disburse students"),
        ("pharmacy", "send patients"), ("hotel-desk", "upgrade guests"), ("support", "apply orders"),
    ],
)  # fmt: skip
def test_a_noun_of_no_such_tool_is_no_policy(name: str, deed: str) -> None:
    gateway = gateway_of(name)
    assert statements(f"managers may {deed}", gateway) == []
    assert statements(f"nobody may {deed}", gateway) == []


@pytest.mark.parametrize(
    ("name", "deed", "tool"),
    [
        ("payroll", "issue cards", "issue_card"), ("payroll", "issue bonuses", "pay_bonus"),
        ("payroll", "hire", "hire_employee"), ("payroll", "process expenses", "approve_expense"),
        ("freight", "release customs holds", "release_hold"), ("freight", "lift holds", "release_hold"),
        ("farm", "spray", "spray_field"), ("farm", "dispatch autonomous drones or spray", "spray_field"),
        ("hotel-desk", "book rooms", "create_booking"), ("support", "grant up to 1,000 loyalty points", "grant_points"),
    ],
)  # fmt: skip
def test_a_noun_of_the_tool_is(name: str, deed: str, tool: str) -> None:
    found = statements(f"managers may {deed}", gateway_of(name))
    assert any(f'___{tool}"' in text for text in found)


def test_a_refusal_says_that_no_tool_does_it() -> None:
    (asset,) = translate("managers may approve refunds", gateway_of("payroll"))
    assert asset.findings[0].description.startswith("This gateway has no tool for “refunds”.")
    (asset,) = translate("managers may export expenses", gateway_of("payroll"))
    assert asset.findings[0].description.startswith("“export expenses” names no tool of this gateway.")


@pytest.mark.parametrize("name", ["support", "pharmacy", "payroll", "farm"])
def test_of_two_roles_nobody_has_both(name: str) -> None:
    gateway = gateway_of(name)
    tool = lexicon_for(gateway).tools[0].tool.name
    for people in ("managers with role auditor", "interns who are leads", "users with role clerk and role lead"):
        (asset,) = translate(f"{people} may not call {tool}", gateway)
        assert not asset.statement
        assert "nobody is both" in asset.findings[0].description
    for people in ("staff of role nurse", "employees with role nurse", "personnel who are nurses"):
        (found,) = statements(f"{people} may not call {tool}", gateway)
        assert found == statements(f"users with role nurse may not call {tool}", gateway)[0]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("support", "block refunds when express is not true or the amount is over 500"),
        ("support", "managers may refund when the reason is not given or the amount is under 5"),
        ("support", "block refunds when the amount does not exceed 500 or the reason is late"),
        ("support", "block refunds when the user is not a manager or the amount is over 5"),
        ("freight", "allow booking shipments when hazardous is not true or the mode is air"),
        ("pharmacy", "block disposals when witnessed is not true or the weight is over 5"),
        ("payroll", "managers may approve travel expenses up to 5k and equipment expenses"),
        ("payroll", "nobody may hire employees unless it is a contractor"),
    ],
)
def test_what_reads_two_ways_is_asked(name: str, rule: str) -> None:
    (asset,) = translate(rule, gateway_of(name))
    assert not asset.statement
    assert len(asset.readings) == 2


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("support", "process_refund express = no"), ("support", "process_refund express: yes"),
        ("support", "process_refund express = no for managers"), ("pharmacy", "dispense_medication controlled - no"),
        ("hotel-desk", "cancel_booking: waiveFee = no"), ("freight", "book_shipment hazardous = no"),
        ("payroll", "managers may hire employees, unless it is a contractor"),
    ],
)  # fmt: skip
def test_what_is_not_said_is_refused(name: str, rule: str) -> None:
    assert statements(rule, gateway_of(name)) == []


def test_people_are_not_offered_as_what_they_do() -> None:
    (asset,) = translate("block managers from publihing storys", gateway_of("newsroom"))
    assert [offer.rule for offer in asset.offers] == ["block managers from publishing storys"]
