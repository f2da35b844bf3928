"""What stands on the channel's policy engine, and what policybot knows of it: for whoever may propose there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.cedar import Gateway
from bot.governance import Action
from bot.review.authority import Authority
from bot.review.errors import Reason, refused
from bot.review.in_english import in_english
from bot.review.model import SETTLED, Act, DraftState, Proposal
from bot.review.near import near
from bot.review.options import Options
from bot.review.past import Past
from bot.review.place import Asker, place
from bot.review.ports import Clock, PolicyService
from bot.review.record import Row
from bot.review.reported import PolicyRecord
from bot.review.stores import Histories

PAGE = 10
MOST_ROWS = 60


@dataclass(frozen=True)
class Listed:
    """A policy of the engine, what it says in English, and the draft that made it where policybot did."""

    record: PolicyRecord
    said: str
    made: Past | None


@dataclass(frozen=True)
class Page:
    """A page of the policies that can apply to the gateway, by name, counted from 1. `total` is over all pages.

    `text` is what they were looked for with. `enforcing` says whether the gateway does what this engine says.
    """

    policies: tuple[Listed, ...]
    number: int
    pages: int
    total: int
    text: str
    enforcing: bool


@dataclass(frozen=True)
class Detail:
    """A policy with everything that policybot had to do with it, the oldest first."""

    policy: Listed
    past: tuple[Past, ...]


@dataclass(frozen=True)
class History:
    """The record of a policy, or of a proposal and what followed in its thread: the newest `rows`, in their order.

    `earlier` counts those that are left out.
    """

    subject: str
    rows: tuple[Row, ...]
    earlier: int


@dataclass(frozen=True)
class Listing:
    """The use cases. Each raises Refused with a sentence, ServiceUnavailable, ChatUnavailable or StoreError."""

    store: Histories
    service: PolicyService
    authority: Authority
    clock: Clock
    options: Options

    async def page(self, asker: Asker, text: str = "", number: int = 1) -> Page:
        """A page of the policies whose name, Cedar or description has `text` in it; all of them when it is empty."""
        here = await self.admitted(asker)
        state = await self.service.engine_state(here.engine_id, here.gateway_arn)
        found = sorted((each for each in state.policies if _has(each, text)), key=lambda each: each.name)
        pages = max(1, -(-len(found) // PAGE))
        number = min(max(1, number), pages)
        shown = found[(number - 1) * PAGE : number * PAGE]
        listed = await self._listed(here, shown, state.gateway)
        return Page(listed, number, pages, len(found), text, state.enforcing)

    async def policy(self, asker: Asker, name: str) -> Detail:
        """One policy, by its name or its id."""
        here = await self.admitted(asker)
        state = await self.service.engine_state(here.engine_id, here.gateway_arn)
        record = _named(state.policies, name)
        if record is None:
            raise _unknown(name, state.policies)
        (listed,) = await self._listed(here, [record], state.gateway)
        return Detail(listed, await self.store.past(here.engine_id, [record.policy_id]))

    async def history(self, asker: Asker, subject: str) -> History:
        """What was recorded of a policy, also of one that is gone, or of a proposal of this channel or the person."""
        if subject[:2].upper() == "P-" and subject[2:].isalnum():
            return await self._of_proposal(asker, subject.upper())
        here = await self.admitted(asker)
        state = await self.service.engine_state(here.engine_id, here.gateway_arn)
        record = _named(state.policies, subject)
        wanted = record.policy_id if record else subject
        past = await self.store.past(here.engine_id, [wanted], name=record.name if record else subject)
        if not past and record is None:
            raise _unknown(subject, state.policies)
        drafts = {each.draft.id for each in past}
        rows = await self.store.recorded_of(sorted({each.proposal.id for each in past}))
        own = [row for row in rows if not row.draft_id or row.draft_id in drafts]
        return _latest(record.name if record else past[-1].draft.policy_name, own)

    async def _of_proposal(self, asker: Asker, proposal_id: str) -> History:
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        thread = await self.store.thread(proposal_id)
        first = next((each for each in thread if each.id == proposal_id), None)
        if (
            first is None
            or first.team_id != asker.team_id
            or (first.channel_id != asker.channel_id and first.requester_id != asker.user_id)
        ):
            raise refused(Reason.UNKNOWN_PROPOSAL, proposal_id=proposal_id)
        return _latest(proposal_id, await self.store.recorded_of([each.id for each in thread]))

    async def admitted(self, asker: Asker) -> Proposal:
        """The channel and its route, for somebody who may propose there. Raises Refused, ChatUnavailable."""
        here = await place(asker, self.options.routes, self.clock.now())
        await self.authority.check(Action.PROPOSE, asker.user_id, here, claimed_team=asker.user_team_id)
        return here

    async def _listed(self, here: Proposal, records: Sequence[PolicyRecord], gateway: Gateway) -> tuple[Listed, ...]:
        said = await asyncio.to_thread(_all_in_english, records, gateway)
        past = await self.store.past(here.engine_id, [each.policy_id for each in records])
        made = {
            each.draft.policy_id: each
            for each in past
            if each.draft.act is Act.CREATE and each.draft.state is DraftState.IN_EFFECT
        }
        return tuple(
            Listed(record, text, made.get(record.policy_id)) for record, text in zip(records, said, strict=True)
        )


def open_about(past: Sequence[Past]) -> tuple[Past, ...]:
    """What is still under review, or on its way, of what policybot had to do with a policy."""
    return tuple(each for each in past if each.draft.state not in SETTLED)


def _all_in_english(records: Sequence[PolicyRecord], gateway: Gateway) -> list[str]:
    return [
        in_english(each.statement, gateway)
        if each.statement
        else f"This policy cannot be read: {each.unreadable or 'AgentCore gave no statement'}."
        for each in records
    ]


def _has(record: PolicyRecord, text: str) -> bool:
    looked_for = text.casefold()
    return any(looked_for in part.casefold() for part in (record.name, record.statement, record.description))


def _named(policies: Sequence[PolicyRecord], name: str) -> PolicyRecord | None:
    exact = next((each for each in policies if name in (each.name, each.policy_id)), None)
    return exact or next((each for each in policies if each.name.casefold() == name.casefold()), None)


def _unknown(name: str, policies: Sequence[PolicyRecord]) -> Exception:
    return refused(Reason.UNKNOWN_POLICY, name=name[:80], meant=near(name, [each.name for each in policies]))


def _latest(subject: str, rows: Sequence[Row]) -> History:
    return History(subject, tuple(rows[-MOST_ROWS:]), max(0, len(rows) - MOST_ROWS))
