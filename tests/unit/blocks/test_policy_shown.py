"""What is shown of a policy is of the policy as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.blocks.listing import policy_detail
from bot.review.evidence import Seen
from bot.review.listing import Detail, Listed
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.review.past import Past
from bot.review.reported import PolicyRecord

AT = datetime(2026, 11, 24, tzinfo=UTC)
PROPOSAL = Proposal("P-1", "k", "T1", "C1", "U1", "a rule", "e", "g", ProposalState.CLOSED, AT)
TEXT = "permit(principal, action, resource);"
OTHER = "forbid(principal, action, resource);"
SEEN = Seen(AT, AT, calls=3, matches=3, flips=2, errors=0)
MADE = Draft("P-1.1", "P-1", 1, "a", "f", TEXT, (), DraftState.IN_EFFECT, evidence=SEEN)


def shown(statement: str) -> str:
    record = PolicyRecord("p-1", "refunds", "ACTIVE", statement, "LOG_ONLY")
    past = Past(PROPOSAL, MADE)
    later = Past(replace(PROPOSAL, id="P-2"), replace(MADE, id="P-2.1", statement=statement, evidence=None))
    return str(policy_detail(Detail(Listed(record, "It says so.", past), (past, later)), "C1"))


def test_what_an_earlier_text_did_is_not_said_of_the_one_that_stands() -> None:
    assert "2 would have been allowed" in shown(TEXT)
    assert "In log-only" not in shown(OTHER)
