"""The step that counts votes, and what people do to a draft: vote, take a vote back, reject, put off, withdraw.

A vote is stored, then all votes are counted with facts asked live; the same count is made again before the act is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.governance import Action, Tally
from bot.review import decision, together
from bot.review.authority import Authority
from bot.review.commands import ApproveClean, DecideDraft, TakeBack, Withdraw
from bot.review.decision import Tick
from bot.review.errors import Reason, refused
from bot.review.family import pieces_of
from bot.review.lookup import draft_of, proposal_of
from bot.review.model import OPEN, UNSENT, Draft, DraftState, Proposal
from bot.review.refusing import recorded
from bot.review.stores import Records
from bot.review.votes import APPROVALS, CastVote, Vote

_UNTICKED = {
    Tick.LOOSER: Reason.LOOSER_NOT_SEEN,
    Tick.LEFT_OUT: Reason.LEFT_OUT_NOT_SEEN,
    Tick.BREAKS: Reason.BROKEN_NOT_SEEN,
    Tick.UNTESTED: Reason.UNTESTED_NOT_SEEN,
}
_TRIES = 5


@dataclass(frozen=True)
class Decided:
    """A person's word is stored; `draft` is as it stands after it."""

    draft: Draft
    proposal: Proposal
    vote: Vote


@dataclass(frozen=True)
class Deciding:
    """Holds no state: the store does."""

    store: Records
    authority: Authority

    async def decide(self, command: DecideDraft) -> Decided:
        """Take a person's word on a draft. Two people at once, or a second click, act once: the other is told.

        Raises Refused, ChatUnavailable when Slack could not say who the person is, StoreError.
        """
        async with recorded(self.store, command.vote, command.user_id, draft_id=command.draft_id):
            return await self._decide(command)

    async def _decide(self, command: DecideDraft) -> Decided:
        shown, proposal = await draft_of(self.store, command.draft_id)
        draft = _for_a_time(shown, proposal, command)
        reason = command.reason.strip()
        action = _action(command.vote, command.user_id, proposal)
        person = await self.authority.check(action, command.user_id, proposal, draft, claimed_team=command.user_team_id)
        check_version(shown, command.version)
        if way := decision.against_way(draft, command.vote):
            raise refused(way)
        if command.vote in APPROVALS:
            await self._check_seen(draft, proposal, command.ticked)
        if command.vote is Vote.APPROVE_UNVALIDATED and not reason:
            raise refused(Reason.FINDINGS_REASON)
        approves = command.vote in APPROVALS
        after = draft if approves else decision.ended(draft, command.vote, person.user_id, reason)
        vote = CastVote(draft.id, draft.version, person.user_id, command.vote, draft.digest, reason)
        if not await self.store.cast(vote, shown, after):
            check_version((await draft_of(self.store, draft.id))[0], command.version)
            raise refused(Reason.CARD_OUTDATED)
        if approves:
            await self.count(draft.id)
        draft, proposal = await draft_of(self.store, command.draft_id)
        return Decided(draft, proposal, command.vote)

    async def approve_clean(self, command: ApproveClean) -> tuple[Decided, ...]:
        """Approve every draft of a proposal that has nothing to be looked at.

        Raises Refused when there is none, when they are not those that were seen, or when the person may not.
        """
        async with recorded(self.store, "approve_clean", command.user_id, proposal_id=command.proposal_id):
            proposal = await proposal_of(self.store, command.proposal_id)
            pieces = await pieces_of(self.store, proposal)
            clean = decision.clean(proposal, pieces)
            if decision.clean_digest(clean) != command.seen:
                raise refused(Reason.CARD_OUTDATED)
            if not clean:
                raise refused(Reason.NOTHING_CLEAN)
        done = []
        for draft in together.in_order(clean):
            word = DecideDraft(draft.id, draft.version, Vote.APPROVE, command.user_id, command.user_team_id)
            done.append(await self.decide(word))
        return tuple(done)

    async def take_back(self, command: TakeBack) -> Draft:
        """Take one's own approval back, as long as it was not enough. Raises Refused."""
        async with recorded(self.store, "take_back", command.user_id, draft_id=command.draft_id):
            return await self._take_back(command)

    async def _take_back(self, command: TakeBack) -> Draft:
        draft, proposal = await draft_of(self.store, command.draft_id)
        await self.authority.member(command.user_id, proposal.team_id, command.user_team_id)
        if draft.state not in OPEN:
            check_version(draft, draft.version)
        if not await self.store.take_back(draft, command.user_id):
            raise refused(Reason.NO_VOTE)
        await self.count(draft.id)
        return (await draft_of(self.store, draft.id))[0]

    async def withdraw(self, command: Withdraw) -> Draft:
        """Take one's own draft back before it is sent. Raises Refused."""
        async with recorded(self.store, Action.WITHDRAW, command.user_id, draft_id=command.draft_id):
            return await self._withdraw(command)

    async def _withdraw(self, command: Withdraw) -> Draft:
        draft, proposal = await draft_of(self.store, command.draft_id)
        await self.authority.check(Action.WITHDRAW, command.user_id, proposal, draft, claimed_team=command.user_team_id)
        if draft.state not in UNSENT:
            raise _decided_already(draft) if draft.state is not DraftState.UNUSABLE else refused(Reason.NOT_REVIEWABLE)
        after = replace(draft, state=DraftState.WITHDRAWN, deciders=(command.user_id,), trouble="")
        if not await self.store.settle(draft, after):
            raise _decided_already((await draft_of(self.store, draft.id))[0])
        return after

    async def count(self, draft_id: str) -> Draft:
        """Count the votes on a draft now, and approve it when they are enough; the draft as it stands then.

        Votes that come or go meanwhile are counted again.
        """
        for _ in range(_TRIES):
            draft, proposal = await draft_of(self.store, draft_id)
            if draft.state not in OPEN:
                return draft
            votes = decision.standing_votes(draft, await self.store.votes(draft.id))
            if not votes and draft.tally.needs and not decision.voters(draft.tally):
                return draft  # counted before, and nobody has voted since
            tally = await self.counted(draft, proposal, votes)
            after = decision.approved(draft, proposal, votes, tally) if tally.met else replace(draft, tally=tally)
            if after == draft or await self.store.counted(draft, after, votes):
                return after
        return draft

    async def counted(self, draft: Draft, proposal: Proposal, votes: Sequence[CastVote]) -> Tally:
        """How far these votes go with the facts of now. Votes of another way than this version takes do not count."""
        way = (
            Vote.APPROVE_UNVALIDATED if draft.validation_mode == "IGNORE_ALL_FINDINGS" else decision.approval_of(draft)
        )
        wanted = {way, decision.approval_of(draft)}
        voters = [vote.user_id for vote in votes if vote.vote in wanted]
        return await self.authority.tally(draft, proposal, voters)

    async def _check_seen(self, draft: Draft, proposal: Proposal, ticked: frozenset[Tick]) -> None:
        pieces = await pieces_of(self.store, proposal)
        for tick in decision.ticks(draft, proposal, pieces):
            if tick not in ticked:
                raise refused(_UNTICKED[tick])


def _for_a_time(draft: Draft, proposal: Proposal, command: DecideDraft) -> Draft:
    """The draft as an approver who sets its time wants it. Raises Refused when others approved it without."""
    if command.until is None or command.vote not in APPROVALS or command.until == draft.until:
        return draft
    if draft.undoes:
        raise refused(Reason.UNDO_FOR_GOOD)
    if decision.voters(draft.tally) - {command.user_id}:
        raise refused(Reason.TIME_AFTER_VOTES)
    return decision.timed(draft, proposal, command.until)


def _action(vote: Vote, user_id: str, proposal: Proposal) -> Action:
    """What somebody does by a vote: whoever rejects their own proposal withdraws it."""
    if vote is not Vote.REJECT:
        return Action.APPROVE
    return Action.WITHDRAW if user_id == proposal.requester_id else Action.REJECT


def check_version(draft: Draft, version: int) -> None:
    """Raise Refused when a draft cannot be decided from the card of that version."""
    reason = decision.against_draft(draft, version)
    if reason is Reason.ALREADY_DECIDED:
        raise _decided_already(draft)
    if reason:
        raise refused(reason)


_WORDS = {
    DraftState.REJECTED: "rejected",
    DraftState.WITHDRAWN: "withdrawn",
    DraftState.REPLACED: "replaced by a later revision",
    DraftState.EXPIRED: "closed because nobody decided in time",
}


def _decided_already(draft: Draft) -> Exception:
    by = f" by <@{draft.decided_by}>" if draft.decided_by else ""
    said = _WORDS.get(draft.state, "approved") + by
    return refused(Reason.ALREADY_DECIDED, decision=said, at=_when(draft.decided_at))


def _when(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "just now"
