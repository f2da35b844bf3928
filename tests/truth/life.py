"""One life of a rule: an engine in some state, a rule, perhaps an act of somebody else, a click, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.review.model import SETTLED, Draft, DraftState
from bot.workspace import team
from bot.workspace.people import Person, until
from bot.workspace.wire import CannotAct
from tests.truth.card import card_text
from tests.truth.claims import Tally, hold
from tests.truth.clicking import approve, reject, shown_version, waits_for_a_decision
from tests.truth.house import House, gateway_of
from tests.truth.plane import Kept, Lane, Moment, gateway_arn, statement_of

Json = dict[str, Any]
Deed = Callable[[Lane], None]
"""Something that somebody else does."""
SECONDS = 30.0
ON_THE_WAY = (DraftState.APPROVED, DraftState.SENDING, DraftState.SETTLING)
FORGETS_WITHIN = 4.0


@dataclass(frozen=True)
class Plan:
    """What is to happen in a life. `statement` is what the generation makes of the rule; without it, the embedded
    reader's own. `acts` happen between card and click; `decision` is approve, reject or held: approved, with the call
    on its way while the acts happen, and rejected after that if it can be."""

    rule: str
    statement: str = ""
    standing: Sequence[Kept] = ()
    before: Sequence[tuple[str, Deed]] = ()
    acts: Sequence[tuple[str, Deed]] = ()
    decision: str = "approve"
    follow: Sequence[tuple[str, Sequence[tuple[str, Deed]]]] = ()
    more: Sequence[str] = ()
    """What the generation makes of the rule besides."""
    time: str = ""
    """For how long it is typed to be wanted."""

    def __str__(self) -> str:
        kept = "; ".join(
            f"{each.name} [{each.mode} {each.status} {each.written}] {' '.join(each.statement.split())}"
            for each in self.standing
        )
        later = [(step, deed) for step, deeds in self.follow for deed in ((step, None), *deeds)]
        done = ", ".join(name for name, _ in (*self.before, *self.acts))
        done += "; then " + ", ".join(deed[0] for _, deed in later) if later else ""
        return f"rule “{self.rule}” {' '.join(self.statement.split())} | engine: {kept} | {done} | {self.decision}"


@dataclass
class Life:
    """A plan in a house."""

    house: House
    lane: int
    plan: Plan
    tally: Tally = field(default_factory=Tally)
    proposal: str = ""
    channel: str = ""
    seen: tuple[Json, Draft] | None = None
    piece: int = 1
    place: Lane = field(init=False)

    async def run(self) -> Tally:
        """Live it, and hold every card that was decided on, and how it ended, against what is so."""
        self.channel, lane = self.house.move_in(self.lane)
        self.place = lane
        for policy in self.plan.standing:
            lane.put(policy)
        for _, act in self.plan.before:
            act(lane)
        await self.propose()
        if not await self.shown(lane):
            return self.tally
        if self.plan.decision == "held":
            await self._held(lane)
        else:
            for _, act in self.plan.acts:
                act(lane)
            await self.decide(self.plan.decision)
        await self.end(lane)
        return self.tally

    async def where(self) -> str:
        """The state of the draft, for who waited in vain."""
        draft, proposal = await self._draft(), await self.house.bot.store.proposal(self.proposal)
        heard = await self.house.approver(self.lane).reads_private(self.channel)
        told = [message.get("text") for message in heard]
        state = f"draft {draft.state} v{draft.version} {draft.trouble}" if draft else "no draft"
        return f"{state}; {proposal.trouble if proposal else ''}; the approver was told {told}"

    async def propose(self) -> None:
        if self.plan.statement:
            self.house.reasoning.script[gateway_arn(gateway_of(self.lane)), self.plan.rule] = (
                self.plan.statement,
                *self.plan.more,
            )
        riley = Person(self.house.slack.client, team.REQUESTER)
        await riley.types(f"/policy {self.plan.rule}{self.plan.time}", self.channel)
        self.proposal = await riley.until(self._announced, SECONDS)

    async def _announced(self) -> str:
        """The id of the proposal with this rule, once it stands in the channel."""
        for parent in await self.house.slack.client.perform("reads_channel", {"channel": self.channel}):
            found = key_of(parent).partition("/")[0]
            proposal = await self.house.bot.store.proposal(found) if found else None
            if proposal is not None and proposal.rule == self.plan.rule:
                return found
        return ""

    async def shown(self, lane: Lane) -> bool:
        """Wait for the first card and hold it; False when there is nothing to decide."""
        card, draft = await self.card(1)
        if draft.state is not DraftState.IN_REVIEW:
            self.tally.notes["nothing to review"] += 1
            self._nothing_made(lane, "no policy to review")
            return False
        self.hold(card, draft, lane.moment())
        return True

    def hold(self, card: Json, draft: Draft, moment: Moment, *, decided: bool = False) -> None:
        hold(card_text(card), draft, draft.statement or "", moment, self.tally, decided=decided)

    async def _draft(self) -> Draft | None:
        return await self.house.bot.store.draft(f"{self.proposal}.{self.piece}")

    async def draft(self) -> Draft:
        """The draft, which is there once its card was shown."""
        found = await self._draft()
        assert found is not None
        return found

    async def standing(self) -> Json | None:
        """The first card of the proposal as it stands in Slack."""
        for parent in await self.house.slack.client.perform("reads_channel", {"channel": self.channel}):
            found = await self.house.slack.client.perform("reads_thread", {"channel": self.channel, "ts": parent["ts"]})
            for message in found:
                if key_of(message).startswith(f"{self.proposal}/card/{self.piece}"):
                    return dict(message)
        return None

    async def card(self, version: int, seconds: float = SECONDS) -> tuple[Json, Draft]:
        """The card once it shows a draft that waits for a decision in that version or a later one, or has ended."""

        async def look() -> tuple[Json, Draft] | None:
            draft, card = await self._draft(), await self.standing()
            if draft is None or card is None:
                return None
            if draft.state is DraftState.IN_REVIEW:
                shown = draft.version >= version and shown_version(card) == draft.version
            else:
                shown = draft.state in SETTLED and not waits_for_a_decision(card)
            return (card, draft) if shown else None

        return await until(self.house.slack.client, look, seconds)

    async def decide(self, decision: str) -> None:
        """Click on the card as it stands, and wait until that counted or the card changed."""
        avery = self.house.approver(self.lane)
        card, draft = await self.card(1)
        if draft.state is not DraftState.IN_REVIEW:
            return
        self.seen = card, draft
        try:
            if decision != "approve" or not await approve(avery, card, self.tally):
                await reject(avery, card)
        except CannotAct:  # the card changed under the hand: nothing was decided
            await self.decide(decision)
            return

        async def counted() -> bool:
            now = await self._draft()
            return now is not None and (now.state is not DraftState.IN_REVIEW or now.version > draft.version)

        await until(self.house.slack.client, counted, SECONDS)

    async def _held(self, lane: Lane) -> None:
        """The call is on its way while somebody acts. A bot that then forgets it asks again, and hears no; it lands."""
        delays = self.house.delays
        delays.hold(lane.engine_id)
        await self.decide("approve")
        draft = await self._draft()
        if draft is None or draft.state not in ON_THE_WAY:
            return
        async with asyncio.timeout(SECONDS):
            await delays.caught[lane.engine_id].wait()
        for _, act in self.plan.acts:
            act(lane)
        with contextlib.suppress(TimeoutError):
            await self.card(draft.version + 1, seconds=FORGETS_WITHIN)
            await self.decide("reject")
        delays.held[lane.engine_id].set()
        async with asyncio.timeout(SECONDS):
            await delays.landed[lane.engine_id].wait()

    async def end(self, lane: Lane) -> None:
        """How it ended, held against what stands on the engine."""
        card, draft = await self.card(1)
        if draft.state is DraftState.IN_EFFECT:
            self._created(draft, lane)
        elif draft.state is DraftState.IN_REVIEW:
            self._nothing_made(lane, "voided")
            self.hold(card, draft, lane.moment())
            await self.decide("reject")
            await self.card(1)
            self._nothing_made(lane, "rejected")
        elif draft.state is DraftState.NOT_ENACTED:
            cleared = "Nothing" in draft.trouble
            left = [each.name for each in lane.made(self.mark) if cleared or each.status != "CREATE_FAILED"]
            self.tally.holds("not created", not left, f"the card says “{draft.trouble}”, and {left} stand")
        else:
            self._nothing_made(lane, str(draft.state))

    @property
    def mark(self) -> str:
        """What the names of the policies have in them that come of it."""
        return f"{self.proposal.replace('-', '')}_{self.piece}"

    def _nothing_made(self, lane: Lane, why: str) -> None:
        made = [policy.name for policy in lane.made(self.mark)]
        self.tally.holds(f"nothing created: {why}", not made, f"{made} stand on the engine")

    def _created(self, draft: Draft, lane: Lane) -> None:
        """The card that was approved, against the engine as it was when the policy came."""
        made = lane.made(self.mark)
        self.tally.holds("created", len(made) == 1, f"{len(made)} policies came of it")
        assert self.seen is not None
        card, approved = self.seen
        for policy in made:
            text, mode = statement_of(policy), policy.body["enforcementMode"]
            same = (text, mode) == (approved.statement, approved.enforcement_mode)
            self.tally.holds("as approved", same, f"{mode} {text} is not what was approved")
            self.tally.holds("on our gateway", lane.arn in text, f"{text} is not about {lane.arn}")
            if self.plan.decision == "held":
                told = Tally()
                hold(card_text(card), approved, text, lane.moment(before=policy.row), told, decided=True)
                true = bool(draft.trouble) or not told.disagreements
                self.tally.holds("said afterwards", true, f"not a word of {told.disagreements[:1]}")
            else:
                self.hold(card, approved, lane.moment(before=policy.row), decided=True)


def key_of(message: Json) -> str:
    """What the bot calls a message of its own."""
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", ""))
