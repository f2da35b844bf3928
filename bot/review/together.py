"""The pieces of one rule that belong together: what one permits and another forbids is not allowed before the other is
in force.

Values in, values out, no I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.cedar import Policy
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


def not_held(draft: Draft, pieces: Sequence[Draft]) -> tuple[str, ...]:
    """The other pieces of the rule that do not hold once the draft is in force, as they were typed."""
    waiting = (each.fragment for each in put_off(draft, pieces))
    return tuple(dict.fromkeys([*came_to_nothing(draft.id, pieces), *waiting]))


def unforbidden(draft: Draft, pieces: Sequence[Draft]) -> tuple[str, ...]:
    """What other pieces of its rule forbid of a permit's calls and no policy on the engine does, as it was typed."""
    policy = plain_policy(draft.statement)
    if policy is None or policy.effect != "permit":
        return ()
    others = [each for each in pieces if each.id != draft.id and each.state is not DraftState.IN_EFFECT]
    return tuple(
        each.fragment
        for each in others
        if (other := plain_policy(each.statement)) is not None and _closes(other, policy)
    )


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


def _forbids(draft: Draft, pieces: Sequence[Draft], states: frozenset[DraftState]) -> tuple[Draft, ...]:
    policy = plain_policy(draft.statement)
    if policy is None or policy.effect != "permit" or not _decides(draft):
        return ()
    others = [each for each in pieces if each.id != draft.id and each.state in states and _decides(each)]
    return tuple(
        each for each in others if (other := plain_policy(each.statement)) is not None and _closes(other, policy)
    )


def _decides(draft: Draft) -> bool:
    """Whether a draft brings a policy that decides on calls."""
    return draft.act in (Act.CREATE, Act.REPLACE) and not draft.undoes and draft.enforcement_mode != "LOG_ONLY"


def _closes(one: Policy, other: Policy) -> bool:
    """Whether a policy forbids what another may permit. Scopes that name no tool in common are apart; no names mean
    every tool, and a group may hold any."""
    if one.effect != "forbid":
        return False
    sides = (one.actions, other.actions)
    wide = any(not names or any("___" not in name for name in names) for names in sides)
    return wide or not set(one.actions).isdisjoint(other.actions)
