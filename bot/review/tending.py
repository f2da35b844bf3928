"""The step of a proposal in review: people are called and reminded, what waited too long ends, and in the end the
requester is told what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.governance import Need
from bot.review import telling
from bot.review.authority import Authority
from bot.review.deciding import Deciding
from bot.review.due import due, ends_at
from bot.review.errors import Reason, sentence
from bot.review.messages import Told
from bot.review.model import OPEN, QUIET, Draft, DraftState, Proposal, ProposalState
from bot.review.options import Options
from bot.review.ports import Clock
from bot.review.stores import Store
from bot.review.work import Claim

_BY_NAME = 10
_OVER = "Nobody decided in time."
_TOO_LATE = "The time for which it was wanted is over."


@dataclass(frozen=True)
class Tending:
    """Does what is due of a proposal in review."""

    store: Store
    authority: Authority
    deciding: Deciding
    clock: Clock
    options: Options

    async def run(self, claim: Claim, proposal: Proposal) -> None:
        """Do what is due now and give the proposal back, due when there is more."""
        drafts = await self.store.drafts(proposal.id)
        if all(draft.state in QUIET for draft in drafts):
            await self._close(claim, proposal, drafts)
            return
        now = self.clock.now()
        if (open_ := [each for each in drafts if each.state in OPEN]) and await self._overlooked(proposal):
            await self._expire(open_, now, sentence(Reason.SHARED_MEANWHILE, proposal_id=proposal.id))
            await self.store.later(claim, after=0.0, trouble=proposal.trouble)
            return
        found = due(proposal, drafts, now, self.options.times)
        if found.expire:
            await self._expire(found.expire, now)
            await self.store.later(claim, after=0.0, trouble=proposal.trouble)
            return
        told: list[Told] = []
        marked: list[Draft] = []
        if found.call:
            marked += [replace(each, called=each.version, called_at=now, reminders=0) for each in found.call]
            told += await self._called(proposal, found.call)
        if found.remind:
            marked += [replace(draft, reminders=count) for draft, count in found.remind]
            told += await self._reminded(proposal, found.remind)
        if found.warn:
            told += telling.ending_soon(proposal, found.warn, mentions=self._mentions(proposal))
        due_at = now if found.call else found.next
        await self.store.tended(claim, proposal, marked=marked, told=told, due_at=due_at)

    async def _close(self, claim: Claim, proposal: Proposal, drafts: Sequence[Draft]) -> None:
        after = replace(proposal, state=ProposalState.CLOSED)
        told = telling.closing(proposal, drafts, mentions=self._mentions(proposal))
        await self.store.move_proposal(claim, proposal, after, due=False, told=told)

    async def _overlooked(self, proposal: Proposal) -> bool:
        """Whether its review would go on before people of another company."""
        return await self.authority.withheld(
            proposal.team_id, proposal.channel_id, proposal.engine_id, proposal.gateway_arn
        )

    async def _expire(self, drafts: Iterable[Draft], now: datetime, why: str = "") -> None:
        """End them, unless somebody decides at this very moment: then the decision stands."""
        for draft in drafts:
            over = _TOO_LATE if draft.until and draft.until <= now else _OVER
            await self.store.settle(draft, replace(draft, state=DraftState.EXPIRED, deciders=(), trouble=why or over))

    async def _called(self, proposal: Proposal, drafts: Iterable[Draft]) -> list[Told]:
        """One message for all drafts that came together; another where nobody can approve."""
        counted = [await self.deciding.count(draft.id) for draft in drafts]
        asking = [draft for draft in counted if draft.state is DraftState.IN_REVIEW]
        possible = [await self.authority.possible(draft, proposal) for draft in asking]
        told: list[Told] = []
        if without := [draft for draft, can in zip(asking, possible, strict=True) if not can]:
            told += telling.hopeless(proposal, without)
        rest = [draft for draft, can in zip(asking, possible, strict=True) if can]
        if rest and self._mentions(proposal):
            needs = [need for draft in rest for need in draft.tally.needs]
            if whom := await self._whom(proposal, needs):
                told.append(telling.calling(proposal, rest, whom, self._end(proposal, rest)))
        return told

    async def _reminded(self, proposal: Proposal, due_now: Sequence[tuple[Draft, int]]) -> list[Told]:
        """One message to those who can still decide and have not."""
        if not self._mentions(proposal):
            return []
        drafts = [draft for draft, _ in due_now]
        whom: dict[str, None] = {}
        for draft in drafts:
            missing = [need for need in draft.tally.needs if need.missing]
            voted = frozenset(voter for need in draft.tally.needs for voter in need.voters)
            whom |= dict.fromkeys(await self._still(proposal, draft, missing, voted))
        if not whom:
            return []
        times = f"{max(count for _, count in due_now)} of {self.options.times.remind_most}"
        return [telling.reminding(proposal, drafts, tuple(whom), times, self._end(proposal, drafts))]

    async def _still(
        self, proposal: Proposal, draft: Draft, needs: Sequence[Need], voted: frozenset[str]
    ) -> Iterable[str]:
        """Whom to remind of one draft: a group as such while nobody of it voted, later whoever has not, if few."""
        if not voted:
            return await self._whom(proposal, needs)
        policies = {need.requirement.policies for need in needs}
        eligible = await self.authority.eligible(draft, proposal)
        people = {
            person
            for requirement, found in eligible.by_requirement
            if requirement.policies in policies
            for person in found
        } - voted
        if len(people) > _BY_NAME:
            return await self._whom(proposal, needs, voted)
        return [f"<@{person}>" for person in sorted(people - {proposal.requester_id})]

    async def _whom(
        self, proposal: Proposal, needs: Iterable[Need], besides: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """Whom requirements name, as mentions, each once; never the requester."""
        asked = [need.requirement for need in needs]
        groups = tuple(dict.fromkeys(name for each in asked for name in each.groups))
        people = dict.fromkeys(name for each in asked for name in each.people)
        ids = await asyncio.gather(*(self.authority.directory.group_id(proposal.team_id, each) for each in groups))
        called = [f"<!subteam^{found}>" if found else f"@{name}" for name, found in zip(groups, ids, strict=True)]
        rest = [f"<@{each}>" for each in people if each not in {proposal.requester_id, *besides}]
        return tuple(dict.fromkeys([*called, *rest]))

    def _end(self, proposal: Proposal, drafts: Sequence[Draft]) -> datetime:
        return min(ends_at(draft, proposal, self.options.times) for draft in drafts)

    def _mentions(self, proposal: Proposal) -> bool:
        return mentions(proposal, self.options)


def mentions(proposal: Proposal, options: Options) -> bool:
    """Whether people are mentioned in the thread of a proposal, as its channel's route says, or else its gateway's."""
    where, routes = (proposal.engine_id, proposal.gateway_arn), options.routes
    own = routes.unbound(proposal.channel_id, proposal.team_id)
    route = own if own and own.is_at(*where) else routes.of(proposal.team_id, *where)
    return route is None or route.mentions
