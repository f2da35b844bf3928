"""Who may propose and decide: values in, a reason or None out, no I/O."""

from __future__ import annotations

from bot.cedar import digest
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
        return Reason.OWN_PROPOSAL if vote is Vote.APPROVE else None
    if not approvers:
        return Reason.NO_APPROVERS
    return None if person.user_id in approvers else Reason.NOT_APPROVER


def against_draft(draft: Draft, version: int) -> Reason | None:
    """Why a draft cannot be decided from the card that was seen."""
    if draft.state is DraftState.UNUSABLE:
        return Reason.NOT_REVIEWABLE
    if draft.state is not DraftState.IN_REVIEW:
        return Reason.ALREADY_DECIDED
    return Reason.CARD_OUTDATED if version != draft.version else None


def same_difference(shown: Draft, now: Draft) -> bool:
    """Whether the analysis that was approved still holds; without a signature, only the same engine does."""
    before, after = shown.analysis, now.analysis
    if before.signature or after.signature:
        return before.signature == after.signature
    return before.engine_digest == after.engine_digest
