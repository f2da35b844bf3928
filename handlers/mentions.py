"""`@policybot …`, where slash commands do not reach, and direct messages to the bot.

A rule that somebody writes to the bot in a channel is stored before Slack's event is acknowledged: nothing else keeps
it. Its review stands in the thread where it was written. What is asked is answered in private, there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from html import unescape
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks.answers import Where, about_channel, which_channel
from bot.blocks.proposing import offer_form
from bot.blocks.using import bound_message
from bot.review.messages import SlackMessage
from handlers import answering, tests, using
from handlers.command_text import (
    AboutTests,
    Asked,
    Help,
    Incomplete,
    Looks,
    OnACard,
    Questions,
    Rule,
    Status,
    Unsure,
    Use,
)
from handlers.commands import at_once, helping, saying, stands, store
from handlers.errors import sentence_for, tell
from handlers.identity import Caller, asker_of, of_event
from handlers.services import Services

_TESTS = "Tests are kept for a channel's gateway: type /policy test list, or /policy test add, in the channel meant."
_WRITE = "Say who may, or may not, call which tool, after my name or in a form."
_DIRECT = "Rules are reviewed by the team, in a channel. Write yours in the form, and choose the channel there."


async def mentioned(event: Mapping[str, Any], context: AsyncBoltContext, services: Services) -> None:
    """`@policybot …` in a channel: what it asks for is done, and said in private, in the thread."""
    if event.get("bot_id") or not event.get("user"):
        return
    caller = of_event(event)
    asked = answering.meant(str(event.get("text") or ""), context.bot_user_id)
    if isinstance(asked, Looks | Questions):  # the solver may take its time, and Slack waits for no answer
        services.tasks.start(_look(asked, event, caller, services), name="answer to a mention")
        return
    said = await _answered(asked, event, context, caller, services)
    services.tasks.start(tell(services, caller, said.text, said.blocks), name="answer to a mention")


async def direct(event: Mapping[str, Any], context: AsyncBoltContext, services: Services) -> None:
    """A direct message: what it asks is answered there; a rule gets the form, which asks where it is to be reviewed."""
    own = event.get("bot_id") or event.get("subtype") or event.get("user") == context.bot_user_id
    if event.get("channel_type") != "im" or own or not event.get("user"):
        return
    caller = of_event(event)
    asked = answering.meant(str(event.get("text") or ""), context.bot_user_id)

    async def answer() -> None:
        message = await _directly(asked, event, caller, services)
        await answering.say(message, caller.channel_id, context.client)

    if isinstance(asked, Looks | Questions):
        services.tasks.start(answer(), name="answer in a direct message")
    else:
        await answer()


async def _look(asked: Looks | Questions, event: Mapping[str, Any], caller: Caller, services: Services) -> None:
    asker = asker_of(caller, services.team_id)
    said = await answering.answer(asked, asker, caller.channel_id, str(event["ts"]), services)
    await tell(services, caller, said.text, said.blocks)


async def _directly(asked: Asked, event: Mapping[str, Any], caller: Caller, services: Services) -> SlackMessage:
    """The answer to a direct message, or the sentence for why there is none; its text is plain."""
    asker, ts = asker_of(caller, services.team_id), str(event["ts"])
    try:
        if isinstance(asked, Status):
            return _plain(await stands(asked, caller, services))
        channels = await services.reading.channels(asker)  # whoever has no part in reviews is told so
        if isinstance(asked, Help):
            return _plain(await helping("/policy", caller, services))
        if isinstance(asked, Looks | Questions):
            only = await services.reading.only_channel(asker)
            if not only:
                return which_channel(Where("", caller.channel_id, ts))
            return await answering.answer_directly(
                asked, replace(asker, channel_id=only), caller.channel_id, ts, services
            )
        if isinstance(asked, AboutTests):
            return await _of_tests(asked, caller, services)
        if isinstance(asked, Use):
            return await _of_use(asked, caller, services)
        if isinstance(asked, Incomplete | OnACard | Unsure):
            return _plain(at_once(asked, "/policy", replace(caller, channel_id="")))
        source = f"::{caller.channel_id}:{ts}" if isinstance(asked, Rule) else ":::"
        return _plain(offer_form(_DIRECT, source, channels))
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return SlackMessage(sentence_for(error, doing="direct message"))


async def _of_tests(asked: AboutTests, caller: Caller, services: Services) -> SlackMessage:
    """What a direct message asks of the tests, where there is one gateway that can be meant."""
    only = await services.reading.only_channel(asker_of(caller, services.team_id))
    there = replace(caller, channel_id=only)
    if not only or await services.reading.choices(asker_of(there, services.team_id)):
        return SlackMessage(_TESTS)
    return about_channel(_plain(await tests.asked(asked, there, services)), only)


async def _of_use(asked: Use, caller: Caller, services: Services) -> SlackMessage:
    """Where the rules of channels go; a channel is bound where everybody in it is told."""
    if asked.name:
        return _plain(await using.typed(asked, caller, services))
    return bound_message(await services.using.everywhere(asker_of(caller, services.team_id)))


def _plain(message: SlackMessage) -> SlackMessage:
    """A message whose text is mrkdwn, with it as it is said."""
    return SlackMessage(unescape(message.text), message.blocks)


async def _answered(
    asked: Asked, event: Mapping[str, Any], context: AsyncBoltContext, caller: Caller, services: Services
) -> SlackMessage:
    try:
        if isinstance(asked, Rule):
            key = "\0".join(("mention", str(context.team_id or ""), caller.channel_id, str(event["ts"])))
            digest, thread = sha256(key.encode()).hexdigest(), caller.thread_ts
            where = "in this thread" if event.get("thread_ts") else "in the thread of your message"
            return saying(await store(asked, digest, caller, services, in_thread=thread), asked, where)
        if isinstance(asked, Status):
            return await stands(asked, caller, services)
        if isinstance(asked, AboutTests):
            return await tests.asked(asked, caller, services)
        if isinstance(asked, Help):
            return await helping("/policy", caller, services)
        if isinstance(asked, Incomplete | OnACard | Unsure):
            return _plain(at_once(asked, "/policy", caller))
        if isinstance(asked, Use):
            return _plain(await using.typed(asked, caller, services))
        return offer_form(_WRITE, f"{caller.channel_id}:{caller.thread_ts}")
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return SlackMessage(sentence_for(error, doing="mention"))
