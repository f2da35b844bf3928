"""What a review is made of: proposals, their drafts, votes, people, and the reasons for which something is refused.

All values are frozen; the store holds the truth and moves states by compare-and-set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ProposalState(StrEnum):
    """The life of a proposal. States are data in databases: add states, never change what one means."""

    RECEIVED = "received"
    """Stored; the requester is not yet admitted and nothing is posted."""
    ADMITTED = "admitted"
    """The requester may propose here; the parent message is wanted."""
    ANNOUNCED = "announced"
    """The parent message stands in the channel; the generation is not started."""
    GENERATING = "generating"
    """AgentCore has the generation; it is polled."""
    IN_REVIEW = "in_review"
    """Drafts exist and at least one is not settled."""
    CLOSED = "closed"
    """Every draft is settled."""
    REFUSED = "refused"
    """Not admitted, or it could not be posted; the requester was told in private."""
    FAILED = "failed"
    """The generation failed; the thread says so."""


class DraftState(StrEnum):
    """The life of one draft: one asset of the generation, one policy if approved."""

    UNUSABLE = "unusable"
    """The asset has no statement that could be created."""
    IN_REVIEW = "in_review"
    """Waits for a decision."""
    WAITING = "waiting"
    """Somebody who may approve it wants it once a permit is enforced, because AgentCore refuses it until then."""
    APPROVED = "approved"
    """Approved, not yet sent to AgentCore."""
    SENDING = "sending"
    """CreatePolicy may have been sent: it is sent again under the same token until the service answers."""
    CREATING = "creating"
    """AgentCore accepted CreatePolicy; its outcome is awaited."""
    ACTIVE = "active"
    """AgentCore says the policy is ACTIVE."""
    CREATE_FAILED = "create_failed"
    """AgentCore refused the policy, at once or afterwards."""
    REJECTED = "rejected"
    """A reviewer or the requester said no."""


SETTLED = frozenset({DraftState.UNUSABLE, DraftState.ACTIVE, DraftState.CREATE_FAILED, DraftState.REJECTED})
ENDED = frozenset({ProposalState.CLOSED, ProposalState.REFUSED, ProposalState.FAILED})


class Reason(StrEnum):
    """Why something is refused: a closed list. `bot.review.errors` has the sentence of each."""

    EMPTY_RULE = "empty_rule"
    RULE_TOO_LONG = "rule_too_long"
    NO_WORDS = "no_words"
    CONTROL_CHARACTERS = "control_characters"
    NO_ROUTE = "no_route"
    DIRECT_MESSAGE = "direct_message"
    NOT_IN_CHANNEL = "not_in_channel"
    CHANNEL_NOT_VISIBLE = "channel_not_visible"
    CHANNEL_ARCHIVED = "channel_archived"
    GUEST = "guest"
    OUTSIDER = "outsider"
    UNKNOWN_PERSON = "unknown_person"
    BOT_PERSON = "bot_person"
    NOT_APPROVER = "not_approver"
    NO_APPROVERS = "no_approvers"
    OWN_PROPOSAL = "own_proposal"
    ALREADY_DECIDED = "already_decided"
    UNKNOWN_DRAFT = "unknown_draft"
    NOT_REVIEWABLE = "not_reviewable"
    CARD_OUTDATED = "card_outdated"
    UNKNOWN_PROPOSAL = "unknown_proposal"
    LOOSER_NOT_SEEN = "looser_not_seen"
    WILL_BE_REFUSED = "will_be_refused"
    CROSSES_BOUNDARY = "crosses_boundary"
    NOT_POSTABLE = "not_postable"
    TOO_MANY_PIECES = "too_many_pieces"
    TOO_MANY_OPEN = "too_many_open"
    TOO_MANY_AT_ONCE = "too_many_at_once"


class Vote(StrEnum):
    """What a person says of a draft."""

    APPROVE = "approve"
    APPROVE_UNVALIDATED = "approve_unvalidated"
    """Approve, and have AgentCore create it without its own analysis (IGNORE_ALL_FINDINGS)."""
    WAIT = "wait"
    """Bring it to review again once AgentCore would no longer refuse it."""
    REJECT = "reject"


@dataclass(frozen=True)
class Finding:
    """One finding on a draft. `source` is `agentcore` for the service's own, `policybot` for ours.

    `type` is AgentCore's FindingType, or one of ours: shadowed, redundant, overridden, equivalent, may_error,
    not_analysed, log_only (what other log-only policies would add), hidden_characters, not_attached, other_engine,
    gateway_log_only, nothing_permitted.
    """

    type: str
    description: str = ""
    source: str = "agentcore"


@dataclass(frozen=True)
class Asset:
    """One asset of a generation, as AgentCore lists it. `statement` is None when nothing could be translated."""

    asset_id: str
    fragment: str
    statement: str | None
    findings: tuple[Finding, ...]


class Verdict(StrEnum):
    """What our own reading of the rule says of a generated policy."""

    AGREE = "agree"
    """Two independent readings are equal, as the solver proves."""
    DIFFER = "differ"
    """They are not; `SecondReading.said` has who gets more or less, and one request that shows it."""
    UNREAD = "unread"
    """Our reader could not read the rule, or nothing could be proved; `said` has the words at fault."""


@dataclass(frozen=True)
class SecondReading:
    """Our own reading of a piece of the rule beside the generated policy.

    `looser`: the policy lets somebody do what our reading does not, or forgets something that ours forbids. `statement`
    is our Cedar, empty where there is none.
    """

    verdict: Verdict
    said: str = ""
    looser: bool = False
    statement: str = ""


@dataclass(frozen=True)
class Analysis:
    """What policybot itself found out about a draft, before anybody reviews it.

    `warnings` are about the engine and the gateway as they stand, and are said first. `difference` is JSON
    (`bot.analysis.Difference`): enforced today → enforced with the draft in force. `refusal` is why AgentCore's own
    analysis will refuse the draft as things stand. `basis` is JSON: what stood when the difference was shown, so that
    it can be asked later whether the same would still change. `crossing` says which of the team's boundaries it
    crosses, or may cross: then nobody can approve it. `engine_digest` is `EngineState.digest`.
    """

    read_back: str = ""
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    difference: Mapping[str, Any] | None = None
    second: SecondReading | None = None
    refusal: str = ""
    crossing: str = ""
    basis: Mapping[str, Any] | None = None
    engine_digest: str = ""


@dataclass(frozen=True)
class Proposal:
    """A rule that somebody wants, from the command to its end. Ids of Slack and AgentCore are theirs; `key` is ours.

    `key` makes the same command delivered twice one proposal. `trouble` is what the service last answered while it is
    tried again, or why the proposal ended in REFUSED or FAILED.
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
    """The ts of the parent message, once it stands."""


@dataclass(frozen=True)
class Draft:
    """One reviewable asset of a proposal; at most one policy comes of it.

    `version` counts what reviewers were shown: it grows when the analysis that an approval binds to changes, and a
    click that carries another version is refused. `digest` covers statement, enforcement mode, validation mode, engine
    and gateway.
    """

    id: str
    proposal_id: str
    ordinal: int
    asset_id: str
    fragment: str
    statement: str | None
    findings: tuple[Finding, ...]
    state: DraftState
    analysis: Analysis = Analysis()
    version: int = 1
    digest: str = ""
    enforcement_mode: str = "LOG_ONLY"
    validation_mode: str = "FAIL_ON_ANY_FINDINGS"
    policy_name: str = ""
    create_token: str = field(default="", repr=False)
    policy_id: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reject_reason: str = ""
    trouble: str = ""
    note: str = ""
    """What changed since the last card, when an approval was voided."""


@dataclass(frozen=True)
class Person:
    """A person as Slack describes them, as far as authority needs it."""

    user_id: str
    team_id: str
    name: str = ""
    is_guest: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False


class MessageKind(StrEnum):
    """The messages a proposal has in Slack."""

    PARENT = "parent"
    PROGRESS = "progress"
    CARD = "card"


@dataclass(frozen=True)
class SlackMessage:
    """A message ready for Slack: `text` is what notifications and screen readers get, `blocks` is Block Kit."""

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Generation:
    """A generation as AgentCore reports it: GENERATING, GENERATED, GENERATE_FAILED or DELETE_FAILED."""

    generation_id: str
    name: str
    status: str
    status_reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class PolicyRecord:
    """A policy as AgentCore reports it. `statement` is empty when it cannot be had; `unreadable` says why."""

    policy_id: str
    name: str
    status: str
    statement: str = ""
    enforcement_mode: str = "ACTIVE"
    status_reasons: tuple[str, ...] = ()
    unreadable: str = ""
    description: str = ""


class WorkKind(StrEnum):
    """What a worker can claim: rows with a due time and a lease."""

    PROPOSAL = "proposal"
    DRAFT = "draft"
    MESSAGE = "message"
    NOTICE = "notice"


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


@dataclass(frozen=True)
class Posting:
    """A message of a proposal as it is wanted and as it stands in Slack.

    `wanted` counts the changes that it should show; `ts` is empty until it stands; `copy` counts how often it had to be
    posted anew; `tried` says that posting this copy may already have happened; `fingerprint` is of what stands.
    """

    id: str
    proposal_id: str
    kind: MessageKind
    draft_id: str
    wanted: int
    ts: str
    copy: int
    tried: bool
    fingerprint: str

    @property
    def key(self) -> str:
        """The key of this copy in Slack's message metadata."""
        return f"{self.id}#{self.copy}"


@dataclass(frozen=True)
class Notice:
    """A sentence for one person in private, or for the thread when `user_id` is empty; kept until it is delivered."""

    id: str
    proposal_id: str
    channel_id: str
    user_id: str
    text: str
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Told:
    """A sentence to be said once: to one person in private, or in the thread when `user_id` is empty."""

    user_id: str
    text: str


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
