"""What the review domain needs from outside, and nothing about who provides it.

Every adapter raises the errors of `bot.errors`: ServiceError / ServiceUnavailable for AgentCore, ChatError /
ChatUnavailable for Slack, StoreError for the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.cedar import Gateway
from bot.review.drift import Drift
from bot.review.engine import Attachment, EngineState, PolicySummary
from bot.review.evidence import Seen
from bot.review.found import Analysis, Becomes, Offer, SecondReading
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Draft, Proposal
from bot.review.people import ChannelInfo, Person
from bot.review.reported import Asset, Generation, Piece, PolicyRecord
from bot.review.tested import Example, Held


class Evidence(Protocol):
    """The gateway's own record of its decisions."""

    async def of(
        self, engine_id: str, gateway_arn: str, since: Mapping[str, datetime], until: datetime
    ) -> Mapping[str, Seen]:
        """What is recorded of log-only policies, by their ids, each since it was last changed.

        What may not be seen is said in it. Raises ServiceUnavailable when it can be had later.
        """
        ...


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
    """Slack, outward. `team` is the workspace whose bot speaks."""

    async def post(self, *, team: str, channel: str, thread_ts: str, message: SlackMessage, key: str) -> str:
        """Post a message (in a thread when `thread_ts` is not empty) and return its ts.

        `key` goes into the message's metadata, by which `standing` finds it.
        """
        ...

    async def standing(
        self, *, team: str, channel: str, thread_ts: str, key: str, copies: bool = False
    ) -> tuple[str, ...]:
        """Where messages of this key stand, the oldest last; with `copies`, all of the message that the key is of.
        Nothing where the app may not look."""
        ...

    async def delete(self, *, team: str, channel: str, ts: str) -> None:
        """Take a message away. Raises ChatError `message_not_found` when it is gone."""
        ...

    async def update(self, *, team: str, channel: str, ts: str, message: SlackMessage) -> None:
        """Show another content in a message that stands. Raises ChatError `message_not_found` when it is gone."""
        ...

    async def tell(
        self,
        *,
        team: str,
        channel: str,
        user: str,
        text: str,
        response_url: str = "",
        thread_ts: str = "",
        blocks: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Say a sentence to one person in private: by the response_url, else ephemerally (in the thread where it was
        asked), else in a direct message. `blocks` is Block Kit that says it with buttons."""
        ...


class Directory(Protocol):
    """Who people are, as one workspace sees them."""

    async def person(self, team: str, user_id: str) -> Person | None:
        """The person, fresh enough for a decision; None when Slack does not know them."""
        ...

    async def members(self, team: str, group: str) -> frozenset[str] | None:
        """The people in a user group now, by its id or handle; None when there is none, or it cannot be read."""
        ...

    async def group_id(self, team: str, group: str) -> str:
        """The S… id by which a user group is mentioned, by its id or handle; empty when there is none to be read."""
        ...

    async def channel(self, team: str, channel_id: str) -> ChannelInfo | None:
        """A channel as it is now; None when Slack does not show it."""
        ...


class Analyst(Protocol):
    """What a draft means and would change. Slow work happens off the event loop.

    A rule is read with the words of the team whose proposal it is of, or is to be (`of`).
    """

    async def analyse(self, draft: Draft, state: EngineState) -> Analysis:
        """The analysis of a draft's act on an engine as it stands, without the second reading."""
        ...

    async def since(self, then: Sequence[str], now: Sequence[str], state: EngineState) -> Mapping[str, Any] | None:
        """The difference between two revisions of a change, each the statements that it has in force; JSON as
        `Analysis.difference`. None when it cannot be had."""
        ...

    async def second_readings(
        self, rule: str, statements: Sequence[str | None], gateway: Gateway, of: Proposal
    ) -> tuple[tuple[SecondReading | None, ...], tuple[str, ...]]:
        """Our own reading of the rule beside each generated statement (None where there is none), and a sentence for
        each policy that our reading has and the generation has not."""
        ...

    async def offers(
        self, rule: str, fragments: Sequence[str], gateway: Gateway, of: Proposal
    ) -> tuple[tuple[Offer, ...], ...]:
        """For each fragment of a rule, whole rules that could be proposed instead, where our reader finds several
        readings of it or a slip of the keys."""
        ...

    async def between(self, then: EngineState, now: EngineState) -> Mapping[str, Any] | None:
        """What is decided otherwise now than then, JSON as `Analysis.difference`; None when it is not known because
        something that stands, or stood, is not certain."""
        ...

    async def tested(self, draft: Draft, state: EngineState, examples: Sequence[Example]) -> Held:
        """What a draft makes of the tests of its route, on an engine as it stands."""
        ...

    async def read(self, rule: str, gateway: Gateway, of: Proposal) -> tuple[Piece, ...]:
        """What our reader makes of a rule, piece by piece, for people to see what it would become."""
        ...

    async def example(self, gateway: Gateway, of: Proposal) -> str:
        """A rule that our reader understands for a gateway; empty when there is none."""
        ...

    async def finds_no_rule(self, rule: str, gateway: Gateway, of: Proposal) -> bool:
        """Whether our reader finds neither a tool, an effect nor people in a text: small talk, a lone word."""
        ...

    async def still_holds(self, draft: Draft, state: EngineState) -> bool:
        """Whether the draft, on the engine as it stands now, would change exactly what `draft.analysis` shows."""
        ...

    async def becomes(self, draft: Draft, state: EngineState) -> Becomes | None:
        """What the draft changes on an engine as it will be; None where that is what `draft.analysis` shows."""
        ...

    async def crossing(self, draft: Draft, state: EngineState) -> str:
        """Which of the team's boundaries the draft would cross, or may cross; empty when it is proved to cross none."""
        ...

    async def usable(self, statement: str, gateway: Gateway, *, stays: bool = True) -> str:
        """Why a statement cannot be reviewed for exactly this gateway, as one sentence; empty when it can.

        One that goes (`stays` is False) need not fit the gateway's tools any more.
        """
        ...


class Cards(Protocol):
    """Turns the model into Slack messages. Pure."""

    def message(
        self,
        kind: MessageKind,
        proposal: Proposal,
        drafts: Sequence[Draft],
        draft: Draft | None,
        beside: Sequence[Draft] = (),
        rule: Sequence[Draft] = (),
    ) -> SlackMessage:
        """The message of a kind as it should stand now; `draft` is the card's own, `beside` what is in effect of the
        other proposals of its thread, `rule` the pieces of its rule where some are reviewed elsewhere."""
        ...

    def question(self, proposal: Proposal, said: str) -> SlackMessage:
        """What the requester is asked in private of a text in which our reader finds no rule."""
        ...

    def withheld(self, proposal_id: str) -> SlackMessage:
        """What stands in the place of a message that others than the team could read."""
        ...

    def drift(self, found: Drift, gateway_arn: str, *, closed: bool) -> SlackMessage:
        """What others changed; `closed` once everything is again as it was."""
        ...

    def said(self, text: str) -> SlackMessage:
        """A sentence for the thread; `<@U…>` and `<!subteam^S…>` in it mention, everything else is plain text."""
        ...
