"""Whose token a workspace is spoken to with: the one of the environment, or what the workspace's installation keeps."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable, SettingsError, StoreError
from bot.installed import Installations, Installed
from bot.sealing import Seal
from bot.slack.errors import calling
from bot.slack.installation import Installation

log = logging.getLogger(__name__)

DEAD = frozenset({"account_inactive", "token_revoked", "invalid_auth", "token_expired", "not_authed"})
"""What Slack says of a token that is not good any more."""
_KEPT = 1024
_FRESH = 15.0
"""Seconds for which an installation is not read again: for so long another replica may not have heard of its end."""
_EARLY = 2 * 3600.0
"""Seconds before its end at which a token is renewed."""
_TURN = 30.0
_LOOK = 0.2
_SOON = 5.0
_LATER = 3600.0
"""Seconds until work for a workspace without an installation looks again; a new installation wakes it at once."""


class Tokens(Protocol):
    """Installations by workspace."""

    async def of(self, team_id: str) -> Installation:
        """The installation that serves a workspace. Raises ChatUnavailable when there is none that can be used."""
        ...

    async def asked_by(self, team_id: str, enterprise_id: str) -> Installation | None:
        """That of the workspace from which a request of Slack's comes."""
        ...

    def forget(self, team_id: str) -> None:
        """Read the installation of a workspace anew: Slack does not take its token any more."""
        ...


class OneToken:
    """The one workspace of a token from the environment, whichever is asked for."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    async def of(self, team_id: str) -> Installation:
        return self._installation

    async def asked_by(self, team_id: str, enterprise_id: str) -> Installation | None:
        return self._installation

    def forget(self, team_id: str) -> None:
        """It is what it is."""


class InstalledTokens:
    """Installations of the database. At most a thousand are held, each for some seconds; tokens that expire are renewed
    before they do, by one of all replicas. `client` has no token; `app` is its id and secret; `joined` is called with
    each workspace that an organisation's installation serves, when something first comes from it."""

    def __init__(
        self,
        store: Installations,
        seal: Seal,
        client: AsyncWebClient,
        app: tuple[str, str],
        joined: Callable[[str], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._seal = seal
        self._client = client
        self._app = app
        self._joined = joined
        self._clock = clock
        self._held: LRUCache[str, tuple[float, Installed, Installation]] = LRUCache(_KEPT)
        self._inside: TTLCache[str, str] = TTLCache(_KEPT, _FRESH)  # another process may forget a workspace
        self._warned: LRUCache[tuple[str, int], bool] = LRUCache(_KEPT)

    async def of(self, team_id: str) -> Installation:
        found = await self._find(team_id, "")
        if found is None:
            raise not_installed(team_id)
        return found

    async def asked_by(self, team_id: str, enterprise_id: str) -> Installation | None:
        try:
            found = await self._find(team_id, enterprise_id, hurried=True)
        except ChatUnavailable as error:
            log.error(error.sentence, extra={"workspace": team_id or enterprise_id, "code": error.code})
            return None
        if found is not None and found.org_wide and team_id and self._inside.get(team_id) != enterprise_id:
            # Work for this workspace finds the token by that.
            if await self._store.belongs(team_id, enterprise_id) and self._joined:
                await self._joined(team_id)
            self._inside[team_id] = enterprise_id
        return found

    def forget(self, team_id: str) -> None:
        for key in [key for key in self._held if key.partition(" ")[0] == team_id]:
            self._held.pop(key, None)

    def forget_all(self) -> None:
        """Read every installation anew."""
        self._held.clear()
        self._inside.clear()

    async def _find(self, team_id: str, enterprise_id: str, *, hurried: bool = False) -> Installation | None:
        """An installation. Who is `hurried`, because Slack waits for an answer, takes a token that still holds."""
        key = f"{team_id} {enterprise_id}"
        held = self._held.get(key)
        now = self._clock()
        early = 0.0 if hurried else _EARLY
        if held is not None and now - held[0] < _FRESH and not self._ends(held[1], early):
            return held[2]
        try:
            row = await self._store.installation(team_id, enterprise_id)
        except StoreError:
            if held is None or self._ends(held[1], 0.0):
                raise
            return held[2]  # the handler says itself that the database is away
        if row is not None and self._ends(row, early):
            row = await self._renewed(row, team_id, enterprise_id)
        if row is None:
            self._held.pop(key, None)
            return None
        try:
            found = self._opened(row, team_id)
        except SettingsError as error:
            raise ChatUnavailable(error.sentence, code="sealed", retry_after=_LATER, team=row.id) from error
        self._held[key] = (now, row, found)
        return found

    def _opened(self, row: Installed, team_id: str) -> Installation:
        return Installation(
            team_id=row.team_id or team_id,
            team=row.team,
            url="",
            bot_id=row.bot_id,
            bot_user_id=row.bot_user_id,
            token=self._seal.open(row.bot_token),
            scopes=frozenset(row.scopes),
            enterprise_id=row.enterprise_id,
            org_wide=not row.team_id,
        )

    # -- renewal -----------------------------------------------------------------------------------------------------

    def _ends(self, row: Installed, early: float) -> bool:
        """Whether a token ends within so many seconds, or has ended."""
        return bool(row.expires_at) and row.expires_at - self._clock() <= early

    async def _renewed(self, row: Installed, team_id: str, enterprise_id: str) -> Installed | None:
        """A later version of an installation; the same one while its token still holds and cannot be renewed."""
        if await self._store.take_refresh(row, _TURN):
            try:
                return await self._renew(row)
            except ChatUnavailable:
                if self._ends(row, 0.0):
                    raise
                return row
            except ChatError as error:
                self._warn(row, error)
                return None if self._ends(row, 0.0) else row
        if not self._ends(row, 0.0):  # another replica is at it, and this one still holds
            return row
        return await self._renewed_elsewhere(team_id, enterprise_id)

    async def _renewed_elsewhere(self, team_id: str, enterprise_id: str) -> Installed | None:
        """What another replica makes of a token that has ended. Raises ChatUnavailable when that takes too long."""
        try:
            async with asyncio.timeout(_TURN):
                while True:
                    row = await self._store.installation(team_id, enterprise_id)
                    if row is None or not self._ends(row, 0.0):
                        return row
                    await asyncio.sleep(_LOOK)
        except TimeoutError as error:
            said = "The workspace's token is being renewed."
            raise ChatUnavailable(said, code="renewing", retry_after=_SOON, team=team_id) from error

    def _warn(self, row: Installed, error: ChatError) -> None:
        """Say once of each token that the workspace has to install the app anew."""
        if (row.id, row.version) not in self._warned:
            self._warned[row.id, row.version] = True
            said = "token cannot be renewed; have the workspace install the app anew"
            log.error(said, extra={"workspace": row.id, "code": error.code})

    async def _renew(self, row: Installed) -> Installed | None:
        client_id, secret = self._app
        with calling("renew the token"):
            answer = await self._client.oauth_v2_access(
                client_id=client_id,
                client_secret=secret,
                grant_type="refresh_token",
                refresh_token=self._seal.open(row.refresh_token),
            )
        token, refresh = (self._seal.seal(str(answer[name])) for name in ("access_token", "refresh_token"))
        expires_at = self._clock() + float(answer["expires_in"])
        if not await self._store.reseal(row, token, refresh, expires_at):  # installed anew, or taken away, meanwhile
            return await self._store.installation(row.team_id, row.enterprise_id)
        log.info("token renewed", extra={"workspace": row.id})
        kept = replace(row, bot_token=token, refresh_token=refresh)
        return replace(kept, expires_at=expires_at, version=row.version + 1)


def not_installed(team_id: str) -> ChatUnavailable:
    """What is said, and when to look again, where the app is not installed any more."""
    return ChatUnavailable(
        "policybot is not installed in this workspace now: it goes on once it is installed anew.",
        code="not_installed",
        retry_after=_LATER,
        team=team_id,
    )


async def reseal_all(store: Installations, seal: Seal) -> int:
    """Seal what an older key sealed under the first one; how many. Raises SettingsError for what no key opens."""
    changed, after = 0, ""
    while found := await store.installations(after):
        for row in found:
            if seal.is_current(row.bot_token) and seal.is_current(row.refresh_token):
                continue
            token, refresh = (seal.seal(seal.open(kept)) for kept in (row.bot_token, row.refresh_token))
            changed += await store.reseal(row, token, refresh)
        after = found[-1].id
    return changed
