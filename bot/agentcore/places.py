"""AgentCore in several regions and accounts: each engine and gateway is asked where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from bot.agentcore.calllog import CloudWatchCallLog
from bot.agentcore.service import AgentCore
from bot.agentcore.telemetry import CloudWatchEvidence
from bot.cedar import Gateway
from bot.review.asked import LoggedCall
from bot.review.engine import Attachment, EngineState, PolicySummary
from bot.review.evidence import Seen
from bot.review.reported import Asset, Generation, PolicyRecord


@dataclass(frozen=True)
class Place:
    """Where calls go: a region, and the profile of the AWS configuration whose account it is. Empty: boto3's own."""

    region: str = ""
    profile: str = ""


WhereIs = Callable[[str], Place]
"""The place of an engine, by its id, or of a gateway, by its ARN."""


class _Closed(Protocol):
    async def aclose(self) -> None: ...


T = TypeVar("T", bound=_Closed)


class InPlaces(Generic[T]):
    """One of something for each place, made when it is first needed."""

    def __init__(self, where: WhereIs, make: Callable[[Place], T]) -> None:
        self._where = where
        self._make = make
        self._made: dict[Place, T] = {}

    def at(self, engine_or_gateway: str) -> T:
        """The one of an engine, by its id, or of a gateway, by its ARN."""
        place = self._where(engine_or_gateway)
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]

    async def aclose(self) -> None:
        """Close all that were made."""
        await asyncio.gather(*(each.aclose() for each in self._made.values()))


class AgentCores(InPlaces[AgentCore]):
    """`bot.review.ports.PolicyService` over one `AgentCore` for each place."""

    async def start_generation(self, *, engine_id: str, **more: Any) -> Generation:
        return await self.at(engine_id).start_generation(engine_id=engine_id, **more)

    async def generation(self, engine_id: str, generation_id: str) -> Generation:
        return await self.at(engine_id).generation(engine_id, generation_id)

    async def assets(self, engine_id: str, generation_id: str) -> tuple[Asset, ...]:
        return await self.at(engine_id).assets(engine_id, generation_id)

    async def create_policy(self, *, engine_id: str, **more: Any) -> PolicyRecord:
        return await self.at(engine_id).create_policy(engine_id=engine_id, **more)

    async def update_policy(self, *, engine_id: str, **more: Any) -> PolicyRecord:
        return await self.at(engine_id).update_policy(engine_id=engine_id, **more)

    async def policy(self, engine_id: str, policy_id: str) -> PolicyRecord | None:
        return await self.at(engine_id).policy(engine_id, policy_id)

    async def delete_policy(self, engine_id: str, policy_id: str) -> bool:
        return await self.at(engine_id).delete_policy(engine_id, policy_id)

    async def policies_summary(self, engine_id: str) -> tuple[PolicySummary, ...]:
        return await self.at(engine_id).policies_summary(engine_id)

    async def attachment(self, gateway_arn: str) -> Attachment:
        return await self.at(gateway_arn).attachment(gateway_arn)

    async def engine_state(self, engine_id: str, gateway_arn: str, *, max_age: float = 0.0) -> EngineState:
        return await self.at(engine_id).engine_state(engine_id, gateway_arn, max_age=max_age)

    async def gateway(self, gateway_arn: str) -> Gateway:
        return await self.at(gateway_arn).gateway(gateway_arn)


class EvidenceInPlaces(InPlaces[CloudWatchEvidence]):
    """`bot.review.ports.Evidence`."""

    async def of(
        self, engine_id: str, gateway_arn: str, since: Mapping[str, datetime], until: datetime
    ) -> Mapping[str, Seen]:
        return await self.at(gateway_arn).of(engine_id, gateway_arn, since, until)


class CallLogs(InPlaces[CloudWatchCallLog]):
    """`bot.review.asking.GatewayLog`."""

    async def call(self, gateway: Gateway, request_id: str) -> LoggedCall | str:
        return await self.at(gateway.arn).call(gateway, request_id)
