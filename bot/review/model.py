"""What a review is made of: proposals, and the drafts of changes that come of them.

All values are frozen; the store holds the truth and moves states by compare-and-set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.governance import Tally
from bot.review.evidence import Seen
from bot.review.found import NOT_ANALYSED, Analysis, Finding
from bot.review.tested import Example
from bot.review.votes import NOTHING_COUNTED


class ProposalState(StrEnum):
    """The life of a proposal. States are data in databases: add states, never change what one means."""

    RECEIVED = "received"
    """Stored; the requester is not yet admitted and nothing is posted."""
    ASKED = "asked"
    """Our reader finds no rule in it: the requester is asked in private whether it is to be reviewed all the same."""
    ADMITTED = "admitted"
    """The requester may propose here; the parent message is wanted."""
    ANNOUNCED = "announced"
    """The thread stands; what is proposed is not looked at yet."""
    GENERATING = "generating"
    """AgentCore has the generation; it is polled."""
    IN_REVIEW = "in_review"
    """Drafts exist and at least one is not settled."""
    CLOSED = "closed"
    """Every draft is settled, or waits for its time."""
    REFUSED = "refused"
    """Not admitted, or it could not be posted; the requester was told in private."""
    FAILED = "failed"
    """The generation failed; the thread says so."""


class DraftState(StrEnum):
    """The life of one draft: one act on the policy engine, if approved."""

    UNUSABLE = "unusable"
    """There is no statement that could be created, or no policy that could be changed."""
    IN_REVIEW = "in_review"
    """Waits for enough votes."""
    WAITING = "waiting"
    """Somebody who may approve it wants it once a permit is enforced, because AgentCore refuses it until then."""
    SCHEDULED = "scheduled"
    """Approved together with the draft that it ends; sent at its time."""
    APPROVED = "approved"
    """Enough people approved; not yet sent to AgentCore."""
    SENDING = "sending"
    """The call may have been sent: it is sent again, or looked up, until the service answers."""
    SETTLING = "settling"
    """AgentCore accepted the call; its outcome is awaited."""
    IN_EFFECT = "in_effect"
    """What was approved stands on the engine."""
    NOT_ENACTED = "not_enacted"
    """AgentCore refused the act, at once or afterwards."""
    REJECTED = "rejected"
    """Somebody who may reject it said no."""
    WITHDRAWN = "withdrawn"
    """The requester took it back before it was sent."""
    REPLACED = "replaced"
    """A later revision of the proposal is reviewed instead."""
    EXPIRED = "expired"
    """Nobody decided in time, or what it was made of is gone."""


SETTLED = frozenset(
    {DraftState.UNUSABLE, DraftState.IN_EFFECT, DraftState.NOT_ENACTED, DraftState.REJECTED}
    | {DraftState.WITHDRAWN, DraftState.REPLACED, DraftState.EXPIRED}
)
QUIET = SETTLED | {DraftState.SCHEDULED}
"""States in which nothing is left for people to decide."""
OPEN = frozenset({DraftState.IN_REVIEW, DraftState.WAITING})
"""States in which people can decide."""
UNSENT = OPEN | {DraftState.APPROVED}
"""States in which a draft can still be taken back."""
ENDED = frozenset({ProposalState.CLOSED, ProposalState.REFUSED, ProposalState.FAILED})
UNSEEN = frozenset({ProposalState.ASKED})
"""States in which nothing of a proposal is shown, or counts, to anybody but its requester."""


class Act(StrEnum):
    """What a draft does to its policy engine."""

    CREATE = "create"
    REPLACE = "replace"
    """Another statement for a policy that stands (UpdatePolicy)."""
    PROMOTE = "promote"
    """From LOG_ONLY to ACTIVE: from being recorded to deciding."""
    DEMOTE = "demote"
    """From ACTIVE to LOG_ONLY."""
    REVOKE = "revoke"
    """DeletePolicy."""


class Origin(StrEnum):
    """Where what is proposed comes from."""

    RULE = "rule"
    """A rule in English, which AgentCore turns into Cedar."""
    CEDAR = "cedar"
    """A statement that a person wrote."""
    ACT = "act"
    """An act on a policy that stands, or stood."""


@dataclass(frozen=True)
class Wanted:
    """What a proposal of origin CEDAR or ACT asks for.

    `statement` is the text to create or to put in place; `policy_id` the policy to change. `undoes` is the draft that
    is taken back; `instead_of` the one draft of the revised proposal that this one is reviewed instead of, empty for
    all of them.
    """

    act: Act
    policy_id: str = ""
    policy_name: str = ""
    statement: str = ""
    enforcement_mode: str = ""
    undoes: str = ""
    instead_of: str = ""
    extends: str = ""
    """The draft that ends a change, which is to end later."""


@dataclass(frozen=True)
class Stood:
    """A policy as it stood when a draft about it was made."""

    policy_id: str
    name: str
    statement: str
    enforcement_mode: str
    description: str = ""
    findings_reason: str = ""
    """Why it stands although AgentCore's analysis had findings: then every update of it says so again."""


@dataclass(frozen=True)
class Proposal:
    """What one person asks for, from the command to its end. Ids of Slack and AgentCore are theirs; `key` is ours.

    `key` makes the same command delivered twice one proposal. `trouble` is what the service last answered while it is
    tried again, or why the proposal ended in REFUSED or FAILED. `thread_of` is the proposal in whose thread this one
    lives, empty when it has a parent message of its own; `revises` the one whose drafts it replaced.
    """

    id: str
    key: str
    team_id: str
    channel_id: str
    requester_id: str
    rule: str
    engine_id: str
    gateway_arn: str
    state: ProposalState
    created_at: datetime
    response_url: str = field(default="", repr=False)
    generation_name: str = ""
    generation_token: str = field(default="", repr=False)
    generation_id: str = ""
    uncovered: tuple[str, ...] = ()
    same_rule_as: str = ""
    trouble: str = ""
    updated_at: datetime | None = None
    thread_ts: str = ""
    """The ts of the thread's parent message, once it stands."""
    origin: Origin = Origin.RULE
    wanted: Wanted | None = None
    why: str = ""
    """What the requester says it is for."""
    until: datetime | None = None
    """When what is proposed is taken back by itself."""
    tests: tuple[Example, ...] = ()
    """Requests that must stay allowed, or denied, which it brings: the route's tests once it is admitted."""
    thread_of: str = ""
    revises: str = ""
    revision: int = 1
    insisted: bool = False
    """The requester wants it reviewed although our reader finds no rule in it."""
    in_thread: str = ""
    """The ts of the thread in which it was asked for, and is reviewed; empty where its parent message opens one."""


@dataclass(frozen=True)
class Draft:
    """One act on the engine under review; at most one call comes of it.

    `statement` is the text after the act; of an act that leaves the text, the one that stands. `before` is the policy
    that the act is about, None when it creates one. `version` counts what reviewers were shown: it grows when the
    analysis that an approval binds to changes, and a click that carries another version is refused. `digest` covers
    what would be sent. `tally` is what the votes on this version came to when they were last counted.
    """

    id: str
    proposal_id: str
    ordinal: int
    asset_id: str
    fragment: str
    statement: str | None
    findings: tuple[Finding, ...]
    state: DraftState
    act: Act = Act.CREATE
    before: Stood | None = None
    analysis: Analysis = NOT_ANALYSED
    version: int = 1
    digest: str = ""
    enforcement_mode: str = "LOG_ONLY"
    validation_mode: str = "FAIL_ON_ANY_FINDINGS"
    policy_name: str = ""
    create_token: str = field(default="", repr=False)
    policy_id: str = ""
    tally: Tally = NOTHING_COUNTED
    deciders: tuple[str, ...] = ()
    """Who approved it, or the one who rejected or withdrew it."""
    decided_at: datetime | None = None
    reject_reason: str = ""
    findings_reason: str = ""
    """Why it is enacted although AgentCore's analysis has findings: part of what is approved."""
    until: datetime | None = None
    undoes: str = ""
    trouble: str = ""
    note: str = ""
    """What changed since the last card, when an approval was voided."""
    extends: str = ""
    """The draft that takes the policy back, in whose place a later one comes."""
    called: int = 0
    """The version for which whoever can decide was last called, 0 for none."""
    called_at: datetime | None = None
    evidence: Seen | None = None
    """What was recorded of its policy while that is log-only, as it was last read."""
    reminders: int = 0
    """How often those who can decide were reminded of this version."""

    @property
    def decided_by(self) -> str:
        """Who decided last; empty while nobody has."""
        return self.deciders[-1] if self.deciders else ""
