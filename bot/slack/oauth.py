"""Installing the app in a workspace: Bolt's OAuth flow over our database, and what people read at its end."""

from __future__ import annotations

import hashlib
import html
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models import Bot, Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable, PolicybotError, SettingsError, StoreError
from bot.installed import Installations, Installed, each_workspace
from bot.sealing import Seal
from bot.slack.errors import calling
from bot.slack.installation import GROUP_SCOPE, REQUIRED_SCOPES, missing_scopes
from bot.slack.scopes import SCOPES
from bot.slack.tokens import InstalledTokens

log = logging.getLogger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
STATE_SECONDS = 600
NEEDED = (*REQUIRED_SCOPES, GROUP_SCOPE)
Told = Callable[[str], Awaitable[None]]
"""Called with the id of a workspace that the app was installed in, or taken away from."""

_SAID: Mapping[str, str] = {
    "access_denied": "Nothing was installed: the installation was cancelled.",
    "invalid_browser": "Nothing was installed: this was not begun in this browser, or too long ago.",
    "invalid_state": "Nothing was installed: this link was used already, or is too old.",
    "missing_code": "Nothing was installed: Slack did not confirm it.",
    "invalid_code": "Nothing was installed: Slack did not confirm it.",
}
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>policybot</title></head>
<body><main><p>{said}</p>{more}</main></body></html>
"""
_HEADERS: dict[str, str | Sequence[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class DatabaseStates(AsyncOAuthStateStore):
    """States in the database, by their digest: each is good once, for ten minutes, whichever replica issued it."""

    def __init__(self, store: Installations) -> None:
        self._store = store

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A fresh state."""
        state = secrets.token_urlsafe(32)
        await self._store.issue_state(_digest(state), STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether the state is one of ours, and was not used."""
        return await self._store.take_state(_digest(state))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


class DatabaseInstallations(AsyncInstallationStore):
    """Bolt's installation store over our database. User tokens are not kept: nothing is done in a person's name."""

    def __init__(
        self, store: Installations, seal: Seal, tokens: InstalledTokens, client: AsyncWebClient, told: Told
    ) -> None:
        self._client = client
        self._store = store
        self._seal = seal
        self._tokens = tokens
        self._told = told

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation. Raises BoltError with a sentence when it cannot be used."""
        missing = missing_scopes(installation.bot_scopes or (), NEEDED)
        if missing or not installation.bot_token:
            log.error("installation refused", extra={"workspace": installation.team_id, "missing": list(missing)})
            scopes = f"the {'scopes' if len(missing) > 1 else 'scope'} {', '.join(missing)}" if missing else "a bot"
            raise BoltError(f"Nothing was installed: Slack did not grant {scopes}.")
        wide = bool(installation.is_enterprise_install)
        found = Installed(
            team_id="" if wide else installation.team_id or "",
            enterprise_id=installation.enterprise_id or "",
            team=(installation.enterprise_name if wide else installation.team_name) or "",
            app_id=installation.app_id or "",
            bot_id=installation.bot_id or "",
            bot_user_id=installation.bot_user_id or "",
            scopes=tuple(installation.bot_scopes or ()),
            installer_id=installation.user_id,
            bot_token=self._seal.seal(installation.bot_token),
            refresh_token=self._seal.seal(installation.bot_refresh_token or ""),
            expires_at=float(installation.bot_token_expires_at or 0),
        )
        try:
            await self._store.install(found)
        except StoreError as error:
            log.error("installation not kept", extra={"workspace": found.id, "error": error.sentence})
            raise BoltError("Nothing was installed: the bot's database did not take it. Try again.") from error
        self._tokens.forget_all()
        log.info("installed", extra={"workspace": found.id, "by": found.installer_id})
        await self._tell(found.team_id, found.enterprise_id)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace, else of its organisation."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation of a workspace, else of its organisation; `user_id` makes no difference."""
        team = "" if is_enterprise_install else team_id or ""
        row = await self._store.installation(team, enterprise_id or "")
        if row is None:
            return None
        return Installation(
            app_id=row.app_id,
            enterprise_id=row.enterprise_id or None,
            team_id=row.team_id or None,
            team_name=row.team,
            bot_token=self._seal.open(row.bot_token),
            bot_id=row.bot_id,
            bot_user_id=row.bot_user_id,
            bot_scopes=list(row.scopes),
            bot_refresh_token=self._seal.open(row.refresh_token) or None,
            bot_token_expires_at=int(row.expires_at) or None,
            user_id=row.installer_id,
            is_enterprise_install=not row.team_id,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the tokens of a workspace, or with no `team_id` those of the organisation."""
        if await self._store.uninstall(team_id or "", enterprise_id or ""):
            log.warning("uninstalled", extra={"workspace": team_id or enterprise_id})
        self._tokens.forget_all()
        await self._tell(team_id or "", enterprise_id or "")

    async def lives(self, *, enterprise_id: str | None, team_id: str | None) -> bool:
        """Whether Slack still takes the token of a workspace, or with no `team_id` of the organisation. Raises
        ChatUnavailable when it cannot say."""
        row = await self._store.installation(team_id or "", enterprise_id or "")
        if row is None or row.id != (team_id or enterprise_id):
            return False
        try:
            with calling("check the bot token"):
                await self._client.auth_test(token=self._seal.open(row.bot_token))
        except ChatUnavailable:
            raise
        except (ChatError, SettingsError):
            return False
        return True

    async def _tell(self, team_id: str, enterprise_id: str) -> None:
        """Of a workspace, or with no `team_id` of all that are known of an organisation."""
        if team_id:
            await self._told(team_id)
            return
        async for each in each_workspace(self._store, enterprise_id):
            await self._told(each)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """The same where nobody is named; a person's own tokens are not kept."""
        if user_id is None:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)


class Installing:
    """The app's link, and the way back from Slack. `url` is where people reach the bot; without it Slack's first
    redirect URL is the way back."""

    def __init__(
        self,
        client: AsyncWebClient,
        installations: DatabaseInstallations,
        store: Installations,
        app: tuple[str, str],
        url: str = "",
    ) -> None:
        self._installations = installations
        settings = AsyncOAuthSettings(
            client_id=app[0],
            client_secret=app[1],
            scopes=tuple(SCOPES),
            redirect_uri=url.rstrip("/") + REDIRECT_PATH if url else None,
            installation_store=installations,
            state_store=DatabaseStates(store),
            state_expiration_seconds=STATE_SECONDS,
            authorization_url=client.base_url.removesuffix("api/") + "oauth/v2/authorize",
            callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
        )
        self._flow = AsyncOAuthFlow(client=client, logger=log, settings=settings)

    def routes(self, server: web.Application) -> None:
        """Add both to a server."""
        server.router.add_get(INSTALL_PATH, _answering(self._flow.handle_installation))
        server.router.add_get(REDIRECT_PATH, _answering(self._flow.handle_callback))

    def hear(self, app: AsyncApp) -> None:
        """Let tokens go as soon as Slack says that they are dead. Call it before other listeners of events."""

        async def uninstalled(context: AsyncBoltContext) -> None:
            team = None if context.is_enterprise_install else context.team_id
            if await self._installations.lives(enterprise_id=context.enterprise_id, team_id=team):
                # It came late, or is of an older token: the app was installed again since.
                log.info("installed anew meanwhile", extra={"workspace": team or context.enterprise_id})
                return
            await self._installations.async_delete_bot(enterprise_id=context.enterprise_id, team_id=team)

        async def revoked(event: Mapping[str, Mapping[str, list[str]]], context: AsyncBoltContext) -> None:
            if event.get("tokens", {}).get("bot"):
                await uninstalled(context)

        app.event("app_uninstalled")(uninstalled)
        app.event("tokens_revoked")(revoked)


_Handle = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


def _answering(handle: _Handle) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A route. What goes wrong on the way is a sentence for whoever installs, and one for the log."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            with calling("install the app"):
                response = await handle(await to_bolt_request(request))
        except PolicybotError as error:
            code = error.code if isinstance(error, ChatError) else error.key
            log.error("installation failed", extra={"error": error.sentence, "code": code})
            response = _page(f"Nothing was installed. {error.sentence} Try again in a moment.", 503)
        return await to_aiohttp_response(response)

    return answer


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    found = args.installation
    where = (found.enterprise_name if found.is_enterprise_install else found.team_name) or "your workspace"
    said = f"policybot is installed in {where}. Invite it to a channel with /invite @policybot, and type /policy help."
    return _page(said, 200, again=False)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    said = str(args.error) if args.error else _SAID.get(args.reason, "Nothing was installed: Slack refused it.")
    log.warning("installation failed", extra={"code": args.reason})
    return _page(said, args.suggested_status_code)


def _page(said: str, status: int, *, again: bool = True) -> BoltResponse:
    more = f'<p><a href="{INSTALL_PATH}">Start the installation again</a></p>' if again else ""
    return BoltResponse(status=status, headers=_HEADERS, body=_PAGE.format(said=html.escape(said), more=more))
