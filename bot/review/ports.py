"""What the review domain needs from outside, and nothing about who provides it.

Every adapter raises the errors of `bot.errors`: ServiceError / ServiceUnavailable for AgentCore, ChatError /
ChatUnavailable for Slack, StoreError for the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.cedar import Gateway
from bot.review.model import (
    Analysis,
    Asset,
    Draft,
    Generation,
    MessageKind,
    Person,
    PolicyRecord,
    Proposal,
    SlackMessage,
)


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
        """CreatePolicy. Exactly once in effect for a token and a name: a taken name is looked up and returned."""
        ...

    async def policy(self, engine_id: str, policy_id: str) -> PolicyRecord | None:
        """One policy; None when there is none with that id."""
        ...

    async def policies(self, engine_id: str, gateway_arn: str) -> tuple[PolicyRecord, ...]:
        """Every policy of an engine that applies to a gateway, with statements, by name."""
        ...

    async def gateway(self, gateway_arn: str) -> Gateway:
        """The gateway with its targets' tools; may be some seconds old."""
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

    async def analyse(self, statement: str, gateway: Gateway, existing: Mapping[str, str]) -> Analysis:
        """The analysis of a statement against an engine's policies of today (name → statement)."""
        ...


class Cards(Protocol):
    """Turns the model into Slack messages. Pure."""

    def message(
        self, kind: MessageKind, proposal: Proposal, drafts: Sequence[Draft], draft: Draft | None
    ) -> SlackMessage:
        """The message of a kind as it should stand now; `draft` is the card's own."""
        ...
