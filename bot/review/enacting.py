"""The steps of a draft after its first card: looked at again, counted, checked, sent, awaited, and read back.

Of one engine one draft at a time has the turn, from the check to the service's last word: between what was checked and
what is sent nothing of ours can come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import ServiceError, ServiceUnavailable, StaleWrite
from bot.review import decision, enactment, timed, together
from bot.review.deciding import Deciding
from bot.review.drafting import Drafting
from bot.review.enactment import Create, Stage, Update
from bot.review.ending import Ending
from bot.review.engine import EngineState
from bot.review.family import pieces_of, rule_behind
from bot.review.model import Act, Draft, DraftState, Proposal
from bot.review.options import Options
from bot.review.ports import Clock, PolicyService
from bot.review.reported import PolicyRecord
from bot.review.steps import retrying
from bot.review.stores import Store
from bot.review.telling import to_approvers, to_everybody
from bot.review.votes import NOTHING_COUNTED
from bot.review.work import Claim

_CHANGED = (
    "What stands on the policy engine or its gateway changed after this card was shown, and with it what the policy "
    "would change. An earlier decision does not count any more; look at the difference again."
)
_PERMITTED = "AgentCore would take the policy now. It was kept until then, and waits for a decision again."
_FEWER = "Somebody who approved it may not decide on it any more, so it waits for another vote."
_MEANWHILE = "The policy is not as it was when this was approved: somebody changed or deleted it. Nothing was sent."
_OVER = "The time for which it was wanted is over, so it was not sent."


@dataclass(frozen=True)
class Enacting:
    """Runs the step that a draft's state asks for."""

    store: Store
    service: PolicyService
    drafting: Drafting
    deciding: Deciding
    ending: Ending
    clock: Clock
    options: Options

    async def run(self, claim: Claim) -> None:
        """Do the next step of a claimed draft and give it back."""
        draft = await self.store.draft(claim.id)
        proposal = await self.store.proposal(draft.proposal_id) if draft else None
        if draft is None or proposal is None:
            raise StaleWrite(f"There is no draft {claim.id}.", id=claim.id)
        steps = {
            DraftState.IN_REVIEW: self._look,
            DraftState.WAITING: self._look,
            DraftState.SCHEDULED: self.ending.run,
            DraftState.APPROVED: self._check,
            DraftState.SENDING: self._send,
            DraftState.SETTLING: self._await,
        }
        step = steps.get(draft.state)
        if step is None:
            await self.store.later(claim, after=None, trouble=draft.trouble)
        else:
            await retrying(self.store, self.options, claim, step(claim, draft, proposal), None)

    async def _look(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """While nobody has decided: votes are counted, and what the card says is made anew when its engine changed."""
        draft = await self.deciding.count(draft.id)
        if draft.state is DraftState.APPROVED:
            await self.store.later(claim, after=0.0)
            return
        age = self.options.look_again / 2
        engine = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn, max_age=age)
        if why := await self.ending.moot(draft, proposal, engine):
            await self._unusable(claim, draft, proposal, why)
            return
        pieces = await self._pieces(proposal)
        state = together.with_those(draft, enactment.beside(draft, engine), pieces)
        after = await self.drafting.looked_again(draft, proposal, state, _CHANGED, pieces)
        if draft.state is DraftState.WAITING and after is not None:
            if after.analysis.refusal and after.state is not DraftState.UNUSABLE:
                # A form that was opened on the card as it was decides nothing about the card as it is.
                kept = decision.bound(replace(draft, analysis=after.analysis, version=after.version), proposal)
                await self.store.move_draft(claim, draft, kept, due=True)
                return
            after = replace(after, note=_PERMITTED)
        if after is None:
            await self.store.later(claim, after=self.options.look_again, trouble=draft.trouble)
            return
        told = to_approvers(draft, proposal, after.note or after.trouble)
        await self.store.move_draft(claim, draft, after, due=True, told=told)

    async def _check(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """When the engine is ours for the moment: hold what was approved against it, and note that it is sent."""
        if self.ending.over(draft):
            after = replace(draft, state=DraftState.EXPIRED, trouble=_OVER)
            await self.store.move_draft(claim, draft, after, due=False)
            return
        pieces = await self._pieces(proposal)
        if first := together.waiting_words(draft, pieces):
            # Whatever becomes of those wakes it (`storage.turns`).
            await self.store.later(claim, after=self.options.look_again, trouble=first)
            return
        if not await self.store.take_turn(claim, proposal.engine_id):
            await self.store.later(claim, after=self.options.policy_poll)
            return
        engine = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        if why := await self.ending.moot(draft, proposal, engine):
            await self._unusable(claim, draft, proposal, why)
            return
        state = enactment.beside(draft, engine)
        if not await self._stands(draft, proposal, state, pieces):
            after = await self.drafting.renewed(draft, proposal, state, _CHANGED, pieces)
            told = to_approvers(draft, proposal, after.note or after.trouble)
            await self.store.move_draft(claim, draft, after, due=True, told=told)
            return
        # Last of all: to read the engine and to ask the solver takes time, in which people leave.
        votes = decision.standing_votes(draft, await self.store.votes(draft.id))
        tally = await self.deciding.counted(draft, proposal, votes)
        if not tally.met:
            fewer = replace(draft, state=DraftState.IN_REVIEW, tally=tally, deciders=(), decided_at=None, note=_FEWER)
            fewer = replace(self.drafting.revalidated(fewer), called=0)  # so others are called, and say how themselves
            fewer = decision.bound(fewer, proposal)
            told = to_approvers(draft, proposal, _FEWER, voided=False)
            await self.store.move_draft(claim, draft, fewer, due=True, told=told)
            return
        if draft.extends:
            await self.ending.extend(claim, draft, proposal)
            return
        after = replace(draft, state=DraftState.SENDING, trouble="", note="")
        await self.store.move_draft(claim, draft, after, due=True)

    async def _pieces(self, proposal: Proposal) -> tuple[Draft, ...]:
        """The pieces of the rule; of what enforces a policy, or brings one back, those of the rule that it came of."""
        return (*timed.pieces(await pieces_of(self.store, proposal)), *await rule_behind(self.store, proposal))

    async def _unusable(self, claim: Claim, draft: Draft, proposal: Proposal, why: str) -> None:
        """Nothing can come of it any more, and whoever voted hears so."""
        over = replace(draft, state=DraftState.UNUSABLE, trouble=why, deciders=(), decided_at=None, note="")
        over = replace(over, tally=NOTHING_COUNTED)
        await self.store.move_draft(claim, draft, over, due=False, told=to_approvers(draft, proposal, why))

    async def _stands(self, draft: Draft, proposal: Proposal, state: EngineState, pieces: Sequence[Draft]) -> bool:
        """Whether what would be sent now, and what it would change, is what was approved."""
        if together.not_held(draft, pieces, state) != draft.analysis.ended:
            return False
        if decision.draft_digest(draft, proposal.engine_id, proposal.gateway_arn) != draft.digest:
            return False
        if await self.drafting.unusable(draft, state) or await self.drafting.analyst.crossing(draft, state):
            return False
        same = draft.analysis.engine_digest == state.digest or await self.drafting.analyst.still_holds(draft, state)
        return same and await self.drafting.foresaw(draft, proposal, state)

    async def _send(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """The call may have gone out before: it is sent again, or looked up, until the service answers."""
        call = enactment.call_of(draft, proposal)
        try:
            if isinstance(call, Create):
                record = await self.service.create_policy(
                    engine_id=proposal.engine_id,
                    name=call.name,
                    statement=call.statement,
                    description=call.description,
                    enforcement_mode=call.enforcement_mode,
                    validation_mode=call.validation_mode,
                    token=call.token,
                )
                draft_sent = replace(draft, policy_id=record.policy_id)
            else:
                if not await self._change(claim, draft, proposal, call):
                    return
                draft_sent = draft
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            await self._refused(claim, draft, proposal, error)
            return
        after = replace(draft_sent, state=DraftState.SETTLING, trouble="")
        await self.store.move_draft(claim, draft, after, due=True)

    async def _change(self, claim: Claim, draft: Draft, proposal: Proposal, call: Update | enactment.Delete) -> bool:
        """Update or delete the policy unless that is done already; False when it is not as it was any more."""
        found = enactment.stage(draft, await self.service.policy(proposal.engine_id, draft.policy_id))
        if found in (Stage.REACHED, Stage.UNDER_WAY):
            return True
        if found is Stage.ELSEWHERE:
            await self._failed(claim, draft, proposal, _MEANWHILE)
            return False
        if isinstance(call, Update):
            await self.service.update_policy(
                engine_id=proposal.engine_id,
                policy_id=call.policy_id,
                statement=call.statement,
                description=call.description,
                enforcement_mode=call.enforcement_mode,
                validation_mode=call.validation_mode,
            )
        else:
            await self.service.delete_policy(proposal.engine_id, call.policy_id)
        return True

    async def _refused(self, claim: Claim, draft: Draft, proposal: Proposal, error: ServiceError) -> None:
        """Another's name gives way to a new one. Otherwise nothing is said of the policy before it was looked for."""
        if draft.act is not Act.CREATE:
            await self._failed(claim, draft, proposal, f"{error.sentence} Nothing was changed.")
            return
        renamed = enactment.renamed(draft, proposal) if error.code == "NameTaken" else None
        if renamed is not None:
            await self.store.move_draft(claim, draft, renamed, due=True)
            return
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        ours = next((each for each in state.policies if enactment.is_ours(each, draft, proposal)), None)
        if ours is not None:
            after = replace(draft, state=DraftState.SETTLING, policy_id=ours.policy_id, trouble="")
            await self.store.move_draft(claim, draft, after, due=True)
            return
        await self._failed(claim, draft, proposal, f"{error.sentence} Nothing was created.")

    async def _await(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        record = await self.service.policy(proposal.engine_id, draft.policy_id)
        waited = (self.clock.now() - claim.since).total_seconds()
        late = waited > self.options.policy_patience
        found = enactment.stage(draft, record)
        if found is Stage.REACHED:
            await self._read_back(claim, draft, proposal, record)
        elif found is Stage.REFUSED and record is not None:
            said = " ".join(record.status_reasons) or f"AgentCore says {record.status} and gives no reason."
            await self._cleared(claim, draft, proposal, said)
        elif late and found is not Stage.UNDER_WAY:
            gone = "is not there any more: somebody deleted it" if record is None else "is not as it was approved"
            await self._failed(claim, draft, proposal, f"The policy {gone}.")
        else:
            trouble = f"AgentCore has not finished after {round(waited)} seconds; still waiting." if late else ""
            if late:
                await self.store.end_turn(claim)  # others see this one as on its way
            await self.store.later(claim, after=self.options.policy_poll, trouble=trouble)

    async def _cleared(self, claim: Claim, draft: Draft, proposal: Proposal, said: str) -> None:
        """What AgentCore keeps of a policy that it did not create is taken away: nobody has to do it by hand."""
        if draft.act is not Act.CREATE:
            look = f"Look at the policy {draft.policy_name} before you go on."
            await self._failed(claim, draft, proposal, f"{said} {look}")
            return
        try:
            await self.service.delete_policy(proposal.engine_id, draft.policy_id)
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            left = f"What is left of it, {draft.policy_name}, could not be deleted: {error.sentence}"
        else:
            left = "Nothing of it is left on the engine."
        await self._failed(claim, draft, proposal, f"{said} {left}")

    async def _read_back(self, claim: Claim, draft: Draft, proposal: Proposal, record: PolicyRecord | None) -> None:
        """What stands is held against what was approved, and anything else is said at once."""
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        before = enactment.as_before(draft, state)
        held = before.digest == draft.analysis.engine_digest or await self.drafting.analyst.still_holds(draft, before)
        said = enactment.amiss(draft, record, difference_holds=held)
        after = replace(draft, state=DraftState.IN_EFFECT, trouble=said)
        told = to_everybody(draft, proposal, said) if said else ()
        told = (*await self.ending.taken_back(draft, proposal), *told)
        ends, others = await self.ending.follows(after, proposal, record.description if record else "")
        await self.store.move_draft(claim, draft, after, due=False, told=told, drafts=ends, others=others)

    async def _failed(self, claim: Claim, draft: Draft, proposal: Proposal, trouble: str) -> None:
        after = replace(draft, state=DraftState.NOT_ENACTED, trouble=trouble)
        said = f"What was approved is not in effect. {trouble}"
        told = to_everybody(draft, proposal, said, thread=False)
        await self.store.move_draft(claim, draft, after, due=False, told=told)
