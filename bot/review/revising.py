"""What people ask for beside new rules: another revision, an act on a policy that stands, and taking one back.

Each becomes a proposal of its own, with its own requester and its own life, in the thread that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.governance import Action
from bot.review import decision, enactment
from bot.review.authority import Authority
from bot.review.commands import Again, ProposeAct, Revise, Undo
from bot.review.errors import Reason, refused
from bot.review.lookup import draft_of, proposal_of
from bot.review.model import OPEN, Act, Draft, DraftState, Origin, Proposal, Wanted
from bot.review.options import Options
from bot.review.place import Asker, beside, place
from bot.review.ports import Analyst, Clock, PolicyService
from bot.review.proposing import ACTIONS
from bot.review.refusing import recorded
from bot.review.rule_text import check_rule
from bot.review.stores import Records
from bot.review.storing import Proposed, stored

_NAMES = {
    Act.PROMOTE: "Promote",
    Act.DEMOTE: "Demote",
    Act.REVOKE: "Revoke",
    Act.CREATE: "Create",
    Act.REPLACE: "Change",
}


STATEMENT_LIMIT = 10_000
"""The most characters of a policy that AgentCore takes."""


_REVISABLE = {*OPEN, DraftState.APPROVED, DraftState.UNUSABLE, DraftState.EXPIRED, DraftState.NOT_ENACTED}


@dataclass(frozen=True)
class Revising:
    """Holds no state: the store does."""

    store: Records
    service: PolicyService
    authority: Authority
    analyst: Analyst
    clock: Clock
    options: Options

    async def revise(self, command: Revise) -> Proposed:
        """Review another rule, or another statement, instead of what is open of a proposal; of one whose policy is in
        effect, review the change of that policy.

        Raises Refused when the person may not, or nothing can be revised; ChatUnavailable, StoreError.
        """
        by = command.user_id
        async with recorded(self.store, "revise", by, proposal_id=command.proposal_id, draft_id=command.draft_id):
            return await self._revise(command)

    async def _revise(self, command: Revise) -> Proposed:
        before = await proposal_of(self.store, command.proposal_id)
        drafts = await self.store.drafts(before.id)
        by_hand = command.by_hand
        subject = next((each for each in drafts if each.id == command.draft_id), None) or _subject(drafts)
        if subject is None:
            raise refused(Reason.NOT_REVISABLE)
        if command.version and subject.version != command.version:
            raise refused(Reason.CARD_OUTDATED)
        action = Action.EDIT_CEDAR if by_hand else Action.EDIT
        await self.authority.check(action, command.user_id, before, subject, claimed_team=command.user_team_id)
        rule = await self.rule_of(before.id) if by_hand else command.rule.strip()
        if by_hand:
            await self._check_statement(command.statement, before)
        else:
            check_rule(rule)
        lives = subject.state is DraftState.IN_EFFECT and subject.act is not Act.REVOKE
        if not lives and subject.state not in _REVISABLE:
            raise refused(Reason.NOT_REVISABLE)
        wanted = _wanted(before, subject, command, lives=lives)
        revision = replace(
            beside(before, key=command.key, user_id=command.user_id, rule=rule, now=self.clock.now()),
            response_url=command.response_url,
            origin=Origin.CEDAR if by_hand else Origin.RULE,
            wanted=wanted,
            revises="" if lives else before.id,
            revision=before.revision + 1,
            until=None if lives else subject.until,
        )
        return await stored(self.store, self.options, revision)

    async def again(self, command: Again) -> Proposed:
        """Propose once more what ended: what nobody decided on is generated anew, as AgentCore deletes what it
        generated; what AgentCore refused is reviewed as it was. Raises as `revise` and `act` do."""
        draft, proposal = await draft_of(self.store, command.draft_id)
        by = Revise(command.key, proposal.id, command.user_id, command.user_team_id, draft_id=draft.id)
        if draft.state is not DraftState.NOT_ENACTED:
            return await self.revise(replace(by, rule=await self.rule_of(proposal.id)))
        if not decision.can_be_tried_again(draft):
            raise refused(Reason.NOT_REVISABLE)
        if draft.act in (Act.CREATE, Act.REPLACE):
            return await self.revise(replace(by, statement=draft.statement or "", by_hand=True))
        place = (proposal.team_id, proposal.channel_id, command.user_id, command.user_team_id)
        return await self.act(ProposeAct(command.key, draft.act, *place, draft_id=draft.id, until=draft.until))

    async def rule_of(self, proposal_id: str) -> str:
        """The rule that a proposal is about: its own, or of an act the one that its thread began with; empty where that
        began with an act."""
        proposal = await proposal_of(self.store, proposal_id)
        if proposal.origin is Origin.ACT and proposal.thread_of:
            proposal = await proposal_of(self.store, proposal.thread_of)
        return "" if proposal.origin is Origin.ACT else proposal.rule

    async def act(self, command: ProposeAct) -> Proposed:
        """Propose to promote, demote or revoke a policy. Raises Refused when the person may not, or there is no such
        policy; ServiceError, ServiceUnavailable, ChatUnavailable, StoreError."""
        async with recorded(
            self.store, command.act, command.user_id, team_id=command.team_id, draft_id=command.draft_id
        ):
            return await self._act(command)

    async def _act(self, command: ProposeAct) -> Proposed:
        if command.draft_id:
            draft, root = await draft_of(self.store, command.draft_id)
            policy_id, name = draft.policy_id, draft.policy_name
        else:
            root, policy_id = await self._place(command), command.policy_id
            name = ""
        record = await self.service.policy(root.engine_id, policy_id) if policy_id else None
        if record is None:
            raise refused(Reason.NO_SUCH_POLICY)
        mode = {Act.PROMOTE: "ACTIVE", Act.DEMOTE: "LOG_ONLY"}.get(command.act)
        if record.enforcement_mode == mode:
            raise refused(Reason.NOT_AS_WANTED, mode="enforced" if mode == "ACTIVE" else "log-only")
        what = f"{_NAMES[command.act]} the policy {record.name or name}"
        proposal = replace(
            beside(root, key=command.key, user_id=command.user_id, rule=what, now=self.clock.now()),
            response_url=command.response_url,
            origin=Origin.ACT,
            wanted=Wanted(command.act, policy_id, record.name),
            why=command.why,
            until=command.until,
        )
        await self.authority.check(ACTIONS[command.act], command.user_id, proposal, claimed_team=command.user_team_id)
        return await stored(self.store, self.options, proposal)

    async def undo(self, command: Undo) -> Proposed:
        """Propose the inverse of a draft that is in effect. Raises Refused when there is none."""
        async with recorded(self.store, "undo", command.user_id, draft_id=command.draft_id):
            return await self._undo(command)

    async def _undo(self, command: Undo) -> Proposed:
        draft, root = await draft_of(self.store, command.draft_id)
        if draft.undoes:
            raise refused(Reason.UNDO_OF_UNDO)
        inverse = enactment.inverse(draft)
        if draft.state is not DraftState.IN_EFFECT or inverse is None:
            raise refused(Reason.NOT_UNDONE)
        act, statement, mode = inverse
        wanted = Wanted(act, draft.policy_id, draft.policy_name, statement, mode, draft.id)
        what = f"Undo {draft.id}: {_NAMES[act].lower()} the policy {draft.policy_name}"
        proposal = replace(
            beside(root, key=command.key, user_id=command.user_id, rule=what, now=self.clock.now()),
            response_url=command.response_url,
            origin=Origin.ACT,
            wanted=wanted,
            why=command.why,
        )
        await self.authority.check(ACTIONS[act], command.user_id, proposal, claimed_team=command.user_team_id)
        return await stored(self.store, self.options, proposal)

    async def _check_statement(self, statement: str, proposal: Proposal) -> None:
        """Raise Refused for what is not one statement for the proposal's gateway, said at the form."""
        if not statement:
            raise refused(Reason.BAD_STATEMENT, why="there is none.")
        if len(statement) > STATEMENT_LIMIT:
            why = f"it has {len(statement):,} characters, and AgentCore takes {STATEMENT_LIMIT:,}."
            raise refused(Reason.BAD_STATEMENT, why=why)
        why = await self.analyst.usable(statement, await self.service.gateway(proposal.gateway_arn))
        if why:
            raise refused(Reason.BAD_STATEMENT, why=why)

    async def _place(self, command: ProposeAct) -> Proposal:
        """Where an act on a policy belongs that no draft made."""
        asker = Asker(command.team_id, command.channel_id, command.user_id, command.user_team_id, command.chosen)
        return await place(asker, self.options.routes, self.clock.now(), key=command.key)


def _wanted(before: Proposal, subject: Draft, command: Revise, *, lives: bool) -> Wanted | None:
    """What a revision asks for: of a change of a policy, another change of the same policy."""
    if lives:
        return Wanted(Act.REPLACE, subject.policy_id, subject.policy_name, command.statement)
    one = subject.id if command.by_hand else ""
    changed = before.wanted if before.wanted and before.wanted.act is Act.REPLACE else None
    if changed is not None and (subject.act is Act.REPLACE or not command.by_hand):
        return Wanted(Act.REPLACE, changed.policy_id, changed.policy_name, command.statement, instead_of=one)
    return Wanted(Act.CREATE, statement=command.statement, instead_of=one) if command.by_hand else None


def _subject(drafts: tuple[Draft, ...]) -> Draft | None:
    """The draft that a revision of a whole proposal is about: one that is open, else one of which no policy came."""
    found = [each for each in drafts if each.state in {*OPEN, DraftState.APPROVED}]
    vain = (DraftState.EXPIRED, DraftState.UNUSABLE, DraftState.NOT_ENACTED)
    rest = (each for each in drafts if each.state in vain)
    return next(iter(found), None) or next(rest, None)
