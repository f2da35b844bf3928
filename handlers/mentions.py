"""`@policybot RULE`, where slash commands do not reach, and direct messages to the bot.

A rule that somebody writes to the bot in a channel is stored before Slack's event is acknowledged: nothing else keeps
it. Its review stands in the thread where it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import speech
from bot.blocks.proposing import offer_form
from bot.review.messages import SlackMessage
from handlers import tests
from handlers.command_text import AboutTests, Form, Help, Rule, Status, read_command
from handlers.commands import helping, saying, stands, store
from handlers.errors import sentence_for, tell
from handlers.identity import Caller, asker_of, of_event
from handlers.services import Services

_LOOKS = "That needs a form of its own, and Slack opens one only for a command or a button. Type it after /policy."
_WRITE = "Say who may, or may not, call which tool, after my name or in a form."
_DIRECT = "Rules are reviewed by the team, in a channel. Write yours in the form, and choose the channel there."


async def mentioned(event: Mapping[str, Any], context: AsyncBoltContext, services: Services) -> None:
    """`@policybot …` in a channel: what it asks for is done, and said in private, in the thread."""
    if event.get("bot_id") or not event.get("user"):
        return
    caller = of_event(event)
    said = await _answered(event, context, caller, services)
    services.tasks.start(tell(services, caller, said.text, said.blocks), name="answer to a mention")


async def direct(event: Mapping[str, Any], context: AsyncBoltContext, services: Services) -> None:
    """A direct message: answered there, with the form, which asks where it is to be reviewed."""
    own = event.get("bot_id") or event.get("subtype") or event.get("user") == context.bot_user_id
    if event.get("channel_type") != "im" or own or not event.get("user"):
        return
    caller = of_event(event)
    asked = read_command(str(event.get("text") or ""))
    try:
        if isinstance(asked, Status):
            message = await stands(asked, caller, services)
        elif isinstance(asked, Help):
            message = await helping("/policy", caller, services)
        else:
            channels = await services.reading.channels(asker_of(caller, services.team_id))
            source = f"::{caller.channel_id}:{event['ts']}" if isinstance(asked, Rule) else ":::"
            message = offer_form(_DIRECT, source, channels)
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        message = SlackMessage(speech(sentence_for(error, doing="direct message")))
    await context.client.chat_postMessage(
        channel=caller.channel_id,
        text=message.text,
        blocks=[dict(each) for each in message.blocks] or None,
        unfurl_links=False,
    )


async def _answered(
    event: Mapping[str, Any], context: AsyncBoltContext, caller: Caller, services: Services
) -> SlackMessage:
    text = re.sub(rf"<@{context.bot_user_id}(?:\|[^>]*)?>", " ", str(event.get("text") or ""), count=1)
    asked = read_command(text)
    try:
        if isinstance(asked, Rule):
            key = "\0".join(("mention", str(context.team_id or ""), caller.channel_id, str(event["ts"])))
            digest, thread = sha256(key.encode()).hexdigest(), caller.thread_ts
            return saying(await store(asked, digest, caller, services, in_thread=thread), asked, "in this thread")
        if isinstance(asked, Status):
            return await stands(asked, caller, services)
        if isinstance(asked, AboutTests):
            return await tests.asked(asked, caller, services)
        if isinstance(asked, Help):
            return await helping("/policy", caller, services)
        return offer_form(_WRITE if isinstance(asked, Form) else _LOOKS, f"{caller.channel_id}:{caller.thread_ts}")
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return SlackMessage(sentence_for(error, doing="mention"))
