"""The step that looks, now and then, at what others change on a route's engine and gateway, and has it said."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import ServiceError
from bot.review import drift
from bot.review.announcing import drift_id, of_drift, of_undone
from bot.review.drift import Drift, Look, Watch
from bot.review.engine import EngineState
from bot.review.observing import Observing
from bot.review.options import Options
from bot.review.own import ours, with_left
from bot.review.ports import Analyst, Clock, PolicyService
from bot.review.record import Entry
from bot.review.stores import Store
from bot.review.work import Claim

log = logging.getLogger(__name__)

_MOST_OPEN = 20
_SAID_AFTER = 3600.0
"""Seconds without a look until that is worth a line in the log."""


@dataclass(frozen=True)
class Watching:
    """Runs a look."""

    store: Store
    service: PolicyService
    analyst: Analyst
    observing: Observing
    clock: Clock
    options: Options

    async def run(self, claim: Claim) -> None:
        """Do the next step of a claimed watch and give it back."""
        watch = await self.store.watch(claim.id)
        drifts = bool(self.options.drift_seconds)
        if watch is None or not (drifts or self.options.evidence_seconds):
            await self.store.later(claim, after=None)
        elif self._to_observe(watch):
            await self.observing.look(watch.engine_id, watch.gateway_arn)
            seen = replace(watch, observed_at=self.clock.now().isoformat())
            await self.store.watched(claim, seen, after=0.0 if drifts else self.options.evidence_seconds)
        elif not drifts:
            await self.store.later(claim, after=self.options.evidence_seconds)
        else:
            try:
                await self._look(claim, watch)
            except ServiceError as error:
                await self._unseen(claim, watch, error)

    def _to_observe(self, watch: Watch) -> bool:
        """Whether it is time to read what log-only policies would have done."""
        if not self.options.evidence_seconds:
            return False
        last = datetime.fromisoformat(watch.observed_at) if watch.observed_at else None
        return last is None or self.clock.now() - last >= timedelta(seconds=self.options.evidence_seconds)

    async def _look(self, claim: Claim, watch: Watch) -> None:
        await self.store.shown_again([drift_id(watch, each) for each in watch.open])
        summaries = await self.service.policies_summary(watch.engine_id)
        attachment = await self.service.attachment(watch.gateway_arn)
        glance = drift.glance(summaries, attachment)
        if glance == watch.glance:
            await self.store.later(claim, after=self.options.drift_seconds)
            return
        soon = min(self.options.drift_seconds, self.options.policy_poll)
        # What others have under way is waited for, but not for ever: one stuck policy would hide all else.
        patient = watch.waits * soon < self.options.policy_patience
        if patient and drift.on_its_way(summaries):
            await self.store.watched(claim, replace(watch, waits=watch.waits + 1), after=soon)
            return
        ids = watch.policy_ids | {each.policy_id for each in summaries}
        before = await self.store.sent(watch.engine_id, sorted(ids))
        state = await self.service.engine_state(watch.engine_id, watch.gateway_arn)
        # Asked after the reading: what a draft did to the engine before it is in the store by then, or counts as busy.
        if await self.store.busy(watch.engine_id) or (patient and drift.on_its_way(state.policies)):
            await self.store.later(claim, after=soon)
            return
        then = Look.from_json(watch.seen) if watch.seen is not None else None
        now = with_left(then, drift.look_at(state, attachment), before)
        seen = replace(watch, glance=glance, seen=now.as_json(), waits=0)
        if then is None:
            await self.store.watched(claim, seen, after=self.options.drift_seconds)
        else:
            await self._compare(claim, seen, then, now, state)

    async def _compare(self, claim: Claim, watch: Watch, then: Look, now: Look, state: EngineState) -> None:
        """Note what is to be said of two looks, and that there was one; `watch` has the later one as seen."""
        ids = watch.policy_ids | then.policies.keys()
        drafts = await self.store.sent(watch.engine_id, sorted(ids))
        for place, each in enumerate(watch.open):
            since = Look.from_json(each.since)
            if drift.is_back(drift.with_ours(since, now, ours(since, now, drafts)), now):
                closed = watch.open[place:]
                told = [said for one in closed for said in of_undone(watch, one)]
                entry = _entry("drift.closed", watch, *closed)
                after = replace(watch, open=watch.open[:place])
                await self.store.watched(claim, after, after=self.options.drift_seconds, entry=entry, told=told)
                return
        own = ours(then, now, drafts)
        said = drift.told(then, now, watch.engine_id, own)
        if not said:
            await self.store.watched(claim, watch, after=self.options.drift_seconds)
            return
        found = await self._found(watch, drift.with_ours(then, now, own), now, state, said)
        log.warning("changed elsewhere", extra={"engine": watch.engine_id, "said": list(said)})
        after = replace(watch, count=found.number, open=(*watch.open, found)[-_MOST_OPEN:])
        entry = _entry("drift", watch, found)
        due = self.options.drift_seconds
        await self.store.watched(claim, after, after=due, entry=entry, told=of_drift(watch, found))

    async def _found(self, watch: Watch, then: Look, now: Look, state: EngineState, said: tuple[str, ...]) -> Drift:
        place = (then.attached, then.gateway_mode) != (now.attached, now.gateway_mode)
        before = then.state(watch.engine_id, state.gateway)
        return Drift(
            watch.count + 1,
            said,
            then.as_json(),
            difference=await self.analyst.between(before, state),
            place=place,
            channel=watch.channel_id or await self.store.channel_of(watch.team_id, watch.engine_id),
            key=watch.glance[:12],
        )

    async def _unseen(self, claim: Claim, watch: Watch, error: ServiceError) -> None:
        """Nobody is told that AgentCore cannot be asked: it is asked again, and after an hour one line is logged."""
        lasted = sum(map(self._pause, range(claim.attempts)))
        if lasted >= _SAID_AFTER > lasted - (self._pause(claim.attempts - 1) if claim.attempts else 0.0):
            extra = {"engine": watch.engine_id, "gateway": watch.gateway_arn, "error": error.sentence}
            log.warning("what others change cannot be seen since an hour", extra=extra)
        await self.store.later(claim, after=self._pause(claim.attempts), trouble=error.sentence, failed=True)

    def _pause(self, attempts: int) -> float:
        """Seconds after so many failures before; no replica but the one that holds the row asks, so none are spread."""
        return max(self.options.drift_seconds, self.options.delay(attempts, 1.0))


def _entry(event: str, watch: Watch, *found: Drift) -> Entry:
    data = {
        "engine": watch.engine_id,
        "gateway": watch.gateway_arn,
        "numbers": [each.number for each in found],
        "said": [said for each in found for said in each.said],
        "difference": next((each.difference for each in found if event == "drift"), None),
    }
    return Entry(event, watch.team_id, data={name: value for name, value in data.items() if value})
