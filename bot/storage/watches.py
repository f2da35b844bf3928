"""Routes that are watched for what others change, and what is known of each."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cedar import digest
from bot.review.drift import Drift, Watch
from bot.review.evidence import Seen
from bot.review.messages import Announcement
from bot.review.model import OPEN, Act, Draft, DraftState
from bot.review.record import Entry
from bot.review.work import Claim
from bot.storage.announcing import announce
from bot.storage.base import Part, give_back, marks, want
from bot.storage.journal import changing
from bot.storage.rows import to_draft
from bot.storage.tables import bindings, drafts, looks, messages, proposals, turns, watches


class WatchStore(Part):
    """The part of `bot.review.stores.Watches`."""

    async def watch_routes(self, team_id: str, routes: Sequence[tuple[str, str, str]], *, spread: float = 0.0) -> None:
        now = self.database.now()
        own = team_id if spread else ""
        wanted = {
            _id(engine, gateway, own): (channel, engine, gateway) for channel, engine, gateway in reversed(routes)
        }
        insert = sqlite.insert if self.database.is_sqlite else postgresql.insert
        async with self.database.write(wakes=True) as connection:
            # In one order, and whoever is second finds the row there: replicas start at the same moment.
            for key, (channel, engine, gateway) in sorted(wanted.items()):
                row = {"team_id": team_id, "channel_id": channel, "engine_id": engine, "gateway_arn": gateway}
                first = now + timedelta(seconds=spread * int(digest(key)[:6], 16) / 0x1000000)
                put = insert(watches).values(id=key, **row, due_at=first, since=now)
                again = {**row, "due_at": sa.func.coalesce(watches.c.due_at, first)}
                await connection.execute(put.on_conflict_do_update(index_elements=[watches.c.id], set_=again))
            mine = watches.c.team_id == team_id if spread else sa.true()
            left = sa.update(watches).where(watches.c.id.not_in(list(wanted)), mine)
            await connection.execute(left.values(due_at=None))

    async def watch(self, watch_id: str) -> Watch | None:
        async with self.database.read() as connection:
            query = sa.select(watches).where(watches.c.id == watch_id)
            row = (await connection.execute(query)).mappings().one_or_none()
            kept = sa.select(looks.c.digest, looks.c.body).where(looks.c.watch_id == watch_id)
            seen = {key: json.loads(zlib.decompress(body)) for key, body in await connection.execute(kept)}
        return _watch(row, seen) if row else None

    async def watched_routes(self, team_id: str) -> tuple[Watch, ...]:
        query = sa.select(watches.c.id).where(watches.c.team_id == team_id, watches.c.due_at.is_not(None))
        async with self.database.read() as connection:
            found = list(await connection.scalars(query.order_by(watches.c.engine_id, watches.c.gateway_arn)))
        return tuple([each for key in found if (each := await self.watch(key)) is not None])

    async def watched(
        self,
        claim: Claim,
        watch: Watch,
        *,
        after: float,
        entry: Entry | None = None,
        told: Sequence[Announcement] = (),
    ) -> None:
        seen: dict[str, bytes] = {}
        known = _without_looks({name: value for name, value in asdict(watch).items() if name in _KNOWN}, seen)
        due = self.database.now() + timedelta(seconds=after)
        async with changing(self.database) as change:
            await give_back(change.connection, watches, claim, {"known": known, "due_at": due, "attempts": 0})
            await _keep(change.connection, claim.id, seen)
            await announce(change.connection, told, self.database.now())
            if entry is not None:
                change.note(entry)

    async def shown_again(self, announced: Sequence[str]) -> None:
        if announced:
            async with self.database.write(wakes=True) as connection:
                stand = messages.c.id.in_(list(announced)), messages.c.ts != ""
                await connection.execute(sa.update(messages).where(*stand).values(**marks(self.database.now())))

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

    async def observed(self, engine_id: str, gateway_arn: str, found: Mapping[str, Seen]) -> None:
        if not found:
            return
        in_effect = sa.and_(drafts.c.state == DraftState.IN_EFFECT.value, drafts.c.enforcement_mode == "LOG_ONLY")
        open_ = sa.and_(drafts.c.state.in_(_OPEN), drafts.c.act == Act.PROMOTE.value)
        here = proposals.c.gateway_arn == gateway_arn  # others that ask this engine record calls of their own
        about = here, drafts.c.policy_id.in_(list(found)), sa.or_(in_effect, open_)
        async with self.database.write(wakes=True) as connection:
            rows = (await connection.execute(_of_engine(engine_id).where(*about))).mappings().all()
            for draft in map(to_draft, rows):
                seen = found[draft.policy_id]
                row = sa.update(drafts).where(drafts.c.id == draft.id)
                await connection.execute(row.values(evidence=seen.as_json()))
                if draft.evidence is None or replace(draft.evidence, until=seen.until) != seen:
                    await want(connection, draft.proposal_id, self.database.now())

    async def channel_of(self, team_id: str, engine_id: str) -> str:
        bound = sa.select(bindings.c.channel_id).order_by(bindings.c.bound_at.desc()).limit(1)
        newest = sa.select(proposals.c.channel_id).order_by(proposals.c.created_at.desc()).limit(1)
        bound = bound.where(bindings.c.team_id == team_id, bindings.c.engine_id == engine_id)
        about = proposals.c.team_id == team_id, proposals.c.engine_id == engine_id, proposals.c.thread_ts != ""
        async with self.database.read() as connection:
            found = await connection.scalar(bound) or await connection.scalar(newest.where(*about))
            return str(found or "")


_KNOWN = ("glance", "seen", "count", "open", "waits", "observed_at")
_DRIFT = frozenset(each.name for each in fields(Drift))
_OPEN = [state.value for state in OPEN]
_SENT = (DraftState.IN_EFFECT.value, DraftState.NOT_ENACTED.value, DraftState.SETTLING.value)


def _of_engine(engine_id: str) -> sa.Select[tuple[Any, ...]]:
    joined = drafts.join(proposals, proposals.c.id == drafts.c.proposal_id)
    return sa.select(drafts).select_from(joined).where(proposals.c.engine_id == engine_id)


async def _keep(connection: AsyncConnection, watch_id: str, seen: Mapping[str, bytes]) -> None:
    """The looks that a watch names, each once, and no others."""
    own = looks.c.watch_id == watch_id
    there = set(await connection.scalars(sa.select(looks.c.digest).where(own)))
    if gone := there - seen.keys():
        await connection.execute(sa.delete(looks).where(own, looks.c.digest.in_(sorted(gone))))
    rows = [{"watch_id": watch_id, "digest": key, "body": body} for key, body in seen.items() if key not in there]
    if rows:
        await connection.execute(sa.insert(looks), rows)


def _without_looks(known: dict[str, Any], seen: dict[str, bytes]) -> dict[str, Any]:
    """What is known, with the digests of looks in their places; the looks come into `seen`."""

    def look(found: Mapping[str, Any] | None) -> str | None:
        if found is None:
            return None
        text = json.dumps(found, sort_keys=True)
        key = digest(text)
        seen[key] = zlib.compress(text.encode())
        return key

    drifts = [{**each, "since": look(each["since"])} for each in known["open"]]
    return {**known, "open": drifts, "seen": look(known["seen"])}


def _id(engine_id: str, gateway_arn: str, team_id: str) -> str:
    """The only workspace of a bot leaves its routes the ids that they had when there was no other."""
    return f"W-{digest(engine_id, gateway_arn, *([team_id] if team_id else ()))[:16]}"


def _watch(row: sa.RowMapping, seen: Mapping[str, Mapping[str, Any]]) -> Watch:
    known: Mapping[str, Any] = row["known"] or {}

    def drift(found: Mapping[str, Any]) -> Drift:  # a version before kept more of it here
        kept = {name: value for name, value in found.items() if name in _DRIFT}
        return Drift(**{**kept, "said": tuple(found["said"]), "since": seen[found["since"]]})

    return Watch(
        id=row["id"],
        team_id=row["team_id"],
        channel_id=row["channel_id"],
        engine_id=row["engine_id"],
        gateway_arn=row["gateway_arn"],
        glance=known.get("glance", ""),
        seen=seen[known["seen"]] if known.get("seen") else None,
        count=known.get("count", 0),
        open=tuple(map(drift, known.get("open", ()))),
        waits=known.get("waits", 0),
        observed_at=known.get("observed_at", ""),
    )
