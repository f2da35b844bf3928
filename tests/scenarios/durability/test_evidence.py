"""What a gateway recorded, and what is not known of it, where a promotion is decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Refused, ServiceError, ServiceUnavailable
from bot.review.commands import DecideDraft, ProposeAct
from bot.review.decision import Tick
from bot.review.errors import Reason
from bot.review.evidence import Seen
from bot.review.model import Act, Draft, DraftState
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY, PATIENT, MovableClock

OpenBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
async def bot(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> Bot:
    """A bot that reads evidence every ten minutes."""
    options = replace(PATIENT, drift_seconds=300.0, evidence_seconds=600.0)
    found = await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock, options)
    await found.store.watch_routes("T1", [("C1", ENGINE, GATEWAY)])
    return found


async def promotion(bot: Bot) -> Draft:
    """A promotion of a policy that was created log-only, in review."""
    proposal_id = await bot.propose()
    await bot.pass_time(10)
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time(10)
    command = ProposeAct("promote", Act.PROMOTE, "T1", "C1", "U_ASKS", "T1", f"{proposal_id}.1")
    promoting = (await bot.revising.act(command)).proposal_id
    await bot.pass_time(10)
    draft = await bot.draft(f"{promoting}.1")
    assert draft.state is DraftState.IN_REVIEW
    return draft


def approval(draft: Draft, *ticked: Tick) -> DecideDraft:
    return DecideDraft(draft.id, draft.version, Vote.APPROVE, "U_APPROVES", "T1", ticked=frozenset(ticked))


@pytest.mark.parametrize(
    "fault", [ServiceUnavailable("CloudWatch did not answer."), ServiceError("It was refused.", code="Throttled"), None]
)
async def test_a_promotion_of_which_nothing_could_be_read_takes_a_tick(bot: Bot, fault: ServiceError | None) -> None:
    """CloudWatch fails at that moment, or says nothing of the policy: that is no reason to take it for tested."""
    bot.world.evidence.fault = fault
    draft = await promotion(bot)
    assert draft.evidence is not None
    assert draft.evidence.matches is None
    assert draft.evidence.unknown
    with pytest.raises(Refused) as refused:
        await bot.deciding.decide(approval(draft))
    assert refused.value.reason == Reason.UNTESTED_NOT_SEEN
    decided = await bot.deciding.decide(approval(draft, Tick.UNTESTED))
    assert decided.draft.state is DraftState.APPROVED


async def test_what_is_read_later_takes_its_place(bot: Bot) -> None:
    bot.world.evidence.fault = ServiceUnavailable("CloudWatch did not answer.")
    draft = await promotion(bot)
    bot.world.evidence.fault = None
    now = bot.clock.now()
    tested = Seen(now - timedelta(hours=1), now, calls=3, matches=2, flips=1, errors=0)
    bot.world.evidence.seen[draft.policy_id] = tested
    await bot.pass_time(1200)
    kept = await bot.draft(draft.id)
    assert kept.evidence is not None
    assert kept.evidence.tested
    assert (await bot.deciding.decide(approval(kept))).draft.state is DraftState.APPROVED


async def test_it_is_kept_current_where_nobody_watches_for_what_others_change(
    open_bot: OpenBot, tmp_path: Path, clock: MovableClock
) -> None:
    """Each of the two has a setting of its own."""
    options = replace(PATIENT, drift_seconds=0.0, evidence_seconds=900.0)
    bot = await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock, options)
    await bot.store.watch_routes("T1", [("C1", ENGINE, GATEWAY)])
    await bot.pass_time(3000)
    assert bot.world.calls("policies_summary") == 4
    assert bot.world.calls("attachment") == 0
