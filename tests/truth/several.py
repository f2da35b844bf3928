"""Lives of a rule of several pieces, approved in any order or all at once; and of a change beside one that ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.blocks import ids
from bot.review.model import SETTLED, Draft, DraftState
from bot.review.timed import is_end
from bot.workspace.people import until
from bot.workspace.wire import CannotAct
from tests.support.scene import buttons
from tests.truth.brute import decide, requests
from tests.truth.claims import Tally, hold_difference
from tests.truth.house import House
from tests.truth.life import SECONDS, Life, Plan
from tests.truth.plane import Lane, Moment, plain

NOT_HELD = SETTLED - {DraftState.IN_EFFECT}
ALL = 0
MINUTES = 10
ROUNDS = 4


@dataclass(frozen=True)
class Rule:
    """A rule of several pieces: `order` is what is decided on, piece by piece, ALL for all clean ones at once; what is
    negative is rejected. What is left then is approved."""

    plan: Plan
    order: Sequence[int]

    def __str__(self) -> str:
        return f"{self.plan} and {[' '.join(each.split()) for each in self.plan.more]} | in the order {self.order}"


@dataclass(frozen=True)
class Beside:
    """A change for a time, and one that comes while it is in force."""

    ends: Plan
    comes: Plan

    def __str__(self) -> str:
        return f"for a time: {self.ends} | beside it: {self.comes}"


@dataclass
class Pieces:
    """The lives of the pieces of one rule."""

    lane: Lane
    lives: list[Life]
    tally: Tally

    async def run(self, order: Sequence[int]) -> None:
        for life in self.lives:
            card, draft = await life.card(1)
            if draft.state is DraftState.IN_REVIEW:
                life.hold(card, draft, await self._comes_to(draft))
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            try:
                for step in order:
                    await (self._at_once() if step == ALL else self._decided(step))
                for turn in range(ROUNDS + 1):
                    await self._rest(last=turn == ROUNDS)
            finally:
                watching.cancel()
        for life in self.lives:
            if (await life.draft()).state is DraftState.IN_EFFECT:
                await life.end(self.lane)

    async def _decided(self, step: int) -> None:
        life = self.lives[(abs(step) - 1) % len(self.lives)]
        if (await life.draft()).state is DraftState.IN_REVIEW:
            await life.decide("approve" if step > 0 else "reject")
        await self._settled()

    async def _at_once(self) -> None:
        """All clean ones with one click, on the card that offers it."""
        shown = [(life, *await life.card(1)) for life in self.lives if not await self._waits(life)]
        offered = [card for _, card, _ in shown if ids.APPROVE_CLEAN in buttons(card)]
        self.tally.notes[f"all clean ones {'at once' if offered else 'not offered'}"] += 1
        if not offered:
            return
        for life, card, draft in shown:
            life.seen = card, draft
        with contextlib.suppress(CannotAct):
            await self.lives[0].house.approver(self.lives[0].lane).clicks(offered[0], ids.APPROVE_CLEAN)
            await asyncio.sleep(0.5)
        await self._settled()

    async def _rest(self, *, last: bool) -> None:
        for life in self.lives:
            if (await life.draft()).state is DraftState.IN_REVIEW:
                await life.decide("reject" if last else "approve")
        await self._settled()

    async def _waits(self, life: Life) -> bool:
        return (await life.draft()).state not in (SETTLED | {DraftState.IN_REVIEW})

    async def _settled(self) -> None:
        """Until nothing is on its way but what waits for another piece."""

        async def look() -> bool:
            found = [await life.draft() for life in self.lives]
            waits = [each.state is DraftState.APPROVED and "waits for piece" in each.trouble for each in found]
            still = [each.state is DraftState.IN_REVIEW or each.state in SETTLED for each in found]
            return all(one or other for one, other in zip(waits, still, strict=True))

        await until(self.lives[0].house.slack.client, look, SECONDS)

    async def _comes_to(self, draft: Draft) -> Moment:
        """The engine that a permit of the rule comes to: with what the rule forbids, as far as that may still hold."""
        moment = self.lane.moment()
        if not (draft.statement or "").startswith("permit") or draft.enforcement_mode == "LOG_ONLY":
            return moment
        sure, maybe = dict(moment.sure), dict(moment.maybe)
        for each in [await life.draft() for life in self.lives]:
            text, blocks = plain(each.statement or "")
            if text.startswith("forbid") and each.state not in NOT_HELD:
                (maybe if blocks else sure)[each.policy_name] = text
        return replace(moment, sure=sure, maybe=tuple(maybe.items()))

    async def _watch(self) -> None:
        """At no moment stands a permit without a forbid of the rule that closes some of it and may still hold."""
        drafts = [await life.draft() for life in self.lives]
        pairs = [
            (permit, forbid)
            for permit in drafts
            for forbid in drafts
            if permit.enforcement_mode != "LOG_ONLY" and self._meet(permit.statement or "", forbid.statement or "")
        ]
        while pairs:
            for permit, forbid in pairs:
                if await self._alone(permit, forbid):
                    self.tally.holds("never looser", False, f"{permit.id} stands without {forbid.id}")
                    return
            self.tally.claims["never looser"] += 1
            await asyncio.sleep(0.02)

    async def _alone(self, permit: Draft, forbid: Draft) -> bool:
        standing = {each.name for each in self.lane.kept() if each.status == "ACTIVE"}
        if permit.policy_name not in standing or forbid.policy_name in standing:
            return False
        now = await self.lives[0].house.bot.store.draft(forbid.id)
        return now is not None and now.state not in NOT_HELD

    def _meet(self, permit: str, forbid: str) -> bool:
        (one, _), (other, _) = plain(permit), plain(forbid)
        if not one.startswith("permit") or not other.startswith("forbid"):
            return False
        schema = self.lane.moment().schema
        asked = requests(schema, [one, other])
        both = zip(decide({"": one}, asked, schema), decide({"": one, " ": other}, asked, schema), strict=True)
        return any(alone and not beside for alone, beside in both)


async def pieces(house: House, lane_number: int, rule: Rule) -> Tally:
    """The life of a rule of several pieces."""
    first = Life(house, lane_number, rule.plan)
    first.channel, lane = house.move_in(lane_number)
    for policy in rule.plan.standing:
        lane.put(policy)
    await first.propose()
    lives = [first]
    try:
        await first.card(1)
        lives += [
            _piece(first, each.ordinal) for each in await house.bot.store.drafts(first.proposal) if each.ordinal > 1
        ]
        await Pieces(lane, lives, first.tally).run(rule.order)
    except* TimeoutError:
        where = [await life.where() for life in lives]
        first.tally.holds("ends", False, f"{first.proposal} does not end: {where}")
    return first.tally


def _piece(first: Life, piece: int) -> Life:
    return Life(first.house, first.lane, first.plan, first.tally, first.proposal, first.channel, piece=piece)


async def beside(house: House, lane_number: int, plan: Beside) -> Tally:
    """What a card beside a change for a time says of later is what is so once that has ended."""
    ends = Life(house, lane_number, plan.ends)
    ends.channel, lane = house.move_in(lane_number)
    tally = ends.tally
    for policy in plan.ends.standing:
        lane.put(policy)
    async with house.time:  # what others have for a time must not end meanwhile
        try:
            await _beside(house, lane, ends, Life(house, lane_number, plan.comes, tally, channel=ends.channel))
        except TimeoutError:
            tally.holds("ends", False, f"{ends.proposal} does not end: {await ends.where()}")
    return tally


async def _beside(house: House, lane: Lane, ends: Life, comes: Life) -> None:
    tally = ends.tally
    for life in (ends, comes):
        await life.propose()
        if not await life.shown(lane):
            return
        await life.decide("approve")
        await life.end(lane)
        if (await life.draft()).state is not DraftState.IN_EFFECT:
            tally.notes["nothing beside the other"] += 1
            return
    assert comes.seen is not None
    _, shown = comes.seen
    await house.clock.advance(60 * (MINUTES + 1))

    async def taken_back() -> Draft | None:
        found = [each for each in await house.bot.store.drafts(ends.proposal) if is_end(each)]
        return next((each for each in found if each.state in SETTLED), None)

    end = await until(house.slack.client, taken_back, SECONDS)
    left = lane.made(ends.mark)
    tally.holds("taken back", end.state is DraftState.IN_EFFECT and not left, f"{end.state} {end.trouble}: {left}")
    later = shown.analysis.later
    said = later[-1] if later else shown.analysis.difference
    tally.notes["becomes another change" if later else "stays the same change"] += 1
    if said is not None:
        hold_difference(said, shown, lane.moment(without=comes.mark), tally)
