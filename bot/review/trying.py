"""Trying a request: what would be decided on one tool call today, and with a draft in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from bot.cedar import Decision, Gateway, GatewaySchema, Request
from bot.review import together
from bot.review.engine import EngineState
from bot.review.errors import Reason, refused
from bot.review.family import pieces_of
from bot.review.model import Draft, Proposal
from bot.review.ports import PolicyService
from bot.review.stores import Records


@dataclass(frozen=True)
class Trial:
    """What the engine decides on a request today, and what it would decide with the draft in force.

    `uncertain` has a sentence, without its full stop, for each policy that is left out because it is not known whether
    it is in force.
    """

    today: Decision
    after: Decision
    uncertain: tuple[str, ...] = ()


class Trier(Protocol):
    """Who evaluates requests."""

    async def schema(self, gateway: Gateway) -> GatewaySchema:
        """The Cedar schema of a gateway's tools."""
        ...

    async def try_request(self, draft: Draft, request: Request, state: EngineState) -> Trial:
        """What Cedar decides on a request today, and with the draft in force. Raises PolicyError."""
        ...


@dataclass(frozen=True)
class Trying:
    """The use case. Holds no state. Whoever asks was let in before (`Review.look`)."""

    store: Records
    service: PolicyService
    trier: Trier

    async def schema(self, draft: Draft) -> GatewaySchema:
        """What can be asked of the gateway that a draft is for; it may be some seconds old.

        Raises Refused when there is no policy to try, ServiceUnavailable.
        """
        if draft.statement is None:
            raise refused(Reason.NOTHING_TO_TRY)
        return await self.trier.schema(await self.service.gateway((await self._proposal(draft)).gateway_arn))

    async def schema_of(self, gateway_arn: str) -> GatewaySchema:
        """What can be asked of a gateway; it may be some seconds old. Raises ServiceUnavailable."""
        return await self.trier.schema(await self.service.gateway(gateway_arn))

    async def request(self, draft: Draft, request: Request) -> Trial:
        """Decide a request on the engine as it stands now, and with the draft as on the one that it comes to: with the
        pieces in force that it waits for. Raises Refused, ServiceUnavailable, PolicyError."""
        proposal = await self._proposal(draft)
        state = await self.service.engine_state(proposal.engine_id, proposal.gateway_arn)
        found = await self.trier.try_request(draft, request, state)
        comes_to = together.with_those(draft, state, await pieces_of(self.store, proposal))
        if comes_to is state:
            return found
        return replace(found, after=(await self.trier.try_request(draft, request, comes_to)).after)

    async def _proposal(self, draft: Draft) -> Proposal:
        proposal = await self.store.proposal(draft.proposal_id)
        if proposal is None:
            raise refused(Reason.UNKNOWN_DRAFT)
        return proposal
