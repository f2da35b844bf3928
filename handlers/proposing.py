"""The form by which a rule is proposed: opened from anywhere, and submitted."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import ids, notice
from bot.blocks import proposing as blocks
from bot.blocks.choosing import asks_gateway, chosen_gateway, gateway_error
from bot.blocks.proposing import ProposeOrigin
from bot.blocks.timing import until_error, until_text
from bot.errors import PolicybotError, Refused
from bot.review.commands import ProposeRule
from bot.review.errors import Reason
from bot.review.place import Asker
from bot.review.reading import Place
from bot.review.routes import Route
from bot.review.timing import read_until
from handlers import tests
from handlers.command_text import readable
from handlers.errors import sentence_for, tell
from handlers.forms import LOADING, open_form, submitted, update
from handlers.identity import Caller, asker_of, of_command, of_interaction
from handlers.said import said_by
from handlers.services import Services

log = structlog.get_logger(__name__)

_OWN = (
    "This message is one of my own. Use its buttons, or open the menu of a message in which somebody asks for a rule."
)
_NO_TEXT = "There is no text in this message that could be a rule."
_OF_THE_RULE = frozenset(
    {Reason.EMPTY_RULE, Reason.RULE_TOO_LONG, Reason.NO_WORDS, Reason.CONTROL_CHARACTERS, Reason.TOO_MANY_PIECES}
)
"""What is wrong with the rule, and not with where it is proposed."""
_OF_THE_GATEWAY = frozenset({Reason.ROUTE_CHANGED, Reason.ROUTE_GONE, Reason.NOT_ALLOWED})
"""What may be otherwise at another gateway."""


async def typed_alone(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """`/policy` alone: the form for this channel."""
    await ack()
    caller = of_command(body)
    await open_proposal(client, body, _here(caller), caller, services)


async def from_anywhere(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """The global shortcut: the form asks for the channel."""
    await ack()
    await open_proposal(client, body, ProposeOrigin(), of_interaction(body), services)


async def from_message(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """The shortcut on a message: its text is the rule, and its thread the place of the review."""
    await ack()
    caller, message = of_interaction(body), body["message"]
    rule = readable(str(message.get("text") or "")).strip()
    if message.get("app_id") == body.get("api_app_id") or message.get("bot_id"):
        await tell(services, caller, _OWN)
        return
    if not rule:
        await tell(services, caller, _NO_TEXT)
        return
    thread = str(message.get("thread_ts") or message["ts"])
    await open_proposal(client, body, _here(caller, thread), caller, services, rule=rule)


async def from_button(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """“Write a rule …” under an answer of ours; the message that it answers is looked up for its text."""
    await ack()
    channel, thread, source, ts = (*str(body["actions"][0].get("value") or "").split(":"), "", "", "", "")[:4]
    caller = replace(of_interaction(body), thread_ts=thread)

    async def said() -> str:
        return readable(await said_by(caller.user_id, client, source, ts)).strip() if source and ts else ""

    await open_proposal(client, body, ProposeOrigin(channel, thread), caller, services, later=said)


async def said_anew(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """“Say it differently”: the form with the text that is no rule yet."""
    await ack()
    caller = of_interaction(body)
    proposal_id = str(body["actions"][0].get("value") or "")
    try:
        found = await services.meant.text(proposal_id, asker_of(caller, services.team_id))
    except PolicybotError as error:
        await tell(services, caller, sentence_for(error, doing="say anew"))
        return
    origin = ProposeOrigin(found.channel_id, found.in_thread, found.id)
    chosen = Route(found.engine_id, found.gateway_arn).key
    await open_proposal(client, body, origin, caller, services, rule=found.rule, chosen=chosen)


async def answered(ack: AsyncAck, body: Mapping[str, Any], services: Services) -> None:
    """“Propose it all the same”, or “It is no rule”."""
    caller, clicked = of_interaction(body), body["actions"][0]
    insists, proposal_id = clicked["action_id"] == ids.ASKED_PROPOSE, str(clicked.get("value") or "")

    async def answer() -> str:
        use = services.meant.propose if insists else services.meant.forget
        try:
            await use(proposal_id, asker_of(caller, services.team_id), response_url=caller.response_url)
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
            return sentence_for(error, doing="answer")
        return (
            f"{proposal_id} is proposed. Its review comes in this channel; if that cannot be, I tell you here."
            if insists
            else "It is forgotten. Nobody else has seen it."
        )

    async def say() -> None:
        await tell(services, caller, await task)

    task = services.tasks.start(answer(), name="answer")
    await services.tasks.ready(task, services.patience)
    await ack()
    services.tasks.start(say(), name="answered")


async def propose(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """The form is sent: its rule is proposed, or what is wrong is said at the field."""
    origin = blocks.propose_origin(view)
    caller = replace(of_interaction(body, origin.channel_id), thread_ts=origin.thread_ts)
    try:
        until = read_until(until_text(view), services.clock.now())
    except Refused as error:
        await ack(response_action="errors", errors=until_error(error.sentence))
        return
    at_fault, chosen = blocks.rule_error, chosen_gateway(view)

    def at_field(sentence: str) -> Mapping[str, str]:
        return at_fault(sentence)

    def at_gateway(sentence: str) -> dict[str, str]:
        return gateway_error(view, sentence)

    async def work() -> None:
        nonlocal at_fault
        asker = asker_of(caller, services.team_id, chosen)
        typed = blocks.tests_of(view)
        try:
            new = await tests.brought(typed, asker, services) if typed else ()
        except PolicybotError as error:
            at_fault = at_gateway if _is_of_gateway(error, view) else blocks.tests_error
            raise
        command = ProposeRule(
            key=sha256(f"{view['id']}\0{view['callback_id']}".encode()).hexdigest(),
            team_id=services.team_id,
            channel_id=caller.channel_id,
            channel_name=caller.channel_name,
            user_id=caller.user_id,
            user_team_id=caller.user_team_id,
            rule=blocks.rule_of(view),
            why=blocks.why_of(view),
            until=until,
            tests=new,
            in_thread=origin.thread_ts,
            chosen=chosen,
        )
        try:
            proposed = await services.review.propose(command)
        except Refused as error:
            if _is_of_gateway(error, view):
                at_fault = at_gateway
            elif blocks.asks_channel(view) and error.fields.get("reason") not in _OF_THE_RULE:
                at_fault = blocks.channel_error
            raise
        if origin.asked:
            with contextlib.suppress(Refused):  # answered meanwhile, or given up
                await services.meant.forget(origin.asked, asker)
        where = "in the thread of that message" if origin.thread_ts else "in this channel"
        said = f"Your rule is saved as {proposed.proposal_id}. Its review comes {where}; if that cannot be, I tell you."
        services.tasks.start(tell(services, caller, said), name="proposed")

    await submitted(ack, caller, services, work(), at_field, doing="propose")


async def open_proposal(
    client: AsyncWebClient,
    body: Mapping[str, Any],
    origin: ProposeOrigin,
    caller: Caller,
    services: Services,
    *,
    rule: str = "",
    later: Callable[[], Awaitable[str]] | None = None,
    chosen: str = "",
) -> None:
    """Open the form at once, and say in it where its rule goes as soon as that is known. `later` gives a text to start
    from that has to be looked up first; `chosen` is the key of the route that was chosen before, if it still can be."""
    loading = blocks.propose_form(origin, None, rule=rule, trouble=LOADING if origin.channel_id else "")
    if later is not None:
        loading = notice(blocks.TITLE, LOADING)
    view_id = await open_form(client, body, loading, caller, services)
    if not view_id or (later is None and not origin.channel_id):
        return
    place, trouble = None, ""
    try:
        rule = rule or (await later() if later is not None else "")
        if origin.channel_id:
            asker = asker_of(replace(caller, channel_id=origin.channel_id), services.team_id)
            place = await _place(asker, chosen, services)
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        trouble = sentence_for(error, doing="open the form")
    await update(client, view_id, blocks.propose_form(origin, place, rule=rule, trouble=trouble))


async def _place(asker: Asker, chosen: str, services: Services) -> Place:
    found = await services.reading.place(asker)
    if chosen in {each.key for each in found.choices}:
        return await services.reading.place(replace(asker, chosen=chosen))
    return found


def _is_of_gateway(error: PolicybotError, view: Mapping[str, Any]) -> bool:
    """Whether an error is said at the select of the gateway."""
    return asks_gateway(view) and error.fields.get("reason") in _OF_THE_GATEWAY


def _here(caller: Caller, thread: str = "") -> ProposeOrigin:
    """This channel; a direct message has no team to review anything."""
    return ProposeOrigin() if caller.channel_id.startswith("D") else ProposeOrigin(caller.channel_id, thread)
