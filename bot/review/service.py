"""The use cases: what handlers call. Each is committed when it returns, and raises Refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.errors import StoreError
from bot.review import approvals, lifecycle
from bot.review.commands import AskStatus, DecideDraft, ProposeRule
from bot.review.errors import refused
from bot.review.model import CastVote, Draft, DraftState, Person, Proposal, ProposalState, Reason, Vote
from bot.review.options import Options, Route
from bot.review.ports import Clock, Directory, Records
from bot.review.rule_text import check_rule

_ID_ATTEMPTS = 20


@dataclass(frozen=True)
class Proposed:
    """A proposal is stored; `again` when the same command had been delivered before."""

    proposal_id: str
    again: bool


@dataclass(frozen=True)
class Decided:
    """A vote is stored and its draft moved."""

    draft: Draft
    proposal: Proposal
    vote: Vote


class ProposalStatus(NamedTuple):
    """A proposal with its drafts, in order."""

    proposal: Proposal
    drafts: tuple[Draft, ...]


class Review:
    """Proposing, deciding and asking. Holds no state: the store does."""

    def __init__(self, store: Records, directory: Directory, clock: Clock, options: Options) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._options = options

    async def propose(self, command: ProposeRule) -> Proposed:
        """Store a rule that somebody wants. One write and no call elsewhere, so it can precede the acknowledgement.

        Raises Refused when the rule cannot be read, the place or person cannot propose, or too much is proposed,
        StoreError when it could not be stored.
        """
        rule = command.rule.strip()
        check_rule(rule)
        if command.channel_id.startswith("D") or command.channel_name == "directmessage":
            raise refused(Reason.DIRECT_MESSAGE)
        if command.user_team_id not in ("", command.team_id):
            raise refused(Reason.OUTSIDER)
        route = self._options.routes(command.channel_id)
        if route is None:
            raise refused(Reason.NO_ROUTE)
        for attempt in range(_ID_ATTEMPTS):
            wanted = self._new(command, rule, lifecycle.proposal_id(command.key, attempt), route)
            stored = await self._store.add_proposal(wanted, self._options.quotas)
            if stored is not None:
                proposal, new = stored
                return Proposed(proposal.id, again=not new)
        raise StoreError("No free id was found for the proposal.", key=command.key)

    async def decide(self, command: DecideDraft) -> Decided:
        """Cast a vote on a draft. Two people at once, or a second click, act once: the other is told who and when.

        Raises Refused, ChatUnavailable when Slack could not say who the person is, StoreError.
        """
        draft, proposal = await self._found(command.draft_id)
        person = await self._member(command.user_id, proposal, command.user_team_id)
        await self._check_authority(person, proposal, command.vote)
        _check_draft(draft, command.version)
        way = approvals.against_way(draft, command.vote, seen_looser=command.seen_looser)
        if way:
            raise refused(way)
        reason = command.reason.strip()
        after = approvals.decided(draft, proposal, command.vote, reason)
        vote = CastVote(draft.id, draft.version, person.user_id, command.vote, after.digest, reason)
        moved = await self._store.decide(vote, draft, after)
        draft, proposal = await self._found(command.draft_id)
        if not moved:
            _check_draft(draft, command.version)
            raise refused(Reason.CARD_OUTDATED)
        return Decided(draft, proposal, command.vote)

    async def invited(self, channel_id: str) -> None:
        """The bot was invited to a channel, perhaps again: what it could not show there meanwhile is shown now."""
        await self._store.show_again(channel_id)

    async def status(self, command: AskStatus) -> tuple[ProposalStatus, ...]:
        """The person's open proposals and the channel's, the newest first; or one, also when it has ended.

        Raises Refused when there is no such proposal for this person in this channel.
        """
        if not command.proposal_id:
            found = await self._store.open_proposals(
                team_id=command.team_id, channel_id=command.channel_id, user_id=command.user_id
            )
            return tuple([await self._with_drafts(proposal) for proposal in found])
        wanted = command.proposal_id.strip().upper()
        proposal = await self._store.proposal(wanted)
        if (
            proposal is None
            or proposal.team_id != command.team_id
            or (proposal.channel_id != command.channel_id and proposal.requester_id != command.user_id)
        ):
            raise refused(Reason.UNKNOWN_PROPOSAL, proposal_id=wanted)
        return (await self._with_drafts(proposal),)

    async def proposal(self, proposal_id: str) -> Proposal:
        """A proposal. Raises Refused when there is none."""
        proposal = await self._store.proposal(proposal_id)
        if proposal is None:
            raise refused(Reason.UNKNOWN_PROPOSAL, proposal_id=proposal_id)
        return proposal

    async def draft(self, draft_id: str) -> Draft:
        """A draft. Raises Refused when there is none."""
        return (await self._found(draft_id))[0]

    async def look(self, draft_id: str, *, user_id: str, user_team_id: str) -> Draft:
        """A draft for a person who wants to look behind its card, where the engine's other policies are named.

        Raises Refused when there is none, or when the person has no part in the team's reviews; ChatUnavailable.
        """
        draft, proposal = await self._found(draft_id)
        await self._member(user_id, proposal, user_team_id)
        return draft

    async def _found(self, draft_id: str) -> tuple[Draft, Proposal]:
        draft = await self._store.draft(draft_id)
        proposal = await self._store.proposal(draft.proposal_id) if draft else None
        if draft is None or proposal is None:
            raise refused(Reason.UNKNOWN_DRAFT)
        return draft, proposal

    async def _member(self, user_id: str, proposal: Proposal, user_team_id: str) -> Person:
        person = await self._directory.person(user_id)
        reason = approvals.against_person(person, proposal.team_id, user_team_id)
        if reason or person is None:
            raise refused(reason or Reason.UNKNOWN_PERSON)
        return person

    async def _check_authority(self, person: Person, proposal: Proposal, vote: Vote) -> None:
        approvers = await self._directory.approvers()
        reason = approvals.against_vote(person, proposal, vote, approvers)
        if reason:
            raise refused(reason)

    async def _with_drafts(self, proposal: Proposal) -> ProposalStatus:
        return ProposalStatus(proposal, await self._store.drafts(proposal.id))

    def _new(self, command: ProposeRule, rule: str, proposal_id: str, route: Route) -> Proposal:
        return Proposal(
            id=proposal_id,
            key=command.key,
            team_id=command.team_id,
            channel_id=command.channel_id,
            requester_id=command.user_id,
            rule=rule,
            engine_id=route.engine_id,
            gateway_arn=route.gateway_arn,
            state=ProposalState.RECEIVED,
            created_at=self._clock.now(),
            response_url=command.response_url,
            generation_name=lifecycle.generation_name(proposal_id),
            generation_token=lifecycle.client_token("generation", proposal_id, command.key),
        )


def _check_draft(draft: Draft, version: int) -> None:
    reason = approvals.against_draft(draft, version)
    if reason is Reason.ALREADY_DECIDED:
        decision = "rejected" if draft.state is DraftState.REJECTED else "approved"
        raise refused(reason, decision=decision, by=draft.decided_by, at=_when(draft.decided_at))
    if reason:
        raise refused(reason)


def _when(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "just now"
