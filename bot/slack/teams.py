"""Slack of many workspaces behind the review's ports: each call with the token of the workspace that it is about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from cachetools import LRUCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable
from bot.review.messages import SlackMessage
from bot.review.people import ChannelInfo, Person
from bot.slack.client import safe_retries, web_client
from bot.slack.directory import SlackDirectory
from bot.slack.installation import Installation
from bot.slack.messenger import SlackMessenger
from bot.slack.older import OlderBlocks
from bot.slack.pacing import Pacer
from bot.slack.tokens import DEAD, OneToken, Tokens, not_installed

_KEPT = 256


@dataclass(frozen=True)
class Line:
    """The way to one workspace."""

    installation: Installation
    client: AsyncWebClient
    messenger: SlackMessenger
    directory: SlackDirectory


class Lines:
    """Ways to workspaces. The last few hundred that were used are held; their HTTP session is shared."""

    def __init__(
        self, tokens: Tokens, base_url: str, session: aiohttp.ClientSession, pacer: Pacer | None = None
    ) -> None:
        self.tokens = tokens
        self._base_url = base_url
        self._session = session
        self._pacer = pacer
        self._lines: LRUCache[str, Line] = LRUCache(_KEPT)
        self._older = OlderBlocks()

    async def to(self, team_id: str) -> Line:
        """The way to a workspace. Raises ChatUnavailable where the app is not installed."""
        installation = await self.tokens.of(team_id)
        line = self._lines.get(team_id)
        if line is None or line.installation != installation:
            line = self._lines[team_id] = self._made(installation)
        return line

    async def client(self, team_id: str) -> AsyncWebClient:
        """A client with the workspace's token, for calls that may be sent twice."""
        return (await self.to(team_id)).client

    def _made(self, installation: Installation) -> Line:
        client = web_client(installation.token, self._base_url, self._session, safe_retries())
        if installation.org_wide:  # a token of the whole organisation does not say which workspace is meant
            client.default_params["team_id"] = installation.team_id
        messenger = SlackMessenger(
            installation.token,
            self._base_url,
            self._session,
            self._pacer,
            team=installation.team_id,
            older=self._older,
        )
        return Line(installation, client, messenger, SlackDirectory(client, installation))

    @asynccontextmanager
    async def calling(self, team_id: str) -> AsyncIterator[Line]:
        """The way to a workspace for one call. A token that Slack does not take any more is an installation that is not
        there, unless it is the environment's."""
        line = await self.to(team_id)
        try:
            yield line
        except ChatUnavailable:
            raise
        except ChatError as error:
            if error.code not in DEAD or isinstance(self.tokens, OneToken):
                raise
            self.tokens.forget(team_id)
            raise not_installed(team_id) from error


class TeamMessenger:
    """The `Messenger` port."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    async def post(self, *, team: str, channel: str, thread_ts: str, message: SlackMessage, key: str) -> str:
        """As SlackMessenger, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            return await line.messenger.post(channel=channel, thread_ts=thread_ts, message=message, key=key)

    async def update(self, *, team: str, channel: str, ts: str, message: SlackMessage) -> None:
        """As SlackMessenger, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            await line.messenger.update(channel=channel, ts=ts, message=message)

    async def standing(
        self, *, team: str, channel: str, thread_ts: str, key: str, copies: bool = False
    ) -> tuple[str, ...]:
        """As SlackMessenger, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            return await line.messenger.standing(channel=channel, thread_ts=thread_ts, key=key, copies=copies)

    async def delete(self, *, team: str, channel: str, ts: str) -> None:
        """As SlackMessenger, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            await line.messenger.delete(channel=channel, ts=ts)

    async def tell(
        self,
        *,
        team: str,
        channel: str,
        user: str,
        text: str,
        response_url: str = "",
        thread_ts: str = "",
        blocks: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """As SlackMessenger, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            await line.messenger.tell(
                channel=channel,
                user=user,
                text=text,
                response_url=response_url,
                thread_ts=thread_ts,
                blocks=blocks,
            )


class TeamDirectory:
    """The `Directory` port."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    async def person(self, team: str, user_id: str) -> Person | None:
        """As SlackDirectory, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            return await line.directory.person(user_id)

    async def members(self, team: str, group: str) -> frozenset[str] | None:
        """As SlackDirectory, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            return await line.directory.members(group)

    async def group_id(self, team: str, group: str) -> str:
        """As SlackDirectory, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            return await line.directory.group_id(group)

    async def channel(self, team: str, channel_id: str) -> ChannelInfo | None:
        """As SlackDirectory, in the workspace `team`."""
        async with self._lines.calling(team) as line:
            return await line.directory.channel(channel_id)
