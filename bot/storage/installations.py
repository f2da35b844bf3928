"""Where the app is installed: rows that replicas share, one refresher of a token among them, and the end of a team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.installed import Installed
from bot.storage import tables
from bot.storage.base import Part
from bot.storage.tables import drafts, installations, looks, oauth_states, proposals, turns, votes, watches, workspaces


class InstallationStore(Part):
    """`bot.installed.Installations`."""

    def _put(self, table: sa.Table, row: Mapping[str, Any], key: str) -> Any:
        """Insert a row, or replace the one under its key."""
        insert = (sqlite.insert if self.database.is_sqlite else postgresql.insert)(table).values(**row)
        return insert.on_conflict_do_update(index_elements=[table.c[key]], set_=dict(row))

    async def install(self, found: Installed) -> None:
        row = {**asdict(found), "scopes": list(found.scopes), "id": found.id, "refresh_until": None}
        row["installed_at"] = self.database.now()
        async with self.database.write(wakes=True) as connection:
            before = sa.select(installations.c.version).where(installations.c.id == found.id)
            row["version"] = int(await connection.scalar(before) or 0) + 1
            await connection.execute(self._put(installations, row, "id"))
            if found.team_id:
                await self._belongs(connection, found.team_id, found.enterprise_id)
            await self._resume(connection, found)

    async def _resume(self, connection: AsyncConnection, found: Installed) -> None:
        """What waits for a token is due now."""
        teams: Sequence[str] | sa.Select[Any] = [found.team_id]
        if not found.team_id:
            teams = sa.select(workspaces.c.team_id).where(workspaces.c.enterprise_id == found.enterprise_id)
        now = self.database.now()
        for table, mine in ((proposals, proposals.c.team_id.in_(teams)), *_of(teams)):
            waiting = sa.update(table).where(mine, table.c.due_at > now)
            await connection.execute(waiting.values(due_at=now))

    async def installation(self, team_id: str, enterprise_id: str = "") -> Installed | None:
        async with self.database.read() as connection:
            known = sa.select(workspaces.c.enterprise_id).where(workspaces.c.team_id == team_id)
            enterprise_id = enterprise_id or await connection.scalar(known) or ""
            ids = [each for each in (team_id, enterprise_id) if each]
            query = sa.select(installations).where(installations.c.id.in_(ids), installations.c.bot_token != "")
            rows = {row["id"]: row for row in (await connection.execute(query)).mappings()}
        row = next((rows[each] for each in ids if each in rows), None)
        return _installed(row) if row is not None else None

    async def installations(self, after: str = "", most: int = 200) -> Sequence[Installed]:
        query = sa.select(installations).where(installations.c.id > after, installations.c.bot_token != "")
        async with self.database.read() as connection:
            found = await connection.execute(query.order_by(installations.c.id).limit(most))
            return [_installed(row) for row in found.mappings()]

    async def uninstall(self, team_id: str, enterprise_id: str) -> bool:
        here = installations.c.id == (team_id or enterprise_id)
        gone = {"bot_token": "", "refresh_token": "", "expires_at": 0.0, "version": installations.c.version + 1}
        async with self.database.write() as connection:
            ended = sa.update(installations).where(here, installations.c.bot_token != "")
            return bool((await connection.execute(ended.values(**gone))).rowcount)

    async def belongs(self, team_id: str, enterprise_id: str) -> bool:
        known = sa.select(workspaces.c.enterprise_id).where(workspaces.c.team_id == team_id)
        async with self.database.read() as connection:
            if await connection.scalar(known) == enterprise_id:
                return False
        async with self.database.write() as connection:
            await self._belongs(connection, team_id, enterprise_id)
        return True

    async def workspaces(self, enterprise_id: str = "", after: str = "", most: int = 200) -> Sequence[str]:
        theirs = workspaces.c.enterprise_id == enterprise_id if enterprise_id else sa.true()
        query = sa.select(workspaces.c.team_id).where(theirs, workspaces.c.team_id > after)
        async with self.database.read() as connection:
            return list(await connection.scalars(query.order_by(workspaces.c.team_id).limit(most)))

    async def _belongs(self, connection: AsyncConnection, team_id: str, enterprise_id: str) -> None:
        await connection.execute(self._put(workspaces, {"team_id": team_id, "enterprise_id": enterprise_id}, "team_id"))

    async def take_refresh(self, found: Installed, seconds: float) -> bool:
        now = self.database.database_now()
        free = sa.or_(installations.c.refresh_until.is_(None), installations.c.refresh_until < now)
        mine = sa.update(installations).where(_version(found), free).values(refresh_until=now + seconds)
        async with self.database.write() as connection:
            return (await connection.execute(mine)).rowcount == 1

    async def reseal(
        self, found: Installed, bot_token: str, refresh_token: str, expires_at: float | None = None
    ) -> bool:
        values: dict[str, Any] = {"bot_token": bot_token, "refresh_token": refresh_token}
        if expires_at is not None:
            values |= {"expires_at": expires_at, "version": found.version + 1, "refresh_until": None}
        async with self.database.write() as connection:
            kept = sa.update(installations).where(_version(found), installations.c.bot_token == found.bot_token)
            return (await connection.execute(kept.values(**values))).rowcount == 1

    async def issue_state(self, digest: str, seconds: float) -> None:
        now = self.database.database_now()
        async with self.database.write() as connection:
            await connection.execute(sa.delete(oauth_states).where(oauth_states.c.expires_at < now))
            await connection.execute(sa.insert(oauth_states).values(digest=digest, expires_at=now + seconds))

    async def take_state(self, digest: str) -> bool:
        now = self.database.database_now()
        mine = sa.delete(oauth_states).where(oauth_states.c.digest == digest, oauth_states.c.expires_at >= now)
        async with self.database.write() as connection:
            return (await connection.execute(mine)).rowcount == 1

    async def forget_workspace(self, team_id: str) -> dict[str, int]:
        """The audit log is one chain, of which nothing can be taken: it stays."""
        ids = sa.select(proposals.c.id).where(proposals.c.team_id == team_id)
        own = sa.select(drafts.c.id).where(drafts.c.proposal_id.in_(ids))
        seen = sa.select(watches.c.id).where(watches.c.team_id == team_id)
        goes: list[tuple[sa.Table, Any]] = [
            (votes, votes.c.draft_id.in_(own)),
            (turns, turns.c.draft_id.in_(own)),
            *_of([team_id]),
            (proposals, proposals.c.team_id == team_id),
            (looks, looks.c.watch_id.in_(seen)),
            (watches, watches.c.team_id == team_id),
            (tables.examples, tables.examples.c.team_id == team_id),
            (tables.bindings, tables.bindings.c.team_id == team_id),
            (installations, installations.c.id == team_id),
            (workspaces, workspaces.c.team_id == team_id),
        ]
        async with self.database.write() as connection:
            return {
                table.name: (await connection.execute(sa.delete(table).where(which))).rowcount for table, which in goes
            }


def _of(teams: Sequence[str] | sa.Select[Any]) -> Iterator[tuple[sa.Table, ColumnElement[bool]]]:
    """What belongs to workspaces: of their proposals, and what their channels are told besides."""
    ids = sa.select(proposals.c.id).where(proposals.c.team_id.in_(teams))
    told = tables.messages
    yield told, sa.or_(told.c.proposal_id.in_(ids), told.c.team_id.in_(teams))
    for table in (tables.notices, drafts):
        yield table, table.c.proposal_id.in_(ids)


def _version(found: Installed) -> Any:
    return sa.and_(installations.c.id == found.id, installations.c.version == found.version)


def _installed(row: Any) -> Installed:
    kept = {name: row[name] for name in Installed.__dataclass_fields__}
    return Installed(**{**kept, "scopes": tuple(row["scopes"])})
