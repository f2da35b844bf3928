"""Which changes of an engine's policies policybot made itself. Values in, values out, no I/O.

`drafts` are those that were sent for these policies, the oldest first: in effect, not enacted, or settling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.cedar import same_statement
from bot.review.drift import Look, changed
from bot.review.model import Act, Draft, DraftState
from bot.review.reported import PolicyRecord


def with_left(then: Look | None, now: Look, drafts: Iterable[Draft]) -> Look:
    """A look, with the newest draft of each policy that was in effect before it: the policy is as that draft left it,
    or others changed it since."""
    left = dict(then.left) if then else {}
    left |= {each.policy_id: each.id for each in drafts if each.state is DraftState.IN_EFFECT}
    return replace(now, left={key: each for key, each in left.items() if key in now.policies})


def ours(then: Look, now: Look, drafts: Iterable[Draft]) -> frozenset[str]:
    """The policies that changed since an earlier look, and are as policybot left them since, or is about to.

    A draft that was known by then accounts for nothing later: what others did to its policy, and undid afterwards,
    is theirs both times.
    """
    sent: dict[str, list[Draft]] = {}
    for each in drafts:
        newer = sent.setdefault(each.policy_id, [])
        newer.append(each)
        if each.id == then.left.get(each.policy_id):
            newer.clear()
    return frozenset(key for key in changed(then, now) if _accounts(sent.get(key, ()), now.policies.get(key)))


def _accounts(sent: Sequence[Draft], record: PolicyRecord | None) -> bool:
    newest = next((each for each in reversed(sent) if each.state is DraftState.IN_EFFECT), None)
    if newest is not None and _as_left(newest, record):
        return True
    return any(each.state is DraftState.SETTLING or _failed(each, record) for each in sent)


def _as_left(draft: Draft, record: PolicyRecord | None) -> bool:
    if record is None or draft.act is Act.REVOKE:
        return record is None and draft.act is Act.REVOKE
    same = record.status == "ACTIVE" and record.enforcement_mode == draft.enforcement_mode
    return same and same_statement(record.statement, draft.statement or "")


def _failed(draft: Draft, record: PolicyRecord | None) -> bool:
    """Whether a policy is as AgentCore leaves it when it refuses an act after it took it."""
    if draft.state is not DraftState.NOT_ENACTED:
        return False
    return draft.act is Act.CREATE if record is None else record.status.endswith("_FAILED")
