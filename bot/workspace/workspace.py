"""One embedded workspace: its team, its messages and views, its ways to the bot, and what people do in it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.workspace import payloads, team
from bot.workspace.config import APP_TOKEN_MARK, BOT_TOKEN_MARK, WorkspaceConfig
from bot.workspace.conversations import Conversations
from bot.workspace.delivery.dispatch import Dispatcher
from bot.workspace.delivery.signed_http import SignedHttp
from bot.workspace.delivery.socket_mode import SocketMode
from bot.workspace.faults import Faults, Journal
from bot.workspace.messages import Messages
from bot.workspace.store import Store
from bot.workspace.tickets import ResponseUrls, Triggers
from bot.workspace.views import Views
from bot.workspace.webapi.rates import RateLimits
from bot.workspace.wire import Json, Stamps

_T = TypeVar("_T")


class Workspace:
    """The parts of one workspace, put together. `url` is set once the server listens."""

    def __init__(self, config: WorkspaceConfig) -> None:
        self.config = config
        self.clock = config.clock
        self.url = ""
        self.store = Store(config.data_dir)
        self.changes = self.store.changes
        self.bot_token, self.app_token, self.signing_secret, self.admin_token = self._secrets()
        self.stamps = Stamps(self.clock)
        self.conversations = Conversations(self.store, config.app_name)
        self.messages = Messages(self.store, self.conversations, self.stamps)
        self.views = Views(self.store)
        self.files = self.store.shelf("files")
        self.triggers = Triggers(self.clock, config.timings)
        self.response_urls = ResponseUrls(self.store, self.clock, config.timings, self.messages)
        self.faults = Faults(self.changes.bump)
        self.journal = Journal(self.changes.bump)
        self.rates = RateLimits(config.rates, self.clock)
        self.socket_mode = SocketMode(self.clock, config.timings, config.connection_cap, self.changes)
        self.http = SignedHttp(config.event_url, self.signing_secret, self.clock) if config.event_url else None
        transport = self.http or self.socket_mode
        self.dispatcher = Dispatcher(transport, self.clock, config.timings, self.faults, self.journal)

    def _secrets(self) -> tuple[str, str, str, str]:
        """Tokens from the configuration, else as they were before a restart, else fresh."""
        kept = self.store.shelf("secrets")
        given = {
            "bot": (self.config.bot_token, BOT_TOKEN_MARK),
            "app": (self.config.app_token, APP_TOKEN_MARK),
            "signing": (self.config.signing_secret, ""),
            "admin": (self.config.admin_token, ""),
        }
        for name, (value, mark) in given.items():
            if value or name not in kept:
                kept[name] = {"value": value or mark + secrets.token_hex(16)}
        return kept["bot"]["value"], kept["app"]["value"], kept["signing"]["value"], kept["admin"]["value"]

    @property
    def api_url(self) -> str:
        """The base URL for Slack clients, ending in a slash."""
        return f"{self.url}/api/"

    @property
    def admin_url(self) -> str:
        """The base URL of the admin API, ending in a slash."""
        return f"{self.url}/admin/"

    def event(self, kind: str, body: Json, channel: Json | None = None) -> None:
        """Tell the bot of an event when it has subscribed to `kind` (such as `message.im`)."""
        if kind in self.config.events:
            shared = bool(channel and channel["is_ext_shared"])
            self.dispatcher.event(payloads.event({**body, "event_ts": self.stamps.new()}, shared=shared))

    def shares(self, channel: Json, with_team: str) -> None:
        """Tell the bot that a channel is shared with another company."""
        if team.BOT_USER in channel["members"] or not channel["is_private"]:
            body = {"type": "channel_shared", "connected_team_id": with_team, "channel": channel["id"]}
            self.event("channel_shared", body, channel)

    def unshares(self, channel: Json, with_team: str) -> None:
        """Tell the bot that a channel is not shared with a company any more."""
        if team.BOT_USER in channel["members"] or not channel["is_private"]:
            body = {"type": "channel_unshared", "previously_connected_team_id": with_team, "channel": channel["id"]}
            self.event("channel_unshared", body | {"is_ext_shared": channel["is_ext_shared"]}, channel)

    def joins(self, channel_id: str, user_id: str, inviter: str | None = None) -> Json:
        """Make someone a member of a channel, and tell the bot where it may know."""
        before = self.conversations.channels[channel_id]
        channel = self.conversations.join(channel_id, user_id)
        if channel is not before and team.BOT_USER in channel["members"]:
            body = {"type": "member_joined_channel", "user": user_id, "channel": channel_id, "team": team.TEAM_ID}
            body |= {"channel_type": "G" if channel["is_private"] else "C"}
            self.event("member_joined_channel", body | ({"inviter": inviter} if inviter else {}), channel)
        return channel

    async def wait_until(self, predicate: Callable[[], _T | Awaitable[_T]], seconds: float = 10.0) -> _T:
        """Wait until `predicate` gives something truthy, and return that; asked again after each change only."""
        async with asyncio.timeout(seconds):
            while True:
                revision = self.changes.revision
                found = predicate()
                result = await found if isinstance(found, Awaitable) else found
                if result:
                    return result
                await self.changes.beyond(revision)

    async def stop(self) -> None:
        """End deliveries and connections, and close the store."""
        await self.dispatcher.stop()
        await self.socket_mode.stop()
        if self.http is not None:
            await self.http.stop()
        self.store.close()
