"""How a change is decided: what a vote binds to, what has to be seen before one counts, and what votes make of a draft.

Values in, values out, no I/O. Who may vote is governance's (`bot.governance`); `deciding` asks it and writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.analysis.vocabulary import Kind
from bot.cedar import digest
from bot.governance import Tally
from bot.review import lifecycle, together
from bot.review.errors import Reason
from bot.review.found import Verdict
from bot.review.model import OPEN, Act, Draft, DraftState, Proposal
from bot.review.people import Person
from bot.review.votes import APPROVALS, NOTHING_COUNTED, CastVote, Vote

_FOR_A_TIME = "It is for a time now: an approver set when it is taken back by itself."


class Tick(StrEnum):
    """What an approver has to tick before an approval counts."""

    LOOSER = "looser"
    """The policy allows more than our own reading of the rule."""
    LEFT_OUT = "left_out"
    """Some of the rule is in no policy."""
    BREAKS = "breaks"
    """A request that the team wants to stay as it is would be decided otherwise."""
    UNTESTED = "untested"
    """No call has tested the policy in log-only, or it could not be evaluated, or nobody can see it."""


def draft_digest(draft: Draft, engine_id: str, gateway_arn: str) -> str:
    """What an approval binds to: all of what would be sent, and to which policy as it stood."""
    before = draft.before
    stood = (before.policy_id, before.statement, before.enforcement_mode) if before else ()
    until = draft.until.isoformat() if draft.until else ""
    what = (draft.act, draft.statement or "", draft.enforcement_mode, draft.validation_mode, draft.findings_reason)
    return digest(*what, until, draft.extends, engine_id, gateway_arn, *stood)


def against_person(person: Person | None, team_id: str, claimed_team: str = "") -> Reason | None:
    """Why a person has no say in a team's rules, whatever governance permits.

    `claimed_team` is the team that Slack's payload named, if any.
    """
    if person is None or person.deleted:
        return Reason.UNKNOWN_PERSON
    if person.is_bot:
        return Reason.BOT_PERSON
    if person.is_stranger or person.team_id != team_id or claimed_team not in ("", team_id, *person.teams):
        return Reason.OUTSIDER
    return Reason.GUEST if person.is_guest else None


def against_draft(draft: Draft, version: int) -> Reason | None:
    """Why a draft cannot be decided from the card that was seen."""
    if draft.state is DraftState.UNUSABLE:
        return Reason.NOT_REVIEWABLE
    if draft.state not in OPEN:
        return Reason.ALREADY_DECIDED
    return Reason.CARD_OUTDATED if version != draft.version else None


def against_way(draft: Draft, vote: Vote) -> Reason | None:
    """Why a draft cannot be decided in this way, although it can be decided."""
    if vote is Vote.REJECT:
        return None
    if any(finding.type == Kind.INVALID for finding in (*draft.findings, *draft.analysis.findings)):
        return Reason.NOT_REVIEWABLE
    if draft.analysis.crossing:
        return Reason.CROSSES_BOUNDARY
    if vote is Vote.WAIT:
        return None if draft.analysis.refusal and draft.state is DraftState.IN_REVIEW else Reason.CARD_OUTDATED
    if vote is not approval_of(draft):
        return Reason.WILL_BE_REFUSED if vote is Vote.APPROVE else Reason.CARD_OUTDATED
    return None


def approval_of(draft: Draft) -> Vote:
    """The approval that this version of a draft takes: without AgentCore's analysis where that would refuse it."""
    refuses = draft.analysis.refusal and draft.validation_mode == "FAIL_ON_ANY_FINDINGS"
    return Vote.APPROVE_UNVALIDATED if refuses else Vote.APPROVE


def ticks(draft: Draft, proposal: Proposal, pieces: Sequence[Draft]) -> tuple[Tick, ...]:
    """What whoever approves a draft has to tick; `pieces` are all drafts of its proposal."""
    found = []
    if draft.analysis.second is not None and draft.analysis.second.looser:
        found.append(Tick.LOOSER)
    if left_out(draft, proposal, pieces):
        found.append(Tick.LEFT_OUT)
    if draft.analysis.broken:
        found.append(Tick.BREAKS)
    if draft.evidence is not None and draft.act is Act.PROMOTE and not draft.evidence.tested:
        found.append(Tick.UNTESTED)
    return tuple(found)


def left_out(draft: Draft, proposal: Proposal, pieces: Sequence[Draft]) -> tuple[str, ...]:
    """The parts of the rule that are in no policy, as they were typed: they will not hold."""
    missing = (each.description for each in draft.analysis.warnings if each.type == Kind.MISSING_POLICY)
    ended = [*together.not_held(draft, pieces), *draft.analysis.ended]  # the latter beside the engine as it was read
    return tuple(dict.fromkeys([*ended, *proposal.uncovered, *missing]))


def without(draft_id: str, proposal: Proposal, pieces: Sequence[Draft]) -> tuple[str, ...]:
    """The parts of the rule that no piece holds, whatever comes of this one; they do not hold with another text of it
    either."""
    ended = together.came_to_nothing(draft_id, pieces)
    return tuple(dict.fromkeys([*ended, *proposal.uncovered]))


def is_clean(draft: Draft, proposal: Proposal, pieces: Sequence[Draft]) -> bool:
    """Whether a draft can be approved together with others: nothing to tick, no refusal, no finding, no warning, no
    doubt about what it changes, and no other reading of the rule than the one that confirms it."""
    second = draft.analysis.second
    return (
        draft.state is DraftState.IN_REVIEW
        and _is_known(draft)
        and (second is None or second.verdict is Verdict.AGREE)
        and against_way(draft, Vote.APPROVE) is None
        and not ticks(draft, proposal, pieces)
        and not draft.analysis.warnings
        and all(finding.type == Kind.VALID for finding in (*draft.findings, *draft.analysis.findings))
    )


def clean(proposal: Proposal, pieces: Sequence[Draft]) -> list[Draft]:
    """The drafts of a proposal that can be approved together, out of all pieces of its rule."""
    return [each for each in pieces if each.proposal_id == proposal.id and is_clean(each, proposal, pieces)]


def _is_known(draft: Draft) -> bool:
    """Whether it is known, of every tool, what a draft changes."""
    changes = (draft.analysis.difference or {}).get("changes", ())
    return bool(changes) and not any(change["reason"] for change in changes)


def clean_digest(drafts: Sequence[Draft]) -> str:
    """What an approval of all clean drafts binds to: which they are, and the version of each that was shown."""
    return digest(*(f"{each.id}:{each.version}" for each in drafts))[:16]


def ended(draft: Draft, vote: Vote, user_id: str, reason: str) -> Draft:
    """The draft as one person's word makes it: rejected, or put off."""
    state = DraftState.REJECTED if vote is Vote.REJECT else DraftState.WAITING
    why = reason if vote is Vote.REJECT else ""
    return replace(draft, state=state, deciders=(user_id,), reject_reason=why, trouble="")


def approved(draft: Draft, proposal: Proposal, votes: Sequence[CastVote], tally: Tally) -> Draft:
    """The draft once enough people approved: what is sent, and who answers for it."""
    unvalidated = approval_of(draft) is Vote.APPROVE_UNVALIDATED
    mode = "IGNORE_ALL_FINDINGS" if unvalidated else draft.validation_mode
    counted = [vote for vote in votes if vote.user_id in voters(tally)]
    reasons = dict.fromkeys(vote.reason for vote in counted if vote.reason) if unvalidated else {}
    after = replace(
        draft,
        state=DraftState.APPROVED,
        validation_mode=mode,
        findings_reason="; ".join(reasons) or draft.findings_reason,
        deciders=tuple(vote.user_id for vote in counted),
        tally=tally,
        trouble="",
    )
    return bound(after, proposal)


def timed(draft: Draft, proposal: Proposal, until: datetime) -> Draft:
    """The draft for a time: another version, which nobody has voted on."""
    after = replace(draft, until=until, version=draft.version + 1, tally=NOTHING_COUNTED, reminders=0, note=_FOR_A_TIME)
    return bound(after, proposal)


def voters(tally: Tally) -> frozenset[str]:
    """Whose votes a tally counts."""
    return frozenset(voter for need in tally.needs for voter in need.voters)


def standing_votes(draft: Draft, votes: Sequence[CastVote]) -> tuple[CastVote, ...]:
    """The approvals of this version that were not taken back."""
    return tuple(
        vote
        for vote in votes
        if vote.version == draft.version and vote.vote in APPROVALS and vote.taken_back_at is None
    )


def bound(draft: Draft, proposal: Proposal) -> Draft:
    """The draft with the digest that an approval of it binds to, and the client token that follows from it."""
    digest = draft_digest(draft, proposal.engine_id, proposal.gateway_arn)
    token = lifecycle.create_token(draft.id, proposal.key, digest, draft.version, draft.policy_name)
    return replace(draft, digest=digest, create_token=token)


def can_be_tried_again(draft: Draft) -> bool:
    """Whether what AgentCore refused can be proposed as it was: it may have been AgentCore's trouble, and not the
    draft's. What takes a change back has a time of its own, or is offered with that change."""
    return draft.state is DraftState.NOT_ENACTED and not draft.undoes and not draft.extends
