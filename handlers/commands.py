"""`/policy`: committed first, acknowledged second, and inside Slack's three seconds however slow the rest is.

Nothing is claimed before it is so: whoever may not propose is told that and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from html import unescape
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import help_message, ids, speech, status_message
from bot.blocks.kit import cut
from bot.blocks.proposing import offer_form
from bot.errors import BadInput, PolicybotError
from bot.review.commands import AskStatus, ProposeRule
from bot.review.messages import SlackMessage
from bot.review.storing import Proposed
from bot.review.timing import read_until
from handlers import policies, proposing, questions, tests, using
from handlers.command_text import (
    AboutTests,
    Form,
    Help,
    History,
    Incomplete,
    List,
    OnACard,
    Questions,
    Rule,
    Show,
    Status,
    Tools,
    Unsure,
    Use,
    Who,
    read_command,
)
from handlers.errors import sentence_for, tell
from handlers.identity import Caller, asker_of, command_key, of_command, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)

_SLOW_RULE = (
    "I am still looking at your rule, and it is not saved yet. I will tell you here as soon as it is, or if it cannot "
    "be."
)
_ADMITTED = "Its review comes {where}; if that cannot be, I tell you here."
_NOT_ADMITTED = (
    "Slack did not tell me in time whether you may propose rules here. As soon as it does, the review comes "
    "{where}, or I tell you here why not."
)
_ON_CARDS = "it is on the card of its review, which {command} status finds; {command} list has those of policies"
_SLOW_STATUS = "I am still looking. I will tell you here."


async def policy(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Propose a rule, or answer what else was typed."""
    caller, command = of_command(body), str(body.get("command") or "/policy")
    asked = read_command(str(body.get("text") or ""))
    if isinstance(asked, Form):
        await proposing.typed_alone(ack, body, client, services)
        return
    if isinstance(asked, Help):
        task = services.tasks.start(helping(command, caller, services), name="help")
        ready = await services.tasks.ready(task, services.patience)
        await _show(ack, task.result() if ready else help_message(command))
        return
    if isinstance(asked, Incomplete | OnACard | Unsure):
        await _show(ack, at_once(asked, command, caller))
        return
    if isinstance(asked, Who | List | Show | History | Tools):
        await policies.asked(ack, body, asked, client, services)
        return
    if isinstance(asked, Questions):
        await questions.asked(ack, body, asked, client, services)
        return
    if isinstance(asked, Use) and not asked.name:
        await using.listed(ack, body, client, services)
        return
    slow = _SLOW_RULE if isinstance(asked, Rule) else _SLOW_STATUS
    task = services.tasks.start(_answer(_work(asked, body, caller, services)), name="command")
    if await services.tasks.ready(task, services.patience):
        await _show(ack, task.result())
        return
    await ack(text=slow, response_type="ephemeral")
    services.tasks.start(_report(task, caller, services), name="late answer")


async def turned(ack: AsyncAck, body: Mapping[str, Any], respond: AsyncRespond, services: Services) -> None:
    """Another page of what `/policy status` shows, in the place of this one."""
    await ack()
    caller = of_interaction(body)
    ask = Status(page=ids.counted(body["actions"][0].get("value"), 1))
    shown = await _answer(stands(ask, caller, services))
    blocks = [dict(block) for block in shown.blocks]
    await respond(text=shown.text, blocks=blocks or None, replace_original=True, response_type="ephemeral")


async def unknown_command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
    """A command of the app's that this version does not know."""
    await ack(text=speech(f"I do not know {body.get('command')}. Type /policy help."), response_type="ephemeral")


async def unknown_shortcut(ack: AsyncAck) -> None:
    """A shortcut of an older or newer version: there is nothing to open."""
    await ack()


def at_once(asked: Incomplete | OnACard | Unsure, command: str, caller: Caller) -> SlackMessage:
    """The answer to what needs no looking."""
    if isinstance(asked, Incomplete):
        known = "test list shows the tests" if asked.usage.startswith("test ") else "list shows the policies by name"
        return SlackMessage(speech(f"Say which: {command} {asked.usage}. {command} {known}."))
    if isinstance(asked, OnACard):
        where = f"{command} show {cut(asked.policy, 100)} has it" if asked.policy else _ON_CARDS.format(command=command)
        return SlackMessage(speech(f"“{asked.deed}” is a button: {where}."))
    typed, offered = cut(asked.typed, 100), cut(asked.offered, 100)
    said = f"I do not know “{command} {typed}”. Did you mean {command} {offered}? If it is a rule, write it out."
    return offer_form(said, f"{caller.channel_id}:::")


async def helping(command: str, caller: Caller, services: Services) -> SlackMessage:
    """How it goes, with an example of this channel's gateway for whoever may propose here."""
    try:
        return help_message(command, await services.reading.hint(asker_of(caller, services.team_id)))
    except PolicybotError:  # whoever asks how it goes need not know what stands in the way
        return help_message(command)


def _work(
    asked: Status | Rule | Use | AboutTests, body: Mapping[str, Any], caller: Caller, services: Services
) -> Coroutine[Any, Any, SlackMessage]:
    if isinstance(asked, Status):
        return stands(asked, caller, services)
    if isinstance(asked, Use):
        return using.typed(asked, caller, services)
    if isinstance(asked, AboutTests):
        return tests.asked(asked, caller, services)
    return _propose(asked, body, caller, services)


async def _propose(asked: Rule, body: Mapping[str, Any], caller: Caller, services: Services) -> SlackMessage:
    return saying(await store(asked, command_key(body), caller, services), asked, "in this channel")


async def store(asked: Rule, key: str, caller: Caller, services: Services, *, in_thread: str = "") -> Proposed:
    """Store a rule as it was typed, with the options behind it. `key` is the same for the same text delivered twice."""
    if len(asked.times) > 1:
        raise BadInput("Say only once how long it is wanted: --for 7 days, or --until 2026-12-31 18:00 UTC.")
    until = read_until("".join(asked.times), services.clock.now())
    new = await tests.brought(asked.tests, asker_of(caller, services.team_id), services) if asked.tests else ()
    proposed = await services.review.propose(
        ProposeRule(
            key=key,
            team_id=services.team_id,
            channel_id=caller.channel_id,
            channel_name=caller.channel_name,
            user_id=caller.user_id,
            user_team_id=caller.user_team_id,
            rule=asked.text,
            response_url=caller.response_url,
            until=until,
            tests=new,
            in_thread=in_thread,
        )
    )
    log.info("proposed", proposal_id=proposed.proposal_id, channel=caller.channel_id, again=proposed.again)
    return proposed


def saying(proposed: Proposed, asked: Rule, where: str) -> SlackMessage:
    """What somebody is told whose rule is stored."""
    known = " already" if proposed.again else ""
    what_next = (_ADMITTED if proposed.admitted else _NOT_ADMITTED).format(where=where)
    count = len(asked.tests)
    brings = f" It brings {count} test{'' if count == 1 else 's'} for this channel's gateway." if count else ""
    return SlackMessage(f"Your rule is{known} saved as {proposed.proposal_id}.{brings} {what_next}")


async def stands(asked: Status, caller: Caller, services: Services) -> SlackMessage:
    """Where the open proposals stand, or one of them; what somebody deleted of their messages comes back."""
    where = (services.team_id, caller.channel_id, caller.user_id)
    ask = AskStatus(*where, asked.proposal_id, caller.user_team_id, asked.page)
    found = await services.review.status(ask)
    await services.review.look_again(found)
    return status_message(found)


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
