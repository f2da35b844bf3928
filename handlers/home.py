"""App Home: published when somebody opens it, turned by its own buttons, and kept current while it may be looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import structlog
from aiohttp import ClientError
from cachetools import TTLCache
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import ids
from bot.blocks.home import SEARCHED, HomeOrigin, home_notice, home_origin, home_view
from bot.review.place import Asker
from handlers.errors import sentence_for
from handlers.identity import asker_of, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)

_LOOKED_AT = 600.0
"""Seconds after it was opened or used for which a tab is kept current."""
_MOST = 500
_PAUSE = 1.0
Clients = Callable[[str], Awaitable[AsyncWebClient]]
"""A client of a workspace, by its id."""


class OpenHomes:
    """The tabs that were opened of late, with what each shows. Of a process: another replica keeps its own current."""

    def __init__(self) -> None:
        self._shown: TTLCache[str, tuple[Asker, HomeOrigin, str]] = TTLCache(_MOST, _LOOKED_AT)
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Something was written: what is open may have to show something else."""
        self._changed.set()

    async def show(self, asker: Asker, origin: HomeOrigin, client: AsyncWebClient, services: Services) -> None:
        """Publish the tab of a person as it should be now; why it cannot be is said in it."""
        try:
            home = await services.home.home(asker, origin.route, origin.text, origin.page)
            view = home_view(home, origin)
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
            view = home_notice(sentence_for(error, doing="home"))
        print_ = sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        known = self._shown.get(asker.user_id)
        self._shown[asker.user_id] = (asker, home_origin(view), print_)
        if known is not None and known[2] == print_ and known[1] == origin:
            return
        try:
            await client.views_publish(user_id=asker.user_id, view=view)
        except (SlackClientError, ClientError, TimeoutError) as error:
            self._shown.pop(asker.user_id, None)
            log.warning("home_not_published", user=asker.user_id, error=str(error))

    def forget(self, user_id: str) -> None:
        """What a person sees is not known: the next time it is published whatever it was."""
        self._shown.pop(user_id, None)

    async def keep_current(self, clients: Clients, services: Services, *, pause: float = _PAUSE) -> None:
        """Show every open tab anew when something was written, until cancelled; one each `pause` seconds, however many
        there are: each asks Slack who may decide."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            for asker, origin, _ in list(self._shown.values()):
                if asker.user_id in self._shown:  # it has not run out since
                    await self._again(asker, origin, clients, services)
                    await asyncio.sleep(pause)

    async def _again(self, asker: Asker, origin: HomeOrigin, clients: Clients, services: Services) -> None:
        try:
            await self.show(asker, origin, await clients(asker.team_id), services)
        except Exception:  # a tab that cannot be shown must not end the others
            log.exception("home_not_kept_current", user=asker.user_id)


async def opened(event: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Somebody opened the tab; the tab of messages needs nothing."""
    if event.get("tab") != "home":
        return
    asker = Asker(services.team_id, "", str(event["user"]))
    services.homes.forget(asker.user_id)
    await services.homes.show(asker, home_origin(event.get("view") or {}), client, services)


async def turned(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another page, another route, or other words to look for."""
    await ack()
    action = body["actions"][0]
    change = _CHANGES[str(action["action_id"])]
    asker = asker_of(of_interaction(body), services.team_id)
    await services.homes.show(asker, change(home_origin(body["view"]), action), client, services)


def _page(origin: HomeOrigin, action: Mapping[str, Any]) -> HomeOrigin:
    return replace(origin, page=ids.counted(action.get("value"), 1))


def _route(origin: HomeOrigin, action: Mapping[str, Any]) -> HomeOrigin:
    return HomeOrigin(ids.counted((action.get("selected_option") or {}).get("value"), 0))


def _search(origin: HomeOrigin, action: Mapping[str, Any]) -> HomeOrigin:
    return HomeOrigin(origin.route, str(action.get("value") or "").strip()[:SEARCHED])


_CHANGES: Mapping[str, Callable[[HomeOrigin, Mapping[str, Any]], HomeOrigin]] = {
    ids.HOME_BACK: _page,
    ids.HOME_ON: _page,
    ids.HOME_ROUTE: _route,
    ids.HOME_SEARCH: _search,
}
