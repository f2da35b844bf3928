"""Chat, plurals with values, bans in a sentence of their own, tables and ranks, over several gateways."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
FOLDERS = ("gateways", "desks", "third/gateways")


@functools.cache
def gateway(name: str) -> Gateway:
    folder = next(folder for folder in FOLDERS if (CORPORA / folder / f"{name}.json").exists())
    return load_gateway(CORPORA / folder / f"{name}.json")


READ = [
    # Words of chat.
    ("github", "block push_files on any branch but dev, thx", ['branch != "dev"']),
    ("github", "block push_files on any branch but dev or thx-2", ['"dev" && context.input.branch != "thx-2"']),
    ("library", "pls no checkouts over 14 days, ty", ["loanDays > 14"]),
    ("banking", "tellers pls may close accounts, thanks in advance", ['"teller"']),
    # A plural with several values, and a value before its input.
    ("airline-desk", "search direct flights to the destinations JFK or LAX only", ['"JFK" ||', '"LAX"']),
    ("github", "nobody may push files except to the branches dev or qa", ["unless", '"dev" ||']),
    ("airline-desk", "Nobody may search direct flights if JFK or EWR is the origin", ['origin == "JFK" ||']),
    # A sentence of its own bans the whole tool.
    ("library", "Librarians may forgive fines of $25 or less. Volunteers cannot.", ["lessThanOrEqual", '"volunteer"']),
    ("library", "All tools on Catalog → cataloguers. Everyone except cataloguers: denied.", ["!(principal"]),
    # Ranks are part of a role's name.
    ("airline-desk", "User details are readable by tier 2 agents only.", ['"tier-2-agent"']),
    ("library", "grade 3 students may not book study rooms", ['"grade-3-student"']),
    # Tables, and who touches a tool.
    ("banking", "Card-Services, all tools → team cards only", ['Action::"Card-Services"', '"cards"']),
    ("banking", "Nobody touches any tool of LoanDesk between 10pm and 5am UTC", ['Action::"LoanDesk"', "22h"]),
    # What a tool does, in other words.
    ("airline-desk", "The transfer of a user to human agents is blocked", ["transfer_to_human_agents"]),
    ("retail-desk", "Order details, item details: support only", ["get_order_details", "get_item_details"]),
    ("retail-desk", "changes to the shipping address of a pending order are blocked", ["modify_pending_order_address"]),
    ("support", "managers may hand out up to 2000 points", ["grant_points", "points <= 2000"]),
    ("banking", "no interns issuing cards with expedited = true", ["expedited == true", '"intern"']),
    ("github", "Refuse forks of a repository unless they go to the organization globex", ['organization == "globex"']),
]

NOT_READ = [
    ("github", "nobody may push files to the branches dev or not qa"),
    ("github", "nobody may push files to the branches dev"),
    ("github", "nobody may push files to the branches dev or managers"),
    ("airline-desk", "Nobody may search direct flights if JFK is the origin or the destination"),
    ("support", "nobody may refund if 500 is the amount"),
    ("library", "Librarians may forgive fines of $25 or less. Volunteers may not on Sundays."),
    ("library", "Librarians may forgive fines of $25 or less. They may not."),
    ("library", "Librarians may forgive fines of $25 or less, volunteers may not"),
    ("support", "managers may refund up to 500. express: denied"),
    ("support", "level 2 agents may close tickets"),
    ("airline-desk", "Transfer users to tier 2 agents"),
    ("banking", "Card-Services, all tools but block_card → team cards only"),
    ("banking", "all tools, Card-Services: nobody"),
    ("airline-desk", "The kiosk role must not get at flights"),
    ("airline-desk", "The transfer of two users to human agents is blocked"),
    ("retail-desk", "changes to the billing address of a pending order are blocked"),
    ("support", "managers may hand out tickets"),
    ("banking", "no customers issuing cards"),
    ("github", "Refuse forks of a repository unless they go to managers"),
]


@pytest.mark.parametrize(("name", "rule", "tests"), READ, ids=[rule for _, rule, _ in READ])
def test_it_is_read_with_all_that_it_says(name: str, rule: str, tests: list[str]) -> None:
    statements = [asset.statement for asset in translate(rule, gateway(name))]
    assert None not in statements
    found = " ".join(" ".join(str(each).split()) for each in statements)
    assert [each for each in tests if each not in found] == []


@pytest.mark.parametrize(("name", "rule"), NOT_READ, ids=[rule for _, rule in NOT_READ])
def test_what_comes_near_is_not_read(name: str, rule: str) -> None:
    assert None in [asset.statement for asset in translate(rule, gateway(name))]
