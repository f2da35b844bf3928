"""The steps of a proposal: from a stored command to drafts in review. One outside effect a step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.errors import StaleWrite
from bot.review import approvals
from bot.review.coverage import uncovered
from bot.review.drafting import Drafting
from bot.review.errors import sentence
from bot.review.model import SETTLED, Claim, Proposal, ProposalState, Reason
from bot.review.options import Options
from bot.review.ports import Clock, Directory, PolicyService, Store
from bot.review.rule_text import MOST_PIECES
from bot.review.steps import retrying

_NOTHING = "AgentCore finished the generation and found no policy in the rule. Say who may or may not use which tool."


@dataclass(frozen=True)
class Proposing:
    """Runs the step that a proposal's state asks for."""

    store: Store
    service: PolicyService
    directory: Directory
    drafting: Drafting
    clock: Clock
    options: Options

    async def run(self, claim: Claim) -> None:
        """Do the next step of a claimed proposal and give it back."""
        proposal = await self.store.proposal(claim.id)
        if proposal is None:
            raise StaleWrite(f"There is no proposal {claim.id}.", id=claim.id)
        steps = {
            ProposalState.RECEIVED: self._admit,
            ProposalState.ANNOUNCED: self._generate,
            ProposalState.GENERATING: self._look,
            ProposalState.IN_REVIEW: self._close,
        }
        step = steps.get(proposal.state)
        if step is None:
            await self.store.later(claim, after=None, trouble=proposal.trouble)
            return

        async def fail(trouble: str) -> None:
            await self._fail(claim, proposal, trouble)

        await retrying(self.store, self.options, claim, step(claim, proposal), fail)

    async def _admit(self, claim: Claim, proposal: Proposal) -> None:
        person = await self.directory.person(proposal.requester_id)
        reason = approvals.against_person(person, proposal.team_id)
        if reason:
            said = sentence(reason)
            after = replace(proposal, state=ProposalState.REFUSED, trouble=said)
            await self.store.move_proposal(claim, proposal, after, due=False, notice=said)
            return
        after = replace(proposal, state=ProposalState.ADMITTED, trouble="")
        await self.store.move_proposal(claim, proposal, after, due=False)

    async def _generate(self, claim: Claim, proposal: Proposal) -> None:
        generation = await self.service.start_generation(
            engine_id=proposal.engine_id,
            gateway_arn=proposal.gateway_arn,
            name=proposal.generation_name,
            rule=proposal.rule,
            token=proposal.generation_token,
        )
        after = replace(proposal, state=ProposalState.GENERATING, generation_id=generation.generation_id, trouble="")
        await self.store.move_proposal(claim, proposal, after, due=True)

    async def _look(self, claim: Claim, proposal: Proposal) -> None:
        generation = await self.service.generation(proposal.engine_id, proposal.generation_id)
        if generation.status == "GENERATED":
            await self._draft(claim, proposal)
        elif generation.status == "GENERATING":
            await self._wait(claim, proposal)
        else:
            reasons = " ".join(generation.status_reasons) or "it gave no reason."
            await self._fail(claim, proposal, f"AgentCore could not translate the rule: {reasons}")

    async def _wait(self, claim: Claim, proposal: Proposal) -> None:
        waited = (self.clock.now() - claim.since).total_seconds()
        if waited <= self.options.generation_patience:
            await self.store.later(claim, after=self.options.generation_poll)
            return
        minutes = max(1, round(waited / 60))
        await self._fail(
            claim, proposal, f"AgentCore did not finish the generation in {minutes} minutes. Propose the rule again."
        )

    async def _draft(self, claim: Claim, proposal: Proposal) -> None:
        assets = await self.service.assets(proposal.engine_id, proposal.generation_id)
        if not assets:
            await self._fail(claim, proposal, _NOTHING)
            return
        if len(assets) > MOST_PIECES:
            said = sentence(Reason.TOO_MANY_PIECES, count=len(assets), limit=MOST_PIECES)
            await self._fail(claim, proposal, said)
            return
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        drafts = await self.drafting.first(proposal, assets, state)
        words = uncovered(proposal.rule, [asset.fragment for asset in assets])
        after = replace(proposal, state=ProposalState.IN_REVIEW, uncovered=words, trouble="")
        await self.store.move_proposal(claim, proposal, after, due=True, drafts=drafts)

    async def _close(self, claim: Claim, proposal: Proposal) -> None:
        drafts = await self.store.drafts(proposal.id)
        if all(draft.state in SETTLED for draft in drafts):
            await self.store.move_proposal(claim, proposal, replace(proposal, state=ProposalState.CLOSED), due=False)
        else:
            await self.store.later(claim, after=None, trouble=proposal.trouble)

    async def _fail(self, claim: Claim, proposal: Proposal, trouble: str) -> None:
        """End it where the requester sees it: in the thread, or in private when there is none."""
        after = replace(proposal, state=ProposalState.FAILED, trouble=trouble)
        await self.store.move_proposal(
            claim, proposal, after, due=False, notice="" if proposal.thread_ts else f"{trouble} Nothing was posted."
        )
