"""Tools in the words of who does not see the schema: read where the gateway leaves one tool, else refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"


@cache
def _gateway(name: str) -> Gateway:
    folders = (CORPORA / "pairs" / "gateways", CORPORA / "gateways")
    return load_gateway(next(path for folder in folders if (path := folder / f"{name}.json").exists()))


def _policies(name: str, rule: str) -> list[str | None]:
    return [asset.statement for asset in translate(rule, _gateway(name))]


@pytest.mark.parametrize(
    ("name", "rule", "plain"),
    [
        ("procurement", "Managers may approve a PO over $500.", "Managers may approve a purchase order over $500."),
        ("procurement", "Block PO approvals.", "Block purchase order approvals."),
        ("procurement", "Managers may raise POs.", "Managers may call create_purchase_order."),
        ("telecom", "Nobody may export CRs.", "Nobody may export call records."),
        ("newsroom", "Interns may not take a story down.", "Interns may not retract stories."),
        ("newsroom", "Editors may get rid of assets.", "Editors may delete assets."),
        ("hr", "Managers may OK leave.", "Managers may approve leave."),
        ("it-helpdesk", "Technicians may raise tickets.", "Technicians may open tickets."),
        ("it-helpdesk", "Technicians may take a licence away from someone.", "Technicians may reclaim licences."),
        ("it-helpdesk", "Technicians may add people to groups.", "Technicians may call add_to_group."),
        ("analytics", "Admins may take away someone's access to datasets.", "Admins may revoke access."),
        ("library", "Librarians may lend someone an item.", "Librarians may lend an item to a member."),
        ("library", "Librarians may sign people up.", "Librarians may register members."),
        ("food-delivery", "Block handing orders to another rider.", "Block reassign_order."),
        ("marketing", "Managers may create campaigns and set their budget.",
         "Managers may call create_campaign and set_budget."),
    ],
)  # fmt: skip
def test_reads_what_leaves_one_tool(name: str, rule: str, plain: str) -> None:
    said = _policies(name, rule)
    assert None not in said
    assert said == _policies(name, plain)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("procurement", "Managers may approve SOs."),
        ("it-helpdesk", "Technicians may not add anyone else to a group."),
        ("it-helpdesk", "Technicians may add anyone but contractors to a group."),
        ("hr", "Managers may change someone else's salary."),
        ("hr", "Managers may change their salary."),
        ("marketing", "Managers may create sms campaigns and set their budget."),
        ("newsroom", "Editors may send out invoices."),
        ("oncall", "Access to log files is blocked."),
        ("oncall", "Engineers may switch on flags."),
        ("oncall", "Engineers may switch flags off."),
        ("hr", "Recruiters may pass candidates on."),
        ("library", "Nobody may suspend someone with the role manager."),
        ("hotel-chain", "Clerks may file charges."),
    ],
)
def test_refuses_or_asks_the_rest(name: str, rule: str) -> None:
    assert None in _policies(name, rule)
