"""App Home within Slack's limits, whatever there is: a thousand policies, many drafts, hostile names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.analysis import Change, Difference, Example
from bot.blocks import ids
from bot.blocks.home import HomeOrigin, home_notice, home_origin, home_view
from bot.cedar import Request
from bot.review.drift import Drift, Watch
from bot.review.evidence import Seen
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.home import MOST_WAITING, PAGE, Home, Live, Policies, Waiting
from bot.review.model import Act, Draft, DraftState, Proposal, ProposalState, Stood
from bot.review.past import Past
from bot.review.reported import PolicyRecord
from bot.review.service import ProposalStatus
from bot.workspace.blockkit import check_view

NOW = datetime(2026, 11, 26, tzinfo=UTC)
HOSTILE = "<!channel> *bold* <https://x.test|here> \u202e" + "x" * 3000
PROPOSAL = Proposal("P-1", "k", "T1", "C1", "U1", HOSTILE, "e-1", "arn", ProposalState.IN_REVIEW, NOW)
DRAFT = Draft("P-1.1", "P-1", 1, "a", HOSTILE, "permit(principal, action, resource);", (), DraftState.IN_REVIEW)
DONE = replace(DRAFT, state=DraftState.REJECTED, decided_at=NOW, deciders=("U2",), policy_name=HOSTILE)
OPENED = Example(Request("AgentCore::OAuthUser", "alice", "Desk___pay", "g"), allowed_before=False, allowed_after=True)
OPENS = Difference(
    tuple(
        Change("AgentCore::OAuthUser", f"Desk___{tool}", "changed", newly_allowed=OPENED, whom="anyone")
        for tool in ("pay", "look")
    )
)
EMPTY = Home((), 0, (), (), 0, Policies(), (), (), "")


def full(count: int) -> Home:
    """A Home with everything that it may show at most; `count` routes with drifts."""
    record = PolicyRecord("p-1", HOSTILE, "UPDATE_FAILED", DRAFT.statement or "", "LOG_ONLY")
    watch = Watch("W-1", "T1", "C1", "e-1", f"arn:gateway/{HOSTILE}", open=(Drift(1, (HOSTILE,) * 50, {}),))
    return Home(
        (Waiting(PROPOSAL, DRAFT, (DRAFT,)),) * MOST_WAITING,
        900,
        (ProposalStatus(PROPOSAL, (DRAFT,)),) * 8,
        (watch,) * count,
        0,
        Policies((Live(record, Past(PROPOSAL, DRAFT), None),) * PAGE, 50, 100, 1000, known=True),
        (Past(PROPOSAL, replace(DRAFT, state=DraftState.SCHEDULED, until=NOW)),) * 8,
        (Past(PROPOSAL, DONE),) * 8,
        "C1",
    )


@pytest.mark.parametrize("home", [EMPTY, full(1), full(150)])
def test_slack_takes_the_tab(home: Home) -> None:
    view = home_view(home, HomeOrigin(text=HOSTILE[:80]))
    check_view(json.loads(json.dumps(view)), "home")
    assert len(view["blocks"]) <= 100
    assert len(view["private_metadata"]) <= 3000
    mentions = [text for text in _mrkdwn(view) if "<!channel>" in text or "<https://x.test" in text]
    assert mentions == []


def _mrkdwn(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in _mrkdwn(each)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for each in part.values() for text in _mrkdwn(each)]


def test_what_a_tab_keeps_of_itself_comes_back_and_nonsense_is_the_first_page() -> None:
    view = home_view(full(3), HomeOrigin(0, "refund", 50))
    assert home_origin(view) == HomeOrigin(0, "refund", 50, "C1")
    for nonsense in ({}, {"private_metadata": ""}, {"private_metadata": "[]"}, {"private_metadata": '{"route": "x"}'}):
        assert home_origin(nonsense) == HomeOrigin()


def test_a_tab_that_cannot_be_shown_says_why() -> None:
    check_view(home_notice("Guests cannot take part."), "home")


def test_whoever_approves_in_home_is_told_what_the_card_says_first() -> None:
    """Approve is there as well: of a promotion not only what log-only showed, and for a time not for good."""
    seen = Seen(NOW, NOW, calls=9, matches=9, flips=9, errors=0)
    unread = SecondReading(Verdict.UNREAD, "It could not read the rule.")
    later = Finding("taken_back", "The policy freeze is deleted by itself. From then on: Opens pay", "policybot")
    analysis = Analysis(difference=OPENS.as_json(), second=unread, warnings=(later,))
    create = replace(DRAFT, until=NOW, enforcement_mode="ACTIVE", analysis=analysis)
    stood = Stood("p-1", "all", "permit(principal, action, resource);", "LOG_ONLY")
    promote = replace(create, act=Act.PROMOTE, before=stood, policy_name="all", evidence=seen)
    for draft, told in (
        (create, ("Opens all 2 tools to anyone", "Our own reader could not confirm it")),
        (promote, ("9 calls matched", "Promoted: opens all 2 tools to anyone", "log-only → enforced")),
    ):
        shown = str(home_view(replace(EMPTY, waiting=(Waiting(PROPOSAL, draft, (draft,)),)), HomeOrigin()))
        for said in (*told, "enforced at once", "taken back by itself", "From then on: Opens pay"):
            assert said in shown


@pytest.mark.parametrize(
    "found",
    [
        Analysis(crossing="It crosses the boundary no_refunds."),
        Analysis(findings=(Finding("INVALID", "No such tool."),)),
    ],
)
def test_what_nobody_can_approve_has_no_approve(found: Analysis) -> None:
    """The click would be refused; Reject works."""
    draft = replace(DRAFT, analysis=found)
    waits = replace(EMPTY, waiting=(Waiting(PROPOSAL, draft, (draft,)),))
    actions = [each["action_id"] for block in home_view(waits, HomeOrigin())["blocks"] for each in elements(block)]
    assert not {ids.APPROVE, ids.APPROVE_FORM, ids.WAIT} & set(actions)
    assert ids.REJECT in actions


def elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    return list(block.get("elements", ())) if block["type"] == "actions" else []
