"""The steps of an approved draft: the difference checked again, the policy created, its outcome awaited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import StaleWrite
from bot.review import approvals, lifecycle
from bot.review.model import Analysis, Claim, Draft, DraftState, PolicyRecord, Proposal
from bot.review.options import Options
from bot.review.ports import Analyst, Clock, PolicyService, Store
from bot.review.steps import in_force, retrying

_DESCRIPTION_LIMIT = 1000
_DIFFERS = (
    "What the draft would change is not what this card showed, although the engine's policies are the same: the "
    "gateway's tools changed, or the analysis ended otherwise. The earlier approval does not count any more; look at "
    "the difference again."
)
_CHANGED = (
    "The engine's policies changed after this card was shown, and with them what the draft would change. The earlier "
    "approval does not count any more; look at the difference again."
)


@dataclass(frozen=True)
class Enacting:
    """Runs the step that a draft's state asks for."""

    store: Store
    service: PolicyService
    analyst: Analyst
    clock: Clock
    options: Options

    async def run(self, claim: Claim) -> None:
        """Do the next step of a claimed draft and give it back."""
        draft = await self.store.draft(claim.id)
        proposal = await self.store.proposal(draft.proposal_id) if draft else None
        if draft is None or proposal is None:
            raise StaleWrite(f"There is no draft {claim.id}.", id=claim.id)

        async def fail(trouble: str) -> None:
            await self._failed(claim, draft, trouble)

        if draft.state is DraftState.APPROVED:
            step = self._create(claim, draft, proposal)
            await retrying(self.store, self.options, claim, step, fail, endless=True)
        elif draft.state is DraftState.CREATING:
            await retrying(self.store, self.options, claim, self._await(claim, draft, proposal), None)
        else:
            await self.store.later(claim, after=None, trouble=draft.trouble)

    async def _create(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        records = await self.service.policies(proposal.engine_id, proposal.gateway_arn)
        # A policy of our name is what an earlier try left behind: its token is sent again, not the review begun anew.
        if all(record.name != draft.policy_name for record in records):
            changed = await self._changed(draft, proposal, in_force(records))
            if changed is not None:
                await self.store.move_draft(claim, draft, changed, due=False)
                return
        record = await self._send(draft, proposal)
        after = replace(draft, state=DraftState.CREATING, policy_id=record.policy_id, trouble="", note="")
        await self.store.move_draft(claim, draft, after, due=True)

    async def _changed(self, draft: Draft, proposal: Proposal, existing: Mapping[str, str]) -> Draft | None:
        """The draft for a new review when what was approved is not what would be created now."""
        gateway = await self.service.gateway(proposal.gateway_arn)
        analysis: Analysis = await self.analyst.analyse(draft.statement or "", gateway, existing)
        now = replace(draft, analysis=analysis)
        bound = approvals.draft_digest(draft, proposal.engine_id, proposal.gateway_arn) == draft.digest
        if bound and approvals.same_difference(draft, now):
            return None
        # Whoever approves next is named in the description, and AgentCore takes one body under one token only.
        version = draft.version + 1
        return replace(
            now,
            state=DraftState.IN_REVIEW,
            version=version,
            create_token=lifecycle.client_token("create", draft.id, proposal.key, draft.digest, str(version)),
            decided_by="",
            decided_at=None,
            trouble="",
            note=_DIFFERS if analysis.engine_digest == draft.analysis.engine_digest else _CHANGED,
        )

    async def _send(self, draft: Draft, proposal: Proposal) -> PolicyRecord:
        return await self.service.create_policy(
            engine_id=proposal.engine_id,
            name=draft.policy_name,
            statement=draft.statement or "",
            description=_description(draft, proposal),
            enforcement_mode=draft.enforcement_mode,
            validation_mode=draft.validation_mode,
            token=draft.create_token,
        )

    async def _await(self, claim: Claim, draft: Draft, proposal: Proposal) -> None:
        record = await self.service.policy(proposal.engine_id, draft.policy_id)
        waited = (self.clock.now() - claim.since).total_seconds()
        late = waited > self.options.policy_patience
        if record is None and late:
            await self._failed(claim, draft, "The policy is not there any more: somebody deleted it.")
        elif record is not None and record.status == "ACTIVE":
            await self.store.move_draft(claim, draft, replace(draft, state=DraftState.ACTIVE, trouble=""), due=False)
        elif record is None or record.status in ("CREATING", "UPDATING"):
            trouble = f"AgentCore has not finished after {round(waited)} seconds; still waiting." if late else ""
            await self.store.later(claim, after=self.options.policy_poll, trouble=trouble)
        else:
            said = " ".join(record.status_reasons) or f"AgentCore says {record.status} and gives no reason."
            await self._failed(claim, draft, said)

    async def _failed(self, claim: Claim, draft: Draft, trouble: str) -> None:
        after = replace(draft, state=DraftState.CREATE_FAILED, trouble=trouble)
        await self.store.move_draft(claim, draft, after, due=False)


def _description(draft: Draft, proposal: Proposal) -> str:
    """The policy's description: the same at every try, because AgentCore compares bodies of one token."""
    origin = f"{proposal.id}, proposed by {proposal.requester_id}, approved by {draft.decided_by}: "
    return (origin + " ".join(proposal.rule.split()))[:_DESCRIPTION_LIMIT]
