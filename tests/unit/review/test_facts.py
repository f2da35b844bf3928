"""What governance is told of a change: of what it comes to later, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.analysis import Change, Difference, Example
from bot.cedar import Request
from bot.review.facts import change_facts
from bot.review.found import Analysis
from tests.unit.review.test_decision import DRAFT, PROPOSAL

OAUTH = "AgentCore::OAuthUser"
OPENED = Example(Request(OAUTH, "alice", "Desk___pay", "g"), allowed_before=False, allowed_after=True)
NOTHING = Difference((Change(OAUTH, "Desk___pay", "unchanged"),)).as_json()
OPENS = Difference((Change(OAUTH, "Desk___pay", "changed", newly_allowed=OPENED, whom="anyone"),)).as_json()


@pytest.mark.parametrize("later", [(), (NOTHING,), (OPENS,), (OPENS, NOTHING)])
def test_what_opens_once_a_forbid_for_a_time_is_gone_takes_the_votes_of_what_opens(
    later: tuple[dict[str, object], ...],
) -> None:
    """Otherwise a forbid for an hour would let a permit pass as one that changes nothing."""
    facts = change_facts(replace(DRAFT, analysis=Analysis(difference=NOTHING, later=later)), PROPOSAL)
    opens = OPENS in later
    assert (facts.widens, facts.opens_to_anyone, facts.narrows, facts.unproved) == (opens, opens, False, False)
    assert facts.tools == (frozenset({"Desk___pay"}) if opens else frozenset())
