"""Who is told what became of a draft: values in, sentences out."""

from __future__ import annotations

from bot.review.model import Draft, Proposal, Told


def to_approver(draft: Draft, proposal: Proposal, said: str) -> tuple[Told, ...]:
    """Whoever decided is told that it does not count any more: in the thread, and in private."""
    what = f"your decision on the policy {draft.policy_name} ({proposal.id}, version {draft.version})"
    return (
        Told("", f"<@{draft.decided_by}>, {what} does not count any more. {said}"),
        Told(draft.decided_by, f"{what[0].upper()}{what[1:]} does not count any more. {said} The newest card has it."),
    )


def to_everybody(draft: Draft, proposal: Proposal, said: str, *, thread: bool = True) -> tuple[Told, ...]:
    """The requester and whoever decided, in private, and the thread."""
    people = dict.fromkeys(filter(None, (proposal.requester_id, draft.decided_by)))
    told = tuple(Told(person, f"{proposal.id}: {said}") for person in people)
    return (Told("", said), *told) if thread else told
