"""The ways to approve beside the plain one: each click or form casts exactly the vote that it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import ids
from bot.review.commands import DecideDraft
from bot.review.model import Analysis, DraftState, SecondReading, Verdict, Vote
from bot.workspace import team
from tests.support.desk import Desk

REFUSED = "Overly Restrictive: Policy Engine will deny every request for action (Desk___refund) and resource"
LOOSER = SecondReading(Verdict.DIFFER, "AgentCore's policy also lets alice refund 600.", looser=True)
TICKED = ["seen"]


def heard(desk: Desk) -> list[tuple[Vote, bool, int]]:
    """What the review was asked to decide: vote, whether the tick was there, the card's version."""
    decisions: list[DecideDraft] = getattr(desk.services.review, "decisions", [])
    return [(each.vote, each.seen_looser, each.version) for each in decisions]


def analysis(*, refusal: str = "", second: SecondReading | None = None) -> Analysis:
    return replace(Analysis(read_back="Anyone may call refund."), refusal=refusal, second=second)


def tick(form: dict[str, Any]) -> str:
    """The block of the form's box."""
    return next(str(block["block_id"]) for block in form["blocks"] if block["type"] == "input")


@pytest.mark.parametrize(
    ("action", "vote"), [(ids.APPROVE_UNVALIDATED, Vote.APPROVE_UNVALIDATED), (ids.WAIT, Vote.WAIT)]
)
async def test_a_click_on_what_agentcore_refuses_casts_that_vote(desk: Desk, action: str, vote: Vote) -> None:
    """Approving without AgentCore's analysis and waiting are votes of their own, on the card that was seen."""
    card = await desk.card(analysis=analysis(refusal=REFUSED), version=4)
    assert (await desk.avery.clicks(card, action))["acknowledged"]
    await desk.services.tasks.finish(5)
    assert heard(desk) == [(vote, False, 4)]


@pytest.mark.parametrize(
    ("refusal", "action", "vote"),
    [
        ("", ids.APPROVE_LOOSER, Vote.APPROVE),
        (REFUSED, ids.APPROVE_UNVALIDATED_LOOSER, Vote.APPROVE_UNVALIDATED),
    ],
)
async def test_a_looser_policy_is_approved_by_a_ticked_form_and_not_by_the_click(
    desk: Desk, refusal: str, action: str, vote: Vote
) -> None:
    """The click only opens the form, which shows the difference; the submitted tick goes with the vote."""
    card = await desk.card(analysis=analysis(refusal=refusal, second=LOOSER))
    await desk.avery.clicks(card, action)
    form = await desk.form(desk.avery, "also lets alice refund 600")
    assert not heard(desk)
    assert (await desk.avery.submits(form, {tick(form): TICKED}))["closed"]
    assert heard(desk) == [(vote, True, 1)]


async def test_a_form_without_the_tick_does_not_approve(desk: Desk) -> None:
    """The box is required: Slack keeps the form open, and nothing is decided."""
    card = await desk.card(analysis=analysis(second=LOOSER))
    await desk.avery.clicks(card, ids.APPROVE_LOOSER)
    form = await desk.form(desk.avery, "also lets alice")
    assert not (await desk.avery.submits(form, {}))["closed"]
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW


async def test_who_may_not_approve_is_told_in_the_form(desk: Desk) -> None:
    """A tick gives nobody a say: the refusal stands at the box, and the draft in review."""
    card = await desk.card(analysis=analysis(second=LOOSER))
    member = desk.person(team.MEMBER)
    await member.clicks(card, ids.APPROVE_LOOSER)
    form = await desk.form(member, "also lets alice")
    submitted = await member.submits(form, {tick(form): TICKED})
    assert list(submitted["errors"]) == [tick(form)]
    assert "not one of the approvers" in str(submitted["errors"])
    assert desk.shelf.kept["P-ABCDEF.1"].state is DraftState.IN_REVIEW


async def test_a_form_of_a_card_that_changed_meanwhile_is_refused(desk: Desk) -> None:
    """What was ticked was another difference: the vote names the version that was clicked."""
    card = await desk.card(analysis=analysis(second=LOOSER))
    await desk.card(analysis=analysis(second=LOOSER), version=2)
    await desk.avery.clicks(card, ids.APPROVE_LOOSER)
    form = await desk.form(desk.avery, "also lets alice")
    submitted = await desk.avery.submits(form, {tick(form): TICKED})
    assert "card changed" in str(submitted["errors"])
