"""What a worker can claim, and how it holds it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NOBODY_WAITS: ContextVar[bool] = ContextVar("nobody_waits", default=False)
"""Whether what runs is a worker's: where people wait for an answer, it lets them go first."""


class WorkKind(StrEnum):
    """What a worker can claim: rows with a due time and a lease."""

    PROPOSAL = "proposal"
    DRAFT = "draft"
    MESSAGE = "message"
    """A message that is to be posted."""
    UPDATE = "update"
    """A message that stands and shows what is not so any more: it never waits behind posts, which have to be paced."""
    NOTICE = "notice"
    WATCH = "watch"


@dataclass(frozen=True)
class Claim:
    """A row that a worker holds until its lease ends; every write of the worker names the lease.

    `attempts` counts failures in a row, not restarts; `wake` is how often others had asked for attention when it was
    claimed; `since` is when the row came into its state.
    """

    kind: WorkKind
    id: str
    lease: str
    attempts: int
    wake: int
    since: datetime
