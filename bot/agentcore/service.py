"""AgentCore as the review domain wants it: `bot.review.ports.PolicyService` over boto3."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from bot.agentcore import wire
from bot.agentcore.client import Client
from bot.agentcore.definitions import Definitions, list_assets
from bot.agentcore.gateways import Gateways
from bot.agentcore.pacing import Clock, Sleep
from bot.agentcore.policies import Policies
from bot.agentcore.tools import Sources
from bot.agentcore.watcher import GenerationWatcher
from bot.cedar import Gateway, same_statement
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.engine import Attachment, EngineState, PolicySummary
from bot.review.reported import Asset, Generation, PolicyRecord

_ON_ITS_WAY: Final = ("CREATING", "UPDATING", "DELETING")


class AgentCore:
    """Generations, policies and gateways of AgentCore. Raises ServiceError and ServiceUnavailable.

    `fresh` is how many seconds old a generation's state may be, `gateway_fresh` a gateway that is only shown. AgentCore
    may list a generation's assets a little after it says GENERATED: an empty list is read once more after `settle`
    seconds. `sources` is where tools are read that AgentCore does not show.
    """

    def __init__(
        self,
        client: Client,
        *,
        fresh: float = 1.0,
        gateway_fresh: float = 60.0,
        settle: float = 2.0,
        sources: Sources = Sources(),  # noqa: B008 - frozen
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._gateway_fresh = gateway_fresh
        self._settle = settle
        self._sleep = sleep
        self._watcher = GenerationWatcher(client, fresh=fresh, clock=clock)
        self._definitions = Definitions(client)
        self._policies = Policies(client, self._definitions, clock)
        self._gateways = Gateways(client, clock, sources)

    async def aclose(self) -> None:
        """Close the clients; calls that are on their way are waited for."""
        await self._client.aclose()
        await self._gateways.aclose()

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
            items = self._client.items("ListPolicyGenerations", "policyGenerations", policyEngineId=engine_id)
            async for item in items:
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
        found = await list_assets(self._client, engine_id, generation_id)
        if not found:
            await self._sleep(self._settle)
            found = await list_assets(self._client, engine_id, generation_id)
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

        A taken name is looked up: a policy of the same statement, enforcement mode and description is the one that was
        wanted, any other raises ServiceError with code NameTaken.
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
            if record.status == "DELETING":
                raise ServiceUnavailable(f"AgentCore is still deleting a policy {name}.", code=error.code) from None
            if other := _difference(record, statement, enforcement_mode, description):
                raise _taken(f"another policy, with another {other}, has the name {name}") from None
            return record
        return await self._definitions.record(engine_id, answer)

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
        """UpdatePolicy with all of the policy, whatever of it changes. Safe to send again: what stands already as
        wanted is returned and nothing is sent.

        AgentCore validates the statement anew, under this validation mode, also when only the enforcement mode changes.
        Raises ServiceUnavailable while something is on its way for the policy, and ServiceError with code PolicyGone
        when there is no such policy any more.
        """
        ids = {"policyEngineId": engine_id, "policyId": policy_id}
        answer = await self._policy(ids)
        if answer is None:
            raise _gone()
        stands = await self._definitions.record(engine_id, answer)
        if stands.status in _ON_ITS_WAY:
            raise ServiceUnavailable(
                f"AgentCore is not done with the policy {stands.name}: it is {stands.status}.", code="ConflictException"
            )
        if stands.status == "ACTIVE" and not _difference(stands, statement, enforcement_mode, description):
            return stands
        try:
            answer = await self._client.call(
                "UpdatePolicy",
                **ids,
                definition=wire.definition(statement, answer.get("definition")),
                description={"optionalValue": description} if description else {},
                enforcementMode=enforcement_mode,
                validationMode=validation_mode,
            )
        except ServiceError as error:
            if error.code == "ConflictException":
                raise ServiceUnavailable(error.sentence, code=error.code) from None
            if error.code == "ResourceNotFoundException" and await self._policy(ids) is None:
                raise _gone() from None
            raise
        return await self._definitions.record(engine_id, answer)

    async def policy(self, engine_id: str, policy_id: str) -> PolicyRecord | None:
        """One policy; None when there is none with that id."""
        answer = await self._policy({"policyEngineId": engine_id, "policyId": policy_id})
        return None if answer is None else await self._definitions.record(engine_id, answer)

    async def delete_policy(self, engine_id: str, policy_id: str) -> bool:
        """DeletePolicy: whether there was something to delete; one that is being deleted already counts.

        It is gone once `policy` says None. Raises ServiceUnavailable while something else is on its way for it.
        """
        try:
            await self._client.call("DeletePolicy", policyEngineId=engine_id, policyId=policy_id)
        except ServiceError as error:
            if error.code == "ResourceNotFoundException":
                return False
            if error.code != "ConflictException":
                raise
            record = await self.policy(engine_id, policy_id)
            if record is not None and record.status != "DELETING":
                raise ServiceUnavailable(error.sentence, code=error.code) from None
        return True

    async def policies_summary(self, engine_id: str) -> tuple[PolicySummary, ...]:
        """Every policy of an engine, in any status, by name, without its text: one call for a hundred policies."""
        return await self._policies.summaries(engine_id)

    async def attachment(self, gateway_arn: str) -> Attachment:
        """The engine that a gateway asks now, and a fingerprint of each of its tools: two calls while no target
        changes."""
        return await self._gateways.attachment(gateway_arn)

    async def engine_state(self, engine_id: str, gateway_arn: str, *, max_age: float = 0.0) -> EngineState:
        """The engine and the gateway with its tools; calls made at the same time share one reading.

        As they are now, or at most `max_age` seconds ago.
        Policies whose scope is exactly another gateway are left out, once that is settled. AgentCore's own filter by
        resource does not say which it keeps, so all are read and filtered here.
        """
        reading = await self._gateways.reading(gateway_arn, age=max_age)
        policies = await self._policies.of(engine_id, age=max_age)
        return EngineState(
            engine_id=engine_id,
            gateway=reading.gateway,
            attached_engine_id=reading.engine_id,
            gateway_mode=reading.mode,
            policies=tuple(each for each in policies if _can_apply(each, gateway_arn)),
        )

    async def gateway(self, gateway_arn: str) -> Gateway:
        """The gateway with its targets' tools, at most `gateway_fresh` seconds old."""
        return (await self._gateways.reading(gateway_arn, age=self._gateway_fresh)).gateway

    async def _policy(self, ids: Mapping[str, str]) -> wire.Answer | None:
        """GetPolicy's answer; None when there is no such policy."""
        try:
            return await self._client.call("GetPolicy", **ids)
        except ServiceError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise

    async def _policy_named(self, engine_id: str, name: str) -> PolicyRecord | None:
        async for item in self._client.items("ListPolicies", "policies", policyEngineId=engine_id):
            if item.get("name") == name:
                return await self._definitions.record(engine_id, item)
        return None


def _can_apply(record: PolicyRecord, gateway_arn: str) -> bool:
    """Whether a policy may decide for a gateway; one that is being updated shows only one of its two texts."""
    return record.status == "UPDATING" or wire.applies_to(record.statement, gateway_arn)


def _difference(record: PolicyRecord, statement: str, enforcement_mode: str, description: str) -> str:
    """In what a policy is another than the one that is wanted; empty when in nothing."""
    if not same_statement(record.statement, statement):
        return "statement"
    if record.enforcement_mode != enforcement_mode:
        return f"enforcement mode ({record.enforcement_mode})"
    return "description" if record.description != description else ""


def _gone() -> ServiceError:
    return ServiceError("The policy is not there any more: somebody deleted it.", code="PolicyGone")


def _taken(why: str) -> ServiceError:
    return ServiceError(f"AgentCore cannot take it: {why}. Propose the rule again.", code="NameTaken")


def _in_the_way(error: ServiceError) -> ServiceError:
    """A conflict with nothing of that name in the engine: the name is taken elsewhere, or the engine is busy."""
    if "already exists" in error.sentence:
        return ServiceError(error.sentence, code="NameTaken")
    return ServiceUnavailable(error.sentence, code=error.code)
