"""Which workspaces the bot serves: the one of SLACK_BOT_TOKEN, or all that install it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError, StoreError
from bot.installed import each_workspace
from bot.routing import Routing
from bot.sealing import Seal
from bot.settings import Settings
from bot.slack.client import safe_retries, web_client
from bot.slack.installation import Installation
from bot.slack.oauth import DatabaseInstallations, Installing
from bot.slack.pacing import Pacer
from bot.slack.teams import Lines
from bot.slack.tokens import InstalledTokens, OneToken, Tokens, reseal_all
from bot.storage.store import SqlStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Connected:
    """How workspaces are reached. `client` has no token; `installation` is that of the only workspace, `installing` is
    where others install the app."""

    client: AsyncWebClient
    tokens: Tokens
    lines: Lines
    installation: Installation | None = None
    installing: Installing | None = None
    resume: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Takes up, beside everything else, what the routing file says today about each workspace."""


def connected(
    settings: Settings, session: aiohttp.ClientSession, installation: Installation, pacer: Pacer | None
) -> Connected:
    """One workspace, with a token of its own."""
    client = web_client(None, settings.slack_api_url, session, safe_retries())
    tokens = OneToken(installation)
    return Connected(client, tokens, Lines(tokens, settings.slack_api_url, session, pacer), installation)


async def connected_to_many(
    settings: Settings, routing: Routing, session: aiohttp.ClientSession, store: SqlStore, pacer: Pacer | None
) -> Connected:
    """Every workspace that installs the app. Raises SettingsError when a key is missing or wrong."""
    app = (_secret(settings.slack_client_id), _secret(settings.slack_client_secret))
    if not all(app):
        raise SettingsError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: set both, or SLACK_BOT_TOKEN.")
    if not all(route.workspace for route in routing.all):
        # Whoever installs the bot says who is in a user group of theirs: a route is for nobody who was not meant.
        raise SettingsError(
            "Many workspaces may install the bot, so each route of POLICYBOT_CONFIG names the one that it is for: "
            '`workspace: T…`, or `workspace: "*"` for any that installs it.'
        )
    seal = Seal(_secret(settings.secret_keys))
    await reseal_all(store, seal)
    client = web_client(None, settings.slack_api_url, session, safe_retries())

    async def told(team_id: str) -> None:
        present = await store.installation(team_id) is not None
        routes = watched(settings, routing, team_id) if present else ()
        await store.watch_routes(team_id, routes, spread=settings.drift_seconds or settings.evidence_seconds or 1.0)

    tokens = InstalledTokens(store, seal, client, app, told)

    async def resume() -> None:
        try:
            async for each in each_workspace(store):
                await told(each)
        except StoreError as error:
            log.warning("routes of workspaces not taken up", extra={"error": error.sentence})

    installations = DatabaseInstallations(store, seal, tokens, client, told)
    installing = Installing(client, installations, store, app, settings.url)
    lines = Lines(tokens, settings.slack_api_url, session, pacer)
    return Connected(client, tokens, lines, installing=installing, resume=resume)


def watched(settings: Settings, routing: Routing, team_id: str) -> Sequence[tuple[str, str, str]]:
    """The routes of a workspace that are looked at, and what its channels may be bound to: a channel, the engine and
    the gateway of each. The channel is empty where the file says none whose rules go there."""
    if not settings.drift_seconds and not settings.evidence_seconds:
        return ()
    channels = {route.place: next(iter(route.channels), "") for route in reversed(routing.of(team_id))}
    return [(channels.get(each.place, ""), *each.place) for each in routing.reached(team_id)]


def _secret(kept: SecretStr | str | None) -> str:
    return kept.get_secret_value() if isinstance(kept, SecretStr) else kept or ""
