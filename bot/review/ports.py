"""What the review domain needs from outside, and nothing about who provides it.

Every adapter raises the errors of `bot.errors`: ServiceError / ServiceUnavailable for AgentCore, ChatError /
ChatUnavailable for Slack, StoreError for the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.cedar import Gateway
from bot.review.engine import Attachment, EngineState, PolicySummary
from bot.review.model import (
    Analysis,
    Asset,
    CastVote,
    Claim,
    Draft,
    Generation,
    MessageKind,
    Notice,
    Person,
    PolicyRecord,
    Posting,
    Proposal,
    SecondReading,
    SlackMessage,
    Told,
    WorkKind,
)
from bot.review.quotas import NO_QUOTAS, Quotas


class Clock(Protocol):
    """The time, in UTC. Tests move it."""

    def now(self) -> datetime: ...


class PolicyService(Protocol):
    """AgentCore: generations and policies of an engine, and the gateway they speak of."""

    async def start_generation(
        self, *, engine_id: str, gateway_arn: str, name: str, rule: str, token: str
    ) -> Generation:
        """StartPolicyGeneration. The same token and body give the same generation; a taken name is looked up."""
        ...

    async def generation(self, engine_id: str, generation_id: str) -> Generation:
        """The state of one generation; calls made close together for one engine share one list call."""
        ...

    async def assets(self, engine_id: str, generation_id: str) -> tuple[Asset, ...]:
        """Every asset of a generation, in order."""
        ...

    async def create_policy(
        self,
        *,
        engine_id: str,
        name: str,
        statement: str,
        description: str,
        enforcement_mode: str,
        validation_mode: str,
        token: str,
    ) -> PolicyRecord:
        """CreatePolicy. Exactly once in effect for a token and a name.

        A taken name is looked up: a policy of the same statement, mode and description is ours and returned. Raises
        ServiceError with code NameTaken when the name is another's.
        """
        ...

    async def update_policy(
        self,
        *,
        engine_id: str,
        policy_id: str,
        statement: str,
        description: str,
        enforcement_mode: str,
        validation_mode: str,
    ) -> PolicyRecord:
        """UpdatePolicy with all of the policy. Safe to send again: what stands already as wanted is returned.

        Raises ServiceUnavailable while something is on its way for the policy, and ServiceError with code PolicyGone
        when there is no such policy any more.
        """
        ...

    async def policy(self, engine_id: str, policy_id: str) -> PolicyRecord | None:
        """One policy; None when there is none with that id."""
        ...

    async def delete_policy(self, engine_id: str, policy_id: str) -> bool:
        """DeletePolicy: whether there was something to delete; one that is being deleted already counts.

        It is gone once `policy` says None. Raises ServiceUnavailable while something else is on its way for it.
        """
        ...

    async def policies_summary(self, engine_id: str) -> tuple[PolicySummary, ...]:
        """Every policy of an engine, in any status, by name, without its text: one call for a hundred policies."""
        ...

    async def attachment(self, gateway_arn: str) -> Attachment:
        """The engine that a gateway asks now, and a fingerprint of each of its tools."""
        ...

    async def engine_state(self, engine_id: str, gateway_arn: str, *, max_age: float = 0.0) -> EngineState:
        """The engine and the gateway with its tools; calls made at the same time share one reading.

        As they are now, or at most `max_age` seconds ago.
        """
        ...

    async def gateway(self, gateway_arn: str) -> Gateway:
        """The gateway with its targets' tools; may be some seconds old: for buttons that only show."""
        ...


class Messenger(Protocol):
    """Slack, outward."""

    async def post(self, *, channel: str, thread_ts: str, message: SlackMessage, key: str, retry: bool) -> str:
        """Post a message (in a thread when `thread_ts` is not empty) and return its ts.

        `key` goes into the message's metadata. With `retry` an earlier message of that key is looked for first and its
        ts returned instead of posting twice.
        """
        ...

    async def update(self, *, channel: str, ts: str, message: SlackMessage) -> None:
        """Show another content in a message that stands. Raises ChatError `message_not_found` when it is gone."""
        ...

    async def tell(self, *, channel: str, user: str, text: str, response_url: str = "") -> None:
        """Say a sentence to one person in private: by the response_url, else ephemerally, else in a direct message."""
        ...


class Directory(Protocol):
    """Who people are."""

    async def person(self, user_id: str) -> Person | None:
        """The person, fresh enough for a decision; None when Slack does not know them."""
        ...

    async def approvers(self) -> frozenset[str]:
        """The user ids that may approve now: the configured ids and the members of the configured user groups."""
        ...


class Analyst(Protocol):
    """What a draft means and would change. Slow work happens off the event loop."""

    async def analyse(self, draft: Draft, state: EngineState) -> Analysis:
        """The analysis of a draft's statement against an engine as it stands, without the second reading."""
        ...

    async def second_readings(
        self, rule: str, statements: Sequence[str | None], gateway: Gateway
    ) -> tuple[tuple[SecondReading | None, ...], tuple[str, ...]]:
        """Our own reading of the rule beside each generated statement (None where there is none), and a sentence for
        each policy that our reading has and the generation has not."""
        ...

    async def still_holds(self, draft: Draft, state: EngineState) -> bool:
        """Whether the draft, on the engine as it stands now, would change exactly what `draft.analysis` shows."""
        ...

    async def crossing(self, draft: Draft, state: EngineState) -> str:
        """Which of the team's boundaries the draft would cross, or may cross; empty when it is proved to cross none."""
        ...

    async def usable(self, statement: str, gateway: Gateway) -> str:
        """Why a statement cannot be created for exactly this gateway, as one sentence; empty when it can."""
        ...


class Cards(Protocol):
    """Turns the model into Slack messages. Pure."""

    def message(
        self, kind: MessageKind, proposal: Proposal, drafts: Sequence[Draft], draft: Draft | None
    ) -> SlackMessage:
        """The message of a kind as it should stand now; `draft` is the card's own."""
        ...

    def said(self, text: str) -> SlackMessage:
        """A sentence for the thread; `<@U…>` in it mentions a person, everything else is plain text."""
        ...


class Records(Protocol):
    """The store, for people: what is there, and the two things people do."""

    async def add_proposal(self, proposal: Proposal, quotas: Quotas = NO_QUOTAS) -> tuple[Proposal, bool] | None:
        """Store a proposal, due at once, and return it and True; or the one that is there with the same key, and False.

        None when the id is taken by another key. Sets `same_rule_as` to an open proposal with the same words. Raises
        Refused when one more is more than a quota allows, also of those that come at the same moment.
        """
        ...

    async def proposal(self, proposal_id: str) -> Proposal | None: ...

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def drafts(self, proposal_id: str) -> tuple[Draft, ...]:
        """The drafts of a proposal, in order."""
        ...

    async def open_proposals(self, *, team_id: str, channel_id: str, user_id: str) -> tuple[Proposal, ...]:
        """Those not ended that the person proposed or that stand in the channel, the newest first, at most 20."""
        ...

    async def show_again(self, channel_id: str) -> None:
        """The bot is in a channel again: what Slack refused to show there is due now."""
        ...

    async def decide(self, vote: CastVote, before: Draft, after: Draft) -> bool:
        """Record a vote and move its draft, both or nothing.

        False when the draft is not in that state, version and digest any more: somebody was faster.
        """
        ...

    async def votes(self, draft_id: str) -> tuple[CastVote, ...]:
        """Every vote ever cast on a draft, the oldest first."""
        ...


class Queue(Protocol):
    """The store, for workers: who works on what. Leases run on the database's clock."""

    async def claim(self, kind: WorkKind, *, limit: int, lease: float) -> tuple[Claim, ...]:
        """Take up to `limit` due rows that nobody holds, for `lease` seconds. Rows in unknown states stay untouched."""
        ...

    async def renew(self, claim: Claim, *, lease: float) -> bool:
        """Hold on for `lease` more seconds; False when the row is not ours any more."""
        ...

    async def release(self, claim: Claim) -> None:
        """Give a row back as it is; no matter when it is not ours any more."""
        ...

    async def lost(self, claim: Claim) -> None:
        """Somebody else had the row while we worked on it: what a message of it shows is not known, so show it anew."""
        ...

    async def later(self, claim: Claim, *, after: float | None, trouble: str = "", failed: bool = False) -> None:
        """Give a row back, due after some seconds (None: when somebody asks). `failed` counts an attempt.

        The row is due at once when somebody asked for attention since it was claimed, unless `failed`. `trouble`
        replaces what the row said before, and its messages are marked when it differs. Raises StaleWrite.
        """
        ...

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call `wake` when there may be work. Only a hint: it can be lost."""
        ...


class Moves(Protocol):
    """The store, for handlers: one write each, guarded by the lease, marking messages in the same transaction.

    Each gives the row back and raises StaleWrite when the lease is gone or the state is not what it was.
    """

    async def move_proposal(
        self,
        claim: Claim,
        before: Proposal,
        after: Proposal,
        *,
        due: bool,
        drafts: Sequence[Draft] = (),
        notice: str = "",
    ) -> None:
        """Write what differs; add `drafts`; keep `notice` for the requester."""
        ...

    async def move_draft(
        self, claim: Claim, before: Draft, after: Draft, *, due: bool, told: Sequence[Told] = ()
    ) -> None:
        """Write what differs and keep what is to be `told`; the proposal is asked to look whether all is settled.

        A draft that is neither approved, sent nor being created any more gives its engine's turn back; one that became
        ACTIVE has the others of its engine looked at again.
        """
        ...

    async def take_turn(self, claim: Claim, engine_id: str) -> bool:
        """Whether the claimed draft has its engine's turn now: one change of an engine is checked and sent at a time,
        across replicas. Raises StaleWrite."""
        ...

    async def end_turn(self, claim: Claim) -> None:
        """Give the turn back before the draft is settled, so that others need not wait for the service."""
        ...

    async def posting(self, message_id: str) -> Posting: ...

    async def trying(self, claim: Claim) -> None:
        """Note that posting may happen from now on; the lease stays."""
        ...

    async def shown(self, claim: Claim, posting: Posting, *, ts: str, fingerprint: str, pause: float) -> None:
        """What was wanted stands at `ts`; not touched again for `pause` seconds.

        A parent gives its proposal the thread, and moves it from ADMITTED to ANNOUNCED.
        """
        ...

    async def gone(self, claim: Claim, posting: Posting) -> None:
        """The message cannot be updated: post another copy."""
        ...

    async def unpostable(self, claim: Claim, posting: Posting, *, trouble: str, notice: str) -> None:
        """Slack will not take the message: rest until the next change, and tell the requester.

        A proposal whose parent it is moves from ADMITTED to REFUSED.
        """
        ...

    async def notice(self, notice_id: str) -> Notice: ...

    async def noticed(self, claim: Claim, *, trouble: str = "") -> None:
        """A notice is delivered, or cannot be."""
        ...


class Store(Records, Queue, Moves, Protocol):
    """The database: the truth about every proposal. Raises StoreError when it cannot be reached."""

    async def close(self) -> None: ...
