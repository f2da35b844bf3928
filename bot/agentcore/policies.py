"""The policies of an engine as they are now, for few calls: what has not changed since the last reading is not read."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.agentcore import wire
from bot.agentcore.client import PAGE, Client
from bot.agentcore.definitions import GONE, Definitions
from bot.agentcore.pacing import Clock
from bot.agentcore.sharing import Shared, together
from bot.errors import ServiceError
from bot.review.engine import PolicySummary
from bot.review.reported import PolicyRecord

AT_ONCE = 4
SETTLED = ("ACTIVE", "CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")
_NO_SUMMARIES = ("AccessDeniedException", "AccessDenied", "NotAuthorized", "UnknownOperationException")


@dataclass(frozen=True)
class Body:
    """A policy that was read whole. `version` is its summary as long as it does not change, or None when it has to be
    read again whatever its summary shows."""

    record: PolicyRecord
    version: PolicySummary | None


class Policies:
    """Reads engines. Summaries come first, then whatever is fewer calls: each changed policy, or all of them in pages.

    An account that may not read summaries costs the pages of all policies each time.
    """

    def __init__(self, client: Client, definitions: Definitions, clock: Clock) -> None:
        self._client = client
        self._definitions = definitions
        self._clock = clock
        self._engines: dict[str, Shared[tuple[PolicyRecord, ...]]] = {}
        self._known: dict[str, Mapping[str, Body]] = {}
        self._has_summaries = True

    async def of(self, engine_id: str, *, age: float = 0.0) -> tuple[PolicyRecord, ...]:
        """Every policy of an engine, in any status, by name, from a reading that began at most `age` seconds ago."""
        shared = self._engines.setdefault(engine_id, Shared(lambda: self._read(engine_id), self._clock))
        return await shared.get(since=self._clock() - age)

    async def summaries(self, engine_id: str) -> tuple[PolicySummary, ...]:
        """Every policy of an engine, in any status, by name, without its text; one call for a hundred policies.

        An account that may not read summaries costs the same number of calls, whose answers are longer.
        """
        found = await self._summaries(engine_id)
        if found is None:
            items = self._client.items("ListPolicies", "policies", policyEngineId=engine_id)
            found = [wire.summary(item) async for item in items]
        return tuple(sorted(found, key=lambda summary: summary.name))

    async def _read(self, engine_id: str) -> tuple[PolicyRecord, ...]:
        known = self._known.get(engine_id, {})
        summaries = await self._summaries(engine_id) if any(body.version for body in known.values()) else None
        if summaries is None:
            found = await self._all(engine_id)
        else:
            versions = {summary.policy_id: summary for summary in summaries}
            changed = [
                policy_id
                for policy_id, version in versions.items()
                if policy_id not in known or known[policy_id].version != version
            ]
            if len(changed) > math.ceil(len(versions) / PAGE):
                found = await self._all(engine_id)
            else:
                kept = {policy_id: known[policy_id] for policy_id in versions.keys() - set(changed)}
                found = {**kept, **await self._each(engine_id, changed)}
        self._known[engine_id] = found
        return tuple(sorted((body.record for body in found.values()), key=lambda record: record.name))

    async def _summaries(self, engine_id: str) -> list[PolicySummary] | None:
        """The summary of every policy of an engine; None when AgentCore does not give summaries."""
        if not self._has_summaries:
            return None
        items = self._client.items("ListPolicySummaries", "policies", policyEngineId=engine_id)
        try:
            return [wire.summary(item) async for item in items]
        except ServiceError as error:
            if error.code not in _NO_SUMMARIES:
                raise
            self._has_summaries = False
            return None

    async def _all(self, engine_id: str) -> dict[str, Body]:
        """Every policy, a hundred a call."""
        found: dict[str, Body] = {}
        async for page in self._client.pages("ListPolicies", policyEngineId=engine_id):
            items = wire.member(page, "policies")
            few = asyncio.Semaphore(AT_ONCE)
            bodies = await together(self._body(engine_id, page, item, few) for item in items)
            found.update((body.record.policy_id, body) for body in bodies)
        return found

    async def _each(self, engine_id: str, policy_ids: list[str]) -> dict[str, Body]:
        """Some policies, a call for each. One that was deleted since it was listed is left out."""
        few = asyncio.Semaphore(AT_ONCE)
        bodies = await together(self._one(engine_id, policy_id, few) for policy_id in policy_ids)
        return {body.record.policy_id: body for body in bodies if body is not None}

    async def _one(self, engine_id: str, policy_id: str, few: asyncio.Semaphore) -> Body | None:
        async with few:
            try:
                answer = await self._client.call("GetPolicy", policyEngineId=engine_id, policyId=policy_id)
            except ServiceError as error:
                if error.code == "ResourceNotFoundException":
                    return None
                raise
        return await self._body(engine_id, answer, answer, few)

    async def _body(self, engine_id: str, answer: wire.Answer, item: wire.Answer, few: asyncio.Semaphore) -> Body:
        """The policy in an answer, or in an item of one. Its version is that of the body, not of an older summary."""
        async with few:
            record = await self._definitions.record(engine_id, item)
        lasting = record.status in SETTLED and record.unreadable in ("", GONE) and wire.had_stood(answer, item)
        return Body(record, wire.summary(item) if lasting else None)
