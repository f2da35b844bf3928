"""One process's worth of bot over the small world of `tests.support.world`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.governance import Governance
from bot.review.authority import Authority
from bot.review.commands import DecideDraft, ProposeRule
from bot.review.deciding import Decided, Deciding
from bot.review.decision import Tick
from bot.review.extending import Extending
from bot.review.model import Draft, Proposal
from bot.review.options import Options
from bot.review.ports import Clock
from bot.review.revising import Revising
from bot.review.service import Review
from bot.review.votes import Vote
from bot.review.work import Claim, WorkKind
from bot.review.worker import Worker
from bot.review.workflow import handlers_for
from bot.storage.queue import TABLES
from bot.storage.store import SqlStore
from tests.support.world import (
    APPROVERS,
    PATIENT,
    FakeAgentCore,
    FakeAnalyst,
    FakeCards,
    FakeDirectory,
    FakeSlack,
    MovableClock,
    World,
)


@dataclass
class Bot:
    """One process's worth of bot: a store, the use cases, and what its worker does."""

    store: SqlStore
    world: World
    clock: Clock
    options: Options = PATIENT
    keys: int = field(default=0)
    governance: Governance | None = None

    def __post_init__(self) -> None:
        governance = self.governance or Governance.default((APPROVERS,))
        authority = Authority(FakeDirectory(self.world), lambda _team, _engine, _gateway: governance)
        service = FakeAgentCore(self.world)
        self.review = Review(self.store, authority, self.clock, self.options)
        self.deciding = Deciding(self.store, authority)
        self.revising = Revising(self.store, service, authority, FakeAnalyst(), self.clock, self.options)
        self.extending = Extending(self.store, authority, self.clock, self.options)
        self.handlers = handlers_for(
            store=self.store,
            service=service,
            messenger=FakeSlack(self.world),
            authority=authority,
            analyst=FakeAnalyst(),
            cards=FakeCards(),
            evidence=self.world.evidence,
            clock=self.clock,
            options=self.options,
        )

    def worker(self, **options: Any) -> Worker:
        return Worker(self.store, self.handlers, replace(self.options, **options))

    async def propose(self, rule: str = "allow agents to use refund", **members: Any) -> str:
        """A proposal of its own key, by U_ASKS in C1."""
        self.keys += 1
        command = ProposeRule(f"key-{self.keys}", "T1", "C1", "general", "U_ASKS", "T1", rule, "https://hooks.test/1")
        return (await self.review.propose(replace(command, **members))).proposal_id

    async def decide(
        self,
        draft_id: str,
        vote: Vote = Vote.APPROVE,
        user: str = "U_APPROVES",
        version: int = 1,
        reason: str = "",
        until: datetime | None = None,
    ) -> Decided:
        """A person's word; of an approval, with everything ticked but that it is looser."""
        seen = frozenset(Tick) - {Tick.LOOSER}
        why = reason or ("Wanted all the same." if vote is Vote.APPROVE_UNVALIDATED else "")
        return await self.deciding.decide(DecideDraft(draft_id, version, vote, user, "T1", why, seen, until))

    async def claim(self, kind: WorkKind, lease: float = 15.0) -> Claim:
        (claim,) = await self.store.claim(kind, limit=1, lease=lease)
        return claim

    async def due(self) -> int:
        """Do everything that is due now, and what becomes due by it; how many steps that were."""
        steps = 0
        while True:
            due = await self.store.due()
            kinds = [kind for kind in self.handlers if kind in due]
            claims = [claim for kind in kinds for claim in await self.store.claim(kind, limit=50, lease=15.0)]
            if not claims:
                return steps
            for claim in claims:
                await self.handlers[claim.kind](claim)
            steps += len(claims)

    async def pass_time(self, seconds: float = 60.0) -> None:
        """Let time pass, doing what falls due when it does. Only on a clock that can be moved."""
        assert isinstance(self.clock, MovableClock)
        end = self.clock.now() + timedelta(seconds=seconds)
        while await self.due() >= 0 and (next_due := await self._next_due()) is not None and next_due <= end:
            self.clock.moment = max(next_due, self.clock.moment)
        self.clock.moment = end

    async def _next_due(self) -> datetime | None:
        """When something falls due next. What is due and was not done waits for something else."""
        now = self.clock.now()
        columns = [
            sa.select(sa.func.min(table.c.due_at).label("at")).where(table.c.due_at > now) for table in TABLES.values()
        ]
        async with self.store.database.read() as connection:
            found = (await connection.execute(sa.union_all(*columns))).scalars()
            return min((at for at in found if at is not None), default=None)

    async def proposal(self, proposal_id: str) -> Proposal:
        return await self.review.proposal(proposal_id)

    async def draft(self, draft_id: str) -> Draft:
        return await self.review.draft(draft_id)
