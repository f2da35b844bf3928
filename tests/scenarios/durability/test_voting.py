"""One person's clicks on one card, taken by two replicas before either has counted them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.errors import Refused
from bot.review.commands import DecideDraft
from bot.review.deciding import Decided, Deciding
from bot.review.errors import Reason
from bot.review.model import Draft, DraftState
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import MovableClock

OpenBot = Callable[..., Awaitable[Bot]]


@dataclass(frozen=True)
class Together(Deciding):
    """Counts once everybody else has voted as well."""

    voted: asyncio.Barrier

    async def count(self, draft_id: str) -> Draft:
        await self.voted.wait()
        return await super().count(draft_id)


async def on_two_replicas(open_bot: OpenBot, url: str, clock: MovableClock) -> tuple[Bot, Bot]:
    """On SQLite, which is one process's alone, two are one."""
    first = await open_bot(url, clock)
    return first, first if url.startswith("sqlite") else await open_bot(url, clock)


async def votes(bot: Bot) -> Counter[tuple[str, str]]:
    """Whose votes the record has, and how they voted."""
    rows = [row async for row in bot.store.recorded() if row.event == "vote"]
    return Counter((row.actor, json.loads(row.data)["vote"]) for row in rows)


async def test_two_clicks_before_either_is_counted_are_one_vote(
    open_bot: OpenBot, database_url: str, clock: MovableClock
) -> None:
    """Both are stored before anybody counts: one vote counts, one is in the record, and the policy is created once."""
    replicas = await on_two_replicas(open_bot, database_url, clock)
    proposal_id = await replicas[0].propose()
    await replicas[0].pass_time()
    voted = asyncio.Barrier(2)
    click = DecideDraft(f"{proposal_id}.1", 1, Vote.APPROVE, "U_APPROVES", "T1")
    done = await asyncio.gather(*(Together(bot.store, bot.deciding.authority, voted).decide(click) for bot in replicas))
    assert [each.draft.state for each in done] == [DraftState.APPROVED] * 2
    await replicas[1].pass_time()
    assert await votes(replicas[0]) == {("U_APPROVES", "approve"): 1}
    events = Counter([row.event async for row in replicas[0].store.recorded()])
    assert (events["draft.approved"], events["draft.in_effect"]) == (1, 1)
    assert replicas[0].world.count("policies") == 1


async def test_a_no_before_ones_yes_is_counted_is_a_no(
    open_bot: OpenBot, database_url: str, clock: MovableClock
) -> None:
    one, other = await on_two_replicas(open_bot, database_url, clock)
    proposal_id = await one.propose()
    await one.pass_time()
    voted = asyncio.Barrier(2)
    click = DecideDraft(f"{proposal_id}.1", 1, Vote.APPROVE, "U_APPROVES", "T1")

    async def changes_their_mind() -> Decided:
        while not voted.n_waiting:  # noqa: ASYNC110  (until the yes is stored)
            await asyncio.sleep(0)
        try:
            return await other.decide(click.draft_id, Vote.REJECT, reason="Not this one.")
        finally:
            await voted.wait()

    yes, no = await asyncio.gather(
        Together(one.store, one.deciding.authority, voted).decide(click), changes_their_mind()
    )
    assert [each.draft.state for each in (yes, no)] == [DraftState.REJECTED] * 2
    await one.pass_time()
    assert one.world.count("policies") == 0
    assert [vote.vote for vote in await one.store.votes(click.draft_id)] == [Vote.REJECT]
    assert await votes(one) == {("U_APPROVES", "approve"): 1, ("U_APPROVES", "reject"): 1}


async def test_a_click_after_it_was_enough_is_refused_and_no_vote(
    open_bot: OpenBot, database_url: str, clock: MovableClock
) -> None:
    one, other = await on_two_replicas(open_bot, database_url, clock)
    proposal_id = await one.propose()
    await one.pass_time()
    await one.decide(f"{proposal_id}.1")
    with pytest.raises(Refused) as refused:
        await other.decide(f"{proposal_id}.1")
    assert refused.value.reason is Reason.ALREADY_DECIDED
    assert await votes(one) == {("U_APPROVES", "approve"): 1}
