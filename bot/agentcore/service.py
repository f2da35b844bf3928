"""AgentCore as the review domain wants it: `bot.review.ports.PolicyService` over boto3."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from bot.agentcore import wire
from bot.agentcore.client import Client
from bot.agentcore.pacing import Clock, Sleep
from bot.agentcore.sharing import Shared
from bot.agentcore.watcher import GenerationWatcher
from bot.cedar import Gateway
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.model import Asset, Generation, PolicyRecord

TARGETS_AT_ONCE = 4


class AgentCore:
    """Generations, policies and gateways of AgentCore. Raises ServiceError and ServiceUnavailable.

    `fresh` is how many seconds old a generation's state may be, `gateway_fresh` a gateway. AgentCore may list a
    generation's assets a little after it says GENERATED: an empty list is read once more after `settle` seconds.
    """

    def __init__(
        self,
        client: Client,
        *,
        fresh: float = 1.0,
        gateway_fresh: float = 60.0,
        settle: float = 2.0,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._gateway_fresh = gateway_fresh
        self._settle = settle
        self._clock = clock
        self._sleep = sleep
        self._watcher = GenerationWatcher(client, fresh=fresh, clock=clock)
        self._gateways: dict[str, Shared[Gateway]] = {}
        self._policies: dict[str, Shared[tuple[PolicyRecord, ...]]] = {}
        self._referenced: dict[tuple[str, str, str], str] = {}

    async def aclose(self) -> None:
        """Close the client; calls that are on their way are waited for."""
        await self._client.aclose()

    async def start_generation(
        self, *, engine_id: str, gateway_arn: str, name: str, rule: str, token: str
    ) -> Generation:
        """StartPolicyGeneration. The same token and body give the same generation; a taken name is looked up."""
        try:
            answer = await self._client.call(
                "StartPolicyGeneration",
                policyEngineId=engine_id,
                resource={"arn": gateway_arn},
                content={"rawText": rule},
                name=name,
                clientToken=token,
            )
        except ServiceError as error:
            if error.code != "ConflictException":
                raise
            async for item in self._items("ListPolicyGenerations", "policyGenerations", policyEngineId=engine_id):
                if item.get("name") == name:
                    if item.get("resource", {}).get("arn", gateway_arn) != gateway_arn:
                        raise _taken(f"a generation for another gateway has the name {name}") from None
                    return wire.generation(item)
            raise _in_the_way(error) from None
        return wire.generation(answer)

    async def generation(self, engine_id: str, generation_id: str) -> Generation:
        """The state of one generation; calls made close together for one engine share one list call."""
        return await self._watcher.generation(engine_id, generation_id)

    async def assets(self, engine_id: str, generation_id: str) -> tuple[Asset, ...]:
        """Every asset of a generation, in order."""
        found = await self._assets(engine_id, generation_id)
        if not found:
            await self._sleep(self._settle)
            found = await self._assets(engine_id, generation_id)
        return found

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

        A taken name is looked up: a policy of the same statement and enforcement mode is the one that was wanted, any
        other raises ServiceError.
        """
        told = {"description": description} if description else {}
        try:
            answer = await self._client.call(
                "CreatePolicy",
                policyEngineId=engine_id,
                name=name,
                definition=wire.definition(statement),
                enforcementMode=enforcement_mode,
                validationMode=validation_mode,
                clientToken=token,
                **told,
            )
        except ServiceError as error:
            if error.code != "ConflictException":
                raise
            record = await self._policy_named(engine_id, name)
            if record is None:
                raise _in_the_way(error) from None
            if not wire.same_statement(record.statement, statement):
                raise _taken(f"another policy, with another statement, has the name {name}") from None
            if record.enforcement_mode != enforcement_mode:
                mode = record.enforcement_mode
                raise _taken(f"a policy {name} with this statement is there in mode {mode}") from None
            return record
        return await self._record(engine_id, answer)

    async def policy(self, engine_id: str, policy_id: str) -> PolicyRecord | None:
        """One policy; None when there is none with that id."""
        try:
            answer = await self._client.call("GetPolicy", policyEngineId=engine_id, policyId=policy_id)
        except ServiceError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise
        return await self._record(engine_id, answer)

    async def policies(self, engine_id: str, gateway_arn: str) -> tuple[PolicyRecord, ...]:
        """Every policy of an engine that applies to a gateway, in any status, with statements, by name.

        Those that name no gateway, and those that cannot be read as Cedar, apply to every gateway. AgentCore's own
        filter by resource does not say whether it keeps them, so all are read and filtered here. A policy made from an
        asset that is gone has an empty statement.
        """
        shared = self._policies.setdefault(engine_id, Shared(lambda: self._all_policies(engine_id), self._clock))
        found = await shared.get(since=self._clock())
        return tuple(record for record in found if wire.applies_to(record.statement, gateway_arn))

    async def gateway(self, gateway_arn: str) -> Gateway:
        """The gateway with its targets' tools, at most `gateway_fresh` seconds old."""
        shared = self._gateways.setdefault(gateway_arn, Shared(lambda: self._gateway(gateway_arn), self._clock))
        return await shared.get(since=self._clock() - self._gateway_fresh)

    async def _items(self, operation: str, member: str, **params: str) -> AsyncIterator[dict[str, Any]]:
        async for page in self._client.pages(operation, **params):
            for item in wire.member(page, member):
                yield item

    async def _assets(self, engine_id: str, generation_id: str) -> tuple[Asset, ...]:
        pages = self._client.pages(
            "ListPolicyGenerationAssets", policyEngineId=engine_id, policyGenerationId=generation_id
        )
        return tuple([wire.asset(item) async for page in pages for item in page.get("policyGenerationAssets", ())])

    async def _policy_named(self, engine_id: str, name: str) -> PolicyRecord | None:
        async for item in self._items("ListPolicies", "policies", policyEngineId=engine_id):
            if item.get("name") == name:
                return await self._record(engine_id, item)
        return None

    async def _all_policies(self, engine_id: str) -> tuple[PolicyRecord, ...]:
        items = self._items("ListPolicies", "policies", policyEngineId=engine_id)
        records = [await self._record(engine_id, item) async for item in items]
        return tuple(sorted(records, key=lambda record: record.name))

    async def _record(self, engine_id: str, answer: wire.Answer) -> PolicyRecord:
        """The policy in an answer; a definition that refers to an asset is replaced by the asset's statement."""
        referred = wire.reference(answer.get("definition") or {})
        return wire.policy(answer, await self._referred(engine_id, *referred) if referred else "")

    async def _referred(self, engine_id: str, generation_id: str, asset_id: str) -> str:
        """The statement of an asset, which never changes; empty when the asset is gone, which it stays."""
        key = (engine_id, generation_id, asset_id)
        if key not in self._referenced:
            try:
                found = await self._assets(engine_id, generation_id)
            except ServiceError as error:
                if error.code != "ResourceNotFoundException":
                    raise
                found = ()
            self._referenced[key] = next((each.statement or "" for each in found if each.asset_id == asset_id), "")
        return self._referenced[key]

    async def _gateway(self, gateway_arn: str) -> Gateway:
        gateway_id = gateway_arn.rsplit("/", 1)[-1]
        answer = await self._client.call("GetGateway", gatewayIdentifier=gateway_id)
        items = self._items("ListGatewayTargets", "items", gatewayIdentifier=gateway_id)
        ids = [str(wire.member(item, "targetId")) async for item in items]
        few = asyncio.Semaphore(TARGETS_AT_ONCE)
        reading = [asyncio.create_task(self._target(gateway_id, target_id, few)) for target_id in ids]
        try:
            targets = await asyncio.gather(*reading)
        finally:
            for task in reading:
                task.cancel()
        return wire.gateway(answer, [target for target in targets if target is not None])

    async def _target(self, gateway_id: str, target_id: str, few: asyncio.Semaphore) -> wire.Answer | None:
        """GetGatewayTarget's answer; None when the target was deleted since it was listed."""
        async with few:
            try:
                return await self._client.call("GetGatewayTarget", gatewayIdentifier=gateway_id, targetId=target_id)
            except ServiceError as error:
                if error.code == "ResourceNotFoundException":
                    return None
                raise


def _taken(why: str) -> ServiceError:
    return ServiceError(f"AgentCore cannot take it: {why}. Propose the rule again.", code="NameTaken")


def _in_the_way(error: ServiceError) -> ServiceError:
    """A conflict with nothing of that name in the engine: the name is taken elsewhere, or the engine is busy."""
    if "already exists" in error.sentence:
        return error
    return ServiceUnavailable(error.sentence, code=error.code)
