"""`/policy`: committed first, acknowledged second, and inside Slack's three seconds however slow the rest is."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from html import unescape
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot.blocks import help_message, speech, status_message
from bot.review.commands import AskStatus, ProposeRule
from bot.review.model import SlackMessage
from handlers.command_text import Help, Rule, Status, read_command
from handlers.errors import sentence_for, tell
from handlers.identity import Caller, command_key, of_command
from handlers.services import Services

log = structlog.get_logger(__name__)

_SLOW_RULE = "I am still saving your rule. I will tell you here as soon as it is safe, or if it could not be saved."
_SLOW_STATUS = "I am still looking. I will tell you here."


async def policy(ack: AsyncAck, body: Mapping[str, Any], services: Services) -> None:
    """Propose a rule, or answer help and status."""
    caller = of_command(body)
    asked = read_command(str(body.get("text") or ""))
    if isinstance(asked, Help):
        await _show(ack, help_message(str(body.get("command") or "/policy")))
        return
    slow = _SLOW_RULE if isinstance(asked, Rule) else _SLOW_STATUS
    task = services.tasks.start(_answer(_work(asked, body, caller, services)), name="command")
    if await services.tasks.ready(task, services.patience):
        await _show(ack, task.result())
        return
    await ack(text=slow, response_type="ephemeral")
    services.tasks.start(_report(task, caller, services), name="late answer")


async def unknown_command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
    """A command of the app's that this version does not know."""
    await ack(text=speech(f"I do not know {body.get('command')}. Type /policy help."), response_type="ephemeral")


async def unknown_shortcut(ack: AsyncAck) -> None:
    """A shortcut of an older or newer version: there is nothing to open."""
    await ack()


def _work(
    asked: Status | Rule, body: Mapping[str, Any], caller: Caller, services: Services
) -> Coroutine[Any, Any, SlackMessage]:
    if isinstance(asked, Status):
        return _status(asked, caller, services)
    return _propose(asked, body, caller, services)


async def _propose(asked: Rule, body: Mapping[str, Any], caller: Caller, services: Services) -> SlackMessage:
    proposed = await services.review.propose(
        ProposeRule(
            key=command_key(body),
            team_id=services.team_id,
            channel_id=caller.channel_id,
            channel_name=caller.channel_name,
            user_id=caller.user_id,
            user_team_id=caller.user_team_id,
            rule=asked.text,
            response_url=caller.response_url,
        )
    )
    log.info("proposed", proposal_id=proposed.proposal_id, channel=caller.channel_id, again=proposed.again)
    known = " already" if proposed.again else ""
    return SlackMessage(
        f"Your rule is{known} saved as {proposed.proposal_id}. I am opening its review in this channel."
    )


async def _status(asked: Status, caller: Caller, services: Services) -> SlackMessage:
    ask = AskStatus(services.team_id, caller.channel_id, caller.user_id, asked.proposal_id)
    return status_message(await services.review.status(ask))


async def _answer(work: Coroutine[Any, Any, SlackMessage]) -> SlackMessage:
    """What `work` says, or the sentence for what went wrong with it."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return SlackMessage(speech(sentence_for(error, doing="command")))


async def _report(task: asyncio.Task[SlackMessage], caller: Caller, services: Services) -> None:
    await tell(services, caller, unescape((await task).text))  # `tell` escapes what it is given


async def _show(ack: AsyncAck, message: SlackMessage) -> None:
    blocks = [dict(block) for block in message.blocks]
    await ack(text=message.text, blocks=blocks or None, response_type="ephemeral")
