"""How a change is enacted: the call that an act makes, when it is done, and what has to stand then.

Values in, values out, no I/O; `enacting` makes the calls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.cedar import parse_policy, same_statement
from bot.cedar.dogwood import plain_part
from bot.review import decision, lifecycle
from bot.review.engine import EngineState
from bot.review.model import Act, Draft, Proposal, Stood
from bot.review.reported import PolicyRecord

_DESCRIPTION_LIMIT = 1000
_NAMES = 5
_LOOK = "Look at the engine's policies now, and propose what the team wants."


@dataclass(frozen=True)
class Create:
    """CreatePolicy."""

    name: str
    statement: str
    description: str
    enforcement_mode: str
    validation_mode: str
    token: str


@dataclass(frozen=True)
class Update:
    """UpdatePolicy, with everything sent whole: what an update leaves out could be reset."""

    policy_id: str
    statement: str
    description: str
    enforcement_mode: str
    validation_mode: str


@dataclass(frozen=True)
class Delete:
    """DeletePolicy."""

    policy_id: str


Call = Create | Update | Delete


def call_of(draft: Draft, proposal: Proposal) -> Call:
    """The one call that comes of an approved draft: the same at every try."""
    if draft.act is Act.REVOKE:
        return Delete(draft.policy_id)
    what = (draft.statement or "", description(draft, proposal), draft.enforcement_mode, draft.validation_mode)
    if draft.act is Act.CREATE:
        return Create(draft.policy_name, *what, draft.create_token)
    return Update(draft.policy_id, *what)


def description(draft: Draft, proposal: Proposal) -> str:
    """The policy's description: the same at every try, because AgentCore compares bodies of one token.

    An act that leaves the text leaves the description too.
    """
    if draft.before and draft.act in (Act.PROMOTE, Act.DEMOTE):
        return draft.before.description
    by = ", ".join(draft.deciders)
    origin = f"{proposal.id}, proposed by {proposal.requester_id}, approved by {by}: "
    return (origin + " ".join(proposal.rule.split()))[:_DESCRIPTION_LIMIT]


_FAILED = {
    Act.CREATE: "CREATE_FAILED",
    Act.REPLACE: "UPDATE_FAILED",
    Act.PROMOTE: "UPDATE_FAILED",
    Act.DEMOTE: "UPDATE_FAILED",
    Act.REVOKE: "DELETE_FAILED",
}
"""The status in which AgentCore leaves a policy when an act on it failed."""


class Stage(StrEnum):
    """How far an act came on the engine."""

    UNTOUCHED = "untouched"
    """The policy stands as it did before."""
    UNDER_WAY = "under_way"
    REACHED = "reached"
    REFUSED = "refused"
    """AgentCore says that it failed."""
    ELSEWHERE = "elsewhere"
    """The policy stands, or is gone, in a way that is neither before nor after."""


def stage(draft: Draft, record: PolicyRecord | None) -> Stage:
    """How far an act came, by the policy as AgentCore shows it now (None: it is not there)."""
    if record is None:
        return Stage.REACHED if draft.act is Act.REVOKE else Stage.ELSEWHERE
    if record.status == _FAILED[draft.act]:
        return Stage.REFUSED
    if draft.act is Act.CREATE:
        # A policy whose update by others failed was created, and stands.
        return Stage.REACHED if record.status in ("ACTIVE", "UPDATE_FAILED") else Stage.UNDER_WAY
    if record.status != "ACTIVE":
        return Stage.UNDER_WAY if record.status.endswith("ING") else Stage.ELSEWHERE
    if draft.act is not Act.REVOKE and stands(record, draft.statement or "", draft.enforcement_mode):
        return Stage.REACHED
    before = draft.before
    if before is not None and stands(record, before.statement, before.enforcement_mode):
        return Stage.UNTOUCHED
    return Stage.ELSEWHERE


def stands(record: PolicyRecord, statement: str, enforcement_mode: str) -> bool:
    """Whether a policy has this text and this mode."""
    return record.enforcement_mode == enforcement_mode and same_statement(record.statement, statement)


def stood(record: PolicyRecord) -> Stood:
    """A policy as a draft about it remembers it."""
    return Stood(record.policy_id, record.name, record.statement, record.enforcement_mode, record.description)


def of_policy(state: EngineState, policy_id: str) -> PolicyRecord | None:
    """The policy with this id on an engine as it stands."""
    return next((each for each in state.policies if each.policy_id == policy_id), None)


def as_before(draft: Draft, state: EngineState) -> EngineState:
    """The engine as it stands now, but for the draft's own policy, which is as it was before the act."""
    others = state.without(draft.policy_name)
    if draft.before is None:
        return others
    kept = draft.before
    record = PolicyRecord(
        kept.policy_id, kept.name, "ACTIVE", kept.statement, kept.enforcement_mode, description=kept.description
    )
    return replace(others, policies=tuple(sorted((*others.policies, record), key=lambda each: each.name)))


def beside(draft: Draft, state: EngineState) -> EngineState:
    """The engine that a draft is held against; of what is in force already, and is extended, the engine without it."""
    return as_before(draft, state) if draft.extends else state


def amiss(draft: Draft, record: PolicyRecord | None, *, difference_holds: bool) -> str:
    """What is not as it was approved, with what to do; empty when all is."""
    name = draft.policy_name
    if record is not None and draft.act is not Act.REVOKE:
        if not record.statement:
            why = record.unreadable or "AgentCore gave no statement"
            return f"{name} is ACTIVE, but what stands could not be read back: {why}. {_LOOK}"
        if not same_statement(record.statement, draft.statement or ""):
            return f"{name} is ACTIVE with another statement than the one that was approved. {_LOOK}"
        if record.enforcement_mode != draft.enforcement_mode:
            mode = record.enforcement_mode
            return f"{name} is ACTIVE in mode {mode}, and {draft.enforcement_mode} was approved. {_LOOK}"
    if not difference_holds:
        done = "is gone" if draft.act is Act.REVOKE else "is ACTIVE"
        return (
            f"{name} {done} as approved, but the engine or its gateway changed at the same time: what it changes is "
            f"not what the card showed. {_LOOK}"
        )
    return ""


def inverse(draft: Draft) -> tuple[Act, str, str] | None:
    """The act that takes a draft back, with the text and the mode after it; None when nothing came of the draft on the
    engine, as of one that puts an end off."""
    before = draft.before
    if draft.extends:
        return None
    if draft.act is Act.CREATE:
        return Act.REVOKE, draft.statement or "", draft.enforcement_mode
    if before is None:
        return None
    acts = {
        Act.REPLACE: Act.REPLACE,
        Act.PROMOTE: Act.DEMOTE,
        Act.DEMOTE: Act.PROMOTE,
        Act.REVOKE: Act.CREATE,
    }
    return acts[draft.act], before.statement, before.enforcement_mode


def renamed(draft: Draft, proposal: Proposal) -> Draft | None:
    """The draft under the next name, with the token of the new body; None when too many names are others'."""
    policy = parse_policy(plain_part(draft.statement or "")[0])
    names = [lifecycle.policy_name(policy, draft.id, taken) for taken in range(_NAMES)]
    place = names.index(draft.policy_name) + 1 if draft.policy_name in names else 0
    return decision.bound(replace(draft, policy_name=names[place]), proposal) if place < _NAMES else None


def is_ours(policy: PolicyRecord, draft: Draft, proposal: Proposal) -> bool:
    """Whether a policy on the engine is the one that a draft creates."""
    return (policy.name, policy.description) == (draft.policy_name, description(draft, proposal))
