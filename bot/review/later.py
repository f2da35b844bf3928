"""What is taken back by itself while a change is in force, and the engine as it is from then on.

Values in, values out, no I/O; `sequel` asks the analyst what the change does then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cedar import digest
from bot.review import enactment, timed
from bot.review.engine import EngineState
from bot.review.model import Act, Draft, DraftState, Proposal
from bot.review.reported import PolicyRecord
from bot.review.telling import BACK, at


def digest_of(ends: Sequence[Draft]) -> str:
    """Equal as long as the same is taken back at the same times; empty where nothing is."""
    return digest(*(part for end in ends for part in (end.id, end.digest))) if ends else ""


def of_its_policy(draft: Draft, proposal: Proposal, ends: Sequence[Draft]) -> Iterator[str]:
    """What the ends of earlier changes of a draft's own policy mean for it, a sentence each."""
    for end in _others(draft, ends):
        if end.until is None or not _same_policy(end, draft):
            continue
        after = timed.carried(end, draft, proposal, "")
        if after == end:
            yield (
                f"The policy {end.policy_name} was to be taken back at {at(end.until)} ({end.undoes}). With this it is "
                "another, so that it is not: it stays until somebody proposes otherwise."
            )
        elif after.state is DraftState.SCHEDULED:
            yield (
                f"Not for good: the policy {end.policy_name} {BACK[end.act]} by itself at {at(end.until)}, as was "
                f"approved with {end.undoes}."
            )


def due(draft: Draft, ends: Sequence[Draft]) -> list[Draft]:
    """The ends of others' changes that come while the draft's own is in force, the earliest first."""
    last = min((end.until for end in [draft, *_own(draft, ends)] if end.until), default=None)
    others = [end for end in _others(draft, ends) if end.until and not _same_policy(end, draft)]
    return sorted((end for end in others if last is None or (end.until and end.until < last)), key=_due)


def own_end(draft: Draft, proposal: Proposal, ends: Sequence[Draft]) -> Draft | None:
    """What takes the draft's own change back at its time; None where it is for good."""
    put_off = (replace(end, until=draft.until) for end in ends if end.id == draft.extends)
    return next(put_off, None) or timed.end_of(draft, proposal, (), "")


def done(draft: Draft, state: EngineState) -> EngineState:
    """The engine once a draft's act is done."""
    rest = state.without(draft.policy_name)
    record = PolicyRecord(draft.policy_id, draft.policy_name, "ACTIVE", draft.statement or "", draft.enforcement_mode)
    return rest if draft.act is Act.REVOKE else _with(record, rest)


def _due(end: Draft) -> tuple[datetime | None, str]:
    return end.until, end.id


def _others(draft: Draft, ends: Sequence[Draft]) -> list[Draft]:
    """The ends that are still to come with the draft: not the one that it puts off, or comes before."""
    return [end for end in ends if end.id != draft.extends and not (draft.undoes and end.undoes == draft.undoes)]


def _own(draft: Draft, ends: Sequence[Draft]) -> list[Draft]:
    return [end for end in _others(draft, ends) if _same_policy(end, draft) and end.act is Act.REVOKE]


def _same_policy(end: Draft, draft: Draft) -> bool:
    return bool(end.policy_id) and draft.before is not None and end.policy_id == draft.before.policy_id


def without(end: Draft, state: EngineState) -> EngineState | None:
    """The engine once an end is done; None when it cannot be, because its policy is not as it was."""
    back = PolicyRecord(end.policy_id, end.policy_name, "ACTIVE", end.statement or "", end.enforcement_mode)
    if end.act is Act.CREATE:
        return _with(back, state)
    record = enactment.of_policy(state, end.policy_id)
    if record is None or end.before is None:
        return None
    if not enactment.stands(record, end.before.statement, end.before.enforcement_mode):
        return None
    rest = state.without(record.name)
    return rest if end.act is Act.REVOKE else _with(back, rest)


def _with(record: PolicyRecord, state: EngineState) -> EngineState:
    return replace(state, policies=tuple(sorted((*state.policies, record), key=lambda each: each.name)))
