"""How a change for a time ends: the draft that takes it back, when that is due, and what it becomes when the policy is
changed by another review before.

Values in, values out, no I/O; `ending` does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cedar import parse_policy, same_statement
from bot.cedar.dogwood import plain_part
from bot.review import decision, enactment, lifecycle
from bot.review.due import Times
from bot.review.found import Analysis
from bot.review.model import Act, Draft, DraftState, Proposal, Stood
from bot.review.telling import at
from bot.review.votes import NOTHING_COUNTED

LATE = timedelta(minutes=10)
"""Later than this is said to be late."""
_ALREADY = "The policy was taken back before."


def is_end(draft: Draft) -> bool:
    """Whether a draft takes a change back by itself at its time. An undo that somebody proposed is for good."""
    return bool(draft.undoes and draft.until)


def pieces(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """The drafts of a proposal that were reviewed, without those that take them back by themselves."""
    return tuple(draft for draft in drafts if not is_end(draft))


def end_of(draft: Draft, proposal: Proposal, drafts: Sequence[Draft], description: str) -> Draft | None:
    """The draft that takes a change back at its time, approved together with it; None where it is for good.

    `drafts` are all of its proposal; `description` is what the policy stands with.
    """
    inverse = enactment.inverse(draft)
    if draft.until is None or draft.extends or is_end(draft) or inverse is None:
        return None
    act, statement, mode = inverse
    ordinal = len(pieces(drafts)) + draft.ordinal
    name, policy_id, before = draft.policy_name, draft.policy_id, None
    if draft.act is Act.REVOKE:
        policy = parse_policy(plain_part(statement)[0])
        name, policy_id = lifecycle.policy_name(policy, lifecycle.draft_id(proposal.id, ordinal)), ""
    else:
        text = draft.statement or ""
        before = Stood(policy_id, name, text, draft.enforcement_mode, description, draft.findings_reason)
    end = Draft(
        id=lifecycle.draft_id(proposal.id, ordinal),
        proposal_id=proposal.id,
        ordinal=ordinal,
        asset_id="",
        fragment=draft.fragment,
        statement=statement,
        findings=(),
        state=DraftState.SCHEDULED,
        act=act,
        before=before,
        analysis=Analysis(read_back=draft.analysis.read_back),
        enforcement_mode=mode,
        validation_mode=draft.validation_mode,
        policy_name=name,
        policy_id=policy_id,
        tally=draft.tally,
        deciders=draft.deciders,
        decided_at=draft.decided_at,
        findings_reason=draft.findings_reason,
        until=draft.until,
        undoes=draft.id,
    )
    return decision.bound(end, proposal)


def noticed_at(end: Draft, times: Times) -> datetime | None:
    """When it is announced that a change is taken back; None when it was announced, or was approved later than that."""
    if end.until is None or end.reminders:
        return None
    notice = end.until - times.notice
    return None if end.decided_at and notice <= end.decided_at else notice


def carried(end: Draft, done: Draft, proposal: Proposal, description: str) -> Draft:
    """The end of a change after another reviewed change of its policy came into effect: it still takes back what it was
    approved to. `proposal` is the end's own.

    What restores an earlier text does not, nor what would enforce another text than it was approved to enforce: what
    the team wants after both is not known, so it will not be sent.
    """
    if done.act is Act.REVOKE or done.undoes == end.undoes:
        return replace(end, state=DraftState.REPLACED, note=_ALREADY)
    if end.act not in (Act.REVOKE, Act.PROMOTE, Act.DEMOTE) or end.before is None:
        return end
    if end.act is not Act.REVOKE and done.enforcement_mode == end.enforcement_mode:
        return replace(end, state=DraftState.REPLACED, note=_ALREADY)
    text = done.statement or ""
    if end.act is Act.PROMOTE and not same_statement(text, end.statement or ""):
        return end
    before = replace(end.before, statement=text, enforcement_mode=done.enforcement_mode, description=description)
    mode = done.enforcement_mode if end.act is Act.REVOKE else end.enforcement_mode
    return decision.bound(replace(end, before=before, statement=text, enforcement_mode=mode), proposal)


def extension(first: Draft, end: Draft, proposal: Proposal) -> Draft:
    """The draft of a later end: the first change once more, as its policy stands now, until a later time.

    It is decided as the first change was: what it shows is what stays as it is for longer.
    """
    stands = end.before
    return replace(
        first,
        id=lifecycle.draft_id(proposal.id, 1),
        proposal_id=proposal.id,
        ordinal=1,
        asset_id="",
        fragment=proposal.rule,
        state=DraftState.IN_REVIEW,
        statement=stands.statement if stands else first.statement,
        enforcement_mode=stands.enforcement_mode if stands else first.enforcement_mode,
        version=1,
        tally=NOTHING_COUNTED,
        deciders=(),
        decided_at=None,
        until=proposal.until,
        extends=end.id,
        trouble="",
        note="",
        called=0,
        called_at=None,
        reminders=0,
    )


def later_end(end: Draft, draft: Draft, proposal: Proposal) -> tuple[Draft, Draft]:
    """The end that an approved extension puts in the place of an earlier one, and the earlier one as it is then."""
    new = replace(
        end,
        id=lifecycle.draft_id(proposal.id, draft.ordinal + 1),
        proposal_id=proposal.id,
        ordinal=draft.ordinal + 1,
        until=draft.until,
        deciders=draft.deciders,
        decided_at=draft.decided_at,
        tally=draft.tally,
        reminders=0,
    )
    until = f" until {at(draft.until)}" if draft.until else ""
    return decision.bound(new, proposal), replace(end, state=DraftState.REPLACED, note=f"It was extended{until}.")
