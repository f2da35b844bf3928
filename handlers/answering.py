"""Questions to the bot where slash commands do not reach: answered as the command's modal would, in a message.

A button under an answer opens the modal, and selects in a direct message say which channel is asked about, and which of
its gateways. They carry ids alone: the question is looked up where it stands, and only whoever wrote it is answered.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, speech
from bot.blocks.answers import Where, answer_message, chosen_where, where_asked, which_gateway
from bot.errors import BadInput
from bot.questions import read_denial
from bot.review.messages import SlackMessage
from bot.review.place import Asker
from handlers import policies, questions
from handlers.command_text import Ask, Asked, Form, Looks, OnACard, Questions, Rule, Unsure, Why, read_command, readable
from handlers.errors import sentence_for
from handlers.forms import Look, show_look
from handlers.identity import asker_of, of_interaction
from handlers.said import said_by
from handlers.services import Services

_TITLE = "Answer"
_NO_QUESTION = "I cannot read what is asked there any more. Ask again."


def meant(text: str, bot_user_id: str | None) -> Asked:
    """What a message to the bot asks for. A denial that an agent got is asked about as it is."""
    said = re.sub(rf"<@{bot_user_id}(?:\|[^>]*)?>", " ", text, count=1)
    asked = read_command(said)
    if isinstance(asked, Rule | Ask | Form | Unsure | OnACard) and read_denial(readable(said)) is not None:
        return Why(readable(said).strip())
    return asked


async def answer(what: Looks | Questions, asker: Asker, source: str, ts: str, services: Services) -> SlackMessage:
    """The answer to what the message `ts` of the channel `source` asks, of the rules of the asker's channel; or the
    sentence for why there is none."""
    _, look = _look(what, asker, services)
    try:
        return answer_message(await look(), Where(asker.channel_id, source, ts))
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return SlackMessage(sentence_for(error, doing="question"))


async def answer_directly(
    what: Looks | Questions, asker: Asker, source: str, ts: str, services: Services
) -> SlackMessage:
    """The answer in a direct message, which says what it is about; or the question which of the channel's gateways that
    is, where there are several and none is chosen. Raises what the ports raise."""
    choices = await services.reading.choices(asker)
    chosen = [each for each in choices if asker.chosen in ("", each.key)]
    if len(chosen) > 1:
        return which_gateway(Where(asker.channel_id, source, ts), chosen)
    if chosen:
        asker = replace(asker, chosen=chosen[0].key)
    _, look = _look(what, asker, services)
    where = Where(asker.channel_id, source, ts, asker.chosen)
    return answer_message(await look(), where, asker.channel_id, chosen[0].label if chosen else "")


async def say(message: SlackMessage, channel_id: str, client: AsyncWebClient) -> None:
    """Put an answer into a direct message."""
    blocks = [dict(each) for each in message.blocks]
    await client.chat_postMessage(
        channel=channel_id, text=speech(message.text), blocks=blocks or None, unfurl_links=False
    )


async def opened(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext, services: Services
) -> None:
    """The button under an answer: its modal, as it is now."""
    await ack()
    where = where_asked(str(body["actions"][0].get("value") or ""))
    caller = of_interaction(body)
    asker = asker_of(replace(caller, channel_id=where.channel_id), services.team_id, where.chosen)
    asked = _asked(client, context, where, caller.user_id)

    async def look() -> Block:
        _, found = _look(await asked(), asker, services)
        return await found()

    await show_look(client, body, _TITLE, look, caller, services)


async def chosen(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext, services: Services
) -> None:
    """A channel, or one of its gateways, was chosen in a direct message: the answer for it stands below."""
    await ack()
    where = chosen_where(body["actions"][0])
    caller = of_interaction(body)
    asker = asker_of(replace(caller, channel_id=where.channel_id), services.team_id, where.chosen)
    asked = _asked(client, context, where, caller.user_id)

    async def work() -> None:
        try:
            message = await answer_directly(await asked(), asker, where.source, where.ts, services)
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
            message = SlackMessage(sentence_for(error, doing="question"))
        await say(message, caller.channel_id, client)

    services.tasks.start(work(), name="answer in a direct message")


def _look(what: Looks | Questions, asker: Asker, services: Services) -> tuple[str, Look]:
    if isinstance(what, Questions):
        return questions.look_of(what, asker, services)
    return policies.look_of(what, asker, services)


def _asked(
    client: AsyncWebClient, context: AsyncBoltContext, where: Where, user_id: str
) -> Callable[[], Awaitable[Looks | Questions]]:
    """Looks the question up that a person asked in a message of theirs. Raises BadInput where there is none."""

    async def look() -> Looks | Questions:
        said = await said_by(user_id, client, where.source, where.ts)
        what = meant(said, context.bot_user_id)
        if not where.channel_id or not isinstance(what, Looks | Questions):
            raise BadInput(_NO_QUESTION)
        return what

    return look
