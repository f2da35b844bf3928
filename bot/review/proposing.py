"""The steps of a proposal: from a stored command to drafts in review. One outside effect a step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.errors import Refused, ServiceError, StaleWrite
from bot.governance import Action
from bot.review import decision, telling, together
from bot.review.authority import Authority
from bot.review.coverage import uncovered
from bot.review.drafting import Drafting
from bot.review.ending import Ending
from bot.review.errors import Reason, sentence
from bot.review.family import pieces_of, rule_behind
from bot.review.lifecycle import NOT_MEANT
from bot.review.model import ENDED, Act, Origin, Proposal, ProposalState
from bot.review.observing import Observing
from bot.review.options import Options
from bot.review.ports import Clock, PolicyService
from bot.review.refusing import recorded
from bot.review.revision import Kept
from bot.review.rule_text import MOST_PIECES
from bot.review.steps import retrying
from bot.review.stores import Store
from bot.review.tending import Tending, mentions
from bot.review.work import Claim

ACTIONS = {
    Act.CREATE: Action.PROPOSE,
    Act.REPLACE: Action.PROPOSE,
    Act.PROMOTE: Action.PROMOTE,
    Act.DEMOTE: Action.DEMOTE,
    Act.REVOKE: Action.REVOKE,
}
"""What somebody does who proposes an act on a policy; a text that was approved before is proposed as a rule is."""
ASKED_SECONDS = 24 * 3600.0
"""How long somebody may take to say whether a text was meant as a rule."""
_SHOWN = 200
_NO_RULE = (
    "I find no rule in “{rule}”: nothing that says who may, or may not, call which tool. So nobody else has "
    "seen it. If it is a rule, propose it all the same: AgentCore may read more than I do."
)
_NO_THREAD = "The thread that this belongs to was never opened, so it was not taken up. Propose it anew."
_NOTHING = "AgentCore finished the generation and found no policy in the rule. Say who may or may not use which tool."


@dataclass(frozen=True)
class Proposing:
    """Runs the step that a proposal's state asks for."""

    store: Store
    service: PolicyService
    authority: Authority
    drafting: Drafting
    tending: Tending
    ending: Ending
    observing: Observing
    clock: Clock
    options: Options

    async def run(self, claim: Claim) -> None:
        """Do the next step of a claimed proposal and give it back."""
        proposal = await self.store.proposal(claim.id)
        if proposal is None:
            raise StaleWrite(f"There is no proposal {claim.id}.", id=claim.id)
        steps = {
            ProposalState.RECEIVED: self._admit,
            ProposalState.ASKED: self._forget,
            ProposalState.ANNOUNCED: self._begin,
            ProposalState.GENERATING: self._look,
            ProposalState.IN_REVIEW: self.tending.run,
        }
        step = steps.get(proposal.state)
        if step is None:
            await self.store.later(claim, after=None, trouble=proposal.trouble)
            return

        async def fail(trouble: str) -> None:
            await self._fail(claim, proposal, trouble)

        in_review = proposal.state is ProposalState.IN_REVIEW  # then its drafts have lives of their own
        await retrying(self.store, self.options, claim, step(claim, proposal), None if in_review else fail)

    async def _admit(self, claim: Claim, proposal: Proposal) -> None:
        """Whether the person may propose this here, with facts of now; then the thread is wanted, or there is one."""
        try:
            action, by = _action(proposal), proposal.requester_id
            async with recorded(self.store, action, by, team_id=proposal.team_id, proposal_id=proposal.id):
                await self.authority.check(action, by, proposal)
                if await self._is_no_rule(proposal):
                    asked = replace(proposal, state=ProposalState.ASKED, trouble="")
                    said = _NO_RULE.format(rule=" ".join(proposal.rule.split())[:_SHOWN])
                    await self.store.move_proposal(claim, proposal, asked, due=True, notice=said)
                    return
                await self._let_in(claim, proposal)
        except Refused as error:
            after = replace(proposal, state=ProposalState.REFUSED, trouble=error.sentence)
            await self.store.move_proposal(claim, proposal, after, due=False, notice=error.sentence)

    async def _is_no_rule(self, proposal: Proposal) -> bool:
        """Whether to ask in private first: our reader finds no rule in what somebody typed, and they did not insist.

        A gateway that cannot be read leaves it to the review, which says so.
        """
        if proposal.origin is not Origin.RULE or proposal.thread_of or proposal.insisted:
            return False
        try:
            gateway = await self.service.gateway(proposal.gateway_arn)
        except ServiceError:
            return False
        return await self.drafting.analyst.finds_no_rule(proposal.rule, gateway, proposal)

    async def _forget(self, claim: Claim, proposal: Proposal) -> None:
        """A question that nobody answered for a day is answered: it was not meant."""
        left = ASKED_SECONDS - (self.clock.now() - claim.since).total_seconds()
        if left > 0:
            await self.store.later(claim, after=left)
            return
        after = replace(proposal, state=ProposalState.REFUSED, trouble=NOT_MEANT)
        await self.store.move_proposal(claim, proposal, after, due=False)

    async def _let_in(self, claim: Claim, proposal: Proposal) -> None:
        """Want its thread, or go on in the one that it belongs to. Raises Refused when its tests cannot be kept."""
        if not proposal.thread_of:
            after = replace(proposal, state=ProposalState.ADMITTED, trouble="")
            await self.store.move_proposal(claim, proposal, after, due=False)
            return
        root = await self.store.proposal(proposal.thread_of)
        thread_ts = root.thread_ts if root else ""
        if not thread_ts and (root is None or root.state in ENDED):
            after = replace(proposal, state=ProposalState.REFUSED, trouble=_NO_THREAD)
            await self.store.move_proposal(claim, proposal, after, due=False, notice=_NO_THREAD)
            return
        if not thread_ts:
            await self.store.later(claim, after=self.options.generation_poll)
            return
        after = replace(proposal, state=ProposalState.ANNOUNCED, thread_ts=thread_ts, trouble="")
        await self.store.move_proposal(claim, proposal, after, due=True)

    async def _begin(self, claim: Claim, proposal: Proposal) -> None:
        """A rule is generated; a statement or an act is drafted at once."""
        if proposal.origin is Origin.RULE:
            await self._generate(claim, proposal)
            return
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        kept = await self._kept(proposal)
        if proposal.wanted and proposal.wanted.extends:
            draft = await self.ending.extension(proposal, state)
        else:
            draft = await self.drafting.wanted(proposal, state, kept)
            if draft.act is Act.PROMOTE and self.options.evidence_seconds:
                draft = replace(draft, evidence=await self.observing.of(draft, proposal))
        after = replace(proposal, state=ProposalState.IN_REVIEW, uncovered=kept.without, trouble="")
        await self.store.move_proposal(claim, proposal, after, due=True, drafts=(draft,))

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
        drafts = await self.drafting.first(proposal, assets, state, await self._kept(proposal))
        words = uncovered(proposal.rule, [asset.fragment for asset in assets])
        after = replace(proposal, state=ProposalState.IN_REVIEW, uncovered=words, trouble="")
        await self.store.move_proposal(claim, proposal, after, due=True, drafts=drafts)

    async def _kept(self, proposal: Proposal) -> Kept:
        """What earlier reviews say about what is proposed."""
        revised = await self.store.proposal(proposal.revises) if proposal.revises else None
        drafts = await self.store.drafts(revised.id) if revised else ()
        policy = proposal.wanted.policy_id if proposal.wanted else ""
        last = await self.store.enacted(proposal.engine_id, policy) if policy else None
        reason = last.findings_reason if last else ""
        one = proposal.wanted.instead_of if proposal.wanted else ""
        if revised is None or not one:
            return Kept(revised, drafts, reason, rule=await rule_behind(self.store, proposal))
        beside, first, rule = list(drafts), revised, await pieces_of(self.store, proposal)
        while first.revises and (before := await self.store.proposal(first.revises)) is not None:
            first = before
            beside += await self.store.drafts(first.id)
        texts = tuple(each.statement for each in beside if each.statement and each.id != one and together.holds(each))
        only = tuple(each for each in drafts if each.id == one)
        return Kept(revised, only, reason, texts, decision.without(one, revised, drafts), rule)

    async def _fail(self, claim: Claim, proposal: Proposal, trouble: str) -> None:
        """End it where the requester sees it: in the thread, and in private."""
        after = replace(proposal, state=ProposalState.FAILED, trouble=trouble)
        if not proposal.thread_ts:
            notice = f"{trouble} Nothing was posted."
            await self.store.move_proposal(claim, proposal, after, due=False, notice=notice)
            return
        told = telling.failing(proposal, trouble, mentions=mentions(proposal, self.options))
        await self.store.move_proposal(claim, proposal, after, due=False, told=told)


def _action(proposal: Proposal) -> Action:
    """What the requester of a proposal does by it."""
    if proposal.origin is Origin.CEDAR:
        return Action.EDIT_CEDAR
    return ACTIONS[proposal.wanted.act] if proposal.wanted else Action.PROPOSE
