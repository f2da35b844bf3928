"""The steps of a change that is for a time: announced, taken back when its time is over, or extended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.review import decision, enactment, telling, timed
from bot.review.drafting import Drafting
from bot.review.enactment import Stage
from bot.review.engine import EngineState
from bot.review.messages import Told
from bot.review.model import Act, Draft, DraftState, Proposal
from bot.review.options import Options
from bot.review.ports import Clock, PolicyService
from bot.review.stores import Store
from bot.review.work import Claim

_CHANGED = "The policy is not as it was when this was approved: somebody changed or deleted it."
_NOT_DONE = "It stays as it is until somebody proposes otherwise."
_OVER = "The change was taken back, or ended otherwise, before this was approved: there is nothing to extend."


@dataclass(frozen=True)
class Ending:
    """Runs the steps of drafts that take a change back by themselves, and of those that put that off."""

    store: Store
    service: PolicyService
    drafting: Drafting
    clock: Clock
    options: Options

    async def run(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """Announce a scheduled end, or begin it when its time has come; else wait for that."""
        now = self.clock.now()
        notice = timed.noticed_at(draft, self.options.times)
        if draft.until is not None and draft.until > now:
            if notice is not None and notice <= now:
                told = telling.taken_back_soon(draft, proposal, await self._people(draft, proposal))
                await self.store.move_draft(claim, draft, replace(draft, reminders=1), due=True, told=told)
                return
            due = min(filter(None, (notice, draft.until)))
            await self.store.later(claim, after=(due - now).total_seconds())
            return
        if not await self.store.take_turn(claim, proposal.engine_id):
            await self.store.later(claim, after=self.options.policy_poll)
            return
        await self._begin(claim, draft, proposal)

    async def _begin(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        found = _stage(draft, state)
        if found is Stage.UNDER_WAY:
            await self.store.end_turn(claim)
            await self.store.later(claim, after=self.options.policy_poll)
            return
        why = _CHANGED if found in (Stage.ELSEWHERE, Stage.REFUSED) else ""
        if found is Stage.UNTOUCHED:
            why = await self.drafting.unusable(draft, state) or await self.drafting.analyst.crossing(draft, state)
        if why:
            after = replace(draft, state=DraftState.NOT_ENACTED, trouble=f"{why} {_NOT_DONE}")
            told = telling.not_taken_back(draft, proposal, await self._people(draft, proposal), after.trouble)
            await self.store.move_draft(claim, draft, after, due=False, told=told)
            return
        analysis = await self.drafting.analyst.analyse(draft, state)
        after = replace(draft, state=DraftState.SENDING, analysis=analysis, trouble="", note="")
        await self.store.move_draft(claim, draft, after, due=True)

    async def follows(
        self, draft: Draft, proposal: Proposal, description: str
    ) -> tuple[tuple[Draft, ...], tuple[tuple[Draft, Draft], ...]]:
        """What a draft that comes into effect means for ends: its own, and those of earlier changes of its policy."""
        own = timed.end_of(draft, proposal, await self.store.drafts(proposal.id), description)
        changed = []
        ends = list(await self.store.scheduled(proposal.engine_id, draft.policy_id))
        if draft.undoes:  # what is to be created again at its time has no policy yet
            new = await self.store.scheduled(proposal.engine_id, "")
            ends += [each for each in new if each.undoes == draft.undoes]
        for end in ends:
            of = await self.store.proposal(end.proposal_id)
            after = timed.carried(end, draft, of, description) if of else end
            if after != end:
                changed.append((end, after))
        return (own,) if own else (), tuple(changed)

    async def extension(self, proposal: Proposal, state: EngineState) -> Draft:
        """The draft of a proposal to take a change back later, analysed as if it were not in force."""
        end, first = await self._of(proposal)
        draft = timed.extension(first, end, proposal)
        if end.state is not DraftState.SCHEDULED:
            return replace(draft, state=DraftState.UNUSABLE, trouble=_OVER)
        before = enactment.as_before(draft, state)
        found = await self.drafting.analyst.analyse(draft, before)
        return decision.bound(replace(draft, analysis=replace(found, second=first.analysis.second)), proposal)

    async def extend(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """Put the later end in the place of the earlier one. Nothing is sent."""
        end, _ = await self._of(proposal)
        if end.state is not DraftState.SCHEDULED:
            after = replace(draft, state=DraftState.NOT_ENACTED, trouble=_OVER)
            told = telling.to_everybody(draft, proposal, f"What was approved is not in effect. {_OVER}", thread=False)
            await self.store.move_draft(claim, draft, after, due=False, told=told)
            return
        new, old = timed.later_end(end, draft, proposal)
        after = replace(draft, state=DraftState.IN_EFFECT, trouble="", note="")
        await self.store.move_draft(claim, draft, after, due=False, drafts=(new,), others=((end, old),))

    async def taken_back(self, draft: Draft, proposal: Proposal) -> tuple[Told, ...]:
        """What is said when a change was taken back by itself; late where it is."""
        if draft.until is None or not timed.is_end(draft):
            return ()
        late = self.clock.now() - draft.until > timed.LATE
        return telling.taken_back(draft, proposal, await self._people(draft, proposal), late=late)

    def over(self, draft: Draft) -> bool:
        """Whether the time is over for which a draft was wanted, before it was sent."""
        return draft.until is not None and draft.until <= self.clock.now()

    async def _people(self, end: Draft, proposal: Proposal) -> tuple[str, ...]:
        """Who asked for the change that ends, whoever extended it, and who decided."""
        first = await self.store.draft(end.undoes)
        root = await self.store.proposal(first.proposal_id) if first else None
        asked = (root.requester_id if root else "", proposal.requester_id)
        return tuple(dict.fromkeys(filter(None, (*asked, *end.deciders))))

    async def _of(self, proposal: Proposal) -> tuple[Draft, Draft]:
        """The end that a proposal extends, and the change that it takes back."""
        end = await self.store.draft(proposal.wanted.extends if proposal.wanted else "")
        first = await self.store.draft(end.undoes) if end else None
        assert end is not None
        assert first is not None
        return end, first


def _stage(draft: Draft, state: EngineState) -> Stage:
    """How the policy stands that is taken back; what is created anew touches none."""
    if draft.act is Act.CREATE:
        return Stage.UNTOUCHED
    return enactment.stage(draft, enactment.of_policy(state, draft.policy_id))
