"""The step that reads, now and then, what log-only policies would have done, so that cards say it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import ServiceError
from bot.review.evidence import Seen
from bot.review.model import Draft, Proposal
from bot.review.ports import Clock, Evidence, PolicyService
from bot.review.stores import Store

log = logging.getLogger(__name__)

_NOT_RECORDED = "The gateway records nothing of it: it is not ACTIVE and log-only."


@dataclass(frozen=True)
class Observing:
    """Asks for evidence, and keeps it with the drafts that show it. Where it cannot be had, what was known stays."""

    store: Store
    service: PolicyService
    evidence: Evidence
    clock: Clock

    async def look(self, engine_id: str, gateway_arn: str) -> None:
        """Read what is recorded of every log-only policy of an engine that a card shows. Raises StoreError."""
        try:
            found = await self._seen(engine_id, gateway_arn)
        except ServiceError as error:
            log.info("evidence cannot be read", extra={"engine": engine_id, "error": error.sentence})
            return
        await self.store.observed(engine_id, gateway_arn, found)

    async def of(self, draft: Draft, proposal: Proposal) -> Seen:
        """What is recorded of the policy of a draft; where it cannot be had now, that nothing is known."""
        try:
            found = await self._seen(proposal.engine_id, proposal.gateway_arn, draft.policy_id)
        except ServiceError as error:
            log.info("evidence cannot be read", extra={"draft": draft.id, "error": error.sentence})
            return self._nothing(f"The gateway's record could not be read: {error.sentence}")
        return found.get(draft.policy_id) or self._nothing(_NOT_RECORDED)

    def _nothing(self, why: str) -> Seen:
        now = self.clock.now()
        return Seen(now, now, unknown=(why,))

    async def _seen(self, engine_id: str, gateway_arn: str, policy_id: str = "") -> Mapping[str, Seen]:
        """By policy id. A policy that is not ACTIVE decides nothing, and is not recorded."""
        summaries = await self.service.policies_summary(engine_id)
        since = {
            each.policy_id: each.as_it_is_since
            for each in summaries
            if each.enforcement_mode == "LOG_ONLY" and each.status == "ACTIVE" and policy_id in ("", each.policy_id)
        }
        return await self.evidence.of(engine_id, gateway_arn, since, self.clock.now()) if since else {}
