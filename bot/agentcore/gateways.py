"""Gateways as they are now: their tools, and the policy engine that they ask. A target is read when it has changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.agentcore import wire
from bot.agentcore.client import Client
from bot.agentcore.pacing import Clock
from bot.agentcore.sharing import Shared, together
from bot.agentcore.tools import Sources, Tools
from bot.cedar import Gateway, digest, schema_for
from bot.errors import ServiceError
from bot.review.engine import Attachment

AT_ONCE = 4


@dataclass(frozen=True)
class GatewayReading:
    """A gateway, and the engine attached to it with the mode: both empty without one."""

    gateway: Gateway
    engine_id: str
    mode: str


@dataclass(frozen=True)
class _Target:
    """GetGatewayTarget's answer, and the item of the list by which it is seen to hold still, or None."""

    target_id: str
    answer: wire.Answer
    item: wire.Answer | None


class Gateways:
    """Reads gateways; calls made at the same time share one reading."""

    def __init__(self, client: Client, clock: Clock, sources: Sources = Sources()) -> None:  # noqa: B008 - frozen
        self._client = client
        self._clock = clock
        self._tools = Tools(sources, clock)
        self._gateways: dict[str, Shared[GatewayReading]] = {}
        self._targets: dict[str, Mapping[str, _Target]] = {}
        self._fingerprints: dict[str, tuple[Gateway, tuple[tuple[str, str], ...]]] = {}

    async def attachment(self, gateway_arn: str) -> Attachment:
        """What a gateway asks now, and the fingerprints of its tools; two calls while no target changes."""
        reading = await self.reading(gateway_arn)
        known = self._fingerprints.get(gateway_arn)
        if known is None or known[0] != reading.gateway:
            tools = await asyncio.to_thread(lambda: tuple(sorted(_fingerprints(reading.gateway))))
            known = self._fingerprints[gateway_arn] = (reading.gateway, tools)
        return Attachment(reading.engine_id, reading.mode, known[1])

    async def reading(self, gateway_arn: str, *, age: float = 0.0) -> GatewayReading:
        """A gateway from a reading that began at most `age` seconds ago."""
        shared = self._gateways.setdefault(gateway_arn, Shared(lambda: self._read(gateway_arn), self._clock))
        return await shared.get(since=self._clock() - age)

    async def aclose(self) -> None:
        await self._tools.aclose()

    async def _read(self, gateway_arn: str) -> GatewayReading:
        answer, targets = await self.answers(gateway_arn)
        attached = answer.get("policyEngineConfiguration") or {}
        return GatewayReading(
            wire.gateway(answer, targets),
            engine_id=str(attached.get("arn") or "").rsplit("/", 1)[-1],
            mode=str(attached.get("mode") or ""),
        )

    async def answers(self, gateway_arn: str) -> tuple[wire.Answer, list[wire.Answer]]:
        """GetGateway's answer and GetGatewayTarget's, those with the tools that had to be read elsewhere."""
        gateway_id = gateway_arn.rsplit("/", 1)[-1]
        answer = await self._client.call("GetGateway", gatewayIdentifier=gateway_id)
        pages = self._client.pages("ListGatewayTargets", gatewayIdentifier=gateway_id)
        listed = [(page, item) async for page in pages for item in wire.member(page, "items")]
        known, few = self._targets.get(gateway_arn, {}), asyncio.Semaphore(AT_ONCE)
        read = await together(self._target(gateway_id, page, item, known, few) for page, item in listed)
        targets = [target for target in read if target is not None]
        self._targets[gateway_arn] = {target.target_id: target for target in targets}

        async def again() -> wire.Answer:
            return await self._client.call("GetGateway", gatewayIdentifier=gateway_id)

        return answer, await self._tools.filled(answer, [target.answer for target in targets], again)

    async def _target(
        self,
        gateway_id: str,
        page: wire.Answer,
        item: wire.Answer,
        known: Mapping[str, _Target],
        few: asyncio.Semaphore,
    ) -> _Target | None:
        """A target of a page, known if its item is what it was; None when it was deleted since it was listed."""
        target_id = str(wire.member(item, "targetId"))
        if target_id in known and known[target_id].item == item:
            return known[target_id]
        async with few:
            try:
                answer = await self._client.call("GetGatewayTarget", gatewayIdentifier=gateway_id, targetId=target_id)
            except ServiceError as error:
                if error.code == "ResourceNotFoundException":
                    return None
                raise
        is_of_item = answer.get("updatedAt") == item.get("updatedAt")
        lasting = item.get("status") == "READY" and is_of_item and wire.had_stood(page, item)
        return _Target(target_id, answer, item if lasting else None)


def _fingerprints(gateway: Gateway) -> Iterator[tuple[str, str]]:
    """Each tool by itself, as Cedar sees it: neither descriptions nor the order of members count."""
    for target in gateway.targets:
        if target.unreadable:
            yield target.name, digest(target.unreadable)
        for tool in target.tools:
            alone = schema_for(replace(gateway, targets=(replace(target, tools=(tool,)),)))
            yield tool.action, digest(json.dumps([alone.document, alone.skipped], sort_keys=True))
