"""Socket Mode: a connection that is known to work before Bolt takes over, and a clean end."""

from __future__ import annotations

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatUnavailable
from bot.slack.installation import check_app_token

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 20.0


class SocketTransport:
    """Slack's requests over a WebSocket. Bolt reconnects by itself once the first connection stood.

    A cut connection is noticed after at most `ping_interval` seconds, in which people's commands fail.
    """

    def __init__(self, app: AsyncApp, client: AsyncWebClient, app_token: str, ping_interval: float = 3.0) -> None:
        self._app = app
        self._client = client
        self._app_token = app_token
        self._ping_interval = ping_interval
        self._handler: AsyncSocketModeHandler | None = None

    async def start(self) -> None:
        """Connect. Raises SettingsError for a token that Slack does not take, ChatUnavailable when it is not there."""
        url = await check_app_token(self._client, self._app_token)
        handler = AsyncSocketModeHandler(
            self._app, self._app_token, web_client=self._client, ping_interval=self._ping_interval
        )
        handler.client.proxy = self._client.proxy
        handler.client.wss_uri = url
        self._handler = handler
        try:
            # Bolt's own connect tries for ever.
            async with asyncio.timeout(_CONNECT_SECONDS):
                await handler.client.connect()  # type: ignore[no-untyped-call]  # Bolt's is untyped
        except TimeoutError as error:
            await self.close()
            raise ChatUnavailable("Slack's socket could not be reached in time.", code="socket") from error

    async def connected(self) -> bool:
        """Whether the socket stands now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def close(self) -> None:
        """Take no more requests. What listeners have begun goes on; whoever started it waits for it."""
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.client.close()  # type: ignore[no-untyped-call]  # Bolt's is untyped
