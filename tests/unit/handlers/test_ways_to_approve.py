"""The ways to approve beside the plain one: each click or form casts exactly the vote that it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import ids
from bot.review.commands import DecideDraft
from bot.review.decision import Tick
from bot.review.found import Analysis, SecondReading, Verdict
from bot.review.model import DraftState
from bot.review.votes import Vote
from bot.workspace import team
from tests.support.desk import Desk

REFUSED = "Overly Restrictive: Policy Engine will deny every request for action (Desk___refund) and resource"
LOOSER = SecondReading(Verdict.DIFFER, "AgentCore's policy also lets alice refund 600.", looser=True)
WHY = "The permit comes tomorrow."


def heard(desk: Desk) -> list[tuple[Vote, frozenset[Tick], str, int]]:
    """What the review was asked to decide: vote, what was ticked and said, the card's version."""
    decisions: list[DecideDraft] = getattr(desk.services.deciding, "decisions", [])
    return [(each.vote, each.ticked, each.reason, each.version) for each in decisions]


def analysis(*, refusal: str = "", second: SecondReading | None = None) -> Analysis:
    return replace(Analysis(read_back="Anyone may call refund."), refusal=refusal, second=second)


def block(form: dict[str, Any], action: str) -> str:
    """The block of the form's boxes, or of its reason."""
    blocks = [each for each in form["blocks"] if each.get("element", {}).get("action_id") == action]
    return str(blocks[0]["block_id"])


async def test_waiting_is_a_click_on_what_agentcore_refuses(desk: Desk) -> None:
    """It is a vote of its own, on the card that was seen."""
    card = await desk.card(analysis=analysis(refusal=REFUSED), version=4)
    assert (await desk.avery.clicks(card, ids.WAIT))["acknowledged"]
    await desk.services.tasks.finish(5)
    assert heard(desk) == [(Vote.WAIT, frozenset(), "", 4)]


@pytest.mark.parametrize(
    ("refusal", "second", "said", "vote", "ticked", "reason"),
    [
        ("", LOOSER, {"seen": ["looser"]}, Vote.APPROVE, {Tick.LOOSER}, ""),
        (REFUSED, None, {"reason": WHY}, Vote.APPROVE_UNVALIDATED, set(), WHY),
        (REFUSED, LOOSER, {"seen": ["looser"], "reason": WHY}, Vote.APPROVE_UNVALIDATED, {Tick.LOOSER}, WHY),
    ],
)
async def test_what_has_to_be_seen_or_said_goes_with_the_vote(
    desk: Desk,
    refusal: str,
    second: SecondReading | None,
    said: dict[str, Any],
    vote: Vote,
    ticked: set[Tick],
    reason: str,
) -> None:
    """The click only opens the form, which shows what it is about."""
    card = await desk.card(analysis=analysis(refusal=refusal, second=second))
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "also lets alice refund 600" if second else "IGNORE_ALL_FINDINGS")
    assert not heard(desk)
    assert (await desk.avery.submits(form, said))["closed"]
    assert heard(desk) == [(vote, frozenset(ticked), reason, 1)]


async def test_without_a_reason_nothing_goes_past_agentcores_findings(desk: Desk) -> None:
    """Blanks are none: it is said at the field."""
    card = await desk.card(analysis=analysis(refusal=REFUSED))
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "IGNORE_ALL_FINDINGS")
    submitted = await desk.avery.submits(form, {"reason": "     "})
    assert list(submitted["errors"]) == [block(form, "reason")]
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW


async def test_a_form_without_the_tick_does_not_approve(desk: Desk) -> None:
    """The box is required: Slack keeps the form open, and nothing is decided."""
    card = await desk.card(analysis=analysis(second=LOOSER))
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "also lets alice")
    assert not (await desk.avery.submits(form, {}))["closed"]
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW


async def test_who_may_not_approve_is_told_in_the_form(desk: Desk) -> None:
    """A tick gives nobody a say: the refusal stands at the box, and the draft in review."""
    card = await desk.card(analysis=analysis(second=LOOSER))
    member = desk.person(team.MEMBER)
    await member.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(member, "also lets alice")
    submitted = await member.submits(form, {"seen": ["looser"]})
    assert list(submitted["errors"]) == [block(form, "seen")]
    assert "not one of the approvers" in str(submitted["errors"])
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW


async def test_a_form_of_a_card_that_changed_meanwhile_is_refused(desk: Desk) -> None:
    """What was ticked was another difference: the vote names the version that was clicked."""
    card = await desk.card(analysis=analysis(second=LOOSER))
    await desk.card(analysis=analysis(second=LOOSER), version=2)
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "also lets alice")
    submitted = await desk.avery.submits(form, {"seen": ["looser"]})
    assert "card changed" in str(submitted["errors"])
