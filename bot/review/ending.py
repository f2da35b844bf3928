"""The steps of a change that is for a time: announced, taken back when its time is over, or extended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.review import decision, enactment, telling, timed, together
from bot.review.drafting import Drafting
from bot.review.enactment import Stage
from bot.review.engine import EngineState
from bot.review.family import pieces_of
from bot.review.messages import Told
from bot.review.model import Act, Draft, DraftState, Proposal
from bot.review.options import Options
from bot.review.ports import Clock, PolicyService
from bot.review.stores import Store
from bot.review.work import Claim

_CHANGED = "The policy is not as it was when this was approved: somebody changed or deleted it."
_NOT_DONE = "It stays as it is until somebody proposes otherwise."
_ANEW = "Look at it, and propose a later end anew where it is still wanted."
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
                await self._announce(claim, draft, proposal)
                return
            due = min(filter(None, (notice, draft.until)))
            await self.store.later(claim, after=(due - now).total_seconds())
            return
        if await self._too_early(draft, proposal) or not await self.store.take_turn(claim, proposal.engine_id):
            await self.store.later(claim, after=self.options.policy_poll)
            return
        await self._begin(claim, draft, proposal)

    async def _too_early(self, draft: Draft, proposal: Proposal) -> bool:
        """Whether a permit of its rule of which the time is over too stands yet: without the forbid it allows more."""
        first = await self.store.draft(draft.undoes)
        of = await self.store.proposal(first.proposal_id) if first else None
        if of is None:
            return False
        ends = await self.store.ends(proposal.engine_id, proposal.gateway_arn)
        return bool(together.leaves_first(draft, await pieces_of(self.store, of), ends))

    async def _announce(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """Say that it is near; or, while somebody can still do something about it, that as things stand it fails."""
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        people, why = await self._people(draft, proposal), await self._obstacle(draft, state)
        becomes = None if why else await self.drafting.analyst.becomes(draft, state)
        broken = () if why else (await self.drafting.tested(draft, state)).broken
        said = telling.taken_back_soon(draft, proposal, people, becomes.said if becomes else "", broken)
        told = telling.cannot_be_taken_back(draft, proposal, people, why) if why else said
        await self.store.move_draft(claim, draft, replace(draft, reminders=1), due=True, told=told)

    async def _obstacle(self, draft: Draft, state: EngineState) -> str:
        """Why an end could not be done now; empty when it could, or what is under way for its policy has to end."""
        found = _stage(draft, state)
        if found in (Stage.ELSEWHERE, Stage.REFUSED):
            return _CHANGED
        if found is not Stage.UNTOUCHED:
            return ""
        return await self.drafting.unusable(draft, state) or await self.drafting.analyst.crossing(draft, state)

    async def _begin(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        if _stage(draft, state) is Stage.UNDER_WAY:
            await self.store.end_turn(claim)
            await self.store.later(claim, after=self.options.policy_poll)
            return
        if why := await self._obstacle(draft, state):
            after = replace(draft, state=DraftState.NOT_ENACTED, trouble=f"{why} {_NOT_DONE}")
            told = telling.not_taken_back(draft, proposal, await self._people(draft, proposal), after.trouble)
            await self.store.move_draft(claim, draft, after, due=False, told=told)
            return
        analysis, tests = await self.drafting.analyst.analyse(draft, state), await self.drafting.tested(draft, state)
        analysis = replace(analysis, tested=tests.tested, held=tests.held, broken=tests.broken)
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
        if why := _moot(draft, end, state):
            return replace(draft, state=DraftState.UNUSABLE, trouble=why)
        before = enactment.as_before(draft, state)
        found = await self.drafting.analysed(draft, proposal, before)
        return decision.bound(replace(draft, analysis=replace(found, second=first.analysis.second)), proposal)

    async def moot(self, draft: Draft, proposal: Proposal, state: EngineState) -> str:
        """Why the card of an extension does not say what would stay as it is for longer; empty when it does, and of any
        other draft."""
        if not draft.extends:
            return ""
        end, _ = await self._of(proposal)
        return _moot(draft, end, state) if end.state is DraftState.SCHEDULED else ""

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


def _moot(draft: Draft, end: Draft, state: EngineState) -> str:
    """Why what an extension shows is not what stands until the end that it puts off: others changed the policy, or
    another review did."""
    kept = end.before
    if kept is None:  # what is created again at its time does not stand
        return ""
    record = enactment.of_policy(state, end.policy_id)
    shown = (kept.enforcement_mode, kept.statement) == (draft.enforcement_mode, draft.statement)
    if shown and record is not None and enactment.stands(record, kept.statement, kept.enforcement_mode):
        return ""
    return f"The policy {end.policy_name} is not as it was when this was proposed. {_ANEW}"


def _stage(draft: Draft, state: EngineState) -> Stage:
    """How the policy stands that is taken back; what is created anew touches none."""
    if draft.act is Act.CREATE:
        return Stage.UNTOUCHED
    return enactment.stage(draft, enactment.of_policy(state, draft.policy_id))
