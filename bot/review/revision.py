"""What a new revision of a change has to do with the one before it: values in, values out, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cedar.dogwood import plain_policy
from bot.review import enactment
from bot.review.engine import EngineState
from bot.review.found import Since
from bot.review.model import Act, Draft, DraftState, Proposal


@dataclass(frozen=True)
class Kept:
    """What is known of earlier reviews: the proposal that is revised with its drafts, and why the policy that is
    changed stands although AgentCore's analysis had findings.

    Where a statement is reviewed instead of one piece of several: `beside` are the statements of the others, `without`
    the parts of the rule that none of them holds. `rule` are all pieces of the rule that are not replaced; of what
    enforces a policy, or brings one back, those of the rule that it came of.
    """

    revised: Proposal | None = None
    drafts: tuple[Draft, ...] = ()
    findings_reason: str = ""
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    rule: tuple[Draft, ...] = ()


def place(made: Sequence[Draft], proposal: Proposal, state: EngineState) -> int | None:
    """Which draft changes the policy that the proposal is about: the first that permits, or forbids, as it does."""
    wanted = proposal.wanted
    if wanted is None or wanted.act is not Act.REPLACE:
        return None
    record = enactment.of_policy(state, wanted.policy_id)
    effect = _effect(record.statement) if record else ""
    usable = [number for number, draft in enumerate(made) if draft.statement]
    return next(
        (number for number in usable if _effect(made[number].statement or "") == effect), min(usable, default=0)
    )


def _effect(statement: str) -> str:
    policy = plain_policy(statement)
    return policy.effect if policy else ""


def compared(draft: Draft, kept: Kept) -> Since | None:
    """What a draft is compared with, before it is."""
    if draft.act is Act.REPLACE and draft.before is not None:
        return Since(0, statements=(draft.before.statement,))
    if kept.revised is None:
        return None
    return Since(kept.revised.revision, kept.revised.rule, tuple(statements(kept.drafts)))


def statements(pieces: Sequence[Draft]) -> list[str]:
    """What pieces of a rule put in force together."""
    return [each.statement for each in pieces if each.statement and each.state is not DraftState.UNUSABLE]
