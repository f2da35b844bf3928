"""Routes that are watched for what others change, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.cedar import digest
from bot.review.drift import Drift, Watch
from bot.review.model import Draft, DraftState
from bot.review.record import Entry
from bot.review.work import Claim
from bot.storage.base import Part, give_back
from bot.storage.journal import changing
from bot.storage.rows import to_draft
from bot.storage.tables import drafts, proposals, turns, watches


class WatchStore(Part):
    """The part of `bot.review.stores.Watches`."""

    async def watch_routes(self, team_id: str, routes: Sequence[tuple[str, str, str]]) -> None:
        now = self.database.now()
        wanted = {_id(engine, gateway): (channel, engine, gateway) for channel, engine, gateway in reversed(routes)}
        insert = sqlite.insert if self.database.is_sqlite else postgresql.insert
        async with self.database.write(wakes=True) as connection:
            # In one order, and whoever is second finds the row there: replicas start at the same moment.
            for key, (channel, engine, gateway) in sorted(wanted.items()):
                row = {"team_id": team_id, "channel_id": channel, "engine_id": engine, "gateway_arn": gateway}
                put = insert(watches).values(id=key, **row, due_at=now, since=now)
                again = {**row, "due_at": sa.func.coalesce(watches.c.due_at, now)}
                await connection.execute(put.on_conflict_do_update(index_elements=[watches.c.id], set_=again))
            left = sa.update(watches).where(watches.c.id.not_in(list(wanted)))
            await connection.execute(left.values(due_at=None))

    async def watch(self, watch_id: str) -> Watch | None:
        async with self.database.read() as connection:
            query = sa.select(watches).where(watches.c.id == watch_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        return _watch(row) if row else None

    async def watched(self, claim: Claim, watch: Watch, *, after: float, entry: Entry | None = None) -> None:
        known = {name: value for name, value in asdict(watch).items() if name in _KNOWN}
        due = self.database.now() + timedelta(seconds=after)
        async with changing(self.database) as change:
            await give_back(change.connection, watches, claim, {"known": known, "due_at": due, "attempts": 0})
            if entry is not None:
                change.note(entry)

    async def busy(self, engine_id: str) -> bool:
        async with self.database.read() as connection:
            turn = sa.select(turns.c.draft_id).where(turns.c.engine_id == engine_id)
            sending = _of_engine(engine_id).where(drafts.c.state == DraftState.SENDING.value)
            query = sa.select(sa.or_(turn.exists(), sending.exists()))
            return bool(await connection.scalar(query))

    async def sent(self, engine_id: str, policy_ids: Sequence[str]) -> tuple[Draft, ...]:
        about = drafts.c.policy_id.in_(list(policy_ids)), drafts.c.state.in_(_SENT)
        query = _of_engine(engine_id).where(*about).order_by(drafts.c.since, drafts.c.id)
        async with self.database.read() as connection:
            return tuple(to_draft(row) for row in (await connection.execute(query)).mappings())

    async def channel_of(self, engine_id: str) -> str:
        query = sa.select(proposals.c.channel_id).where(proposals.c.engine_id == engine_id, proposals.c.thread_ts != "")
        async with self.database.read() as connection:
            return str(await connection.scalar(query.order_by(proposals.c.created_at.desc()).limit(1)) or "")


_KNOWN = ("glance", "seen", "count", "open", "pending", "closing", "waits")
_SENT = (DraftState.IN_EFFECT.value, DraftState.NOT_ENACTED.value, DraftState.SETTLING.value)


def _of_engine(engine_id: str) -> sa.Select[tuple[Any, ...]]:
    joined = drafts.join(proposals, proposals.c.id == drafts.c.proposal_id)
    return sa.select(drafts).select_from(joined).where(proposals.c.engine_id == engine_id)


def _id(engine_id: str, gateway_arn: str) -> str:
    return f"W-{digest(engine_id, gateway_arn)[:16]}"


def _watch(row: sa.RowMapping) -> Watch:
    known: Mapping[str, Any] = row["known"] or {}
    return Watch(
        id=row["id"],
        team_id=row["team_id"],
        channel_id=row["channel_id"],
        engine_id=row["engine_id"],
        gateway_arn=row["gateway_arn"],
        glance=known.get("glance", ""),
        seen=known.get("seen"),
        count=known.get("count", 0),
        open=tuple(map(_drift, known.get("open", ()))),
        pending=_drift(known["pending"]) if known.get("pending") else None,
        closing=tuple(map(_drift, known.get("closing", ()))),
        waits=known.get("waits", 0),
    )


def _drift(found: Mapping[str, Any]) -> Drift:
    return Drift(**{**found, "said": tuple(found["said"])})
