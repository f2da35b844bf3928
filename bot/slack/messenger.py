"""Slack, outward: post once under a key, update, and say a sentence to one person."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import aiohttp

from bot.addresses import is_local
from bot.blocks import speech
from bot.errors import ChatError, ChatUnavailable
from bot.review.messages import SlackMessage
from bot.slack.client import safe_retries, web_client
from bot.slack.errors import NETWORK, calling
from bot.slack.older import OlderBlocks
from bot.slack.pacing import Pacer

log = logging.getLogger(__name__)

EVENT_TYPE = "policybot_message"
_UPDATE_INTERVAL, _UPDATE_BURST = 1.25, 10
"""Slack takes fifty changes a minute and more of a workspace, and some at once."""
_PAGE = 100
_PAGES = 5
_BLIND = frozenset({"missing_scope", "not_allowed_token_type", "method_not_supported_for_channel_type"})
_ELSEWHERE = frozenset(
    {"not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived", "restricted_action"}
)


class SlackMessenger:
    """The `Messenger` port over Slack's Web API. `session` is shared and closed by who made it."""

    def __init__(
        self,
        token: str,
        base_url: str,
        session: aiohttp.ClientSession,
        pacer: Pacer | None = None,
        updates: Pacer | None = None,
        team: str = "",
        older: OlderBlocks | None = None,
    ) -> None:
        self._session = session
        self._once = web_client(token, base_url, session)
        self._client = web_client(token, base_url, session, safe_retries())
        self._pacer = pacer or Pacer()
        self._updates = updates or pacer or Pacer(_UPDATE_INTERVAL, _UPDATE_BURST)
        self._team = team
        self._older = older or OlderBlocks()

    async def post(self, *, channel: str, thread_ts: str, message: SlackMessage, key: str) -> str:
        """Post a message and return its ts.

        The key goes into the message's metadata, which everyone in the workspace can read: an id and nothing else.
        """
        async with self._paced(self._pacer, channel, "post the message"):
            answer = await self._older.send(
                self._team,
                message,
                lambda blocks: self._once.chat_postMessage(
                    channel=channel,
                    thread_ts=thread_ts or None,
                    text=message.text,
                    blocks=blocks or None,
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                    unfurl_links=False,
                    unfurl_media=False,
                ),
            )
        return str(answer["ts"])

    async def update(self, *, channel: str, ts: str, message: SlackMessage) -> None:
        """Show another content in a message. Raises ChatError `message_not_found` when it is gone."""
        async with self._paced(self._updates, "chat.update", "change the message"):
            await self._older.send(
                self._team,
                message,
                lambda blocks: self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=blocks),
            )

    async def tell(
        self,
        *,
        channel: str,
        user: str,
        text: str,
        response_url: str = "",
        thread_ts: str = "",
        blocks: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Say a sentence to one person in private: by the response_url, else ephemerally (in the thread where it was
        asked, once it is one), else in a direct message. `blocks` is Block Kit that says it with buttons."""
        said = SlackMessage(speech(text), tuple(blocks))
        if response_url and await self._respond(response_url, said):
            return
        try:
            if channel:
                thread = thread_ts if thread_ts and await self._has_replies(channel, thread_ts) else None
                with calling("answer in private"):
                    await self._client.chat_postEphemeral(
                        channel=channel, user=user, text=said.text, blocks=_blocks(said), thread_ts=thread
                    )
                return
        except ChatUnavailable:
            raise
        except ChatError as error:
            if error.code not in _ELSEWHERE:
                raise
        await self._direct(user, said)

    @contextlib.asynccontextmanager
    async def _paced(self, pacer: Pacer, key: str, doing: str) -> AsyncIterator[None]:
        """A call in its turn. When Slack asks to wait, all others that it counts with this one wait as well."""
        await pacer.turn(key)
        try:
            with calling(doing):
                yield
        except ChatUnavailable as error:
            if error.retry_after:
                pacer.hold(key, error.retry_after)
            raise

    async def _respond(self, response_url: str, said: SlackMessage) -> bool:
        """Whether the response_url took the sentence; it does so five times in half an hour, if it can be reached."""
        body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "text": said.text}
        body |= {"blocks": blocks} if (blocks := _blocks(said)) else {}
        proxy = None if is_local(response_url) else self._client.proxy
        try:
            async with self._session.post(response_url, json=body, proxy=proxy) as answer:
                heard = (await answer.text()).strip()
        except NETWORK as error:
            log.info("response_url not reached", extra={"error": type(error).__name__})
            return False
        taken = answer.status == 200 and heard.replace(" ", "") in ("ok", '{"ok":true}')
        if not taken:
            log.info("response_url refused", extra={"status": answer.status, "answer": heard[:100]})
        return taken

    async def _has_replies(self, channel: str, ts: str) -> bool:
        """Whether a message is known to have a thread: what is private in one that nobody has begun, Slack shows to
        nobody. In the channel it is seen in any case."""
        try:
            with calling("look for the thread"):
                answer = await self._once.conversations_replies(channel=channel, ts=ts, limit=2)
        except ChatError as error:
            log.info("thread not looked at", extra={"channel": channel, "code": error.code})
            return False
        return any(message.get("ts") != ts for message in answer.get("messages") or [])

    async def _direct(self, user: str, said: SlackMessage) -> None:
        with calling("open a direct message"):
            opened = await self._client.conversations_open(users=user)
        channel = str(opened["channel"]["id"])
        await self._pacer.turn(channel)
        with calling("send a direct message"):
            await self._once.chat_postMessage(channel=channel, text=said.text, blocks=_blocks(said), unfurl_links=False)

    async def standing(self, *, channel: str, thread_ts: str, key: str, copies: bool = False) -> tuple[str, ...]:
        """The ts of the message under this key, if it stands; with `copies`, of every copy of it, the newest first.
        Nothing when the app may not look."""
        found: list[str] = []
        try:
            async for message in self._recent(channel, thread_ts):
                theirs = _key_of(message)
                if theirs == key or (copies and theirs.partition("#")[0] == key.partition("#")[0]):
                    found.append(str(message["ts"]))
                    if not copies:
                        break
        except ChatUnavailable:
            raise
        except ChatError as error:
            if error.code not in _BLIND:
                raise
            log.warning("earlier messages cannot be read", extra={"channel": channel, "code": error.code})
        return tuple(sorted(found, reverse=True))

    async def delete(self, *, channel: str, ts: str) -> None:
        """Take a message of ours away. Raises ChatError `message_not_found` when it is gone."""
        with calling("delete the message"):
            await self._client.chat_delete(channel=channel, ts=ts)

    async def _recent(self, channel: str, thread_ts: str) -> AsyncIterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(_PAGES):
            more: dict[str, Any] = {"cursor": cursor} if cursor else {}
            with calling("look for the message"):
                if thread_ts:
                    answer = await self._client.conversations_replies(
                        channel=channel, ts=thread_ts, include_all_metadata=True, limit=_PAGE, **more
                    )
                else:
                    answer = await self._client.conversations_history(
                        channel=channel, include_all_metadata=True, limit=_PAGE, **more
                    )
            for message in answer.get("messages") or []:
                yield message
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return


def _key_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def _blocks(message: SlackMessage) -> list[dict[str, Any]] | None:
    return [dict(block) for block in message.blocks] or None
