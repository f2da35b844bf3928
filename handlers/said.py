"""What a person wrote in a message, looked up where it stands: buttons carry its place, and never its words."""

from __future__ import annotations

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BadInput

log = structlog.get_logger(__name__)

_GONE = "I cannot read that message any more. Write it again."
_ANOTHER = "Somebody else wrote that. Write it yourself, and I answer you."


async def said_by(user_id: str, client: AsyncWebClient, channel_id: str, ts: str) -> str:
    """The text of a message of this person. Raises BadInput for what cannot be read, and for what another one wrote."""
    try:
        found = await client.conversations_replies(channel=channel_id, ts=ts, latest=ts, inclusive=True, limit=1)
    except (SlackClientError, ClientError, TimeoutError) as error:
        log.info("message_not_read", error=str(error))
        raise BadInput(_GONE) from error
    message = next((each for each in found.get("messages") or [] if each.get("ts") == ts), None)
    if message is None:
        raise BadInput(_GONE)
    if message.get("user") != user_id:
        raise BadInput(_ANOTHER)
    return str(message.get("text") or "")
