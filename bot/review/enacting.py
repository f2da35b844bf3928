"""The steps of a draft after its first card: looked at again, checked, sent, awaited, and read back.

Of one engine one draft at a time has the turn, from the check to the service's last word: between what was checked and
what is created nothing of ours can come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.cedar import parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import ServiceError, ServiceUnavailable, StaleWrite
from bot.review import approvals, lifecycle
from bot.review.drafting import Drafting
from bot.review.engine import EngineState
from bot.review.model import Claim, Draft, DraftState, PolicyRecord, Proposal
from bot.review.options import Options
from bot.review.ports import Clock, PolicyService, Store
from bot.review.steps import retrying
from bot.review.telling import to_approver, to_everybody
from bot.review.verifying import amiss

_DESCRIPTION_LIMIT = 1000
_CHANGED = (
    "What stands on the policy engine or its gateway changed after this card was shown, and with it what the policy "
    "would change. An earlier decision does not count any more; look at the difference again."
)
_PERMITTED = "AgentCore would take the policy now. It was kept until then, and waits for a decision again."
_NAMES = 5
# A policy whose update by others failed was created, and stands as it was.
_STANDING = ("ACTIVE", "UPDATE_FAILED")


@dataclass(frozen=True)
class Enacting:
    """Runs the step that a draft's state asks for."""

    store: Store
    service: PolicyService
    drafting: Drafting
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
            DraftState.APPROVED: self._check,
            DraftState.SENDING: self._send,
            DraftState.CREATING: self._await,
        }
        step = steps.get(draft.state)
        if step is None:
            await self.store.later(claim, after=None, trouble=draft.trouble)
        else:
            await retrying(self.store, self.options, claim, step(claim, draft, proposal), None)

    async def _look(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """While nobody has decided: what the card says is made anew when its engine changed."""
        age = self.options.look_again / 2
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn, max_age=age)
        pieces = await self.store.drafts(proposal.id)
        after = await self.drafting.looked_again(draft, proposal, state, _CHANGED, pieces)
        if draft.state is DraftState.WAITING and after is not None:
            if after.analysis.refusal and after.state is not DraftState.UNUSABLE:
                # A form that was opened on the card as it was decides nothing about the card as it is.
                kept = approvals.bound(replace(draft, analysis=after.analysis, version=after.version), proposal)
                await self.store.move_draft(claim, draft, kept, due=True)
                return
            after = replace(after, note=_PERMITTED)
        if after is None:
            await self.store.later(claim, after=self.options.look_again, trouble=draft.trouble)
            return
        told = to_approver(draft, proposal, after.note or after.trouble) if draft.decided_by else ()
        await self.store.move_draft(claim, draft, after, due=True, told=told)

    async def _check(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """When the engine is ours for the moment: hold what was approved against it, and note that it is sent."""
        if not await self.store.take_turn(claim, proposal.engine_id):
            await self.store.later(claim, after=self.options.policy_poll)
            return
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        if await self._stands(draft, proposal, state):
            after = replace(draft, state=DraftState.SENDING, trouble="", note="")
            await self.store.move_draft(claim, draft, after, due=True)
            return
        pieces = await self.store.drafts(proposal.id)
        after = await self.drafting.renewed(draft, proposal, state, _CHANGED, pieces)
        told = to_approver(draft, proposal, after.note or after.trouble)
        await self.store.move_draft(claim, draft, after, due=True, told=told)

    async def _stands(self, draft: Draft, proposal: Proposal, state: EngineState) -> bool:
        """Whether what would be created now, and what it would change, is what was approved."""
        if approvals.draft_digest(draft, proposal.engine_id, proposal.gateway_arn) != draft.digest:
            return False
        if await self.drafting.unusable(draft, state) or await self.drafting.analyst.crossing(draft, state):
            return False
        if draft.analysis.engine_digest == state.digest:
            return True
        return await self.drafting.analyst.still_holds(draft, state)

    async def _send(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        """The call may have gone out before: it goes out again under its token, until the service answers."""
        try:
            record = await self.service.create_policy(
                engine_id=proposal.engine_id,
                name=draft.policy_name,
                statement=draft.statement or "",
                description=description(draft, proposal),
                enforcement_mode=draft.enforcement_mode,
                validation_mode=draft.validation_mode,
                token=draft.create_token,
            )
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            await self._refused(claim, draft, proposal, error)
            return
        after = replace(draft, state=DraftState.CREATING, policy_id=record.policy_id, trouble="")
        await self.store.move_draft(claim, draft, after, due=True)

    async def _refused(self, claim: Claim, draft: Draft, proposal: Proposal, error: ServiceError) -> None:
        """Another's name gives way to a new one. Otherwise nothing is said of the policy before it was looked for."""
        renamed = _renamed(draft, proposal) if error.code == "NameTaken" else None
        if renamed is not None:
            await self.store.move_draft(claim, draft, renamed, due=True)
            return
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        ours = next((each for each in state.policies if _is_ours(each, draft, proposal)), None)
        if ours is not None:
            after = replace(draft, state=DraftState.CREATING, policy_id=ours.policy_id, trouble="")
            await self.store.move_draft(claim, draft, after, due=True)
            return
        await self._failed(claim, draft, proposal, f"{error.sentence} Nothing was created.")

    async def _await(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        record = await self.service.policy(proposal.engine_id, draft.policy_id)
        waited = (self.clock.now() - claim.since).total_seconds()
        late = waited > self.options.policy_patience
        if record is None and late:
            await self._failed(claim, draft, proposal, "The policy is not there any more: somebody deleted it.")
        elif record is not None and record.status in _STANDING:
            await self._read_back(claim, draft, proposal, record)
        elif record is None or record.status != "CREATE_FAILED":
            trouble = f"AgentCore has not finished after {round(waited)} seconds; still waiting." if late else ""
            if late:
                await self.store.end_turn(claim)  # others see this one as on its way
            await self.store.later(claim, after=self.options.policy_poll, trouble=trouble)
        else:
            said = " ".join(record.status_reasons) or f"AgentCore says {record.status} and gives no reason."
            await self._cleared(claim, draft, proposal, said)

    async def _cleared(self, claim: Claim, draft: Draft, proposal: Proposal, said: str) -> None:
        """What AgentCore keeps of a policy that it refused is taken away, so that nobody has to do it by hand."""
        try:
            await self.service.delete_policy(proposal.engine_id, draft.policy_id)
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            left = f"What is left of it, {draft.policy_name}, could not be deleted: {error.sentence}"
        else:
            left = "Nothing of it is left on the engine."
        await self._failed(claim, draft, proposal, f"{said} {left}")

    async def _read_back(self, claim: Claim, draft: Draft, proposal: Proposal, record: PolicyRecord) -> None:
        """What stands is held against what was approved, and anything else is said at once."""
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        others = state.without(record.name)
        held = others.digest == draft.analysis.engine_digest or await self.drafting.analyst.still_holds(draft, others)
        said = amiss(draft, record, difference_holds=held)
        after = replace(draft, state=DraftState.ACTIVE, trouble=said)
        told = to_everybody(draft, proposal, said) if said else ()
        await self.store.move_draft(claim, draft, after, due=False, told=told)

    async def _failed(self, claim: Claim, draft: Draft, proposal: Proposal, trouble: str) -> None:
        after = replace(draft, state=DraftState.CREATE_FAILED, trouble=trouble)
        said = f"The policy that was approved did not become ACTIVE. {trouble}"
        told = to_everybody(draft, proposal, said, thread=False)
        await self.store.move_draft(claim, draft, after, due=False, told=told)


def _renamed(draft: Draft, proposal: Proposal) -> Draft | None:
    """The draft under the next name, with the token of the new body; None when too many names are others'."""
    policy = parse_policy(plain_part(draft.statement or "")[0])
    names = [lifecycle.policy_name(policy, draft.id, taken) for taken in range(_NAMES)]
    place = names.index(draft.policy_name) + 1 if draft.policy_name in names else 0
    return approvals.bound(replace(draft, policy_name=names[place]), proposal) if place < _NAMES else None


def _is_ours(policy: PolicyRecord, draft: Draft, proposal: Proposal) -> bool:
    return (policy.name, policy.description) == (draft.policy_name, description(draft, proposal))


def description(draft: Draft, proposal: Proposal) -> str:
    """The policy's description: the same at every try, because AgentCore compares bodies of one token."""
    origin = f"{proposal.id}, proposed by {proposal.requester_id}, approved by {draft.decided_by}: "
    return (origin + " ".join(proposal.rule.split()))[:_DESCRIPTION_LIMIT]
