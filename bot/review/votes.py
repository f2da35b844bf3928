"""What people say of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.governance import Tally


class Vote(StrEnum):
    """What a person says of a draft."""

    APPROVE = "approve"
    APPROVE_UNVALIDATED = "approve_unvalidated"
    """Approve, and have AgentCore create it without its own analysis (IGNORE_ALL_FINDINGS)."""
    WAIT = "wait"
    """Bring it to review again once AgentCore would no longer refuse it."""
    REJECT = "reject"


APPROVALS = frozenset({Vote.APPROVE, Vote.APPROVE_UNVALIDATED})


@dataclass(frozen=True)
class CastVote:
    """A vote as it was cast: on which version of a draft, with the digest that it binds to."""

    draft_id: str
    version: int
    user_id: str
    vote: Vote
    digest: str
    reason: str = ""
    cast_at: datetime | None = None
    taken_back_at: datetime | None = None


NOTHING_COUNTED = Tally(met=False, needs=())
"""No vote on this version was counted yet."""
