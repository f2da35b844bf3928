"""Who may propose and decide: values in, a reason or None out, no I/O."""

from __future__ import annotations

from dataclasses import replace

from bot.cedar import digest
from bot.review import lifecycle
from bot.review.model import Draft, DraftState, Person, Proposal, Reason, Vote


def draft_digest(draft: Draft, engine_id: str, gateway_arn: str) -> str:
    """What an approval binds to: statement, enforcement mode, validation mode, engine and gateway."""
    return digest(draft.statement or "", draft.enforcement_mode, draft.validation_mode, engine_id, gateway_arn)


def against_person(person: Person | None, team_id: str, claimed_team: str = "") -> Reason | None:
    """Why a person has no say in a team's rules. `claimed_team` is the team that Slack's payload named, if any."""
    if person is None or person.deleted:
        return Reason.UNKNOWN_PERSON
    if person.is_bot:
        return Reason.BOT_PERSON
    if person.is_stranger or person.team_id != team_id or claimed_team not in ("", team_id):
        return Reason.OUTSIDER
    return Reason.GUEST if person.is_guest else None


def against_vote(person: Person, proposal: Proposal, vote: Vote, approvers: frozenset[str]) -> Reason | None:
    """Why a person of the team may not cast this vote. The requester may withdraw, and only that."""
    if person.user_id == proposal.requester_id:
        return None if vote is Vote.REJECT else Reason.OWN_PROPOSAL
    if not approvers:
        return Reason.NO_APPROVERS
    return None if person.user_id in approvers else Reason.NOT_APPROVER


def against_draft(draft: Draft, version: int) -> Reason | None:
    """Why a draft cannot be decided from the card that was seen."""
    if draft.state is DraftState.UNUSABLE:
        return Reason.NOT_REVIEWABLE
    if draft.state not in (DraftState.IN_REVIEW, DraftState.WAITING):
        return Reason.ALREADY_DECIDED
    return Reason.CARD_OUTDATED if version != draft.version else None


def against_way(draft: Draft, vote: Vote, *, seen_looser: bool) -> Reason | None:
    """Why a draft cannot be decided in this way, although it can be decided."""
    if vote is Vote.REJECT:
        return None
    if any(finding.type == "INVALID" for finding in (*draft.findings, *draft.analysis.findings)):
        return Reason.NOT_REVIEWABLE
    if draft.analysis.crossing:
        return Reason.CROSSES_BOUNDARY
    if vote is Vote.WAIT:
        return None if draft.analysis.refusal and draft.state is DraftState.IN_REVIEW else Reason.CARD_OUTDATED
    second = draft.analysis.second
    if second is not None and second.looser and not seen_looser:
        return Reason.LOOSER_NOT_SEEN
    if vote is Vote.APPROVE and draft.analysis.refusal and draft.validation_mode == "FAIL_ON_ANY_FINDINGS":
        return Reason.WILL_BE_REFUSED
    return None


def decided(draft: Draft, proposal: Proposal, vote: Vote, reason: str) -> Draft:
    """The draft as a vote makes it: its state, and what of it the vote binds to."""
    if vote is Vote.REJECT:
        return replace(draft, state=DraftState.REJECTED, reject_reason=reason, trouble="")
    if vote is Vote.WAIT:
        return replace(draft, state=DraftState.WAITING, trouble="")
    mode = "IGNORE_ALL_FINDINGS" if vote is Vote.APPROVE_UNVALIDATED else draft.validation_mode
    after = replace(draft, state=DraftState.APPROVED, validation_mode=mode, trouble="")
    return bound(after, proposal)


def bound(draft: Draft, proposal: Proposal) -> Draft:
    """The draft with the digest that an approval of it binds to, and the client token that follows from it."""
    digest = draft_digest(draft, proposal.engine_id, proposal.gateway_arn)
    token = lifecycle.create_token(draft.id, proposal.key, digest, draft.version, draft.policy_name)
    return replace(draft, digest=digest, create_token=token)
