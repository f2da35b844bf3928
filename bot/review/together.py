"""The pieces of one rule that belong together: what one permits and another forbids is not allowed before the other is
in force.

Values in, values out, no I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.cedar import Policy, same_statement
from bot.cedar.dogwood import plain_policy
from bot.review.engine import EngineState
from bot.review.model import SETTLED, Act, Draft, DraftState
from bot.review.reported import PolicyRecord

_FIRST = frozenset({DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.SENDING, DraftState.SETTLING})
_NOT_HELD = SETTLED - {DraftState.IN_EFFECT}
"""How a piece ends that will not hold; one that is replaced is reviewed by itself, and may come to nothing too."""
_WAITS = "It waits for"


def goes_first(draft: Draft, pieces: Sequence[Draft]) -> tuple[Draft, ...]:
    """The pieces of its rule that a draft waits for: they may forbid calls that it permits, and are to be enforced."""
    return _forbids(draft, pieces, _FIRST)


def put_off(draft: Draft, pieces: Sequence[Draft]) -> tuple[Draft, ...]:
    """Those that wait themselves, until a permit is enforced, and that no permit can wait for."""
    return _forbids(draft, pieces, frozenset({DraftState.WAITING}))


def came_to_nothing(draft_id: str, pieces: Sequence[Draft]) -> tuple[str, ...]:
    """The other pieces of the rule that ended without a policy, as they were typed."""
    return tuple(
        each.fragment for each in pieces if each.state in _NOT_HELD and each.id != draft_id and not each.undoes
    )


def holds(draft: Draft) -> bool:
    """Whether a piece may still hold, or does."""
    return draft.state not in _NOT_HELD


def not_held(draft: Draft, pieces: Sequence[Draft], state: EngineState | None = None) -> tuple[str, ...]:
    """The other pieces of the rule that do not hold once the draft is in force, as they were typed; `state` is the
    engine as it stands, where it was read. Of what enforces a policy that was made before, or brings one back, the
    pieces are those of its rule, and what counts is what they forbid of its calls."""
    if draft.act is Act.PROMOTE or draft.undoes:
        return unforbidden(draft, pieces, state) if state else ()
    waiting = [each.fragment for each in put_off(draft, pieces)]
    recorded = [each.fragment for each in _forbids(draft, pieces, _FIRST | {DraftState.WAITING}, _records)]
    gone = _not_enforced(draft, pieces, state) if state else []
    return tuple(dict.fromkeys([*came_to_nothing(draft.id, pieces), *waiting, *recorded, *gone]))


def unforbidden(draft: Draft, pieces: Sequence[Draft], state: EngineState) -> tuple[str, ...]:
    """What other pieces of its rule forbid of a permit's calls and no policy that the engine enforces does, as it was
    typed: one that is log-only, or was taken back, forbids nothing."""
    policy = plain_policy(draft.statement)
    if policy is None or policy.effect != "permit" or draft.act is Act.REVOKE or draft.enforcement_mode == "LOG_ONLY":
        return ()
    others = [
        each
        for each in pieces
        if each.id != draft.id and not each.undoes and not (_stays(each) and _is_enforced(each, state))
    ]
    closing = (
        each.fragment
        for each in others
        if (other := plain_policy(each.statement)) is not None and _closes(other, policy)
    )
    return tuple(dict.fromkeys(closing))


def with_those(draft: Draft, state: EngineState, pieces: Sequence[Draft]) -> EngineState:
    """The engine that a draft comes to: with the pieces in force that it waits for."""
    for each in goes_first(draft, pieces):
        record = PolicyRecord(each.policy_id, each.policy_name, "ACTIVE", each.statement or "", each.enforcement_mode)
        others = (*state.without(each.policy_name).policies, record)
        state = replace(state, policies=tuple(sorted(others, key=lambda policy: policy.name)))
    return state


def in_order(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts of one rule as they are decided on: those first for which others wait."""
    return sorted(drafts, key=lambda each: bool(goes_first(each, drafts)))


def leaves_first(end: Draft, pieces: Sequence[Draft], ends: Sequence[Draft]) -> tuple[Draft, ...]:
    """What has to be taken back before an end takes a forbid back: the permits of its rule of which the time is over
    too; `pieces` are those of the rule, `ends` are still to come."""
    taken = _taken(end)
    if taken is None or end.until is None:
        return ()
    rule = {each.id for each in pieces}
    over = [each for each in ends if each.undoes in rule and each.until is not None and each.until <= end.until]
    found = [(each, _taken(each)) for each in over]
    return tuple(
        each for each, other in found if other is not None and other.effect == "permit" and _closes(taken, other)
    )


def _taken(end: Draft) -> Policy | None:
    """The policy that does not decide any more once an end is done."""
    return plain_policy(end.before.statement) if end.act in (Act.REVOKE, Act.DEMOTE) and end.before else None


def waiting_words(draft: Draft, pieces: Sequence[Draft]) -> str:
    """Why an approved draft is not sent yet; empty when nothing has to come before it."""
    first = goes_first(draft, pieces)
    which = " and ".join(named(draft, first))
    return f"{_WAITS} piece {which} of the rule to be in force, which forbids calls of the same tools." if first else ""


def named(draft: Draft, pieces: Sequence[Draft]) -> list[str]:
    """What pieces of its rule are called beside a draft: by their number, or by their id where it has another."""
    return [str(each.ordinal) if each.proposal_id == draft.proposal_id else each.id for each in pieces]


def is_held_back(draft: Draft) -> bool:
    """Whether an approved draft is not sent because another piece goes first."""
    return draft.state is DraftState.APPROVED and draft.trouble.startswith(_WAITS)


def _not_enforced(draft: Draft, pieces: Sequence[Draft], state: EngineState) -> list[str]:
    """What was put in effect, and is not enforced any more, or never was."""
    done = _forbids(draft, pieces, frozenset({DraftState.IN_EFFECT}), _stays)
    return [each.fragment for each in done if not _is_enforced(each, state)]


def _is_enforced(draft: Draft, state: EngineState) -> bool:
    """Whether the policy of a piece decides on calls; brought back after it was deleted it has another id."""
    standing = [each for each in state.policies if each.enforcement_mode == "ACTIVE" and each.status != "CREATE_FAILED"]
    text = draft.statement or ""
    return any(each.policy_id == draft.policy_id or same_statement(each.statement, text) for each in standing)


def _forbids(
    draft: Draft,
    pieces: Sequence[Draft],
    states: frozenset[DraftState],
    which: Callable[[Draft], bool] | None = None,
) -> tuple[Draft, ...]:
    """The pieces in one of these states that may forbid calls that a draft permits once it is enforced."""
    policy, wanted = plain_policy(draft.statement), which or _decides
    if policy is None or policy.effect != "permit" or not _decides(draft):
        return ()
    others = [each for each in pieces if each.id != draft.id and each.state in states and wanted(each)]
    return tuple(
        each for each in others if (other := plain_policy(each.statement)) is not None and _closes(other, policy)
    )


def _decides(draft: Draft) -> bool:
    """Whether a draft brings a policy that decides on calls."""
    return _brings(draft) and draft.enforcement_mode != "LOG_ONLY"


def _records(draft: Draft) -> bool:
    """Whether a draft brings a policy that only records."""
    return _brings(draft) and draft.enforcement_mode == "LOG_ONLY"


def _stays(draft: Draft) -> bool:
    """Whether a draft brought a policy; the engine says whether that is still there, and decides."""
    return draft.state is DraftState.IN_EFFECT and _brings(draft)


def _brings(draft: Draft) -> bool:
    return draft.act in (Act.CREATE, Act.REPLACE) and not draft.undoes


def _closes(one: Policy, other: Policy) -> bool:
    """Whether a policy forbids what another may permit. Scopes that name no tool in common are apart; no names mean
    every tool, and a group may hold any."""
    if one.effect != "forbid":
        return False
    sides = (one.actions, other.actions)
    wide = any(not names or any("___" not in name for name in names) for names in sides)
    return wide or not set(one.actions).isdisjoint(other.actions)
