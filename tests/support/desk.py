"""A bot at work over an embedded workspace, with its database in memory: what tests of Slack's side look at."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.blocks import SlackCards
from bot.cedar import GatewaySchema, Request
from bot.errors import StoreError
from bot.review.found import Analysis, Finding
from bot.review.messages import MessageKind
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.review.past import Past
from bot.review.quotas import NO_QUOTAS, Quotas
from bot.review.record import Entry, Row
from bot.review.routes import Binding
from bot.review.tested import Example
from bot.review.votes import CastVote
from bot.slack.messenger import SlackMessenger
from bot.workspace import team
from bot.workspace.people import Person
from bot.workspace.server import Served
from handlers import Services

STATEMENT = """permit(
  principal is AgentCore::OAuthUser,
  action == AgentCore::Action::"Desk___refund",
  resource == AgentCore::Gateway::"{arn}"
) when {{ context.input.amount < 500 }};"""


class Shelf:
    """`bot.review.stores.Records` in memory. While `gate` is cleared the database is slow; `broken` makes it fail, and
    `faults` does so often."""

    def __init__(self) -> None:
        self.proposals: dict[str, Proposal] = {}
        self.kept: dict[str, Draft] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False
        self.faults = 0
        self.shown_again: list[str] = []
        self.looked_at: list[str] = []
        self.cast_votes: list[CastVote] = []
        self.tests: dict[str, Example] = {}
        self.noted: list[Entry] = []

    async def _reached(self) -> None:
        await self.gate.wait()
        self.faults -= 1
        if self.broken or self.faults >= 0:
            raise StoreError("the disk is full")

    async def binding(self, team_id: str, channel_id: str) -> Binding:
        return Binding(team_id, channel_id)

    async def bound_channels(self, team_id: str) -> tuple[str, ...]:
        return ()

    async def bind(self, before: Binding, engine_id: str, gateway_arn: str, **more: Any) -> bool:
        await self._reached()
        return True

    def answering(self) -> AbstractContextManager[None]:
        return nullcontext()

    async def note(self, entry: Entry) -> None:
        self.noted.append(entry)

    async def add_proposal(self, proposal: Proposal, quotas: Quotas = NO_QUOTAS) -> tuple[Proposal, bool] | None:
        await self._reached()
        known = self.proposals.setdefault(proposal.key, proposal)
        return known, known is proposal

    async def proposal(self, proposal_id: str) -> Proposal | None:
        await self._reached()
        return next((each for each in self.proposals.values() if each.id == proposal_id), None)

    async def draft(self, draft_id: str) -> Draft | None:
        await self._reached()
        return self.kept.get(draft_id)

    async def drafts(self, proposal_id: str) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.kept.values() if draft.proposal_id == proposal_id)

    async def answered(self, proposal_id: str, *, insists: bool, response_url: str) -> bool:
        found = await self.proposal(proposal_id)
        if found is None or found.state is not ProposalState.ASKED:
            return False
        state = ProposalState.RECEIVED if insists else ProposalState.REFUSED
        self.proposals[found.key] = replace(found, state=state, insisted=insists, response_url=response_url)
        return True

    async def open_proposals(
        self, *, team_id: str, channel_id: str, user_id: str, skip: int = 0, most: int = 20
    ) -> tuple[Proposal, ...]:
        await self._reached()
        return tuple(self.proposals.values())[skip : skip + most]

    async def count_open(self, *, team_id: str, channel_id: str, user_id: str) -> int:
        await self._reached()
        return len(self.proposals)

    async def enacted(self, engine_id: str, policy_id: str) -> Draft | None:
        found = [each for each in self.kept.values() if each.policy_id == policy_id]
        return next((each for each in found if each.state is DraftState.IN_EFFECT), None)

    async def examples(self, engine_id: str, gateway_arn: str) -> tuple[Example, ...]:
        return tuple(sorted(self.tests.values(), key=lambda each: each.name))

    async def add_example(self, example: Example, *, most: int) -> None:
        await self._reached()
        self.tests[example.id] = example

    async def remove_example(self, example: Example, by: str) -> bool:
        return self.tests.pop(example.id, None) is not None

    async def past(self, engine_id: str, policy_ids: Sequence[str], *, name: str = "") -> tuple[Past, ...]:
        return ()

    async def thread(self, proposal_id: str) -> tuple[Proposal, ...]:
        found = await self.proposal(proposal_id)
        return (found,) if found else ()

    async def recorded_of(self, proposal_ids: Sequence[str]) -> tuple[Row, ...]:
        return ()

    async def beside(self, proposal: Proposal) -> tuple[Draft, ...]:
        return ()

    async def scheduled(self, engine_id: str, policy_id: str) -> tuple[Draft, ...]:
        found = (each for each in self.kept.values() if each.state is DraftState.SCHEDULED)
        return tuple(draft for draft in found if draft.policy_id == policy_id)

    async def ends(self, engine_id: str, gateway_arn: str) -> tuple[Draft, ...]:
        return tuple(each for each in self.kept.values() if each.state is DraftState.SCHEDULED)

    async def readers_changed(self, channel_id: str) -> None:
        await self._reached()
        self.shown_again.append(channel_id)

    async def look_again(self, proposal_ids: Sequence[str]) -> None:
        self.looked_at.extend(proposal_ids)

    async def show_again(self, channel_id: str) -> None:
        await self._reached()
        self.shown_again.append(channel_id)

    async def cast(self, vote: CastVote, before: Draft, after: Draft) -> bool:
        await self._reached()
        if not await self.settle(before, after):
            return False
        self.cast_votes = [each for each in self.cast_votes if (each.draft_id, each.user_id) != _by(vote)] + [vote]
        return True

    async def take_back(self, draft: Draft, user_id: str) -> bool:
        mine = [each for each in self.cast_votes if _by(each) == (draft.id, user_id)]
        self.cast_votes = [each for each in self.cast_votes if each not in mine]
        return bool(mine)

    async def counted(self, before: Draft, after: Draft, votes: Sequence[CastVote]) -> bool:
        return await self.settle(before, after)

    async def settle(self, before: Draft, after: Draft) -> bool:
        draft = self.kept[before.id]
        if (draft.state, draft.version) != (before.state, before.version):
            return False
        decided_at = datetime.now(UTC) if after.state is not before.state else draft.decided_at
        self.kept[draft.id] = replace(after, decided_at=decided_at)
        return True

    async def votes(self, draft_id: str) -> tuple[CastVote, ...]:
        return tuple(vote for vote in self.cast_votes if vote.draft_id == draft_id)


def _by(vote: CastVote) -> tuple[str, str]:
    return vote.draft_id, vote.user_id


@dataclass
class Desk:
    """A running bot with its workspace, and what tests look at."""

    served: Served
    shelf: Shelf
    services: Services
    messenger: SlackMessenger
    schema: GatewaySchema
    tried: list[Request] = field(default_factory=list)

    @property
    def riley(self) -> Person:
        return Person(self.served.client, team.REQUESTER)

    @property
    def avery(self) -> Person:
        return Person(self.served.client, team.APPROVER_AVERY)

    @property
    def blair(self) -> Person:
        return Person(self.served.client, team.APPROVER_BLAIR)

    def person(self, user_id: str) -> Person:
        return Person(self.served.client, user_id)

    async def does(self, act: str, **arguments: Any) -> Any:
        """An act of the workspace's operator."""
        return await self.served.client.perform(act, arguments)

    async def card(self, **changes: Any) -> dict[str, Any]:
        """A review card standing in the channel, for a proposal of Riley's."""
        arn = self.schema.gateway.arn
        proposal = Proposal(
            id="P-ABCDEF",
            key="k",
            team_id=team.TEAM_ID,
            channel_id=team.AGENT_RULES,
            requester_id=team.REQUESTER,
            rule="allow refunds below 500",
            engine_id="engine-1",
            gateway_arn=arn,
            state=ProposalState.IN_REVIEW,
            created_at=datetime.now(UTC),
        )
        draft = Draft(
            id="P-ABCDEF.1",
            proposal_id=proposal.id,
            ordinal=1,
            asset_id="a1",
            fragment="allow refunds below 500",
            statement=STATEMENT.format(arn=arn),
            findings=(Finding("VALID"),),
            state=DraftState.IN_REVIEW,
            analysis=Analysis(read_back="Anyone may call refund when amount is less than 500."),
            policy_name="permit_refund_PABCDEF_1",
        )
        draft = replace(draft, **changes)
        self.shelf.proposals[proposal.key] = proposal
        self.shelf.kept[draft.id] = draft
        message = SlackCards().message(MessageKind.CARD, proposal, (draft,), draft)
        key = f"{draft.id}#{len(await self.avery.reads(team.AGENT_RULES))}"
        ts = await self.messenger.post(channel=team.AGENT_RULES, thread_ts="", message=message, key=key)
        return next(found for found in await self.avery.reads(team.AGENT_RULES) if found["ts"] == ts)

    async def told(self, person: Person, part: str) -> str:
        """Wait until the person is told something in private that holds `part`."""

        async def look() -> Any:
            private = await person.reads_private()
            return next((message["shown"] for message in private if part in message["shown"]), None)

        return str(await person.until(look))

    async def form(self, person: Person, part: str = "") -> dict[str, Any]:
        """Wait for the modal on top that holds `part`."""

        async def look() -> Any:
            stack = await person.reads_modals()
            return stack[-1] if stack and part in str(stack[-1]["blocks"]) else None

        found: dict[str, Any] = await person.until(look)
        return found
